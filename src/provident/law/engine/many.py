"""Many persons at once: the same formulas on arrays, year by year, each person refused on their own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np

from provident.kernel.refusal import Refusal
from provident.law.engine.arrays import ArrayOps, ArrayQuotient, Values
from provident.law.engine.lookups import ManyLookup
from provident.law.engine.one import no_formula, not_met, out_of_bound
from provident.law.engine.plan import Bound, Law, Node, Role
from provident.law.engine.rounding import Step, unnamed
from provident.law.refusals import NotGiven, NotReported

# Nobody refused: None. Everybody for one reason: its number. Else one number a person, 0 for none.
Faults = Any


class Reasons:
    """The refusals of a run, each numbered once."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], int] = {}
        self.refusals: list[Refusal] = []
        self._lock = Lock()

    def number(self, refusal: Refusal) -> int:
        """Return the number of a refusal, from 1 on."""
        key = (refusal.code, str(refusal))
        with self._lock:
            if key not in self._numbers:
                self.refusals.append(refusal)
                self._numbers[key] = len(self.refusals)
            return self._numbers[key]


@dataclass(slots=True)
class Column:
    """What is given for many: values, who is given one (None: all), and who gave what cannot be read."""

    values: Values
    present: Any = None
    faults: Faults = None


@dataclass(slots=True)
class Batch:
    """Some persons: single values by variable id, and those of years by variable id and year."""

    size: int
    given: Mapping[str, Column] = field(default_factory=dict)
    series: Mapping[str, Mapping[int, Column]] = field(default_factory=dict)


@dataclass(slots=True)
class Cell:
    """A variable for everybody in the batch; refused persons hold some value within the bounds."""

    values: Values
    faults: Faults = None


def first_of(left: Faults, right: Faults) -> Faults:
    """Return for each person the first reason there is."""
    if left is None or right is None:
        return right if left is None else left
    if isinstance(left, int):
        return left
    return np.where(left != 0, left, right)


