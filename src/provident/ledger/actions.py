"""What can be done to the ledger. Every act is one transaction, or part of the caller's."""

import datetime as dt
import os
import uuid
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import numpy as np
import psycopg
from django.db import transaction

from provident.kernel.keys import PersonKey
from provident.kernel.words import SubjectKind
from provident.ledger import wire
from provident.ledger.arrays import ENTRY_DTYPE, Array
from provident.ledger.form import (
    NO_SALT,
    Heading,
    canonical,
    event_form,
    event_id,
    leaf_hash,
    payload_hash,
)
from provident.ledger.posting import BULK_ROWS, open_batch, posting
from provident.ledger.records import Entry, Installation, NewEntry, NewEvent, Posted, Source
from provident.ledger.refusals import NoInstallation, refusing

__all__ = [
    "alias_person",
    "append",
    "append_events",
    "posting",
    "project_record_years",
    "rebuild_record_years",
    "register_installation",
    "register_persons",
    "reverse_batch",
    "reverse_entries",
    "unalias_person",
]

_BATCHES_AT_ONCE = 1000

# Texts travel as lines of one text: neither a type nor canonical JSON holds a line break.
_INSERT_EVENTS = (
    "SELECT ledger_insert_events(%s, %s, %s, string_to_array(%s, E'\\n'), %s, %s, %s,"
    " string_to_array(%s, E'\\n'), %s, %s)"
)


def register_installation(
    *, agency_en: str, agency_zh: str, currency: str, zone: ZoneInfo, home_region: int
) -> Installation:
    """Say, once, which agency this ledger serves."""
    made = Installation(uuid.uuid4(), agency_en, agency_zh, currency, zone, home_region)
    with refusing(), transaction.atomic():
        wire.call(
            "SELECT ledger_register_installation(%s, %s, %s, %s, %s, %s)",
            (made.id, agency_en, agency_zh, currency, zone.key, home_region),
        )
    return made


def register_persons(keys: Sequence[PersonKey] | Array) -> None:
    """Register new persons under these keys, each with a secret of its own."""
    secrets = np.frombuffer(os.urandom(32 * len(keys)), "V32")
    with refusing(), transaction.atomic():
        wire.call(
            "SELECT ledger_register_persons(%s, %s)",
            (wire.Int8Array(np.asarray(keys, "i8")), wire.HashArray(secrets)),
        )


def append(*, entries: Sequence[NewEntry], source: Source, pack_version: str) -> Posted:
    """Post entries; the place in the sequence is the row their ids are made from."""
    with posting(source=source, pack_version=pack_version, expected_rows=len(entries)) as batch:
        batch.append(as_array(entries))
    return batch.posted


def reverse_entries(
    *, entries: Sequence[Entry], instead: Sequence[NewEntry] = (), source: Source, pack_version: str
) -> Posted:
    """Take entries back by their mirrors and post what holds instead, as one batch."""
    mirrors = [
        NewEntry(
            person=entry.person,
            kind=entry.kind,
            branch=entry.branch,
            legs=-entry.legs,
            region=entry.region,
            month=entry.month,
            employer=entry.employer,
            scheme=entry.scheme,
            evidence=entry.evidence,
            checked=entry.checked,
            reverses=entry.id,
        )
        for entry in entries
    ]
    return append(entries=[*mirrors, *instead], source=source, pack_version=pack_version)


def reverse_batch(*, batch: int, source: Source) -> Posted:
    """Take a whole batch back: every entry of it that still stands is mirrored, inside the database."""
    with refusing(), transaction.atomic():
        rows, pack_version = wire.call_row(
            "SELECT coalesce(max(rows), 0), coalesce(max(pack_version), '')"
            " FROM ledger_batch WHERE batch_id = %s",
            (batch,),
        )
        mirror = open_batch(source, pack_version, bulk=rows >= BULK_ROWS)
        wire.call("SELECT ledger_reverse_batch(%s, %s)", (mirror.number, batch))
        mirror.close()
    return mirror.posted


