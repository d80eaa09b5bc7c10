"""What enrol and leave rows do: newcomers registered, enrolments recorded, both sealed as events."""

import datetime as dt
import hashlib

import numpy as np

from provident.filings.checks.findings import Column, Finding, Ints, finding
from provident.filings.checks.notices import Changes
from provident.filings.checks.registers import OPEN
from provident.filings.checks.whole import Examined
from provident.identity.records import NewResident
from provident.identity.registering import register_residents_bulk
from provident.kernel.words import Branch, Scheme, SubjectKind
from provident.ledger import actions as ledger
from provident.ledger import wire
from provident.ledger.records import NewEvent, Source

_ENROL = "SELECT filings_enrol(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


def register_newcomers(examined: Examined, source: Source, at: dt.datetime) -> tuple[Ints, list[Finding]]:
    """Register whom the file brings; return every person's key by place, and what stood in the way."""
    people = examined.identified.people
    if not people.newcomers:
        return people.keys, []
    residents = [NewResident(name=one.name, number=one.number) for one in people.newcomers]
    made = Source(hashlib.sha256(b"provident registration\0" + source.hash).digest(), source.kind)
    registration = register_residents_bulk(residents=residents, source=made, at=at)
    if registration.problems:
        return people.keys, [_problem(examined, one.index, one.refusal) for one in registration.problems]
    keys = people.keys.copy()
    keys[[one.place for one in people.newcomers]] = registration.keys
    return keys, []


def _problem(examined: Examined, index: int, refusal: Exception) -> Finding:
    """Name the rows of somebody who could not be registered."""
    identified = examined.identified
    place = identified.people.newcomers[index].place
    where = np.flatnonzero(identified.people.person == place)
    facts = {name: [fact] * len(where) for name, fact in getattr(refusal, "facts", {}).items()}
    return finding(identified.rows, "resident", type(refusal), where, **facts)  # type: ignore[arg-type]


def record_enrolments(examined: Examined, keys: Ints, filing: int, source: Source, at: dt.datetime) -> None:
    """Change the enrolments as the notices say, and seal each change as an event of its person."""
    changes = examined.changes
    if changes is None:
        return
    opened, closed = changes.opened, changes.closed
    employers = examined.identified.employer_keys
    wire.call(
        _ENROL,
        (
            filing,
            at,
            wire.Int8Array(examined.spells.id[closed.spell]),
            wire.Int2Array(closed.branches),
            wire.Int4Array(closed.until),
            wire.Int8Array(keys[opened.person]),
            wire.Int8Array(employers[opened.employer]),
            wire.Int2Array(opened.branches),
            wire.Int2Array(opened.scheme),
            wire.Int4Array(opened.region),
            wire.Int4Array(opened.since),
            wire.Int4Array(opened.until),
        ),
    )
    events = _events(examined, changes, keys)
    if events:
        ledger.append_events(events=events, source=source)


def count_of(changes: Changes | None) -> int:
    """Return how many enrolment changes a file makes."""
    return len(changes.opened) + len(changes.closed) if changes else 0


def _events(examined: Examined, changes: Changes, keys: Ints) -> list[NewEvent]:
    """Return one event for each spell that starts or ends; employers' keys as text, they are long numbers."""
    opened, closed, spells = changes.opened, changes.closed, examined.spells
    employers = [str(key) for key in examined.identified.employer_keys.tolist()]
    events = []
    columns = (opened.person, opened.employer, opened.branches, opened.scheme, opened.region)
    spans = zip(opened.since.tolist(), opened.until.tolist(), strict=True)
    for (person, employer, bits, scheme, region), (since, until) in zip(_rows(columns), spans, strict=True):
        payload: dict[str, object] = {
            "employer": employers[employer],
            "branches": _branches(bits),
            "scheme": Scheme(scheme).name.lower(),
            "region": region,
            "since": since,
        }
        if until != OPEN:
            payload["until"] = until
        events.append(NewEvent(SubjectKind.PERSON, int(keys[person]), "filings.enrolled", payload))
    at = closed.spell
    ended = (spells.person[at], spells.employer[at], closed.branches, spells.since[at], closed.until)
    for person, employer, bits, since, until in _rows(ended):
        payload = {
            "employer": employers[employer],
            "branches": _branches(bits),
            "since": since,
            "until": until,
        }
        events.append(NewEvent(SubjectKind.PERSON, int(keys[person]), "filings.left", payload))
    return events


def _rows(columns: tuple[Column, ...]) -> "zip[tuple[int, ...]]":
    return zip(*(column.tolist() for column in columns), strict=True)


def _branches(bits: int) -> list[str]:
    return [branch.word for branch in Branch if bits >> branch & 1]