class Many:
    """One batch's calculation."""

    def __init__(self, law: Law, batch: Batch, reasons: Reasons) -> None:
        self.law = law
        self.batch = batch
        self.size = batch.size
        self.reasons = reasons
        self._known: dict[tuple[int, int | None], Cell] = {}
        self._faults: Faults = None  # of the formula being worked out

    def value(self, node: Node) -> Cell:
        """Return a variable of each person."""
        return self._kept(node, None)

    def row(self, node: Node, year: int) -> Cell:
        """Return a variable of one year of each person."""
        return self._kept(node, year)

    def _kept(self, node: Node, year: int | None) -> Cell:
        key = (id(node), year)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._worked(node, year)
        return known

    def _worked(self, node: Node, year: int | None) -> Cell:
        name = node.variable.id
        given = self.batch.given.get(name) if year is None else self.batch.series.get(name, {}).get(year)
        if given is not None and given.present is None:
            return self._settled(node, Cell(given.values, given.faults), proven=False)
        cell = self._computed(node, year)
        if given is None:
            return cell
        values = np.where(given.present, given.values, cell.values)
        faults = _chosen(given.present, given.faults, cell.faults)
        return self._settled(node, Cell(values, faults), proven=False)

    def _computed(self, node: Node, year: int | None) -> Cell:
        if not node.bounds:
            return self._absent(node, year)
        if node.dated_by is None:
            return self._by_formula(node, year, year, None)
        dating = self._kept(node.dated_by, year if node.dated_by.yearly else None)
        if isinstance(dating.values, int):
            return self._by_formula(node, year, dating.values, dating.faults)
        return self._by_several(node, year, dating)

    def _absent(self, node: Node, year: int | None) -> Cell:
        if year is None:
            return self._refused(node, NotGiven(name=node.variable.name))
        if node.variable.absent is None:
            return self._refused(node, NotReported(name=node.variable.name, year=year))
        return Cell(node.variable.absent)

    def _refused(self, node: Node, refusal: Refusal) -> Cell:
        return Cell(node.variable.low, self.reasons.number(refusal))

    def _by_formula(self, node: Node, year: int | None, when: int | None, before: Faults) -> Cell:
        bound = node.chosen(when)
        if bound is None:
            return Cell(node.variable.low, first_of(before, self.reasons.number(no_formula(node, when))))
        return self._evaluated(node, year, bound, when, before)

    def _by_several(self, node: Node, year: int | None, dating: Cell) -> Cell:
        """Work out each formula for those it applies to."""
        when = dating.values
        places = np.searchsorted(np.asarray(node.starts), when, side="right") - 1
        for at, bound in enumerate(node.bounds):
            if bound.end is not None:
                places[(places == at) & (when >= bound.end)] = -1
        present = np.unique(places)
        if len(present) == 1 and present[0] >= 0:
            return self._evaluated(node, year, node.bounds[present[0]], when, dating.faults)
        values = np.full(self.size, node.variable.low, dtype=np.int64)
        faults = np.zeros(self.size, dtype=np.int32)
        for at in present:
            mine = np.flatnonzero(places == at)
            if at < 0:
                for one in np.unique(when[mine]):
                    number = self.reasons.number(no_formula(node, int(one)))
                    faults[mine[when[mine] == one]] = number
                continue
            cell = self.part(mine)._evaluated(node, year, node.bounds[at], when[mine], None)  # noqa: SLF001
            values[mine] = cell.values
            faults[mine] = 0 if cell.faults is None else cell.faults
        return Cell(values, first_of(dating.faults, faults))

    def part(self, rows: Any) -> "Many":
        """Return the calculation of some of the persons, with what is known of them so far."""
        part = Many(self.law, _taken(self.batch, rows), self.reasons)
        part._known = {key: Cell(_some(c.values, rows), _some(c.faults, rows)) for key, c in self._known.items()}
        return part

    def _evaluated(
        self, node: Node, year: int | None, bound: Bound, when: Values, before: Faults
    ) -> Cell:
        faults: Faults = before
        ops = ArrayOps(self, bound.proof.roundings, lambda rule: self.law.step(rule, node.variable.decimals))
        given: list[Any] = []
        for one in bound.arguments:
            if one.role is Role.OPS:
                given.append(ops)
            elif one.role is Role.YEAR:
                given.append(year)
            elif one.index is not None:
                given.append(ManyLookup(one.index, self))
            elif one.node is not None:
                value, found = self._argument(one.role, one.node, year)
                faults = first_of(faults, found)
                given.append(value)
        outer, self._faults = self._faults, faults
        try:
            result = bound.formula.function(*given)
            if isinstance(result, ArrayQuotient):
                result = ops.finish(result, self._steps(bound, when))
            cell = Cell(result, self._faults)
        except Refusal as refusal:
            cell = Cell(node.variable.low, first_of(self._faults, self.reasons.number(refusal)))
        finally:
            self._faults = outer
        return self._settled(node, cell, proven=bound.proof.within)

    def _argument(self, role: Role, node: Node, year: int | None) -> tuple[Any, Faults]:
        if role is Role.SERIES:
            rows = Rows(self, node)
            return rows, rows.faults
        if role is Role.PREVIOUS:
            cell = self._previous(node, year)
        else:
            cell = self._kept(node, year if node.yearly else None)
        return cell.values, cell.faults

    def _previous(self, node: Node, year: int | None) -> Cell:
        """Return last year's values; in each person's first year, what the variable starts with."""
        start = self._kept(node.starts_with, None) if node.starts_with is not None else Cell(0)
        since = self._edge(node.since)
        if year is None or since is None:
            return start
        if isinstance(since.values, int):
            return self._kept(node, year - 1) if year > since.values else start
        later = since.values < year
        if not later.any():
            return start
        before = self._kept(node, year - 1)
        if later.all():
            return before
        return Cell(np.where(later, before.values, start.values), _chosen(later, before.faults, start.faults))

    def _edge(self, edge: int | Node | None) -> Cell | None:
        if edge is None:
            return None
        return self._kept(edge, None) if isinstance(edge, Node) else Cell(edge)

    def _steps(self, bound: Bound, when: Values) -> Sequence[tuple[Any, Step]]:
        rounding = bound.rounded
        if rounding is None:
            return [(None, unnamed())]
        if rounding.by is not None:
            cell = self._kept(rounding.by, None)
            self._faults = first_of(self._faults, cell.faults)
            return _by_place(cell.values, [one or unnamed() for one in rounding.words])
        if when is None or len(rounding.steps) == 1:
            return [(None, rounding.steps[0])]
        places = np.maximum(np.searchsorted(np.asarray(rounding.starts), when, side="right") - 1, 0)
        return _by_place(int(places) if isinstance(when, int) else places, rounding.steps)

    def _settled(self, node: Node, cell: Cell, *, proven: bool) -> Cell:
        """Keep every value within the bounds, so that what was proven of them holds."""
        variable = node.variable
        if proven:
            return cell
        values = cell.values
        low, high = (values, values) if isinstance(values, int) else (values.min(initial=variable.high), values.max(initial=variable.low))
        if variable.low <= low and high <= variable.high:
            return cell
        number = self.reasons.number(out_of_bound(node))
        if isinstance(values, int):
            return Cell(variable.low, first_of(cell.faults, number))
        beyond = (values < variable.low) | (values > variable.high)
        faults = first_of(cell.faults, np.where(beyond, number, 0).astype(np.int32))
        return Cell(np.where(beyond, variable.low, values), faults)

    def require(self, condition: Any, requirement: str) -> None:
        """Refuse those for whom a condition does not hold, by the pack's own sentence."""
        if np.all(condition):
            return
        self.fault(~np.asarray(condition), lambda: not_met(self.law, requirement))

    def fault(self, mask: Any, refusal: Callable[[], Refusal]) -> None:
        """Refuse some persons in the formula being worked out."""
        number = self.reasons.number(refusal())
        found = number if np.ndim(mask) == 0 else np.where(mask, number, 0).astype(np.int32)
        self._faults = first_of(self._faults, found)