def append_events(*, events: Sequence[NewEvent], source: Source, first_row: int = 0) -> tuple[uuid.UUID, ...]:
    """Append events; rows count from `first_row` within the source. Returns their ids."""
    if not events:
        return ()
    with refusing(), transaction.atomic():
        installation, moment = wire.call_row(
            "SELECT (SELECT installation_id FROM ledger_installation), clock_timestamp()", ()
        )
        if installation is None:
            raise NoInstallation
        heading = Heading(installation, "", moment.astimezone(dt.UTC), source.hash, "")
        rows = range(first_row, first_row + len(events))
        ids = [event_id(source.hash, row) for row in rows]
        payloads = [canonical(event.payload) for event in events]
        hashes = [payload_hash(payload) for payload in payloads]
        leaves = [
            leaf_hash(event_form(heading, id_, row, event, hashed=hashed, salt=salt))
            for id_, row, event, hashed, salt in zip(
                ids, rows, events, hashes, _event_salts(events, source, rows), strict=True
            )
        ]
        wire.call(
            _INSERT_EVENTS,
            (
                wire.Int2Array(np.array([event.subject_kind for event in events], "i2")),
                wire.Int8Array(np.array([event.subject_key for event in events], "i8")),
                wire.UuidArray(_joined([id_.bytes for id_ in ids])),
                "\n".join(event.type for event in events),
                moment,
                source.hash,
                wire.Int4Array(np.array(rows, "i4")),
                "\n".join(payloads),
                wire.HashArray(_joined(hashes)),
                wire.HashArray(_joined(leaves)),
            ),
        )
    return tuple(ids)


def alias_person(*, key: PersonKey, into: PersonKey) -> None:
    """Make `key` another key of the person `into`. No entry is touched."""
    with refusing(), transaction.atomic():
        wire.call("SELECT ledger_set_alias(%s, %s)", (key, into))


def unalias_person(*, key: PersonKey) -> None:
    """Make `key` a person of its own again, exactly as before the merge."""
    with refusing(), transaction.atomic():
        wire.call("SELECT ledger_set_alias(%s, NULL)", (key,))


def project_record_years() -> int:
    """Bring the reading copy up to date, some batches to a transaction; return how many batches."""
    done = 0
    while True:
        with transaction.atomic():
            some: int = wire.call("SELECT ledger_project(%s)", (_BATCHES_AT_ONCE,))
        done += some
        if some < _BATCHES_AT_ONCE:
            return done


def rebuild_record_years(owner_url: str) -> int:
    """Make the reading copy anew, which only the owner may; return how many batches it holds."""
    with psycopg.connect(owner_url) as owner:
        owner.execute("SELECT ledger_forget_projection()")
    return project_record_years()


def _event_salts(events: Sequence[NewEvent], source: Source, rows: Sequence[int]) -> list[bytes]:
    """Return each event's salt: persons have secrets, other subjects none."""
    asked = [
        (event.subject_key, row)
        for event, row in zip(events, rows, strict=True)
        if event.subject_kind is SubjectKind.PERSON
    ]
    packed = b""
    if asked:
        persons, places = np.array(asked, "i8").T
        given = (source.hash, wire.Int8Array(persons), wire.Int4Array(places))
        packed = wire.call("SELECT ledger_event_salts(%s, %s, %s)", given)
    of_person = iter(packed[start : start + 32] for start in range(0, len(packed), 32))
    return [next(of_person) if event.subject_kind is SubjectKind.PERSON else NO_SALT for event in events]


def _joined(parts: Sequence[bytes]) -> Array:
    return np.frombuffer(b"".join(parts), f"V{len(parts[0])}")


def as_array(entries: Sequence[NewEntry]) -> Array:
    """Lay entries out for `posting`, numbered from 0."""
    array = np.zeros(len(entries), ENTRY_DTYPE)
    for row, entry in enumerate(entries):
        legs = entry.legs
        array[row] = (
            row,
            entry.person,
            entry.employer,
            entry.kind,
            entry.branch,
            entry.scheme,
            entry.region,
            entry.month.code if entry.month else 0,
            legs.base,
            legs.employee,
            legs.employer,
            legs.account,
            legs.fund,
            entry.evidence,
            entry.checked,
            entry.reverses.bytes if entry.reverses else bytes(16),
        )
    return array
