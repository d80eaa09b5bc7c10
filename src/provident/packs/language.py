"""The words a formula is written in: whole numbers, years of them, looked-up law, a few operations.

A formula is a plain function. The names of its parameters say what it needs: variables and
parameters of its own namespace by their last word, those of another as `namespace__name`, and
besides them `ops`, `year` (the year being worked out) and `previous` (the same variable a year
earlier). It has no branches, no loops and no fractions: it runs unchanged on one person's whole
numbers, on arrays of many persons, and on the bounds that prove that nothing overflows.
"""

from typing import Protocol


class Truth(Protocol):
    """Whether something holds; `&` and `|` join two."""

    def __and__(self, other: "Truth") -> "Truth": ...
    def __or__(self, other: "Truth") -> "Truth": ...


class Whole(Protocol):
    """A whole number, in the smallest unit its variable or parameter declares."""

    def __add__(self, other: "Whole | int") -> "Whole": ...
    def __radd__(self, other: int) -> "Whole": ...
    def __sub__(self, other: "Whole | int") -> "Whole": ...
    def __rsub__(self, other: int) -> "Whole": ...
    def __mul__(self, other: "Whole | int") -> "Whole": ...
    def __rmul__(self, other: int) -> "Whole": ...
    def __floordiv__(self, other: int) -> "Whole": ...
    def __mod__(self, other: int) -> "Whole": ...
    def __lt__(self, other: "Whole | int") -> Truth: ...
    def __le__(self, other: "Whole | int") -> Truth: ...
    def __gt__(self, other: "Whole | int") -> Truth: ...
    def __ge__(self, other: "Whole | int") -> Truth: ...


class Quotient(Protocol):
    """A quotient that is not rounded yet; the rounding declared for the variable does it."""


class Series(Protocol):
    """A variable of one person for each of some years."""


class Lookup(Protocol):
    """A parameter. Values are whole numbers; `one` is what stands for 1 (100 for cents)."""

    one: int

    def in_year(
        self, year: Whole | int, *, region: Whole | None = None, otherwise: int | None = None
    ) -> Whole:
        """Return the value in force throughout a year; `otherwise` where none is known."""

    def on(
        self, month: Whole | int, *, region: Whole | None = None, otherwise: int | None = None,
        needed: Truth | None = None,
    ) -> Whole:  # fmt: skip
        """Return the value in force on the first day of a month; 0, unasked, for whom it is not `needed`."""

    def at(self, key: Whole | int, *, on: Whole | None = None, region: Whole | None = None) -> Whole:
        """Return a table's entry for a key, from the table in force on the first day of a month."""


class Ops(Protocol):
    """The operations beyond arithmetic and comparison."""

    def where(self, condition: Truth, then: Whole | int, otherwise: Whole | int) -> Whole:
        """Return one of two numbers; both are worked out."""

    def same(self, left: Whole | int, right: Whole | int) -> Truth:
        """Say whether two numbers are equal."""

    def minimum(self, left: Whole | int, right: Whole | int) -> Whole:
        """Return the smaller."""

    def maximum(self, left: Whole | int, right: Whole | int) -> Whole:
        """Return the larger."""

    def quotient(self, number: Whole | int, by: Whole | int) -> Quotient:
        """Return number ÷ by, not rounded yet."""

    def share(self, number: Whole | int, times: Whole | int, by: Whole | int) -> Quotient:
        """Return number × times ÷ by, not rounded yet; the product may be as large as it likes."""

    def rounded(self, quotient: Quotient, rule: str) -> Whole:
        """Return a quotient rounded within a formula, by a rule of the pack's roundings.yaml."""

    def require(self, condition: Truth, requirement: str, value: Whole) -> Whole:
        """Return the value; refused by a sentence of the pack's requirements.yaml where it does not hold."""

    def total(self, series: Series) -> Whole:
        """Return the sum over the years."""

    def top(self, series: Series, count: Whole | int) -> Whole:
        """Return the sum of the largest years, so many of them."""

    def last(self, series: Series) -> Whole:
        """Return the last year's value; with no year, the value the variable starts with."""

    def count(self, series: Series) -> Whole:
        """Return how many years there are."""

    def year_of(self, day: Whole) -> Whole:
        """Return a day's year."""

    def month_of(self, day: Whole) -> Whole:
        """Return the month a day is in, counted: year × 12 + month - 1."""

    def day_of(self, day: Whole) -> Whole:
        """Return a day's number within its month."""
