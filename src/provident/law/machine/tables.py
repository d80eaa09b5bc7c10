"""Parameters and the calendar as tables a program reads by whole-number keys."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from provident.law.arrays import calendar
from provident.law.engine.index import Found, Index
from provident.law.engine.proof import Span
from provident.law.machine.code import Code, Cond, Truth, code, negated, select
from provident.law.machine.divided import NotForMachine

if TYPE_CHECKING:
    from provident.law.machine.person import Person

_GAP = -(2**63)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Values by consecutive keys; what is not known is a gap."""

    first: int
    values: Any
    gaps: bool

    @property
    def span(self) -> Span:
        """The bounds of the values."""
        known = self.values[self.values != _GAP] if self.gaps else self.values
        return Span(int(known.min()), int(known.max()))


class Days:
    """The calendar: months and days of the month by counted day."""

    @cached_property
    def months(self) -> Table:
        """Counted months."""
        return Table(calendar.FIRST, calendar.table()[0], gaps=False)

    @cached_property
    def days(self) -> Table:
        """Days of the month."""
        return Table(calendar.FIRST, calendar.table()[1], gaps=False)


DAYS = Days()


def read_table(key: Code, table: Table) -> Code:
    """Return the value of a key; who asks beyond the table is left to the arrays."""
    value, missing = _read(key, table)
    key.line.doubt(missing)
    return value


def _read(key: Code, table: Table) -> tuple[Code, Truth]:
    line, size = key.line, len(table.values)
    at = key - table.first
    if at.literal is not None and 0 <= at.literal < size and table.values[at.literal] != _GAP:
        return code(line, int(table.values[at.literal])), False
    missing: Truth = False
    if at.span.low < 0 or at.span.high >= size:
        missing = Cond(line, line.put(f"icmp uge i64 {at.name}, {size}"))
        at = select(missing, code(line, 0), at)
    name = line.loaded(table.values, at.name, table.values.dtype.itemsize)
    if table.gaps:
        gap = Cond(line, line.put(f"icmp eq i64 {name}, {_GAP}"))
        least = table.span.low
        return select(gap, code(line, least), Code(line, name, table.span)), missing | gap
    return Code(line, name, table.span), missing


class CodeLookup:
    """One parameter; who asks for what the pack does not know is left to the arrays."""

    def __init__(self, index: Index, person: "Person") -> None:
        self.one = index.one
        self._index = index
        self._person = person

    def in_year(self, year: Any, *, region: Any = None, otherwise: int | None = None) -> Any:
        """Return the value in force throughout a year."""
        place = self._place(region)
        value, missing = self._asked(year, ("in_year", place), lambda one: self._index.in_year(one, place))
        return self._or(value, missing, otherwise, (year, str, place))

    def on(self, month: Any, *, region: Any = None, otherwise: int | None = None, needed: Any = True) -> Any:
        """Return the value in force on the first day of a month; 0 for whom it is not needed."""
        if needed is False:
            return code(self._person.line, 0)
        place = self._place(region)
        value, missing = self._asked(month, ("on", place), lambda one: self._index.on(one, place))
        if needed is True:
            return self._or(value, missing, otherwise, (month, _month_text, place))
        self._person.line.doubt(missing & needed)
        none = code(self._person.line, 0)
        return none if value is None else select(needed, value, none)

    def at(self, key: Any, *, on: Any = None, region: Any = None) -> Any:
        """Return a table's entry."""
        place, line = self._place(region), self._person.line
        when = None if on is None else code(line, on)
        months = [None] if when is None else [when.span.low, *self._starts(when)]
        value, missing = self._asked(key, (f"at {months[0]}", place), partial(self._entry, months[0], place))
        for month in months[1:]:
            found = self._asked(key, (f"at {month}", place), partial(self._entry, month, place))
            value, missing = _later(when >= month, found, (value, missing))  # type: ignore[operator]
        return self._or(value, missing, None, (key, str, place))

    def _entry(self, month: int | None, place: int, key: int) -> Found | None:
        return self._index.at(key, month, place)

    def _starts(self, when: Code) -> Sequence[int]:
        """Return the months within bounds from which on another value may be in force."""
        known = self._index.starts
        return known[bisect_right(known, when.span.low) : bisect_right(known, when.span.high)]

    def _place(self, region: Any) -> int:
        place = 0 if region is None else code(self._person.line, region).literal
        if place is None:
            raise NotForMachine
        return place

    def _asked(
        self, key: Any, how: tuple[str, int], ask: Callable[[int], Found | None]
    ) -> tuple[Code | None, Truth]:
        """Return a value and whether it is missing; without a value it always is."""
        line = self._person.line
        asked = code(line, key)
        if asked.literal is not None:
            found = ask(asked.literal)
            return (None, True) if found is None else (code(line, found[0]), False)
        table = self._person.table((self._index.parameter.id, *how), asked.span, ask)
        return (None, True) if table is None else _read(asked, table)

    def _or(
        self, value: Code | None, missing: Truth, otherwise: int | None,
        asked: tuple[Any, Callable[[int], str], int],
    ) -> Code:  # fmt: skip
        key, text, place = asked
        line = self._person.line
        if otherwise is not None:
            return code(line, otherwise) if value is None else select(missing, code(line, otherwise), value)
        if value is None:
            known = code(line, key).literal
            if known is not None:
                raise self._index.refusal(text(known), place)
            value = code(line, self._index.low)
        line.doubt(missing)
        return value


def _later(
    since: Truth, found: tuple[Code | None, Truth], before: tuple[Code | None, Truth]
) -> tuple[Code | None, Truth]:
    """Return what was found from a month on, before it what was found for the time before."""
    value, known = found[0], before[0]
    chosen = value if known is None else known if value is None else select(since, value, known)
    return chosen, (since & found[1]) | (negated(since) & before[1])


def _month_text(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def table_of(bounds: Span, ask: Callable[[int], Found | None]) -> Table | None:
    """Return the known values between bounds; None if there is none."""
    found = {key: one[0] for key in range(bounds.low, bounds.high + 1) if (one := ask(key)) is not None}
    if not found:
        return None
    first, last = min(found), max(found)
    values = np.array([found.get(key, _GAP) for key in range(first, last + 1)], dtype=np.int64)
    return Table(first, values, gaps=bool((values == _GAP).any()))