class Rows:
    """A variable of everybody over the years; outside a person's own years a row holds 0."""

    def __init__(self, many: Many, node: Node) -> None:
        self._many = many
        self._node = node
        self.never_negative = node.variable.low >= 0
        batch = many.batch
        self._since, self._until = many._edge(node.since), many._edge(node.until)  # noqa: SLF001
        self._reported = batch.series.get((node.of or node).variable.id, {})
        self._free = node.of is None and bool(node.bounds)
        self.start = many.value(node.starts_with) if node.starts_with is not None else None
        self.faults: Faults = None
        for edge in (self._since, self._until, self.start):
            self.faults = first_of(self.faults, edge.faults if edge is not None else None)
        self._years = [year for year in self._all_years() if self._has(year) is not False]
        self._rows = [(year, self._row(year)) for year in self._years]
        self.ragged = any(self._has(year) is not True for year in self._years)

    def _all_years(self) -> Sequence[int]:
        if not self._free:
            return sorted(self._reported)
        since, until = self._since, self._until
        low = int(np.min(since.values)) if since is not None else 0
        high = int(np.max(until.values)) if until is not None else -1
        return range(low, high + 1)

    def _has(self, year: int) -> Any:
        """Say who has a value for a year: True for all, False for none, else who."""
        has: Any = True
        if self._since is not None:
            has = _both(has, _said(self._since.values <= year))
        if self._until is not None:
            has = _both(has, _said(self._until.values >= year))
        if not self._free:
            present = self._reported[year].present
            has = _both(has, True if present is None else _said(present))
        return has

    def _row(self, year: int) -> Values:
        cell = self._many.row(self._node, year)
        has = self._has(year)
        if has is True:
            self.faults = first_of(self.faults, cell.faults)
            return cell.values
        if cell.faults is not None:
            self.faults = first_of(self.faults, np.where(has, cell.faults, 0).astype(np.int32))
        return np.where(has, cell.values, 0)

    def each(self) -> Iterator[tuple[int, Values]]:
        """Yield each year with its values."""
        yield from self._rows

    def masks(self) -> list[Any]:
        """Return for each year who has it."""
        return [np.broadcast_to(np.asarray(self._has(year)), (self._many.size,)) for year in self._years]

    def last(self) -> Values:
        """Return the last year's value of each person; with no year, what the variable starts with."""
        result: Values = self.start.values if self.start is not None else 0
        some: Any = self.start is not None
        for year, values in self._rows:
            has = self._has(year)
            result = values if has is True else np.where(has, values, result)
            some = some | has
        if not np.all(some):
            self._many.fault(~np.asarray(some), lambda: NotGiven(name=self._node.variable.name))
        return result


def _said(mask: Any) -> Any:
    """Return True or False where it is the same for all."""
    if isinstance(mask, bool):
        return mask
    return True if mask.all() else mask if mask.any() else False


def _both(left: Any, right: Any) -> Any:
    if left is False or right is False:
        return False
    if left is True:
        return right
    return left if right is True else _said(left & right)


def _chosen(mask: Any, then: Faults, otherwise: Faults) -> Faults:
    if then is None and otherwise is None:
        return None
    left, right = (0 if one is None else one for one in (then, otherwise))
    return np.where(mask, left, right).astype(np.int32)


def _by_place(places: Any, steps: Sequence[Step]) -> Sequence[tuple[Any, Step]]:
    if isinstance(places, int):
        return [(None, steps[places])]
    present = np.unique(places)
    if len(present) == 1:
        return [(None, steps[int(present[0])])]
    return [(places == at, steps[int(at)]) for at in present]


def _some(values: Any, rows: Any) -> Any:
    return values[rows] if isinstance(values, np.ndarray) else values


def _taken(batch: Batch, rows: Any) -> Batch:
    def column(one: Column) -> Column:
        return Column(_some(one.values, rows), _some(one.present, rows), _some(one.faults, rows))

    return Batch(
        len(rows),
        {name: column(one) for name, one in batch.given.items()},
        {name: {year: column(one) for year, one in years.items()} for name, years in batch.series.items()},
    )
