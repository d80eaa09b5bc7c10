"""Payments: which claims they go to, and the entries that say so."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from provident.filings.checks.findings import Column, Ints
from provident.filings.posting.entries import paid_entries
from provident.filings.posting.splitting import Claims, split_groups, split_legs
from provident.filings.posting.spreading import Allocation, Owed, Paid, spread
from provident.kernel.words import EntryKind
from provident.ledger import wire
from provident.ledger.posting import posting
from provident.ledger.records import Posted, Source

_AT_ONCE = 500_000  # claims read and split at a time

_OWED = """
SELECT t.employer_key, t.month, t.branch, sum(CASE t.kind WHEN 1 THEN t.owed ELSE -t.owed END)::bigint,
       sum(t.rows) FILTER (WHERE t.kind = 1), array_agg(t.batch_id)
FROM filings_total t
WHERE t.employer_key = ANY (%s) AND NOT t.withdrawn AND (t.kind = 1 OR t.kind = 2 AND t.allocated)
GROUP BY t.employer_key, t.month, t.branch
HAVING sum(CASE t.kind WHEN 1 THEN t.owed ELSE -t.owed END) > 0
"""
_CREDIT = """
SELECT f.filing_id, f.source_hash, p.payment_id, p.employer_key, coalesce(p.month, 0), coalesce(p.branch, 0),
       p.amount - p.allocated
FROM filings_payment p JOIN filings_filing f USING (filing_id)
WHERE p.employer_key = ANY (%s) AND NOT p.withdrawn AND p.allocated < p.amount
ORDER BY f.filing_id, p.source_row
"""
_SPEND = """
UPDATE filings_payment p SET allocated = p.allocated + u.a
FROM (SELECT p, sum(a)::bigint AS a FROM unnest(%s, %s) u (p, a) GROUP BY p) u WHERE p.payment_id = u.p
"""
_ALLOCATED_TOTALS = """
INSERT INTO filings_total (employer_key, month, branch, kind, batch_id, filing_id, allocated, rows, owed)
SELECT u.e, u.m, u.b, %s, %s, %s, true, 0, sum(u.a) FROM unnest(%s, %s, %s, %s) u (e, m, b, a)
GROUP BY u.e, u.m, u.b
"""
_GROUP = np.dtype([("employer", "i8"), ("month", "i4"), ("branch", "i2")])
_CLAIM = np.dtype(
    [
        ("group", ">i4"),
        ("person", ">i8"),
        ("scheme", ">i2"),
        ("region", ">i4"),
        ("employee", ">i8"),
        ("employer", ">i8"),
        ("account", ">i8"),
        ("fund", ">i8"),
    ]
)


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """An employer's month and branch that is not paid in full, and where its entries are."""

    owed: Owed
    claims: int
    batches: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Allocated:
    """What became of some payments: where they went, and the batch that says so."""

    allocations: tuple[Allocation, ...]
    posted: Posted | None


def open_groups(employers: Ints) -> dict[tuple[int, int, int], OpenGroup]:
    """Return what the employers still owe, by employer, month and branch."""
    cursor = wire.cursor()
    cursor.execute(_OWED, (wire.Int8Array(np.unique(employers)),))
    return {
        (employer, month, branch): OpenGroup(Owed(employer, month, branch, owed), claims, tuple(batches))
        for employer, month, branch, owed, claims, batches in cursor.fetchall()
    }


def allocate(payments: Sequence[Paid], source: Source, pack_version: str) -> Allocated:
    """Allocate payments to open claims and post the entries that say so."""
    employers = np.array([payment.employer for payment in payments], np.int64)
    groups = open_groups(employers) if len(employers) else {}
    wanted = spread(payments, (group.owed for group in groups.values()))
    if not wanted:
        return Allocated((), None)
    amounts: dict[tuple[int, int, int], int] = {}
    for one in wanted:
        place = (one.employer, one.month, one.branch)
        amounts[place] = amounts.get(place, 0) + one.minor
    expected = sum(groups[place].claims for place in amounts)
    missing: dict[tuple[int, int, int], int] = {}
    with posting(source=source, pack_version=pack_version, expected_rows=expected) as batch:
        row = 1
        for places in _slices(list(amounts), groups):
            with batch.queries():
                claims = _claims(places, groups)
            entries = _pay(claims, places, amounts, missing, row)
            row += len(claims.person)
            batch.append(entries)
    return Allocated(_without(wanted, missing), batch.posted)


