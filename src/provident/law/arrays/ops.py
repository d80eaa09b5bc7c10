"""The operations of formulas on arrays of many persons, exact in 64-bit whole numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from provident.kernel.rounding import Rounding, divide
from provident.law.arrays import calendar
from provident.law.arrays.wide import floor_share
from provident.law.engine import numbers
from provident.law.engine.proof import Fit
from provident.law.engine.rounding import Step

if TYPE_CHECKING:
    from provident.law.arrays.rows import Rows
    from provident.law.engine.many import Many

# One number for everybody, or one for each person.
Values = Any


_BEYOND = 2**63
_NOT_THERE = -(2**63)  # sorts below every value a variable may have


@dataclass(frozen=True, slots=True)
class ArrayQuotient:
    """number × times ÷ by for everybody, not rounded yet."""

    number: Values
    times: Values
    by: Values


def whole(value: Values) -> bool:
    """Say whether a value is one plain number for everybody."""
    return isinstance(value, int)


def rounded(quotient: ArrayQuotient, step: Step, fit: Fit) -> Values:
    """Round for everybody; `fit` says what the declared bounds have proven."""
    number, times, by = quotient.number, quotient.times, quotient.by
    if isinstance(number, int) and isinstance(times, int) and isinstance(by, int):
        return divide(number * times, by * step.units, step.mode) * step.units
    by = by * step.units if step.units != 1 else by
    if step.mode is not Rounding.HALF_EVEN and (
        (fit.product_fits and fit.never_negative) or _fits(number, times, by)
    ):
        result = _small(number, times, by, step.mode)
    else:
        result = _large(number, times, by, step.mode)
    if step.units != 1:
        result *= step.units
    return result


def _fits(number: Values, times: Values, by: Values) -> bool:
    """Say whether these very numbers are not negative and their product stays within 64 bits."""
    (low, high), (least, most) = _ends(number), _ends(times)
    return low >= 0 and least >= 0 and high * most + _ends(by)[1] < _BEYOND


def _ends(values: Values) -> tuple[int, int]:
    return (values, values) if whole(values) else (int(values.min(initial=0)), int(values.max(initial=0)))


def _small(number: Values, times: Values, by: Values, mode: Rounding) -> Any:
    """Round a product that fits and is never negative."""
    product: Any = number if whole(times) and times == 1 else number * times
    owned = product is not number  # then it is ours to write to
    if whole(product):
        product, owned = np.full(np.shape(by), product, dtype=np.int64), True
    more = 0 if mode is Rounding.DOWN else by - 1 if mode is Rounding.UP else by // 2
    if not (whole(more) and more == 0):
        product = np.add(
            product, more, out=product if owned and np.shape(more) in {(), product.shape} else None
        )
        owned = True
    if whole(by) and by == 1:
        return product if owned else product.copy()
    # What is never negative is divided as unsigned numbers: a third less work.
    top, under = product.view(np.uint64), np.uint64(by) if whole(by) else by.view(np.uint64)
    return np.floor_divide(top, under, out=top if owned and np.ndim(by) in {0, product.ndim} else None).view(
        np.int64
    )


def _large(number: Values, times: Values, by: Values, mode: Rounding) -> Any:
    """Round anything: floor and remainder of the absolute value, then the mode, then the sign."""
    a, b = np.asarray(number, dtype=np.int64), np.asarray(times, dtype=np.int64)
    negative = (a < 0) != (b < 0)
    floor, rest = floor_share(np.abs(a), np.abs(b), by)
    if mode is Rounding.UP:
        floor = floor + (rest > 0)
    elif mode is Rounding.HALF_UP:
        floor = floor + (rest >= by - rest)
    elif mode is Rounding.HALF_EVEN:
        floor = floor + ((rest > by - rest) | ((rest == by - rest) & (floor % 2 == 1)))
    return np.where(negative, -floor, floor)


def chosen(condition: Any, then: Values, otherwise: Values) -> Values:
    """Return one of two for each; looking first whether it is one for all costs little and saves much."""
    if condition.all():
        return then
    return np.where(condition, then, otherwise) if condition.any() else otherwise


class ArrayOps:
    """The operations on arrays; one for each evaluation of a formula."""

    __slots__ = ("_decimals", "_fits", "_many")

    def __init__(self, many: "Many", fits: Sequence[Fit], decimals: int) -> None:
        self._many = many
        self._fits: Iterator[Fit] = iter(fits)
        self._decimals = decimals

    def where(self, condition: Any, then: Values, otherwise: Values) -> Values:
        """Return one of two for everybody."""
        if isinstance(condition, bool):
            return then if condition else otherwise
        return chosen(condition, then, otherwise)

    def same(self, left: Values, right: Values) -> Any:
        """Say for everybody whether two are equal."""
        return left == right

    def minimum(self, left: Values, right: Values) -> Values:
        """Return the smaller."""
        return min(left, right) if whole(left) and whole(right) else np.minimum(left, right)

    def maximum(self, left: Values, right: Values) -> Values:
        """Return the larger."""
        return max(left, right) if whole(left) and whole(right) else np.maximum(left, right)

    def quotient(self, number: Values, by: Values) -> ArrayQuotient:
        """Return number ÷ by."""
        return ArrayQuotient(number, 1, by)

    def share(self, number: Values, times: Values, by: Values) -> ArrayQuotient:
        """Return number × times ÷ by."""
        return ArrayQuotient(number, times, by)

    def rounded(self, quotient: ArrayQuotient, rule: str) -> Values:
        """Return a quotient rounded by a rule."""
        return rounded(quotient, self._many.law.step(rule, self._decimals), next(self._fits))

    def finish(self, quotient: ArrayQuotient, steps: Sequence[tuple[Any, Step]]) -> Values:
        """Round a formula's result; each step comes with those it is for (None: everybody)."""
        fit = next(self._fits)
        if len(steps) == 1:
            return rounded(quotient, steps[0][1], fit)
        wide = Fit(product_fits=False, never_negative=False)
        result: Values = 0
        for mask, step in steps:
            result = np.where(mask, rounded(quotient, step, fit if fit.product_fits else wide), result)
        return result

    def require(self, condition: Any, requirement: str, value: Values) -> Values:
        """Return the value; those for whom the condition does not hold are refused."""
        self._many.require(condition, requirement)
        return value

    def total(self, series: "Rows") -> Values:
        """Return the sum over the years."""
        result: Values = 0
        for _, values in series.each():
            result = _added(result, values)
        return result

    def top(self, series: "Rows", count: Values) -> Values:
        """Return the sum of the largest years."""
        least = count if whole(count) else int(np.min(count))
        if len(series) <= least and series.never_negative:
            return self.total(series)
        beyond = _NOT_THERE if series.ragged else None
        stacked = np.empty((self._many.size, len(series)), dtype=np.int64)
        for at, (_, values) in enumerate(series.each(outside=beyond)):
            stacked[:, at] = values
        return _top(stacked, count)

    def last(self, series: "Rows") -> Values:
        """Return the last year's value."""
        return series.last()

    def count(self, series: "Rows") -> Values:
        """Return how many years there are."""
        if not series.ragged:
            return len(series)
        return sum(
            (mask.astype(np.int64) for mask in series.masks()), np.zeros(self._many.size, dtype=np.int64)
        )

    def year_of(self, day: Values) -> Values:
        """Return the year of a day."""
        if whole(day):
            return numbers.year_of(day)
        return calendar.year_of(day)

    def month_of(self, day: Values) -> Values:
        """Return the counted month of a day."""
        if whole(day):
            return numbers.month_of(day)
        return calendar.month_of(day)

    def day_of(self, day: Values) -> Values:
        """Return the number of a day within its month."""
        if whole(day):
            return numbers.day_of(day)
        return calendar.day_of(day)


def _added(total: Values, values: Values) -> Values:
    """Return total + values, in place where the total is ours."""
    if isinstance(total, np.ndarray):
        total += values
        return total
    return values + total


def _top(stacked: Any, count: Values) -> Any:
    """Return the sums of the largest `count` of each row; years a person does not have never count."""
    result = np.zeros(len(stacked), dtype=np.int64)
    counts = np.full(len(stacked), count) if whole(count) else count
    for one in np.unique(counts):
        mine = counts == one
        part, columns = stacked[mine], stacked.shape[1]
        taken = part if one >= columns else np.partition(part, columns - one, axis=1)[:, columns - one :]
        taken = np.where(taken == _NOT_THERE, 0, taken)
        result[mine] = taken.sum(axis=1)
    return result
