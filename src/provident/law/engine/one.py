"""One person: plain whole numbers, every step kept."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from provident.kernel.refusal import Refusal
from provident.law.engine import numbers
from provident.law.engine.index import Index
from provident.law.engine.plan import Bound, Law, Node, Role
from provident.law.engine.rounding import Quotient, Step, unnamed
from provident.law.engine.trace import Given, Reading, StepTaken, Trace
from provident.law.refusals import NoFormula, NotGiven, NotMet, NotReported, OutOfBound

VALUE, OPS, LOOKUP, YEAR, PREVIOUS = Role.VALUE, Role.OPS, Role.LOOKUP, Role.YEAR, Role.PREVIOUS


@dataclass(frozen=True, slots=True)
class Series:
    """A variable of this person over some years."""

    node: Node
    years: tuple[int, ...]
    start: int | None  # what `last` is when there is no year
    values: tuple[int, ...] = ()


class One:
    """One person's calculation. `given` holds single values, `series` those of years."""

    def __init__(
        self,
        law: Law,
        calculation: str,
        given: Mapping[str, Given],
        series: Mapping[str, Mapping[int, Given]],
        unreadable: Mapping[tuple[str, int | None], Refusal] | None = None,
    ) -> None:
        self.law = law
        self.given = given
        self.series = series
        self._unreadable = unreadable or {}
        self.trace = Trace(law, calculation)
        self._known: dict[tuple[str, int | None], int | Refusal] = {}
        # Somebody's givens may alter what is otherwise the same for everybody.
        self._alters = bool(law.constant_names & {*given, *series})
        self._lookups: dict[int, OneLookup] = {}
        self.readings: list[Reading] = []
        self._ops = OneOps(self)
        self._decimals = 0

    def value(self, node: Node) -> int:
        """Return a variable of the person; refused if it cannot be known."""
        return self._kept(node, None)

    def row(self, node: Node, year: int) -> int:
        """Return a variable of one year."""
        return self._kept(node, year)

    def _kept(self, node: Node, year: int | None) -> int:
        key = (node.variable.id, year)
        known = self._known.get(key)
        if known.__class__ is int:
            return known
        if known is None:
            if node.constant and not self._alters and key in self.law.constants:
                self._adopt(key)
                return self._known[key]  # type: ignore[return-value]
            try:
                known = self._worked(node, year)
            except Refusal as refusal:
                known = refusal
            self._known[key] = known
            if node.constant and not isinstance(known, Refusal) and not self._alters:
                self.law.constants[key] = self.trace.steps[-1]
        if isinstance(known, Refusal):
            raise known
        return known

    def _adopt(self, key: tuple[str, int | None]) -> None:
        """Take over a step that is the same for everybody, and those it rests on."""
        waiting = [key]
        while waiting:
            step = self.law.constants[waiting[-1]]
            lacking = [one for one in step.inputs if one not in self._known and one in self.law.constants]
            if lacking:
                waiting.extend(lacking)
                continue
            done = waiting.pop()
            if done not in self._known:
                self._known[done] = step.value
                self.trace.steps.append(step)

    def _worked(self, node: Node, year: int | None) -> int:
        variable = node.variable
        given = self.given.get(variable.id) if year is None else self.series.get(variable.id, {}).get(year)
        if given is not None:
            if (variable.id, year) in self._unreadable:
                raise self._unreadable[variable.id, year]
            value = self._within(node, given.value)
            self.trace.steps.append(StepTaken(node, year, value, given))
            return value
        if not node.bounds:
            return self._absent(node, year)
        try:
            return self._computed(node, year)
        except NotGiven:
            if node.variable.absent is None:
                raise
            return self._absent(node, year)

    def _computed(self, node: Node, year: int | None) -> int:
        when = self._when(node, year)
        bound = node.chosen(when)
        if bound is None:
            raise self._no_formula(node, when)
        return self._by_formula(node, year, bound, when)

    def _absent(self, node: Node, year: int | None) -> int:
        """Return what stands for a value nobody gave, or that rests on one nobody gave."""
        if node.variable.absent is None:
            name = node.variable.name
            raise NotGiven(name=name) if year is None else NotReported(name=name, year=year)
        absent = Given(node.variable.absent, "default")
        self.trace.steps.append(StepTaken(node, year, absent.value, absent))
        return absent.value

    def _when(self, node: Node, year: int | None) -> int | None:
        if node.dated_by is not None:
            same_year = year if node.dated_by.yearly else None
            return self._kept(node.dated_by, same_year)
        return year

    def _by_formula(self, node: Node, year: int | None, bound: Bound, when: int | None) -> int:
        inputs: list[tuple[str, int | None]] = []
        arguments: list[Any] = []
        known = self._known
        for one in bound.arguments:
            needed, role = one.node, one.role
            if role is VALUE and needed is not None:  # by far the most frequent
                key = (needed.variable.id, year if needed.yearly else None)
                inputs.append(key)
                value = known.get(key)
                arguments.append(value if value.__class__ is int else self._kept(needed, key[1]))
            elif role is OPS:
                arguments.append(self._ops)
            elif role is YEAR:
                arguments.append(year)
            elif role is LOOKUP:
                arguments.append(self._lookups.get(id(one.index)) or self._lookup(one.index))
            elif needed is None:
                raise TypeError(role)
            elif role is PREVIOUS:
                arguments.append(self._previous(needed, year, inputs))
            else:
                arguments.append(self._series(needed, inputs))
        outer, self.readings = self.readings, []
        decimals, self._decimals = self._decimals, node.variable.decimals
        try:
            result = bound.formula.function(*arguments)
            readings = tuple(self.readings)
        finally:
            self.readings, self._decimals = outer, decimals
        exact = step = None
        if isinstance(result, Quotient):
            exact, step = result, self._step(bound, when, inputs)
            value = exact.rounded(step)
        else:
            value = int(result)
        variable = node.variable
        if not variable.low <= value <= variable.high:
            raise out_of_bound(node)
        self.trace.steps.append(
            StepTaken(node, year, value, None, bound, tuple(inputs), readings, exact, step)
        )
        return value

    def _series(self, node: Node, inputs: list[Any]) -> Series:
        """Return the years of a variable; each of them is an input."""
        series, name = self.series_of(node), node.variable.id
        inputs += [(name, one) for one in series.years]
        if not series.years and node.starts_with is not None:
            inputs.append((node.starts_with.variable.id, None))
        return series

    def _previous(self, node: Node, year: int | None, inputs: list[Any]) -> int:
        """Return last year's value; in the first year, what the variable starts with."""
        since = self._edge(node.since)
        if year is not None and since is not None and year > since:
            inputs.append((node.variable.id, year - 1))
            return self._kept(node, year - 1)
        if node.starts_with is None:
            return 0
        inputs.append((node.starts_with.variable.id, None))
        return self._kept(node.starts_with, None)

    def series_of(self, node: Node) -> Series:
        """Return the years for which the person has a variable."""
        reported = self.series.get((node.of or node).variable.id, {})
        since, until = self._edge(node.since), self._edge(node.until)
        free = node.of is None and bool(node.bounds)
        years = range(since or 0, (until or -1) + 1) if free else sorted(reported)
        kept = tuple(
            year for year in years if (since is None or since <= year) and (until is None or year <= until)
        )
        start = self._kept(node.starts_with, None) if node.starts_with is not None else None
        return Series(node, kept, start, tuple([self._kept(node, year) for year in kept]))

    def _edge(self, edge: int | Node | None) -> int | None:
        return self._kept(edge, None) if isinstance(edge, Node) else edge

    def _step(self, bound: Bound, when: int | None, inputs: list[Any]) -> Step:
        rounded = bound.rounded
        if rounded is None:
            return unnamed()
        if rounded.by is not None:
            inputs.append((rounded.by.variable.id, None))
            return rounded.words[self._kept(rounded.by, None)] or unnamed()
        if when is None:
            return rounded.steps[0]
        return rounded.steps[max(0, bisect_right(rounded.starts, when) - 1)]

    def _lookup(self, index: Index | None) -> "OneLookup":
        if index is None:
            raise TypeError(LOOKUP)
        found = self._lookups[id(index)] = OneLookup(index, self)
        return found

    def _within(self, node: Node, value: int) -> int:
        variable = node.variable
        if not variable.low <= value <= variable.high:
            raise out_of_bound(node)
        return value

    def step_named(self, rule: str) -> Step:
        """Return a rounding at the decimals of the variable being worked out."""
        return self.law.step(rule, self._decimals)

    def _no_formula(self, node: Node, when: int | None) -> NoFormula:
        return no_formula(node, when)