def _slices(
    places: list[tuple[int, int, int]], groups: dict[tuple[int, int, int], OpenGroup]
) -> list[list[tuple[int, int, int]]]:
    """Cut the groups into slices of a bounded number of claims."""
    slices: list[list[tuple[int, int, int]]] = [[]]
    claims = 0
    for place in places:
        claims += groups[place].claims
        if claims > _AT_ONCE and slices[-1]:
            slices.append([])
            claims = groups[place].claims
        slices[-1].append(place)
    return slices


def _claims(places: list[tuple[int, int, int]], groups: dict[tuple[int, int, int], OpenGroup]) -> Claims:
    asked = np.array(places, _GROUP)
    batches = np.unique([batch for place in places for batch in groups[place].batches])
    cursor = wire.cursor()
    cursor.execute(
        "SELECT filings_open_claims(%s, %s, %s, %s)",
        (
            wire.Int8Array(batches),
            wire.Int8Array(asked["employer"]),
            wire.Int4Array(asked["month"]),
            wire.Int2Array(asked["branch"]),
        ),
        binary=True,
    )
    row = cursor.fetchone()
    found = np.frombuffer(row[0] if row else b"", _CLAIM)
    wide = {
        name: found[name].astype(np.int64)
        for name in ("group", "person", "employee", "employer", "account", "fund")
    }
    return Claims(**wide, scheme=found["scheme"].astype(np.int16), region=found["region"].astype(np.int32))


def _pay(
    claims: Claims,
    places: list[tuple[int, int, int]],
    amounts: dict[tuple[int, int, int], int],
    missing: dict[tuple[int, int, int], int],
    first_row: int,
) -> Column:
    """Split each group's amount over its claims; what they cannot take goes into `missing`."""
    owed = np.zeros(len(places), np.int64)
    np.add.at(owed, claims.group, claims.total)
    takes = []
    for place, most in zip(places, owed.tolist(), strict=True):
        takes.append(min(amounts[place], most))
        if amounts[place] > most:
            missing[place] = amounts[place] - most
    legs = split_legs(split_groups(takes, claims.group, claims.total), claims)
    return paid_entries(claims, legs, np.array(places, _GROUP), first_row)


def _without(
    wanted: Sequence[Allocation], missing: dict[tuple[int, int, int], int]
) -> tuple[Allocation, ...]:
    """Take what could not be paid after all (claims corrected since) from the last allocations."""
    kept = []
    for one in reversed(wanted):
        place = (one.employer, one.month, one.branch)
        less = min(one.minor, missing.get(place, 0))
        if less:
            missing[place] -= less
        if one.minor > less:
            kept.append(Allocation(one.payment, *place, one.minor - less))
    return tuple(reversed(kept))


def record_allocations(filing: int, allocated: Allocated, numbers: dict[int, int]) -> None:
    """Write where payments went; `numbers` are the payments' own by the number the allocations carry."""
    if allocated.posted is None or not allocated.allocations:
        return
    parts = allocated.allocations
    cursor = wire.cursor()
    columns = {
        name: np.array([getattr(one, name) for one in parts], np.int64)
        for name in ("employer", "month", "branch", "minor")
    }
    payments = wire.Int8Array(np.array([numbers[one.payment] for one in parts], np.int64))
    minor = wire.Int8Array(columns["minor"])
    month, branch = wire.Int4Array(columns["month"]), wire.Int2Array(columns["branch"])
    cursor.execute(
        "INSERT INTO filings_allocation (payment_id, filing_id, batch_id, month, branch, amount) "
        "SELECT u.p, %s, %s, u.m, u.b, u.a FROM unnest(%s, %s, %s, %s) u (p, m, b, a)",
        (filing, allocated.posted.batch, payments, month, branch, minor),
    )
    cursor.execute(_SPEND, (payments, minor))
    employer = wire.Int8Array(columns["employer"])
    facts = (EntryKind.PAID, allocated.posted.batch, filing, employer, month, branch, minor)
    cursor.execute(_ALLOCATED_TOTALS, facts)


def allocate_credit(filing: int, employers: Ints, trigger: bytes, pack_version: str) -> None:
    """Allocate what earlier payments of these employers left over, payment filing by payment filing."""
    cursor = wire.cursor()
    cursor.execute(_CREDIT, (wire.Int8Array(np.unique(employers)),))
    by_filing: dict[bytes, list[Paid]] = {}
    for _, source_hash, *payment in cursor.fetchall():
        by_filing.setdefault(bytes(source_hash), []).append(Paid(*payment))
    for source_hash, payments in by_filing.items():
        made = hashlib.sha256(b"provident allocation\0" + source_hash + trigger).digest()
        allocated = allocate(payments, Source(made, "allocation"), pack_version)
        record_allocations(filing, allocated, {one.id: one.id for one in payments})
