"""What can be read. A question about a person needs an `Opened`; the database checks the look itself."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

import psycopg
from psycopg.pq import TransactionStatus

from provident.kernel.keys import EmployerKey, EntryId, PersonKey
from provident.kernel.month import Month
from provident.kernel.opened import Opened
from provident.kernel.words import Branch, Checked, EntryKind, Evidence, Scheme, SubjectKind
from provident.ledger import wire
from provident.ledger.records import (
    Entry,
    Event,
    Installation,
    Legs,
    Reconciliation,
    RecordYear,
    Source,
    Total,
)
from provident.ledger.refusals import NoInstallation

# Keys in a sub-select: written in as they are, the server would plan the query anew for each person.
_RECORD_YEARS = """
    SELECT year, employer_key, facts FROM ledger_record_year
    WHERE person_key = ANY (ARRAY(SELECT unnest($1::bigint[])))
    UNION ALL SELECT year, employer_key, facts FROM ledger_late_facts($1)
    WHERE EXISTS (SELECT FROM ledger_batch WHERE NOT projected)"""

_KNOWN_ON = "SELECT year, employer_key, facts FROM ledger_facts_known_on($1, $2)"

# What `entry_of` and `event_of` read: e is the entry or event, b its batch.
ENTRY_COLUMNS = """
        e.person_key, e.kind, e.branch, e.base, e.employee, e.employer_share, e.account, e.fund, e.region,
        e.month, e.employer_key, e.scheme, e.evidence, e.checked, e.reverses, e.entry_id, e.source_row,
        e.batch_id, b.posted_at, b.source_hash, b.source_kind, b.pack_version, e.leaf_hash"""
EVENT_COLUMNS = """
        e.subject_key, e.type, e.payload, e.event_id, e.source_row, e.posted_at, e.source_hash, e.leaf_hash"""

_ENTRIES = f"""
    SELECT {ENTRY_COLUMNS}
    FROM ledger_entry e JOIN ledger_batch b ON b.batch_id = e.batch_id
    WHERE e.person_key = ANY (%s) AND b.posted_at <= %s AND e.posted_month <= %s
    ORDER BY b.posted_at, e.source_row"""

_UNMONTHED = f"""
    SELECT {ENTRY_COLUMNS}
    FROM ledger_unmonthed($1) e JOIN ledger_batch b ON b.batch_id = e.batch_id
    ORDER BY b.posted_at, e.source_row"""

_EVENTS = f"""
    SELECT {EVENT_COLUMNS}
    FROM ledger_event e WHERE e.subject_kind = 1 AND e.subject_key = ANY (%s) AND e.posted_at <= %s
    ORDER BY e.posted_at, e.source_hash, e.source_row"""

_year = partial(tuple.__new__, RecordYear)  # calling the class takes three times as long
_EVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


# The agency of each connection's database: it is registered once and does not change.
_agencies: WeakKeyDictionary[psycopg.Connection[Any], Installation] = WeakKeyDictionary()


def installation() -> Installation:
    """Return the agency this ledger serves."""
    raw = wire.driver()
    known = _agencies.get(raw)
    if known is None:
        settled = raw.info.transaction_status == TransactionStatus.IDLE  # else its registration may be undone
        known = _installation()
        if settled:
            _agencies[raw] = known
    return known


def _installation() -> Installation:
    rows = wire.ask_alone(
        "SELECT installation_id, agency_en, agency_zh, currency, zone, home_region FROM ledger_installation",
        (),
    )
    if not rows:
        raise NoInstallation
    id_, en, zh, currency, zone, region = rows[0]
    return Installation(id_, en, zh, currency, ZoneInfo(zone), region)


def years_question(keys: Sequence[PersonKey]) -> wire.Statement:
    """Return what record_years asks of these keys, for whoever opens the record to ask it on the way."""
    return _RECORD_YEARS, [list(keys)]


def record_years(opened: Opened, *, known_on: dt.datetime | None = None) -> tuple[RecordYear, ...]:
    """Return what the person's entries add up to by year and employer; by default as known now.

    Now is the reading copy and whatever it does not hold yet, in one round trip. As known on a
    moment, everything is summed from the entries posted up to then.
    """
    keys = opened.keys
    found = wire.ask(*(years_question(keys) if known_on is None else (_KNOWN_ON, [list(keys), known_on])))
    years: list[RecordYear] = []
    before = None
    for year, employer, facts in sorted(found):
        packed = (facts,)
        if (place := (year, employer)) == before:
            packed = (*years.pop().packed, facts)
        years.append(_year((year, employer, packed)))
        before = place
    return tuple(years)


def entries(opened: Opened, *, known_on: dt.datetime | None = None) -> tuple[Entry, ...]:
    """Return every entry of the person in the order posted, as known on a moment (by default now)."""
    until = known_on or _EVER
    month = until.astimezone(dt.UTC).date().replace(day=1)
    return tuple(entry_of(*row) for row in _rows(_ENTRIES, (list(opened.keys), until, month)))


def unmonthed_question(keys: Sequence[PersonKey]) -> wire.Statement:
    """Return what unmonthed asks of these keys, for whoever opens the record to ask it on the way."""
    return _UNMONTHED, [list(keys)]


def unmonthed(opened: Opened) -> tuple[Entry, ...]:
    """Return the entries of the person that name no month, in the order posted."""
    return tuple(entry_of(*row) for row in wire.ask(*unmonthed_question(opened.keys)))


def events(opened: Opened, *, known_on: dt.datetime | None = None) -> tuple[Event, ...]:
    """Return every event about the person in the order posted."""
    return tuple(event_of(*row) for row in _rows(_EVENTS, (list(opened.keys), known_on or _EVER)))


def account_balance(years: Iterable[RecordYear], branch: Branch) -> int:
    """Return what stands on the person's account of a branch: every kind counts but a bare declaration."""
    return sum(
        year.total(branch, kind).account
        for year in years
        for kind in year.kinds(branch) - {EntryKind.DECLARED}
    )


