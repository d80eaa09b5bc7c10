"""Forgetting a person by decision: their secret, names, numbers and archive are erased, the sums stay.

What the secret salted becomes *unlinked*: it keeps its position and its leaf, and nobody can hold its
content against them any more. A sealed event names the positions. One account proposes, another
confirms. Not reached from here, and said in the result: backups and exported journals made before,
originals and reports of filings (they have retentions of their own), and reasons typed into the log of looks.
"""

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from provident import law
from provident.access.door import open_record
from provident.identity import refusals
from provident.kernel.clock import legal_day
from provident.kernel.keys import AccountId, PersonKey
from provident.kernel.opened import Opened
from provident.kernel.words import SubjectKind
from provident.ledger import actions as ledger
from provident.ledger import queries
from provident.ledger.records import NewEvent, Source
from provident.ledger.refusals import refusing

PURPOSE = "forgetting"
FIELDS = ("name", "numbers", "archive")
BACKUPS = "PROVIDENT_BACKUPS_KEPT_DAYS"
_LONGEST = 200

_CODES = {
    kind.code: kind
    for kind in (
        refusals.AlreadyProposed,
        refusals.AlreadyForgotten,
        refusals.SameEyes,
        refusals.NotYetSealed,
    )
}


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What was unlinked and erased."""

    proposal: int
    event: str
    entries: int
    events: int
    looks: int
    positions: str  # in the log of the ledger, as ranges: 3-5,9
    look_positions: str  # in the log of looks
    last_backup: dt.datetime | None  # the last made by this program; None if none is known
    backups_lapse: dt.date | None  # when that one lapses; None if nobody said how long backups are kept


def propose(opened: Opened, *, decision: str, article: str, at: dt.datetime) -> int:
    """Propose that the opened person be forgotten; return the proposal's number."""
    decision, article = _typed(decision), _typed(article)
    _require_lapsed(opened, at)
    asked = [opened.actor, opened.person, decision, article, at]
    made, code = _row("SELECT made, refusal FROM identity_propose_forgetting(%s, %s, %s, %s, %s)", asked)
    _refuse(code)
    return int(made)


def confirm(*, proposal: int, by: AccountId, at: dt.datetime, system: str = "portal") -> Forgetting:
    """Confirm a proposal as another account: open the record a last time, and forget the person."""
    (person,) = _row("SELECT identity_proposed_person(%s)", [proposal])
    if person is None:
        raise refusals.NothingProposed
    key = PersonKey(person)
    with open_record(key, by=by, purpose=PURPOSE, fields=FIELDS, system=system) as opened:
        return _forget(opened, proposal, at)


def _forget(opened: Opened, proposal: int, at: dt.datetime) -> Forgetting:
    with refusing(), transaction.atomic():
        weighed = _row("SELECT * FROM identity_weigh_forgetting(%s, %s)", [opened.actor, proposal])
        code, persons, decision, article, entries, events, positions, look_positions = weighed
        _refuse(code)
        _require_lapsed(opened, at)
        told = {
            "persons": [key.to_bytes(8).hex() for key in persons],
            "entries": entries,
            "events": events,
            "looks": len(look_positions),
            "positions": {"ledger": ranges(positions), "looks": ranges(look_positions)},
            "decision": decision,
            "article": article,
        }
        event = NewEvent(SubjectKind.INSTALLATION, 0, "ledger.secret_erased", told)
        (id_,) = ledger.append_events(events=[event], source=Source.of_act("forgetting"))
        _row("SELECT identity_forget(%s, %s, %s, %s, %s)", [opened.actor, proposal, id_, look_positions, at])
        (last_backup,) = _row("SELECT access_last_backup()", [])
    return Forgetting(
        proposal=proposal,
        event=str(id_),
        entries=entries,
        events=events,
        looks=len(look_positions),
        positions=ranges(positions),
        look_positions=ranges(look_positions),
        last_backup=last_backup,
        backups_lapse=_lapse(last_backup),
    )


def ranges(positions: Sequence[int]) -> str:
    """Return rising positions as ranges, such as 3-5,9."""
    parts: list[list[int]] = []
    for position in positions:
        if parts and position == parts[-1][1] + 1:
            parts[-1][1] = position
        else:
            parts.append([position, position])
    return ",".join(f"{low}-{high}" if low != high else str(low) for low, high in parts)


def kept_until(kind: str, made: dt.date) -> dt.date | None:
    """Return the first day on which a record of a kind made on a day need not be kept; None for never."""
    years = law.book().retention(kind).years
    return None if years is None else dt.date(made.year + 1 + years, 1, 1)


def _require_lapsed(opened: Opened, at: dt.datetime) -> None:
    """Refuse while the law's period for what is kept about the person runs, counted from the newest record.

    The pack says how long by kind of record. It knows no period for somebody who is still insured, and
    none that a pending case or an order to preserve evidence would set: the decision has to see to those.
    """
    zone = queries.installation().zone
    fact, entry = _row(
        "SELECT fact, entry FROM identity_newest_records(%s, %s)", [opened.actor, opened.person]
    )
    for kind, made in (("account_management", entry), ("person_registration", fact)):
        if made is None:
            continue
        until = kept_until(kind, legal_day(made, zone))
        if until is None or legal_day(at, zone) < until:
            rule = law.book().retention(kind)
            day = until.isoformat() if until else "—"
            refusal = refusals.StillToBeKept(kept=rule.title.en, kept_zh=rule.title.zh, until=day)
            refusal.citation = rule.citation
            raise refusal


def _lapse(last_backup: dt.datetime | None) -> dt.date | None:
    days = os.environ.get(BACKUPS, "")
    if last_backup is None or not (days.isascii() and days.isdecimal()):
        return None
    return last_backup.date() + dt.timedelta(days=int(days))


def _typed(text: str) -> str:
    stored = " ".join(text.split())
    if not 0 < len(stored) <= _LONGEST:
        raise refusals.DecisionMissing
    return stored


def _refuse(code: str) -> None:
    if code:
        refusal = _CODES[code]
        raise refusal


def _row(statement: str, facts: Sequence[Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        row: tuple[Any, ...] = cursor.fetchone()
    return row
