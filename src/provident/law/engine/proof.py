"""Proving from the declared bounds that a formula stays within 64-bit numbers.

The formula is run once on spans instead of numbers. What comes out bounds every intermediate result
and says, for each rounding in the order of the calls, whether the product fits and is never negative;
the arrays then need no checks of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from provident.law.engine.rounding import Step
from provident.law.refusals import MayOverflow

_LEAST, _MOST = -(2**63), 2**63 - 1
YEARS_AT_MOST = 200


class Beyond(Exception):  # noqa: N818 - told on as a refusal by prove
    """Something may leave the 64-bit numbers."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What is known beforehand about one rounding."""

    product_fits: bool
    never_negative: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known beforehand about one formula."""

    roundings: tuple[Fit, ...]
    within: bool  # the result cannot leave its declared bounds


class Truth:
    """A condition of which nothing is known."""

    def __and__(self, _other: object) -> "Truth":
        return self

    __or__ = __rand__ = __ror__ = __and__


@dataclass(frozen=True, slots=True)
class Span:
    """Any whole number from low to high."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low < _LEAST or self.high > _MOST:
            raise Beyond(f"{self.low} … {self.high}")

    def __add__(self, other: "Span | int") -> "Span":
        one = span(other)
        return Span(self.low + one.low, self.high + one.high)

    def __sub__(self, other: "Span | int") -> "Span":
        one = span(other)
        return Span(self.low - one.high, self.high - one.low)

    def __rsub__(self, other: int) -> "Span":
        return span(other) - self

    def __mul__(self, other: "Span | int") -> "Span":
        return Span(*_product(self, span(other)))

    def __floordiv__(self, other: int) -> "Span":
        return Span(self.low // other, self.high // other)

    def __mod__(self, other: int) -> "Span":
        return Span(0, other - 1)

    __radd__, __rmul__ = __add__, __mul__

    def _unknown(self, _other: object) -> Truth:
        return Truth()

    __lt__ = __le__ = __gt__ = __ge__ = _unknown


def span(value: "Span | int") -> Span:
    """Return a number as the span that holds just it."""
    return value if isinstance(value, Span) else Span(int(value), int(value))


def _product(left: Span, right: Span) -> tuple[int, int]:
    corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    return min(corners), max(corners)


@dataclass(frozen=True, slots=True)
class SpanQuotient:
    """A quotient not rounded yet; its number may be beyond 64 bits."""

    low: int
    high: int
    by: Span

    def rounded(self, step: Step) -> tuple[Span, Fit]:
        """Return what rounding can give, and how it may be done."""
        if self.by.low <= 0:
            raise Beyond("÷ 0")
        divisors = [self.by.low * step.units, self.by.high * step.units]
        corners = [n // d for n in (self.low, self.high) for d in divisors]
        room = _MOST - divisors[1]
        fit = Fit(-room <= self.low and self.high <= room and divisors[1] <= _MOST, self.low >= 0)
        least = min(corners) if fit.never_negative else min(corners) - 1
        return Span(least * step.units, (max(corners) + 1) * step.units), fit


class SpanOps:
    """The operations on spans."""

    def __init__(self, rule: Callable[[str], Step]) -> None:
        self._rule = rule
        self.fits: list[Fit] = []

    def where(self, _condition: object, then: Any, otherwise: Any) -> Any:
        """Return what holds both, quotients included."""
        left, right = span(then), span(otherwise)
        return Span(min(left.low, right.low), max(left.high, right.high))

    def same(self, _left: object, _right: object) -> Truth:
        """Return an unknown."""
        return Truth()

    def minimum(self, left: Any, right: Any) -> Span:
        """Return the span of the smaller."""
        a, b = span(left), span(right)
        return Span(min(a.low, b.low), min(a.high, b.high))

    def maximum(self, left: Any, right: Any) -> Span:
        """Return the span of the larger."""
        a, b = span(left), span(right)
        return Span(max(a.low, b.low), max(a.high, b.high))

    def quotient(self, number: Any, by: Any) -> SpanQuotient:
        """Return a quotient of spans."""
        one = span(number)
        return SpanQuotient(one.low, one.high, span(by))

    def share(self, number: Any, times: Any, by: Any) -> SpanQuotient:
        """Return a quotient whose product may be beyond 64 bits."""
        return SpanQuotient(*_product(span(number), span(times)), span(by))

    def rounded(self, quotient: SpanQuotient, rule: str) -> Span:
        """Return what a rounding within the formula can give."""
        return self.finish(quotient, self._rule(rule))

    def finish(self, quotient: SpanQuotient, step: Step) -> Span:
        """Round and remember how it may be done."""
        found, fit = quotient.rounded(step)
        self.fits.append(fit)
        return found

    def require(self, _condition: object, _requirement: str, value: Any) -> Span:
        """Return the value."""
        return span(value)

    def total(self, series: Span) -> Span:
        """Return the span of a sum over as many years as there can be."""
        return Span(min(0, series.low * YEARS_AT_MOST), max(0, series.high * YEARS_AT_MOST))

    def top(self, series: Span, count: Any) -> Span:
        """Return the span of a sum of so many years."""
        times = span(count).high
        return Span(min(0, series.low * times), max(0, series.high * times))

    def last(self, series: Span) -> Span:
        """Return the span of one year."""
        return series

    def count(self, _series: Span) -> Span:
        """Return how many years there can be."""
        return Span(0, YEARS_AT_MOST)

    def year_of(self, day: Any) -> Span:
        """Return the years a day can be in."""
        one = span(day)
        return Span(1970 + one.low // 365 - 1, 1970 + one.high // 365 + 1)

    def month_of(self, day: Any) -> Span:
        """Return the months a day can be in."""
        return self.year_of(day) * 12 + Span(0, 11)

    def day_of(self, _day: Any) -> Span:
        """Return the days of a month."""
        return Span(1, 31)


class SpanLookup:
    """A parameter of which only the bounds count."""

    def __init__(self, one: int, low: int, high: int) -> None:
        self.one = one
        self._span = Span(low, high)

    def in_year(self, _year: object, *, otherwise: int | None = None, **_where: object) -> Span:
        """Return the bounds of the values."""
        return self._with(otherwise)

    def on(
        self, _month: object, *, otherwise: int | None = None, needed: object = None, **_where: object
    ) -> Span:
        """Return the bounds of the values, with the 0 of those who do not need one."""
        return self._with(otherwise if needed is None else 0)

    def at(self, _key: object, **_where: object) -> Span:
        """Return the bounds of the entries."""
        return self._span

    def _with(self, otherwise: int | None) -> Span:
        if otherwise is None:
            return self._span
        return Span(min(self._span.low, otherwise), max(self._span.high, otherwise))


def prove(
    name: str, call: Callable[[SpanOps], Any], ops: SpanOps, steps: tuple[Step, ...], bounds: Span
) -> Proof:
    """Run a formula on spans; refused if it may leave the 64-bit numbers."""
    try:
        result = call(ops)
        if isinstance(result, SpanQuotient):
            widest = max(steps, key=lambda step: step.units)
            result = ops.finish(result, widest)
        found = span(result)
    except Beyond as beyond:
        raise MayOverflow(formula=name, what=beyond) from None
    return Proof(tuple(ops.fits), bounds.low <= found.low and found.high <= bounds.high)