def employer_totals(employer: EmployerKey) -> tuple[Total, ...]:
    """Return an employer's sums by month, branch and kind."""
    return _totals(employer)


def totals() -> tuple[Total, ...]:
    """Return the sums of all entries by month, branch and kind."""
    return _totals(None)


def reconciliation() -> tuple[Reconciliation, ...]:
    """Return, for each month and branch, what was declared, paid, and paid out."""
    by_month: defaultdict[tuple[int, Branch], dict[EntryKind, Legs]] = defaultdict(dict)
    for total in totals():
        by_month[total.month.code if total.month else 0, total.branch][total.kind] = total.legs
    return tuple(
        Reconciliation(
            _month(month),
            branch,
            kinds.get(EntryKind.DECLARED, Legs()),
            kinds.get(EntryKind.PAID, Legs()),
            kinds.get(EntryKind.BENEFIT_PAID, Legs()),
        )
        for (month, branch), kinds in sorted(by_month.items())
    )


def damaged(batch: int) -> tuple[EntryId, ...]:
    """Return the entries of a batch whose stored leaf is not what their row gives: none, or damage."""
    return tuple(EntryId(id_) for (id_,) in _rows("SELECT * FROM ledger_damaged(%s)", (batch,)))


def unlinked(batch: int) -> int:
    """Return how many entries of a batch are unlinked: their persons were forgotten by decision."""
    count: int = wire.call("SELECT ledger_unlinked(%s)", (batch,))
    return count


def _totals(employer: int | None) -> tuple[Total, ...]:
    return tuple(
        Total(_month(month), Branch(branch), EntryKind(kind), count, Legs(*legs))
        for month, branch, kind, count, *legs in _rows("SELECT * FROM ledger_totals(%s)", (employer,))
    )


def _month(code: int) -> Month | None:
    return Month.from_code(code) if code else None


def entry_of(*row: Any) -> Entry:
    """Return the entry of a row of ENTRY_COLUMNS."""
    person, kind, branch, *legs = row[:8]
    region, month, employer, scheme, evidence, checked, reverses = row[8:15]
    id_, source_row, batch, posted_at, source_hash, source_kind, pack_version, leaf = row[15:]
    return Entry(
        person=PersonKey(person),
        kind=EntryKind(kind),
        branch=Branch(branch),
        legs=Legs(*legs),
        region=region,
        month=_month(month),
        employer=EmployerKey(employer),
        scheme=Scheme(scheme),
        evidence=Evidence(evidence),
        checked=Checked(checked),
        reverses=reverses and EntryId(reverses),
        id=EntryId(id_),
        row=source_row,
        batch=batch,
        posted_at=posted_at.astimezone(dt.UTC),
        source=Source(source_hash, source_kind),
        pack_version=pack_version,
        leaf_hash=leaf,
    )


def event_of(*row: Any) -> Event:
    """Return the event about a person of a row of EVENT_COLUMNS."""
    key, type_, payload, id_, source_row, posted_at, source, leaf = row
    return Event(
        subject_kind=SubjectKind.PERSON,
        subject_key=key,
        type=type_,
        payload=json.loads(payload),
        id=id_,
        row=source_row,
        posted_at=posted_at.astimezone(dt.UTC),
        source_hash=source,
        leaf_hash=leaf,
    )


def _rows(statement: str, parameters: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
    return wire.cursor().execute(statement, parameters, binary=True).fetchall()
