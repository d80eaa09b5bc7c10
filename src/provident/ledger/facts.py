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
_COLUMNS = 13  # no month, then the twelve


@dataclass(frozen=True, slots=True)
class Grids:
    """What stands of each kind that occurs, by row and month (column 0: no month): how often, and its legs.

    The first axis of both arrays goes by the place of the kind in `kinds`.
    """

    kinds: tuple[EntryKind, ...]
    standing: Array
    legs: Array

    def of(self, kind: EntryKind) -> tuple[Array, Array]:
        """Return how often a kind stands and its legs; nothing anywhere if it does not occur."""
        if kind in self.kinds:
            at = self.kinds.index(kind)
            return self.standing[at], self.legs[at]
        return np.zeros(self.standing.shape[1:], "i8"), np.zeros(self.legs.shape[1:], "i8")


def grids(years: Sequence[RecordYear], rows: Sequence[int], count: int) -> Grids:
    """Return what stands in these years, each in its row of `count`; the other rows are empty."""
    told, lengths = _told(years)
    found = np.bincount(told["kind"])
    kinds = np.flatnonzero(found)
    found[kinds] = np.arange(len(kinds))
    row = np.repeat(np.array(rows, "i8"), lengths)
    months = (told["span"] >> 4) + np.int64(1)
    place = np.repeat((found[told["kind"]] * count + row) * _COLUMNS + (told["span"] & 0x0F), months)
    # The place of each month in its span: a count that starts anew with every span.
    place += np.arange(len(place)) - np.repeat(np.cumsum(months) - months, months)
    standing = np.zeros(len(kinds) * count * _COLUMNS, "i8")
    legs = np.zeros((len(standing), _LEGS), "i8")
    # Late entries, or those of keys joined, add to a month; where none do, adding would only take longer.
    put = np.add.at if np.bincount(place, minlength=1).max() > 1 else _assign
    put(standing, place, np.repeat(told["standing"].astype("i8"), months))
    put(legs, place, np.repeat(told["legs"].astype("i8"), months, axis=0))
    legs[standing == 0] = 0
    shape = (len(kinds), count, _COLUMNS)
    return Grids(
        tuple(EntryKind(kind) for kind in kinds.tolist()),
        standing.reshape(shape),
        legs.reshape(*shape, _LEGS),
    )


def _assign(target: Array, place: Array, values: Array) -> None:
    target[place] = values


def _told(years: Sequence[RecordYear]) -> tuple[Array, Sequence[int]]:
    """Return all facts in their order, and how many each year has."""
    packed = [year.packed for year in years]
    raw = b"".join(packed)
    told = np.frombuffer(raw, _NARROW, len(raw) // _NARROW.itemsize)
    # What lies before the first wide one is narrow, so that one shows.
    if bool((told["kind"] & _IS_WIDE).any()):
        apart = [list(_apart(one)) for one in packed]
        told = np.array([fact for facts in apart for fact in facts], _WIDE)
        told["kind"] &= ~np.uint8(_IS_WIDE)
        return told, [len(facts) for facts in apart]
    return told, [len(one) // _NARROW.itemsize for one in packed]


def _apart(packed: bytes) -> Iterator[tuple[object, ...]]:
    at = 0
    while at < len(packed):
        form = _WIDE if packed[at] & _IS_WIDE else _NARROW
        yield np.frombuffer(packed, form, 1, at)[0].item()
        at += form.itemsize
