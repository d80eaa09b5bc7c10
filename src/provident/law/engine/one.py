"""One person: plain whole numbers, every step kept."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from provident.kernel.refusal import Refusal
from provident.law.engine import numbers
from provident.law.engine.index import Index
from provident.law.engine.plan import Bound, Key, Law, Node, Planned, Role
from provident.law.engine.rounding import Quotient, Step, unnamed
from provident.law.engine.trace import Given, Reading, StepTaken, Trace
from provident.law.refusals import NoFormula, NotGiven, NotMet, NotReported, OutOfBound

VALUE, OPS, LOOKUP, YEAR, PREVIOUS = Role.VALUE, Role.OPS, Role.LOOKUP, Role.YEAR, Role.PREVIOUS
# A person takes some hundreds of these; made directly they cost a third.
_STEP, _QUOTIENT = partial(tuple.__new__, StepTaken), partial(tuple.__new__, Quotient)


@dataclass(frozen=True, slots=True)
class Series:
    """A variable of this person over some years."""

    node: Node
    years: tuple[int, ...]
    start: int | None  # what `last` is when there is no year
    values: tuple[int, ...] = ()


class AtHand:
    """The formula being worked out: what its operations need of the calculation, and what they read.

    Operations hold this and not the calculation: in a circle it would outlive its use, until Python looks
    for circles.
    """

    def __init__(self, law: Law) -> None:
        self.law = law
        self.readings: list[Reading] = []
        self.decimals = 0  # of the variable


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
        self._given: dict[Key, Given] = {(name, None): one for name, one in given.items()}
        for name, years in series.items():
            for year, one in years.items():
                self._given[name, year] = one
        self._unreadable = unreadable or {}
        self.trace = Trace(law, calculation)
        self._steps = self.trace.steps
        self._known: dict[Key, int | Refusal] = {}
        # Somebody's givens may alter what is otherwise the same for everybody.
        self._alters = bool(law.constant_names & {*given, *series})
        self._lookups: dict[Key, OneLookup] = {}
        self._formula = AtHand(law)
        self._ops = OneOps(self._formula)

    def value(self, node: Node) -> int:
        """Return a variable of the person; refused if it cannot be known."""
        return self._kept(node, (node.variable.id, None))

    def row(self, node: Node, year: int) -> int:
        """Return a variable of one year."""
        return self._kept(node, (node.variable.id, year))

    def _kept(self, node: Node, key: Key) -> int:
        known = self._known.get(key)
        if known.__class__ is int:
            return known
        if known is None:
            same = node.constant and not self._alters
            if same and key in self.law.constants:
                return self._adopted(key)
            try:
                value = self._worked(node, key)
            except Refusal as refusal:
                self._known[key] = refusal
                raise
            self._known[key] = value
            if same:
                self.law.constants[key] = self._steps[-1]
            return value
        raise known  # type: ignore[misc]

    def _adopted(self, key: Key) -> int:
        """Take over a step that is the same for everybody, and those it rests on."""
        constants, known = self.law.constants, self._known
        waiting = [key]
        while waiting:
            step = constants[waiting[-1]]
            lacking = [one for one in step.inputs if one not in known and one in constants]
            if lacking:
                waiting.extend(lacking)
                continue
            done = waiting.pop()
            if done not in known:
                known[done] = step.value
                self._steps.append(step)
        return constants[key].value

    def _worked(self, node: Node, key: Key) -> int:
        given = self._given.get(key)
        if given is not None:
            if key in self._unreadable:
                raise self._unreadable[key]
            value, variable = given.value, node.variable
            if not variable.low <= value <= variable.high:
                raise out_of_bound(node)
            self._steps.append(_STEP((node, key[1], value, given, None, (), (), None, None)))
            return value
        if not node.bounds:
            return self._absent(node, key)
        if node.variable.absent is None:
            return self._computed(node, key)
        try:
            return self._computed(node, key)
        except NotGiven:
            return self._absent(node, key)

    def _computed(self, node: Node, key: Key) -> int:
        year = when = key[1]
        if node.dated_by is not None:
            dated_by = node.dated_by
            when = self._kept(dated_by, (dated_by.variable.id, year if dated_by.yearly else None))
        bound = node.chosen(when)
        if bound is None:
            raise no_formula(node, when)
        planned = bound.years.get(year) or bound.planned(year)
        inputs: list[Key] | tuple[Key, ...] = planned.inputs or []
        arguments = self._arguments(planned, year, inputs)
        variable, formula = node.variable, self._formula
        formula.readings, formula.decimals = [], variable.decimals  # it works nothing else out
        result = bound.formula.function(*arguments)
        readings = tuple(formula.readings) if planned.reads else ()
        exact = step = None
        if result.__class__ is Quotient:
            exact, step = result, bound.step or self._step(bound, when, inputs)
            value = exact.rounded(step)
        else:
            value = int(result)
        if not variable.low <= value <= variable.high:
            raise out_of_bound(node)
        self._steps.append(_STEP((node, year, value, None, bound, tuple(inputs), readings, exact, step)))
        return value

    def _absent(self, node: Node, key: Key) -> int:
        """Return what stands for a value nobody gave, or that rests on one nobody gave."""
        step = self.law.absent.get(key)
        if step is None:
            name, year, absent = node.variable.name, key[1], node.variable.absent
            if absent is None:
                raise NotGiven(name=name) if year is None else NotReported(name=name, year=year)
            step = self.law.absent[key] = StepTaken(node, year, absent, Given(absent, "default"))
        self._steps.append(step)
        return step.value

    def _arguments(self, planned: Planned, year: int | None, inputs: Any) -> list[Any]:
        """Return what a formula is called with; `inputs` takes what is known only now."""
        arguments: list[Any] = []
        known, fixed = self._known, planned.inputs
        for role, needed, key, index in planned.arguments:
            if role is VALUE:  # by far the most frequent
                if not fixed:
                    inputs.append(key)
                value = known.get(key)
                arguments.append(value if value.__class__ is int else self._kept(needed, key))
            elif role is OPS:
                arguments.append(self._ops)
            elif role is YEAR:
                arguments.append(year)
            elif role is LOOKUP:
                arguments.append(self._lookups.get(key) or self._lookup(key, index))
            elif role is PREVIOUS:
                arguments.append(self._previous(needed, year, inputs))
            else:
                arguments.append(self._series(needed, inputs))
        return arguments

    def _series(self, node: Node, inputs: list[Key]) -> Series:
        """Return the years of a variable; each of them is an input."""
        series, name = self.series_of(node), node.variable.id
        inputs += [(name, one) for one in series.years]
        if not series.years and node.starts_with is not None:
            inputs.append((node.starts_with.variable.id, None))
        return series

    def _previous(self, node: Node, year: int | None, inputs: list[Key]) -> int:
        """Return last year's value; in the first year, what the variable starts with."""
        since = self._edge(node.since)
        if year is not None and since is not None and year > since:
            key: Key = (node.variable.id, year - 1)
        elif node.starts_with is None:
            return 0
        else:
            node = node.starts_with
            key = (node.variable.id, None)
        inputs.append(key)
        return self._kept(node, key)

    def series_of(self, node: Node) -> Series:
        """Return the years for which the person has a variable."""
        reported = self.series.get((node.of or node).variable.id, {})
        since, until = self._edge(node.since), self._edge(node.until)
        free = node.of is None and bool(node.bounds)
        years = range(since or 0, (until or -1) + 1) if free else sorted(reported)
        kept = tuple(
            year for year in years if (since is None or since <= year) and (until is None or year <= until)
        )
        start = self.value(node.starts_with) if node.starts_with is not None else None
        name = node.variable.id
        return Series(node, kept, start, tuple([self._kept(node, (name, year)) for year in kept]))

    def _edge(self, edge: int | Node | None) -> int | None:
        return self.value(edge) if isinstance(edge, Node) else edge

    def _step(self, bound: Bound, when: int | None, inputs: Any) -> Step:
        rounded = bound.rounded
        if rounded is None:
            return unnamed()
        if rounded.by is not None:
            inputs.append((rounded.by.variable.id, None))
            return rounded.words[self.value(rounded.by)] or unnamed()
        if when is None:
            return rounded.steps[0]
        return rounded.steps[max(0, bisect_right(rounded.starts, when) - 1)]

    def _lookup(self, key: Key, index: Index) -> "OneLookup":
        found = self._lookups[key] = OneLookup(index, self._formula)
        return found


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

    def __init__(self, index: Index, formula: AtHand) -> None:
        self.one = index.one
        self._index = index
        self._formula = formula

    def in_year(self, year: int, *, region: int | None = None, otherwise: int | None = None) -> int:
        """Return the value in force throughout a year."""
        return self._told(("in_year", year, region or 0), otherwise)

    def on(
        self, month: int, *, region: int | None = None, otherwise: int | None = None, needed: bool = True
    ) -> int:
        """Return the value in force on the first day of a month; 0 where it is not needed."""
        return self._told(("on", month, region or 0), otherwise) if needed else 0

    def at(self, key: int, *, on: int | None = None, region: int | None = None) -> int:
        """Return a table's entry."""
        return self._told(("at", key, on, region or 0), None)

    def _told(self, asked: tuple[Any, ...], otherwise: int | None) -> int:
        reading: Reading | None = self._index.readings.get(asked)
        if reading is None:
            how, key, *more = asked
            found = getattr(self._index, how)(key, *more)
            text = f"{key // 12:04d}-{key % 12 + 1:02d}" if how == "on" else str(key)
            if found is None:
                if otherwise is None:
                    raise self._index.refusal(text, more[-1])
                return otherwise
            reading = Reading(self._index.parameter, self.one, text, *found)
            self._index.readings[asked] = reading
        self._formula.readings.append(reading)
        return reading.value


class OneOps:
    """The operations on plain whole numbers."""

    def __init__(self, formula: AtHand) -> None:
        self._formula = formula

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
        found: Quotient = _QUOTIENT((number * times, by))
        return found

    def rounded(self, quotient: Quotient, rule: str) -> int:
        """Return a quotient rounded by a rule."""
        return quotient.rounded(self._formula.law.step(rule, self._formula.decimals))

    def require(self, condition: bool, requirement: str, value: int) -> int:
        """Return the value, or refuse."""
        if not condition:
            raise not_met(self._formula.law, requirement)
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