def out_of_bound(node: Node) -> OutOfBound:
    """Return the refusal of a value beyond a variable's bounds."""
    variable = node.variable
    low, high = (numbers.written(variable, one) for one in (variable.low, variable.high))
    return OutOfBound(name=variable.name, low=low, high=high)


def no_formula(node: Node, when: int | None) -> NoFormula:
    """Return the refusal of a date no formula covers."""
    dated = node.dated_by.variable if node.dated_by is not None else None
    text = str(when) if dated is None or when is None else numbers.written(dated, when)
    first = node.bounds[0].formula
    return NoFormula(
        pack=node.variable.id.partition(".")[0], variable=node.variable.id, when=text,
        name=node.variable.name,
        since=first.since,
    )  # fmt: skip


def not_met(law: Law, requirement: str) -> NotMet:
    """Return the refusal a pack words itself."""
    found = law.pack.rules.requirements[requirement]
    refusal = NotMet(
        sentence_en=found.sentence.en, sentence_zh=found.sentence.zh,
        remedy_en=found.remedy.en, remedy_zh=found.remedy.zh,
    )  # fmt: skip
    refusal.citation = found.source.citation
    return refusal


class OneLookup:
    """A parameter asked for one person; what was found goes into the trace."""

    def __init__(self, index: Index, one: One) -> None:
        self.one = index.one
        self._index = index
        self._of = one

    def in_year(self, year: int, *, region: int | None = None, otherwise: int | None = None) -> int:
        """Return the value in force throughout a year."""
        return self._told(self._index.in_year(year, region or 0), str(year), otherwise, region)

    def on(
        self, month: int, *, region: int | None = None, otherwise: int | None = None, needed: bool = True
    ) -> int:
        """Return the value in force on the first day of a month; 0 where it is not needed."""
        if not needed:
            return 0
        text = f"{month // 12:04d}-{month % 12 + 1:02d}"
        return self._told(self._index.on(month, region or 0), text, otherwise, region)

    def at(self, key: int, *, on: int | None = None, region: int | None = None) -> int:
        """Return a table's entry."""
        return self._told(self._index.at(key, on, region or 0), str(key), None, region)

    def _told(self, found: Any, asked: str, otherwise: int | None, region: int | None) -> int:
        if found is None:
            if otherwise is None:
                raise self._index.refusal(asked, region or 0)
            return otherwise
        self._of.readings.append(Reading(self._index.parameter, self.one, asked, found[0], found[1]))
        return int(found[0])


