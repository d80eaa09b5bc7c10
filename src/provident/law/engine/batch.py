"""What is given for many persons and what comes out: columns, batches, cells, numbered refusals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np

from provident.kernel.refusal import Refusal
from provident.law.arrays.masks import Faults
from provident.law.arrays.ops import Values
from provident.law.engine.plan import Node


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
    checked: bool = False  # whether it is known to be within the variable's bounds


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


class Sameness:
    """What is the same for everybody: nothing it needs differs from person to person."""

    def __init__(self, batch: Batch) -> None:
        self._single = {name for name, one in batch.given.items() if is_single(one)}
        self._differing = {*batch.given, *batch.series} - self._single
        self._known: dict[int, bool] = {}
        self.cells: dict[tuple[int, int | None], Cell] = {}

    def holds(self, node: Node) -> bool:
        """Say whether a variable is the same for everybody."""
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = self._found(node)
        return known

    def _found(self, node: Node) -> bool:
        name = node.variable.id
        if name in self._differing or name in self._single:
            return name in self._single
        if not node.bounds:
            return not node.yearly  # a history may give some of its years to some
        return all(self.holds(one) for one in node.needs())


# What is the same for everybody, for each way of giving, kept for a whole run.
Constants = dict[Any, Sameness]


def sameness(batch: Batch, kept: Constants) -> Sameness:
    """Return what is the same for everybody in a batch; known already if one like it was met."""
    single = frozenset((name, one.values) for name, one in batch.given.items() if is_single(one))
    key = (single, frozenset(batch.given), frozenset(batch.series))
    found = kept.get(key)
    if found is None:
        found = kept[key] = Sameness(batch)
    return found


def is_single(column: Column) -> bool:
    """Say whether a column is one readable number for everybody."""
    return isinstance(column.values, int) and column.present is None and column.faults is None


def some(values: Any, rows: Any) -> Any:
    """Return the values of some of the persons."""
    return values[rows] if isinstance(values, np.ndarray) else values


def taken(batch: Batch, rows: Any) -> Batch:
    """Return some of the persons."""

    def column(one: Column) -> Column:
        return Column(some(one.values, rows), some(one.present, rows), some(one.faults, rows))

    return Batch(
        len(rows),
        {name: column(one) for name, one in batch.given.items()},
        {name: {year: column(one) for year, one in years.items()} for name, years in batch.series.items()},
    )
