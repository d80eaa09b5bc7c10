"""Reads: receipts, what employers owe, a person's enrolments and months."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from provident.filings.intake import originals
from provident.filings.months import Grade, Known, Place
from provident.filings.months import months as told
from provident.filings.posting.payments import open_groups
from provident.filings.posting.receipts import control_sum, whole_of
from provident.filings.reading.records import FileKind, Notice
from provident.filings.records import (
    EmployerStanding,
    Enrolment,
    FilingState,
    MonthFacts,
    Receipt,
    Withdrawal,
)
from provident.filings.refusals import NoSuchFiling, OriginalDamaged
from provident.kernel.clock import legal_day
from provident.kernel.keys import AccountId, EmployerKey, PersonKey
from provident.kernel.month import Month
from provident.kernel.opened import Opened
from provident.kernel.words import Branch, Checked, Evidence, Scheme
from provident.ledger import queries as ledger
from provident.ledger import wire

_RECEIPT = """
SELECT f.filing_id, f.state, f.kind, f.file_name, f.sha256, f.rows, f.entries, f.events, f.registered,
       f.batch_id, f.pack_version, f.received_at, f.posted_at, f.totals, f.warnings, f.keep_until,
       f.keep_basis, f.faults, f.withdrawn_at, f.withdrawn_by, f.withdrawn_reason
FROM filings_filing f
"""
# Keys in a sub-select: written in as they are, the server would plan the query anew for each person.
_ENROLMENTS = """
SELECT employer_key, branches, scheme, region, since_month, until_month, recorded_at FROM filings_enrolment
WHERE person_key = ANY (ARRAY(SELECT unnest($1::bigint[])))
  AND recorded_at <= coalesce($2::timestamptz, 'infinity')
  AND (superseded_at IS NULL OR superseded_at > coalesce($2::timestamptz, 'infinity'))
ORDER BY since_month, employer_key, branches
"""
# A sub-select for other questions about the same keys: who enrolled the person.
EMPLOYERS = (
    "SELECT employer_key FROM filings_enrolment WHERE person_key = ANY (ARRAY(SELECT unnest($1::bigint[])))"
)
# Both at one go: a page asks for both, and each question costs a way there and back.
_SPELLS_AND_GRADES = f"""
SELECT false, spell.* FROM ({_ENROLMENTS}) spell
UNION ALL
SELECT true, employer_key, branch, max(evidence), coalesce(max(checked) FILTER (WHERE checked < 3), 3),
       month, NULL, NULL
FROM (SELECT e.branch, e.month, e.employer_key, e.evidence, e.checked
      FROM ledger_entry e JOIN ledger_batch b USING (batch_id)
      WHERE e.person_key = ANY (ARRAY(SELECT unnest($1::bigint[]))) AND e.kind IN (1, 2) AND e.month > 0
        AND b.posted_at <= coalesce($2::timestamptz, 'infinity')
      GROUP BY e.branch, e.month, e.employer_key, e.evidence, e.checked
      HAVING sum(CASE WHEN e.reverses IS NULL THEN 1 ELSE -1 END) > 0) standing
GROUP BY branch, month, employer_key
"""


def filing(number: int) -> Receipt:
    """Return the receipt of a filing."""
    found = _receipts("WHERE f.filing_id = %s", [number])
    if not found:
        raise NoSuchFiling(filing=number)
    return found[0]


def receipts(employer: EmployerKey, *, at_most: int = 100) -> tuple[Receipt, ...]:
    """Return the latest filings that name an employer, the latest first."""
    return _receipts(
        "JOIN filings_named_employer n USING (filing_id) WHERE n.employer_key = %s "
        "ORDER BY f.filing_id DESC LIMIT %s",
        [employer, at_most],
    )


def filed_by(account: AccountId, *, at_most: int = 100) -> tuple[Receipt, ...]:
    """Return the latest files an account sent, refused ones too, the latest first."""
    return _receipts("WHERE f.filed_by = %s ORDER BY f.filing_id DESC LIMIT %s", [account, at_most])


def posted_with(sha256: bytes) -> Receipt | None:
    """Return the receipt of the posted filing with these bytes."""
    found = _receipts("WHERE f.state = 'posted' AND f.sha256 = %s", [sha256])
    return found[0] if found else None


def enrolments_question(keys: Sequence[PersonKey], known_on: dt.datetime | None = None) -> wire.Statement:
    """Return what enrolments asks of these keys, for whoever opens the record to ask it on the way."""
    return _ENROLMENTS, [list(keys), known_on]


def enrolments(opened: Opened, *, known_on: dt.datetime | None = None) -> tuple[Enrolment, ...]:
    """Return the person's enrolments, as known now or on a moment, oldest first."""
    return tuple(_enrolment(*row) for row in wire.ask(*enrolments_question(opened.keys, known_on)))


def _enrolment(employer: int, bits: int, scheme: int, region: int, since: int, *rest: Any) -> Enrolment:
    until, recorded_at = rest
    return Enrolment(
        EmployerKey(employer),
        _branches(bits),
        Scheme(scheme),
        region,
        Month.from_code(since),
        Month.from_code(until) if until else None,
        recorded_at,
    )


@cache
def _branches(bits: int) -> tuple[Branch, ...]:
    return tuple(branch for branch in Branch if bits >> branch & 1)


