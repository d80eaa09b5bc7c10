"""A variable of many persons over their years."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from provident.law.arrays.masks import Faults, both, first_of, said
from provident.law.arrays.ops import Values
from provident.law.engine.plan import Node
from provident.law.refusals import NotGiven

if TYPE_CHECKING:
    from provident.law.engine.many import Many


class Rows:
    """A variable of everybody over the years, worked out year by year while it is being asked."""

    def __init__(self, many: "Many", node: Node) -> None:
        self._many = many
        self._node = node
        self.never_negative = node.variable.low >= 0
        since, until = many.edge(node.since), many.edge(node.until)
        self._reported = many.batch.series.get((node.of or node).variable.id, {})
        free = node.of is None and bool(node.bounds)
        self._start = many.value(node.starts_with) if node.starts_with is not None else None
        self._faults: Faults = None
        for edge in (since, until, self._start):
            self._faults = first_of(self._faults, edge.faults if edge is not None else None)
        self._asked = False
        low, high = many.ends(node.since)[0], many.ends(node.until)[1]
        years = range(low or 0, (high or -1) + 1) if free else sorted(self._reported)
        within = [year for year in years if (low is None or low <= year) and (high is None or year <= high)]
        self._has = {year: has for year in within if (has := self._who(year, free)) is not False}
        self.ragged = any(has is not True for has in self._has.values())

    def __len__(self) -> int:
        return len(self._has)

    def _who(self, year: int, free: bool) -> Any:
        has = self._many.who(self._node, year)
        present = None if free else self._reported[year].present
        return has if present is None else said(both(has, present))

    def each(self, outside: Values | None = 0) -> Iterator[tuple[Any, Values]]:
        """Yield who has a year and the values; those who do not have it hold `outside` (None: anything)."""
        self._asked = True
        for year, has in self._has.items():
            cell = self._many.row(self._node, year)
            if has is True:
                self._faults = first_of(self._faults, cell.faults)
                yield has, cell.values
                continue
            if cell.faults is not None:
                mine = np.where(has, cell.faults, 0).astype(np.int32)
                self._faults = first_of(self._faults, mine)
            yield has, cell.values if outside is None else np.where(has, cell.values, outside)

    def settled(self) -> Faults:
        """Return who is refused; every year is worked out for that, asked for or not."""
        if not self._asked:
            for _ in self.each(outside=None):
                pass
        return self._faults

    def masks(self) -> list[Any]:
        """Return for each year who has it."""
        return [np.broadcast_to(np.asarray(has), (self._many.size,)) for has in self._has.values()]

    def last(self) -> Values:
        """Return the last year's value of each person; with no year, what the variable starts with."""
        result: Values = self._start.values if self._start is not None else 0
        some: Any = self._start is not None
        carried = self._start is not None  # then the last row holds what everybody had last
        for has, values in self.each(outside=None):
            result = values if has is True or carried else np.where(has, values, result)
            some = True if carried else some | has
        if not np.all(some):
            self._many.fault(~np.asarray(some), lambda: NotGiven(name=self._node.variable.name))
        return result
