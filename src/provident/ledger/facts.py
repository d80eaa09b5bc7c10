"""The packed facts of a whole life as arrays: sums over hundreds of years at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from provident.ledger.arrays import Array
from provident.ledger.records import RecordYear

_LEGS = 5
_EACH_LEG = np.arange(_LEGS)
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


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts one after the other, as ledger_record_year has them; `year` says of which of the years given.

    A fact says the same of each of `months` months, the first of which is `first` (0 to 11). What names no
    month says it of none.
    """

    year: Array
    branch: Array
    kind: Array
    first: Array
    months: Array
    standing: Array
    legs: Array  # five to each

    def of(self, chosen: Array) -> "Facts":
        """Return some of the facts, by number or by flag."""
        parts = (self.year, self.branch, self.kind, self.first, self.months, self.standing, self.legs)
        return Facts(*(part[chosen] for part in parts))


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
    branch, kind, span, standing, legs = (
        told[name].astype("i8") for name in ("branch", "kind", "span", "standing", "legs")
    )
    first = (span & 0x0F) - 1
    months = np.where(first < 0, 0, (span >> 4) + 1)
    return Facts(year, branch, kind, first, months, standing, legs)


def by_month(facts: Facts, places: Array, count: int, *values: Array) -> list[Array]:
    """Return what each value comes to in each of `count` places, each fact in its own, month by month."""
    # The place of each month of a fact: a count that starts anew with every fact.
    begins = places * 12 + facts.first - (facts.months.cumsum() - facts.months)
    every = begins.repeat(facts.months)
    every += np.arange(len(every))
    found = []
    for value in values:
        grid = np.zeros(count * 12, "i8")
        np.add.at(grid, every, value.repeat(facts.months))
        found.append(grid.reshape(count, 12))
    return found


def by_year(facts: Facts, places: Array, count: int) -> tuple[Array, Array]:
    """Return how often something stands in each of `count` places, all months together, and its five legs."""
    standing, legs = np.zeros(count, "i8"), np.zeros(count * _LEGS, "i8")
    np.add.at(standing, places, facts.standing * facts.months)
    # One leg after the other: numpy is many times faster at adding numbers than rows.
    every = (places[:, None] * _LEGS + _EACH_LEG).ravel()
    np.add.at(legs, every, (facts.legs * facts.months[:, None]).ravel())
    return standing, legs.reshape(count, _LEGS)
