"""One person's calculation as instructions: the walk of `law.engine.one`, before anybody is known.

What would be refused for everybody is a refusal here already. Whom something is refused for, or who is
beyond what the instructions are made for, is doubted and left to the arrays.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from provident.kernel.refusal import Refusal
from provident.law.engine.index import Found
from provident.law.engine.one import no_formula, not_met, out_of_bound
from provident.law.engine.plan import Bound, Law, Node, Role
from provident.law.engine.proof import Span
from provident.law.engine.rounding import Step, unnamed
from provident.law.machine.code import Code, Cond, Line, Truth, code, negated, same, select
from provident.law.machine.divided import CodeQuotient
from provident.law.machine.ops import CodeOps, CodeRows
from provident.law.machine.tables import CodeLookup, Table, table_of
from provident.law.refusals import NotGiven, NotReported

_NOBODY: Truth = False
_WIDER = 16  # how far what is carried from year to year may leave its bounds before it is held to them
Asked = tuple[str, int | None]  # a variable's id, and the year


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """A column as it lies in memory: whole numbers of so many bytes, how they become the variable's unit."""

    heading: str
    size: int
    scale: int = 1
    shift: int = 0
    mask: bool = False  # whether another column says who gives one

    def told(self) -> tuple[str, int, int, int, bool]:
        """Return what tells a column from another."""
        return self.heading, self.size, self.scale, self.shift, self.mask


