"""An entry or an event as the named fields of its hashed form."""

import datetime as dt
import uuid
from typing import Any

from provident.ledger.form import (
    VERSION,
    Heading,
    canonical,
    event_form,
    leaf_hash,
    money_form,
    payload_hash,
)
from provident.ledger.records import Entry, Event, Installation

_KEY = 1 << 64


def leaf_of(installation: Installation, what: Entry | Event, salt: bytes) -> bytes:
    """Return the leaf the row gives, computed anew."""
    if isinstance(what, Entry):
        heading = Heading(
            installation.id, installation.currency, what.posted_at, what.source.hash, what.pack_version
        )
        return leaf_hash(money_form(heading, what.id, what.row, what, salt))
    heading = Heading(installation.id, "", what.posted_at, what.source_hash, "")
    hashed = payload_hash(canonical(what.payload))
    return leaf_hash(event_form(heading, what.id, what.row, what, hashed=hashed, salt=salt))


def item_of(installation: Installation, what: Entry | Event, salt: bytes) -> dict[str, Any]:
    """Return the item of a receipt without position and proof."""
    if isinstance(what, Entry):
        return {"family": "money", "form": _money(installation, what, salt)}
    payload = canonical(what.payload)
    return {"family": "event", "form": _event(installation, what, payload, salt), "payload": payload}


def _money(installation: Installation, entry: Entry, salt: bytes) -> dict[str, Any]:
    legs = entry.legs
    return {
        "version": VERSION,
        "installation": str(installation.id),
        "entry_id": str(entry.id),
        "kind": entry.kind.name.lower(),
        "person_key": _key(entry.person),
        "employer_key": _key(entry.employer) if entry.employer else None,
        "branch": entry.branch.word,
        "scheme": entry.scheme.name.lower(),
        "region": entry.region,
        "month": str(entry.month) if entry.month else None,
        "posted_at": _moment(entry.posted_at),
        "currency": installation.currency,
        "base": legs.base,
        "employee": legs.employee,
        "employer": legs.employer,
        "account": legs.account,
        "fund": legs.fund,
        "evidence": entry.evidence.name.lower(),
        "checked": entry.checked.name.lower(),
        "reverses": _id(entry.reverses),
        "source_hash": entry.source.hash.hex(),
        "row": entry.row,
        "pack_version": entry.pack_version,
        "salt": salt.hex(),
    }


def _event(installation: Installation, event: Event, payload: str, salt: bytes) -> dict[str, Any]:
    return {
        "version": VERSION,
        "installation": str(installation.id),
        "event_id": str(event.id),
        "subject_kind": event.subject_kind.name.lower(),
        "subject_key": _key(event.subject_key),
        "type": event.type,
        "posted_at": _moment(event.posted_at),
        "source_hash": event.source_hash.hex(),
        "row": event.row,
        "payload_hash": payload_hash(payload).hex(),
        "salt": salt.hex(),
    }


def _key(key: int) -> str:
    return f"{key % _KEY:016x}"


def _id(id_: uuid.UUID | None) -> str | None:
    return str(id_) if id_ else None


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
