"""Many persons at once: the same formulas on arrays, year by year, each person refused on their own."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from provident.kernel.refusal import Refusal
from provident.law.arrays.lookups import ManyLookup
from provident.law.arrays.masks import Faults, both, chosen_faults, first_of, inside, said
from provident.law.arrays.ops import ArrayOps, ArrayQuotient, Values
from provident.law.arrays.rows import Rows
from provident.law.engine.batch import Batch, Cell, Column, Constants, Reasons, sameness, some, taken
from provident.law.engine.one import no_formula, not_met, out_of_bound
from provident.law.engine.plan import Bound, Law, Node, Role
from provident.law.engine.rounding import Step, unnamed
from provident.law.refusals import NotGiven, NotReported

__all__ = ["Batch", "Cell", "Column", "Constants", "Many", "Reasons"]

_NOBODY = Cell(0)
VALUE, OPS, LOOKUP, YEAR, PREVIOUS = Role.VALUE, Role.OPS, Role.LOOKUP, Role.YEAR, Role.PREVIOUS


class Many:
    """One batch's calculation."""

    def __init__(self, law: Law, batch: Batch, reasons: Reasons, shared: Constants | None = None) -> None:
        self.law = law
        self.batch = batch
        self.size = batch.size
        self.reasons = reasons
        self._known: dict[int, Cell] = {}
        # Of yearly variables only the year at hand is kept: rows stay in the processor's cache.
        self._rows: dict[int, tuple[int, Cell]] = {}
        self._shared: Constants = {} if shared is None else shared
        self._same = sameness(batch, self._shared)
        self._edges: dict[int, tuple[int, int]] = {}
        self._spans: dict[int, tuple[Any, int, int]] = {}
        self._who: dict[tuple[int, int], Any] = {}
        self._faults: Faults = None  # of the formula being worked out

    def value(self, node: Node) -> Cell:
        """Return a variable of each person."""
        known = self._known.get(id(node))
        if known is None:
            same = self._same.holds(node)
            known = self._common(node, None) if same else self._worked(node, None)
            self._known[id(node)] = known
        return known

    def row(self, node: Node, year: int) -> Cell:
        """Return a variable of one year of each person."""
        at, known = self._rows.get(id(node), (0, _NOBODY))
        if at != year:
            known = self._common(node, year) if self._same.holds(node) else self._year(node, year)
            self._rows[id(node)] = (year, known)
        return known

    def _year(self, node: Node, year: int) -> Cell:
        known = self._worked(node, year)
        return known if node.starts_with is None else self._carried(node, year, known)

    def _common(self, node: Node, year: int | None) -> Cell:
        """Return what is the same for everybody, worked out once for all batches."""
        key = (id(node), year)
        found = self._same.cells.get(key)
        if found is None:
            found = self._worked(node, None) if year is None else self._year(node, year)
            if isinstance(found.values, int) and (found.faults is None or isinstance(found.faults, int)):
                self._same.cells[key] = found
        return found

    def _kept(self, node: Node, year: int | None) -> Cell:
        return self.value(node) if year is None else self.row(node, year)

    def _worked(self, node: Node, year: int | None) -> Cell:
        name = node.variable.id
        given = self.batch.given.get(name) if year is None else self.batch.series.get(name, {}).get(year)
        if given is not None and given.present is None:
            values = given.values
            if isinstance(values, np.ndarray) and values.dtype != np.int64:
                values = values.astype(np.int64)  # widened a row at a time, so that it stays in the cache
            return self._settled(node, Cell(values, given.faults), proven=given.checked)
        if given is None:
            return self._computed(node, year)
        cell = self._computed(node, year)
        values = np.where(given.present, given.values, cell.values)
        faults = chosen_faults(given.present, given.faults, cell.faults)
        return self._settled(node, Cell(values, faults), proven=False)

    def _computed(self, node: Node, year: int | None) -> Cell:
        if not node.bounds:
            return self._absent(node, year)
        cell = self._from_law(node, year)
        return cell if node.variable.absent is None or cell.faults is None else self._excused(node, cell)

    def _excused(self, node: Node, cell: Cell) -> Cell:
        """Put what is absent in the place of what rests on something that was not given."""
        excused = [
            number for number in np.unique(cell.faults)
            if number and isinstance(self.reasons.refusals[number - 1], NotGiven)
        ]  # fmt: skip
        mine = np.isin(cell.faults, excused)
        if mine.ndim == 0:
            return Cell(node.variable.absent or 0) if mine else cell
        return Cell(np.where(mine, node.variable.absent, cell.values), np.where(mine, 0, cell.faults))

    def _from_law(self, node: Node, year: int | None) -> Cell:
        if node.dated_by is None:
            return self._by_formula(node, year, year, None)
        dating = self._kept(node.dated_by, year if node.dated_by.yearly else None)
        if isinstance(dating.values, int):
            return self._by_formula(node, year, dating.values, dating.faults)
        return self._by_several(node, year, dating)

    def _absent(self, node: Node, year: int | None) -> Cell:
        if node.variable.absent is None:
            name = node.variable.name
            refusal = NotGiven(name=name) if year is None else NotReported(name=name, year=year)
            return self._refused(node, refusal)
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
        only = self._only(node, when)
        if only is not None:
            return self._evaluated(node, year, only, when, dating.faults)
        places: Any = np.searchsorted(np.asarray(node.starts), when, side="right") - 1
        for at, bound in enumerate(node.bounds):
            if bound.end is not None:
                places[(places == at) & (when >= bound.end)] = -1
        present = np.unique(places)
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

    def _only(self, node: Node, when: Values) -> Bound | None:
        """Return the one formula that applies to everybody, if there is one."""
        low, high = self.span(when)
        first, last = node.chosen(low), node.chosen(high)
        return first if first is last else None

    def span(self, values: Any) -> tuple[int, int]:
        """Return the smallest and the largest of an array, which is looked through only once."""
        known = self._spans.get(id(values))
        if known is None or known[0] is not values:
            known = self._spans[id(values)] = (values, int(values.min()), int(values.max()))
        return known[1:]

    def part(self, rows: Any) -> "Many":
        """Return the calculation of some of the persons, with what is known of them so far."""
        part = Many(self.law, taken(self.batch, rows), self.reasons, self._shared)
        part._known = {
            key: Cell(some(c.values, rows), some(c.faults, rows)) for key, c in self._known.items()
        }
        part._rows = {
            key: (year, Cell(some(c.values, rows), some(c.faults, rows)))
            for key, (year, c) in self._rows.items()
        }
        return part

    def _evaluated(self, node: Node, year: int | None, bound: Bound, when: Values, before: Faults) -> Cell:
        ops = ArrayOps(self, bound.proof.roundings, node.variable.decimals)
        given: list[Any] = []
        found: list[Any] = [before]
        for one in bound.arguments:
            role = one.role
            if role is VALUE:
                needed: Node = one.node  # type: ignore[assignment]
                cell = self.row(needed, year) if needed.yearly and year is not None else self.value(needed)
                given.append(cell.values)
                found.append(cell.faults)
            elif role is OPS:
                given.append(ops)
            elif role is LOOKUP:
                given.append(ManyLookup(one.index, self))  # type: ignore[arg-type]
            elif role is YEAR:
                given.append(year)
            elif role is PREVIOUS:
                cell = self._previous(node, year)
                given.append(cell.values)
                found.append(cell.faults)
            else:
                rows = Rows(self, one.node)  # type: ignore[arg-type]
                given.append(rows)
                found.append(rows)
        outer, self._faults = self._faults, None
        try:
            result = bound.formula.function(*given)
            if isinstance(result, ArrayQuotient):
                result = ops.finish(result, self._steps(bound, when))
            inner = self._faults
        except Refusal as refusal:
            result, inner = node.variable.low, first_of(self._faults, self.reasons.number(refusal))
        finally:
            self._faults = outer
        faults: Faults = None
        for fault in found:
            if fault is not None:
                faults = first_of(faults, fault.settled() if isinstance(fault, Rows) else fault)
        cell = Cell(result, faults if inner is None else first_of(faults, inner))
        return cell if bound.proof.within else self._settled(node, cell, proven=False)

    def _previous(self, node: Node, year: int | None) -> Cell:
        """Return last year's values; those before their first year hold what it starts with."""
        if year is not None:
            low, high = self.ends(node.since)
            if low is not None and high is not None and year > low:
                before = self.row(node, year - 1)
                if node.starts_with is not None or year > high:
                    return before
                mask = self._kept(node.since, None).values < year  # type: ignore[arg-type]
                return Cell(np.where(mask, before.values, 0), chosen_faults(mask, before.faults, None))
        return self.value(node.starts_with) if node.starts_with is not None else Cell(0)

    def _carried(self, node: Node, year: int, cell: Cell) -> Cell:
        """Return a year's values; who does not have the year keeps what they had."""
        if node.starts_with is None:
            return cell
        has = self.who(node, year)
        if has is True:
            return cell
        before = self._previous(node, year)
        if has is False:
            return before
        return Cell(
            np.where(has, cell.values, before.values),
            None
            if cell.faults is None and before.faults is None
            else chosen_faults(has, cell.faults, before.faults),
        )

    def who(self, node: Node, year: int) -> Any:
        """Say whose years of a variable include this one: True for all, False for none, else who."""
        since, until = node.since, node.until
        begun: Any = since is None or (since <= year if isinstance(since, int) else self._begun(since, year))
        goes: Any = until is None or (until >= year if isinstance(until, int) else self._goes_on(until, year))
        return begun if goes is True else goes if begun is True else said(both(begun, goes))

    def _begun(self, since: Node, year: int) -> Any:
        """Say who has a year that begins with a variable's; looked at once a year."""
        has = self._who.get((id(since), -year))
        if has is None:
            low, high = self._extent(since)
            has = True if year >= high else False if year < low else self.value(since).values <= year
            self._who[id(since), -year] = has
        return has

    def _goes_on(self, until: Node, year: int) -> Any:
        """Say who has a year that ends with a variable's; looked at once a year."""
        has = self._who.get((id(until), year))
        if has is None:
            low, high = self._extent(until)
            has = True if year <= low else False if year > high else self.value(until).values >= year
            self._who[id(until), year] = has
        return has

    def ends(self, edge: int | Node | None) -> tuple[int | None, int | None]:
        """Return the smallest and the largest value of an edge among the persons."""
        return self._extent(edge) if isinstance(edge, Node) else (edge, edge)

    def _extent(self, edge: Node) -> tuple[int, int]:
        found = self._edges.get(id(edge))
        if found is None:
            values = self.value(edge).values
            found = (values, values) if isinstance(values, int) else self.span(values)
            self._edges[id(edge)] = found
        return found

    def edge(self, edge: int | Node | None) -> Cell | None:
        """Return the edge of a variable's years, if it has one."""
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
        low, high = (when, when) if isinstance(when, int) else self.span(when)
        first = bisect_right(rounding.starts, low) - 1
        if first == bisect_right(rounding.starts, high) - 1:
            return [(None, rounding.steps[max(first, 0)])]
        return _by_place(
            np.maximum(np.searchsorted(np.asarray(rounding.starts), when, side="right") - 1, 0),
            rounding.steps,
        )

    def _settled(self, node: Node, cell: Cell, *, proven: bool) -> Cell:
        """Keep every value within the bounds, so that what was proven of them holds."""
        variable = node.variable
        if proven:
            return cell
        values = cell.values
        if inside(values, variable.low, variable.high):
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


def _by_place(places: Any, steps: Sequence[Step]) -> Sequence[tuple[Any, Step]]:
    if isinstance(places, int):
        return [(None, steps[places])]
    least = int(places.min(initial=0))
    if least == int(places.max(initial=0)):
        return [(None, steps[least])]
    present = np.unique(places)
    return [(places == at, steps[int(at)]) for at in present]