class Person:
    """The calculation of whoever is at hand; `%i` is the place of the person."""

    def __init__(self, law: Law, columns: Mapping[Asked, Given], options: Mapping[str, int]) -> None:
        self.law = law
        self.line = Line()
        self._columns = columns
        self._options = options
        self._tables: dict[object, Table | None] = {}
        self.masks: dict[Asked, tuple[str, Given]] = {key: ("mask", one) for key, one in columns.items()}
        self._reported: dict[str, list[int]] = {}
        for name, year in columns:
            if year is not None:
                self._reported.setdefault(name, []).append(year)

    def value(self, node: Node) -> Code:
        """Return a variable of the person; refused if nobody can have it."""
        return self._kept(node, None)

    def row(self, node: Node, year: int) -> Code:
        """Return a variable of one year; what is carried may be wider than its bounds."""
        return self._kept(node, year)

    def table(self, key: object, bounds: Span, ask: Callable[[int], Found | None]) -> Table | None:
        """Return a parameter's values between bounds, asked for once."""
        named = (key, bounds)
        if named not in self._tables:
            self._tables[named] = table_of(bounds, ask)
        return self._tables[named]

    def not_met(self, requirement: str) -> Refusal:
        """Return the refusal a pack words itself."""
        return not_met(self.law, requirement)

    def _kept(self, node: Node, year: int | None) -> Code:
        key = (node.variable.id, year)
        known: Any = next((one[key] for one in reversed(self.line.known) if key in one), None)
        if known is None:
            try:
                known = self._worked(node, year) if year is None else self._carried(node, year)
            except Refusal as refusal:
                known = refusal
            self.line.known[-1][key] = known
        if isinstance(known, Refusal):
            raise known
        return known  # type: ignore[no-any-return]

    def _carried(self, node: Node, year: int) -> Code:
        """Return a year's value; who does not have the year keeps what they had."""
        if node.starts_with is None:
            return self._worked(node, year)
        before, has = self._previous(node, year), self.who(node, year)
        return self.line.chosen(has, lambda: self._worked(node, year), before)

    def _worked(self, node: Node, year: int | None) -> Code:
        name = node.variable.id
        given = self._columns.get((name, year))
        option = self._options.get(name) if year is None else None
        if given is None:
            return self._computed(node, year) if option is None else self._allowed(node, option)
        if not given.mask:
            return self._loaded(node, given)
        present = self._present((name, year))
        value = self.line.either(
            present, lambda: self._loaded(node, given), code(self.line, node.variable.low)
        )
        if option is not None:
            return select(present, value, self._allowed(node, option))
        absent = negated(present)
        try:
            return self.line.either(absent, lambda: self._computed(node, year), value)
        except Refusal:
            self.line.doubt(absent)
            return value

    def _allowed(self, node: Node, option: int) -> Code:
        if not node.variable.low <= option <= node.variable.high:
            raise out_of_bound(node)
        return code(self.line, option)

    def _loaded(self, node: Node, given: Given) -> Code:
        """Return what a column gives; who gives what is beyond the bounds is left to the arrays."""
        most, line = 2 ** (8 * given.size - 1), self.line
        raw = Code(line, line.loaded(given, "%i", given.size), Span(-most, most - 1))
        low, high = node.variable.low - given.shift, node.variable.high - given.shift
        bounds = Span(-(-low // given.scale), high // given.scale)
        if not (bounds.low <= raw.span.low and raw.span.high <= bounds.high):
            above = line.put(f"sub i64 {raw.name}, {bounds.low}")
            beyond = Cond(line, line.put(f"icmp ugt i64 {above}, {bounds.high - bounds.low}"))
            line.doubt(beyond)
            held = select(beyond, code(line, bounds.low), raw)
            raw = Code(line, held.name, bounds)
        return raw * given.scale + given.shift

    def _present(self, key: Asked) -> Truth:
        name = self.line.loaded(self.masks[key], "%i", 1)
        return Cond(self.line, self.line.put(f"icmp ne i64 {name}, 0"))

    def _computed(self, node: Node, year: int | None) -> Code:
        absent = node.variable.absent
        try:
            if not node.bounds:
                name = node.variable.name
                raise NotGiven(name=name) if year is None else NotReported(name=name, year=year)
            return self._from_law(node, year)
        except (NotGiven, NotReported) as refusal:
            if absent is None or (node.bounds and not isinstance(refusal, NotGiven)):
                raise
            return code(self.line, absent)

    def _from_law(self, node: Node, year: int | None) -> Code:
        if node.dated_by is None:
            return self._by_formula(node, year, year)
        when = self._kept(node.dated_by, year if node.dated_by.yearly else None)
        if when.literal is not None:
            return self._by_formula(node, year, when.literal)
        bounds = [
            one for one in node.bounds
            if one.start <= when.span.high and (one.end is None or one.end > when.span.low)
        ]  # fmt: skip
        result, covered = code(self.line, node.variable.low), _NOBODY
        self._ahead(node)
        for bound in bounds:
            applies = (when >= bound.start) & (bound.end is None or when < bound.end)
            covered = applies | covered
            if len(bounds) == 1:
                result = self._evaluated(node, year, bound, when)
            else:
                result = self._one_more(node, year, (bound, when, applies), result)
        self.line.doubt(negated(covered))
        return result

    def _one_more(self, node: Node, year: int | None, asked: tuple[Bound, Code, Truth], before: Code) -> Code:
        """Work a formula out for those it applies to; for the others there is what others gave."""
        bound, when, applies = asked
        try:
            return self.line.either(applies, lambda: self._evaluated(node, year, bound, when), before)
        except Refusal:
            self.line.doubt(applies)
            return before

    def _by_formula(self, node: Node, year: int | None, when: int | None) -> Code:
        bound = node.chosen(when)
        if bound is None:
            raise no_formula(node, when)
        return self._evaluated(node, year, bound, None if when is None else code(self.line, when))

    def _evaluated(self, node: Node, year: int | None, bound: Bound, when: Code | None) -> Code:
        ops = CodeOps(self, node.variable.decimals)
        arguments: list[Any] = []
        for one in bound.arguments:
            if one.role is Role.OPS:
                arguments.append(ops)
            elif one.role is Role.YEAR:
                arguments.append(year)
            elif one.index is not None:
                arguments.append(CodeLookup(one.index, self))
            elif one.role is Role.PREVIOUS:
                arguments.append(self._previous(node, year))
            elif one.node is not None:
                needed = one.node
                series = one.role is Role.SERIES
                arguments.append(
                    CodeRows(self, needed) if series
                    else self.confined(needed, self._kept(needed, year if needed.yearly else None))
                )  # fmt: skip
        result = bound.formula.function(*arguments)
        if isinstance(result, CodeQuotient):
            result = ops.finish(result, self._steps(bound, when))
        return self._settled(node, code(self.line, result))

    def _settled(self, node: Node, value: Code) -> Code:
        """Return a value within its bounds; whose is not is left to the arrays."""
        low, high = node.variable.low, node.variable.high
        if low <= value.span.low and value.span.high <= high:
            return value
        wide = _WIDER * (high - low)
        if value.literal is not None:
            raise out_of_bound(node)
        line = self.line
        above = line.put(f"sub i64 {value.name}, {low}")
        beyond = Cond(line, line.put(f"icmp ugt i64 {above}, {high - low}"))
        line.doubt(beyond)
        if node.starts_with is not None and low - wide <= value.span.low and value.span.high <= high + wide:
            return value  # what is carried from year to year does not wait for the question
        return _confined(value, node, beyond)

    def _steps(self, bound: Bound, when: Code | None) -> Sequence[tuple[Truth, Step]]:
        rounding = bound.rounded
        if rounding is None:
            return [(True, unnamed())]
        if rounding.by is not None:
            word = self._kept(rounding.by, None)
            places = range(word.span.low, word.span.high + 1)
            return [(same(word, code(self.line, at)), rounding.words[at] or unnamed()) for at in places]
        if when is None or len(rounding.steps) == 1:
            return [(True, rounding.steps[0])]
        first = max(0, bisect_right(rounding.starts, when.span.low) - 1)
        last = max(0, bisect_right(rounding.starts, when.span.high) - 1)
        return [(when >= rounding.starts[at], rounding.steps[at]) for at in range(first, last + 1)]

    def _previous(self, node: Node, year: int | None) -> Code:
        """Return last year's value; in the first year, what the variable starts with."""
        since = self._edge(node.since)
        start = None if node.starts_with is None else self._kept(node.starts_with, None)
        if year is None or since is None or year <= since.span.low:
            return code(self.line, 0) if start is None else start
        if start is not None:
            return self._before(node, year, start)
        return self.line.chosen(since < year, lambda: self.row(node, year - 1), code(self.line, 0))

    def _before(self, node: Node, year: int, start: Code) -> Code:
        """Return what was carried into a year: past the years that nobody can have."""
        first = self._edge(node.since)
        while first is not None and year > first.span.low:
            year -= 1
            try:
                return self.row(node, year)
            except Refusal:
                continue
        return start

    def confined(self, node: Node, value: Code) -> Code:
        """Return a carried value within its bounds for use elsewhere; who is beyond them is doubted."""
        low, high = node.variable.low, node.variable.high
        if low <= value.span.low and value.span.high <= high:
            return value
        return _confined(value, node, (value < low) | (value > high))

    def years(self, node: Node) -> list[tuple[Truth, Code]]:
        """Return who has each year of a variable, and the values."""
        since, until = self._edge(node.since), self._edge(node.until)
        name = (node.of or node).variable.id
        free = node.of is None and bool(node.bounds)
        low, high = (None if one is None else one.span for one in (since, until))
        years = range(low.low if low else 0, (high.high if high else -1) + 1) if free else sorted(
            self._reported.get(name, ())
        )  # fmt: skip
        found: list[tuple[Truth, Code]] = []
        refused: list[int] = []
        self._ahead(node)
        for year in years:
            has = self.who(node, year)
            if not free and self._columns[name, year].mask:
                has = has & self._present((name, year))
            if has is False:
                continue
            self._read(node, year)
            try:
                zero = code(self.line, 0)
                carried = node.starts_with is not None
                value = self.row(node, year) if carried else self._of_year(node, year, has, zero)
                found.append((has, value))
            except Refusal:
                if has is True:
                    raise
                refused.append(year)
        self._doubt(since, until, refused)
        return found

    def _of_year(self, node: Node, year: int, has: Truth, zero: Code) -> Code:
        return self.line.either(has, lambda: self.row(node, year), zero)

    def _doubt(self, since: Code | None, until: Code | None, refused: list[int]) -> None:
        """Leave those to the arrays who may have a year that is refused; runs of years are one question."""
        for at, year in enumerate(refused):
            if at and refused[at - 1] == year - 1:
                continue
            last = next(one for one in refused[at:] if one + 1 not in refused)
            begun = since is None or since <= last
            self.line.doubt(begun & (until is None or until >= year))

    def _ahead(self, node: Node) -> None:
        """Work out what every year needs before the years, so that it is worked out once."""
        for needed in node.needs():
            if needed.yearly:
                self._ahead(needed)
            else:
                try:
                    self._kept(needed, None)
                except Refusal:
                    continue

    def _read(self, node: Node, year: int) -> None:
        """Read the columns a year of a variable needs outside of any condition: then they are read once."""
        for needed in (node, *node.needs()):
            given = self._columns.get((needed.variable.id, year))
            if given is not None and not given.mask:
                self._kept(needed, year)
            elif needed.yearly and needed is not node:
                self._read(needed, year)

    def who(self, node: Node, year: int) -> Truth:
        """Say whether the person's years of a variable include this one."""
        since, until = self._edge(node.since), self._edge(node.until)
        return (since is None or since <= year) & (until is None or until >= year)

    def _edge(self, edge: int | Node | None) -> Code | None:
        if edge is None:
            return None
        return self._kept(edge, None) if isinstance(edge, Node) else code(self.line, edge)


def _confined(value: Code, node: Node, beyond: Truth) -> Code:
    low, high = node.variable.low, node.variable.high
    return select(beyond, code(value.line, low), value).within(Span(low, high))
