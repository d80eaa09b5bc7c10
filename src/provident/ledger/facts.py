"""The packed facts of a whole life as arrays: sums over hundreds of years at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from provident.kernel.words import EntryKind
from provident.ledger.arrays import Array
from provident.ledger.records import RecordYear

_LEGS = 5
_FORMS = {
    width: np.dtype(
        [
            ("kind", "u1"),
            ("branch", "u1"),
            ("standing", ">i2"),
            ("legs", f">i{width}", (_LEGS,)),
            ("span", "u1"),
        ]
    )
    for width in (4, 8)
}
_COLUMNS = 13  # no month, then the twelve


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts one after the other, as ledger_record_year has them; `year` says of which of the years given."""

    year: Array
    branch: Array
    kind: Array
    span: Array
    standing: Array
    legs: Array  # five to each


def facts_of(years: Sequence[RecordYear]) -> Facts:
    """Return the facts of all these years in their order."""
    packed = [part for year in years for part in year.packed]
    at = [number for number, year in enumerate(years) for _ in year.packed]
    if len({part[0] for part in packed}) > 1:
        told = [np.frombuffer(part, _FORMS[part[0]], offset=1).astype(_FORMS[8]) for part in packed]
        return _side_by_side(np.concatenate(told), np.repeat(at, [len(one) for one in told]))
    form = _FORMS[packed[0][0] if packed else 4]
    lengths = [len(part) // form.itemsize for part in packed]
    raw = b"".join([part[1:] for part in packed])
    return _side_by_side(np.frombuffer(raw, form), np.repeat(np.array(at, "i8"), lengths))


def _side_by_side(told: Array, year: Array) -> Facts:
    return Facts(
        year,
        told["branch"].astype("i8"),
        told["kind"].astype("i8"),
        told["span"].astype("i8"),
        told["standing"].astype("i8"),
        told["legs"].astype("i8"),
    )


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


def grids(facts: Facts, rows: Array, count: int) -> Grids:
    """Return what stands, each fact in its row of `count`; the other rows are empty."""
    found = np.bincount(facts.kind)
    kinds = np.flatnonzero(found)
    found[kinds] = np.arange(len(kinds))
    months = (facts.span >> 4) + 1
    place = np.repeat((found[facts.kind] * count + rows) * _COLUMNS + (facts.span & 0x0F), months)
    # The place of each month in its span: a count that starts anew with every span.
    place += np.arange(len(place)) - np.repeat(np.cumsum(months) - months, months)
    standing = np.zeros(len(kinds) * count * _COLUMNS, "i8")
    legs = np.zeros((len(standing), _LEGS), "i8")
    # Late entries, or those of keys joined, add to a month; where none do, adding would only take longer.
    put = np.add.at if np.bincount(place, minlength=1).max() > 1 else _assign
    put(standing, place, np.repeat(facts.standing, months))
    put(legs, place, np.repeat(facts.legs, months, axis=0))
    legs[standing == 0] = 0
    shape = (len(kinds), count, _COLUMNS)
    return Grids(
        tuple(EntryKind(kind) for kind in kinds.tolist()),
        standing.reshape(shape),
        legs.reshape(*shape, _LEGS),
    )


def _assign(target: Array, place: Array, values: Array) -> None:
    target[place] = values
