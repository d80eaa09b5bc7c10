"""The packed facts of a whole life as arrays: sums over hundreds of years at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from provident.kernel.words import EntryKind
from provident.ledger.arrays import Array
from provident.ledger.records import RecordYear

_LEGS = 5
_NARROW = np.dtype([("kind", "u1"), ("span", "u1"), ("standing", ">i2"), ("legs", ">i4", (_LEGS,))])
_WIDE = np.dtype([("kind", "u1"), ("span", "u1"), ("standing", ">i2"), ("legs", ">i8", (_LEGS,))])
_IS_WIDE = 0x80


@dataclass(frozen=True, slots=True)
class Facts:
    """One fact an element: what entries of one kind add up to in each month of a span.

    `row` is the place of the fact's year among the years given; `legs` has a column for each leg.
    """

    row: Array
    kind: Array
    first: Array  # month of the year, 0 where the year is 0
    months: Array  # how many in a row
    standing: Array
    legs: Array


@dataclass(frozen=True, slots=True)
class Grid:
    """What stands of one kind, by row and month (column 0: no month): how often, and its legs."""

    standing: Array
    legs: Array


def facts_of(years: Sequence[RecordYear]) -> Facts:
    """Return the facts of these years."""
    raw = b"".join([year.packed for year in years])
    lengths = [len(year.packed) for year in years]
    told = np.frombuffer(raw, _NARROW, len(raw) // _NARROW.itemsize)
    # What lies before the first wide one is narrow, so that one shows.
    if bool((told["kind"] & _IS_WIDE).any()):
        told, lengths = _widened(years)
    else:
        lengths = [length // _NARROW.itemsize for length in lengths]
    return Facts(
        row=np.repeat(np.arange(len(years)), lengths),
        kind=told["kind"].astype("i2"),
        first=told["span"].astype("i2") & 0x0F,
        months=(told["span"].astype("i2") >> 4) + 1,
        standing=told["standing"].astype("i8"),
        legs=told["legs"].astype("i8"),
    )


def _widened(years: Sequence[RecordYear]) -> tuple[Array, list[int]]:
    apart = [list(_apart(year.packed)) for year in years]
    told = np.array([one for facts in apart for one in facts], _WIDE)
    told["kind"] &= ~np.uint8(_IS_WIDE)
    return told, [len(facts) for facts in apart]


def _apart(packed: bytes) -> Iterator[tuple[object, ...]]:
    at = 0
    while at < len(packed):
        form = _WIDE if packed[at] & _IS_WIDE else _NARROW
        yield np.frombuffer(packed, form, 1, at)[0].item()
        at += form.itemsize


def grid(facts: Facts, kind: EntryKind, rows: int) -> Grid:
    """Return what stands of a kind, by row and month; rows beyond the years given stay empty."""
    of_kind = facts.kind == kind
    months = facts.months[of_kind]
    place = np.repeat(facts.row[of_kind] * 13 + facts.first[of_kind], months)
    # The place of each month in its span: a count that starts anew with every span.
    place += np.arange(len(place)) - np.repeat(np.cumsum(months) - months, months)
    standing = np.zeros(rows * 13, "i8")
    legs = np.zeros((rows * 13, _LEGS), "i8")
    np.add.at(standing, place, np.repeat(facts.standing[of_kind], months))
    np.add.at(legs, place, np.repeat(facts.legs[of_kind], months, axis=0))
    legs[standing == 0] = 0
    return Grid(standing.reshape(rows, 13), legs.reshape(rows, 13, _LEGS))