class OneOps:
    """The operations on plain whole numbers."""

    def __init__(self, one: One) -> None:
        self._of = one

    def where(self, condition: bool, then: Any, otherwise: Any) -> Any:
        """Return one of two."""
        return then if condition else otherwise

    def same(self, left: int, right: int) -> bool:
        """Say whether they are equal."""
        return left == right

    minimum = staticmethod(min)
    maximum = staticmethod(max)
    quotient = staticmethod(Quotient)

    def share(self, number: int, times: int, by: int) -> Quotient:
        """Return number × times ÷ by."""
        return Quotient(number * times, by)

    def rounded(self, quotient: Quotient, rule: str) -> int:
        """Return a quotient rounded by a rule."""
        return quotient.rounded(self._of.step_named(rule))

    def require(self, condition: bool, requirement: str, value: int) -> int:
        """Return the value, or refuse."""
        if not condition:
            raise not_met(self._of.law, requirement)
        return value

    def total(self, series: Series) -> int:
        """Return the sum over the years."""
        return sum(series.values)

    def top(self, series: Series, count: int) -> int:
        """Return the sum of the largest."""
        return sum(sorted(series.values, reverse=True)[:count])

    def last(self, series: Series) -> int:
        """Return the last year's value."""
        if series.values:
            return series.values[-1]
        if series.start is None:
            raise NotGiven(name=series.node.variable.name)
        return series.start

    def count(self, series: Series) -> int:
        """Return how many years there are."""
        return len(series.years)

    year_of = staticmethod(numbers.year_of)
    month_of = staticmethod(numbers.month_of)
    day_of = staticmethod(numbers.day_of)


__all__ = ["One", "Series", "no_formula", "not_met", "out_of_bound"]