def months(
    opened: Opened, *, as_of: Month | None = None, known_on: dt.datetime | None = None
) -> tuple[MonthFacts, ...]:
    """Return what is known of the person's months up to `as_of`, as known now or on a moment.

    By branch, month and employer; *not insured* stands where nothing else is known between the first
    known month and the last.
    """
    return months_and_enrolments(opened, as_of=as_of, known_on=known_on)[0]


def months_and_enrolments(
    opened: Opened, *, as_of: Month | None = None, known_on: dt.datetime | None = None
) -> tuple[tuple[MonthFacts, ...], tuple[Enrolment, ...]]:
    """Return the person's months, and the enrolments they are told from."""
    today = legal_day(known_on or opened.at, ledger.installation().zone)
    spells, grades = _spells_and_grades(opened, known_on)
    known = Known(
        enrolments=spells,
        years=ledger.record_years(opened, known_on=known_on),
        grades=grades,
        today=today,
        as_of=as_of or Month.of(today),
    )
    return told(known), spells


def _spells_and_grades(
    opened: Opened, known_on: dt.datetime | None
) -> tuple[tuple[Enrolment, ...], dict[Place, Grade]]:
    """Return the enrolments, and of each month the weakest evidence and whether all could be checked."""
    spells: list[Enrolment] = []
    grades: dict[Place, Grade] = {}
    for graded, *row in wire.ask(_SPELLS_AND_GRADES, [list(opened.keys), known_on]):
        if graded:
            employer, branch, evidence, checked, month, *_ = row
            place = Place(Branch(branch), Month.from_code(month), EmployerKey(employer))
            grades[place] = Grade(Evidence(evidence), Checked(checked))
        else:
            spells.append(_enrolment(*row))
    spells.sort(key=lambda one: (one.since, one.employer))
    return tuple(spells), grades


def owed(employer: EmployerKey) -> EmployerStanding:
    """Return what an employer owes, month by month and branch by branch, and its credit."""
    groups = open_groups(np.array([employer], np.int64)).values()
    by_month = {
        (Month.from_code(group.owed.month), Branch(group.owed.branch)): group.owed.minor for group in groups
    }
    credit = wire.call(
        "SELECT coalesce(sum(amount - allocated), 0)::bigint FROM filings_payment "
        "WHERE employer_key = %s AND NOT withdrawn",
        (employer,),
    )
    oldest = min((month for month, _ in by_month), default=None)
    return EmployerStanding(employer, sum(by_month.values()), credit, oldest, by_month)


def _receipts(condition: str, facts: list[object]) -> tuple[Receipt, ...]:
    cursor = wire.cursor()
    cursor.execute(f"{_RECEIPT} {condition}", facts)
    names = [column.name for column in cursor.description or ()]
    return tuple(_receipt(dict(zip(names, row, strict=True))) for row in cursor.fetchall())


def _receipt(row: Mapping[str, Any]) -> Receipt:
    sums = tuple(control_sum(one["branch"], one["rows"], one["minor"]) for one in json.loads(row["totals"]))
    kind = FileKind(row["kind"]) if row["kind"] else None
    taken_back = None
    if row["withdrawn_at"]:
        taken_back = Withdrawal(row["withdrawn_at"], AccountId(row["withdrawn_by"]), row["withdrawn_reason"])
    return Receipt(
        filing=row["filing_id"],
        state=FilingState(row["state"]),
        kind=kind,
        file_name=row["file_name"],
        sha256=bytes(row["sha256"]),
        rows=row["rows"],
        entries=row["entries"],
        events=row["events"],
        registered=row["registered"],
        batch=row["batch_id"],
        pack_version=row["pack_version"],
        received_at=row["received_at"],
        posted_at=row["posted_at"],
        totals=sums,
        whole_minor=whole_of(kind, sums),
        warnings=tuple(Notice(one["code"], one["en"], one["zh"]) for one in json.loads(row["warnings"])),
        keep_until=row["keep_until"],
        keep_basis=row["keep_basis"],
        faults=row["faults"],
        withdrawal=taken_back,
    )


def report_of(number: int) -> Path | None:
    """Return the stored report on a refused filing, as CSV; None if there is none."""
    return _stored("report_sha256", number)


def shown_report_of(number: int) -> dict[str, Any]:
    """Return the first lines of the report on a refused filing, in both languages; empty if there is none."""
    path = _stored("shown_sha256", number)
    found: dict[str, Any] = json.loads(path.read_bytes()) if path else {}
    return found


def original_of(number: int) -> Path:
    """Return the stored original of a filing; refused if it is missing or was changed."""
    receipt = filing(number)
    path = originals.find(receipt.sha256)
    if path is None:
        raise OriginalDamaged(filing=number, sha256=receipt.sha256.hex())
    return path


def _stored(column: str, number: int) -> Path | None:
    cursor = wire.cursor()
    cursor.execute(f"SELECT {column} FROM filings_filing WHERE filing_id = %s", [number])
    row = cursor.fetchone()
    return originals.find(bytes(row[0])) if row and row[0] else None


def kept_files(day: dt.date) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """Return the SHA-256 of every stored file a filing still needs, and of those whose time is over."""
    cursor = wire.cursor()
    cursor.execute(
        "SELECT h, bool_or(f.keep_until IS NULL OR f.keep_until > %s) FROM filings_filing f, "
        "unnest(ARRAY[f.sha256, f.report_sha256, f.shown_sha256]) h WHERE h IS NOT NULL GROUP BY h",
        [day],
    )
    found = [(bytes(sha256), needed) for sha256, needed in cursor.fetchall()]
    return frozenset(h for h, needed in found if needed), frozenset(h for h, needed in found if not needed)
