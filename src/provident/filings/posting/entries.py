"""Turning a checked file into money entries, slice by slice, in the order of its rows."""

from collections.abc import Iterator

import numpy as np

from provident.filings.checks.findings import Column, Ints, Rows
from provident.filings.checks.whole import TAKEN_ON, Examined
from provident.filings.posting.splitting import Claims, Legs
from provident.filings.reading.records import FileKind
from provident.kernel.words import Checked, EntryKind
from provident.ledger.arrays import ENTRY_DTYPE

_SLICE = 65_536


def entries_of(examined: Examined, keys: Ints) -> Iterator[Column]:
    """Yield the entries the rows state; `keys` are the person keys by place, newcomers' included."""
    lines, stated = examined.lines.place, examined.stated.place
    for start in range(0, len(examined.identified.rows), _SLICE):
        stop = start + _SLICE
        mine = slice(*np.searchsorted(lines, (start, stop)))
        other = slice(*np.searchsorted(stated, (start, stop)))
        parts = []
        if mine.start < mine.stop:
            parts.append(_contributions(examined, keys, mine))
        if other.start < other.stop:
            parts.append(_balances(examined, keys, other))
        if len(parts) == 2:
            both = np.concatenate(parts)
            yield both[np.argsort(both["row"])]
        elif parts:
            yield parts[0]


def _contributions(examined: Examined, keys: Ints, piece: slice) -> Column:
    rows, lines = examined.identified.rows, examined.lines
    where = lines.place[piece]
    entries = _blank(len(where))
    _place(examined, entries, where, (keys[lines.person[piece]], lines.employer[piece]))
    entries["kind"] = EntryKind.DECLARED
    if examined.identified.gathered.kind is FileKind.TAKE_ON:
        entries["kind"] = TAKEN_ON[rows.kind[where]]
        entries["evidence"] = rows.evidence[where]
    entries["scheme"], entries["region"] = lines.scheme[piece], lines.region[piece]
    entries["base"] = lines.base[piece]
    entries["employee"], entries["employer_share"] = lines.employee[piece], lines.employer_share[piece]
    entries["account"] = examined.judged.account[piece]
    entries["fund"] = entries["employee"] + entries["employer_share"] - entries["account"]
    entries["checked"] = examined.judged.checked[piece]
    return entries


def _balances(examined: Examined, keys: Ints, piece: slice) -> Column:
    """Return opening balances, interest and benefits.

    A balance goes to the account unless the file says which part does; interest moves from the
    fund to the account; a benefit is paid from the fund unless the file says which part is not.
    """
    rows, stated = examined.identified.rows, examined.stated
    where = stated.place[piece]
    entries = _blank(len(where))
    _place(examined, entries, where, (keys[stated.person[piece]], stated.employer[piece]))
    kind = TAKEN_ON[rows.kind[where]]
    amount, given = rows.amount.minor[where], rows.account.given[where]
    part = np.where(given, rows.account.minor[where], np.where(kind == EntryKind.BENEFIT_PAID, 0, amount))
    entries["kind"], entries["evidence"] = kind, rows.evidence[where]
    entries["scheme"], entries["region"] = 1, stated.region[piece]
    sign = np.where(kind == EntryKind.BENEFIT_PAID, -1, 1)
    entries["account"] = sign * part
    entries["fund"] = np.where(kind == EntryKind.INTEREST_CREDITED, -part, sign * (amount - part))
    return entries


def _blank(count: int) -> Column:
    entries = np.zeros(count, ENTRY_DTYPE)
    entries["checked"] = Checked.NOT_APPLICABLE
    return entries


def _place(examined: Examined, entries: Column, where: Rows, who: tuple[Ints, Column]) -> None:
    """Fill in which row, person, employer, branch and month."""
    rows = examined.identified.rows
    entries["row"], entries["branch"], entries["month"] = (
        rows.row[where],
        rows.branch[where],
        rows.month[where],
    )
    person, employer = who
    entries["person"] = person
    entries["employer"] = np.append(examined.identified.employer_keys, 0)[employer]


def paid_entries(claims: Claims, legs: Legs, groups: Column, first_row: int) -> Column:
    """Return the entries that pay parts of claims; `groups` holds employer, month and branch by group."""
    entries = _blank(len(claims.person))
    entries["row"] = np.arange(first_row, first_row + len(entries))
    entries["person"], entries["scheme"], entries["region"] = claims.person, claims.scheme, claims.region
    for name in ("employer", "month", "branch"):
        entries[name] = groups[name][claims.group]
    entries["kind"] = EntryKind.PAID
    entries["employee"], entries["employer_share"] = legs.employee, legs.employer
    entries["account"], entries["fund"] = legs.account, legs.fund
    return entries[legs.employee + legs.employer > 0]
