"""Joining a block's columns to the variables they give, and working the block out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from provident.law.arrays.masks import inside
from provident.law.engine import numbers
from provident.law.engine.many import Batch, Cell, Column, Constants, Many, Reasons
from provident.law.engine.numbers import NotOne
from provident.law.engine.plan import ON, Law, Node, closure
from provident.law.formulas.declared import Calculation
from provident.law.refusals import NoSuchVariable
from provident.law.runs.columns import MINOR, not_a_value, read_column
from provident.law.runs.sources import PERSON, Block, size_of

CHUNK = 1 << 15  # persons whose numbers stay in the processor's cache
_YEARLY = re.compile(r"(.+)_(\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Heading:
    """What a column of a file stands for."""

    node: Node
    year: int | None
    minor: bool


@dataclass(slots=True)
class Job:
    """A calculation over a file: what is asked, what the columns mean, what is given for all."""

    law: Law
    calculation: Calculation
    outputs: tuple[Node, ...]
    headings: Mapping[str, Heading]
    options: Mapping[str, int]  # by variable id
    unused: tuple[str, ...]
    reasons: Reasons = field(default_factory=Reasons)
    shared: Constants = field(default_factory=dict)

    def wanted(self) -> dict[str, Node]:
        """Return the yearly variables a history may give, by heading."""
        return {node.variable.name: node for node in closure(self.outputs) if node.yearly}


@dataclass(frozen=True, slots=True)
class Answered:
    """A block's answers: each output for each person, with the number of the reason where there is none."""

    persons: Any
    values: tuple[Any, ...]
    faults: tuple[Any, ...]  # one array an output, 0: answered; None: everybody is


def prepare(law: Law, name: str, headings: tuple[str, ...], options: Mapping[str, str], on: int) -> Job:
    """Return the job of a calculation for a file's headings; refused if an option names no variable."""
    calculation = law.calculation(name)
    outputs = tuple(law.node(one) for one in calculation.outputs)
    given = {law.on_day.variable.id: on}
    for key, text in options.items():
        node = law.named(key, calculation)
        try:
            given[node.variable.id] = numbers.parse(node.variable, text)
        except NotOne:
            raise not_a_value(node.variable, text) from None
    known: dict[str, Heading] = {}
    unused = []
    for heading in headings:
        found = _heading(law, calculation, heading)
        if found is not None:
            known[heading] = found
        elif heading != PERSON and heading not in calculation.ignored:
            unused.append(heading)
    return Job(law, calculation, outputs, known, given, tuple(unused))


def _heading(law: Law, calculation: Calculation, heading: str) -> Heading | None:
    stem = heading.removesuffix(MINOR)
    yearly = _YEARLY.fullmatch(stem)
    for name, year in ((stem, None), (yearly[1], int(yearly[2])) if yearly else (stem, None)):
        try:
            node = law.named(name, calculation)
        except NoSuchVariable:
            continue
        if node.yearly is (year is not None) and name != ON:
            return Heading(node, year, minor=stem != heading)
    return None


def answer(job: Job, block: Block, history: Mapping[str, Mapping[int, Column]]) -> Answered:
    """Work a block out, in chunks that stay in the processor's cache."""
    size = size_of(block)
    given: dict[str, Column] = {name: Column(value) for name, value in job.options.items()}
    series: dict[str, dict[int, Column]] = {name: dict(years) for name, years in history.items()}
    for heading, meant in job.headings.items():
        variable = meant.node.variable
        column = read_column(variable, block[heading], job.reasons, minor=meant.minor)
        column.checked = inside(column.values, variable.low, variable.high)
        if meant.year is None:
            given[variable.id] = _over(column, given.get(variable.id))
        else:
            series.setdefault(variable.id, {})[meant.year] = column
    cells: list[list[Cell]] = []
    sizes = []
    for at in range(0, size, CHUNK):
        rows = slice(at, min(at + CHUNK, size))
        sizes.append(rows.stop - rows.start)
        batch = Batch(
            sizes[-1],
            {name: _cut(column, rows) for name, column in given.items()},
            {name: {year: _cut(c, rows) for year, c in years.items()} for name, years in series.items()},
        )
        many = Many(job.law, batch, job.reasons, job.shared)
        cells.append([many.value(node) for node in job.outputs])
    values, faults = [], []
    for at in range(len(job.outputs)):
        values.append(
            np.concatenate([_full(c[at].values, n, np.int64) for c, n in zip(cells, sizes, strict=True)])
        )
        faults.append(
            np.concatenate([_full(0 if c[at].faults is None else c[at].faults, n, np.int32)
                            for c, n in zip(cells, sizes, strict=True)])
        )  # fmt: skip
    return Answered(block.get(PERSON), tuple(values), tuple(faults))


def _over(column: Column, option: Column | None) -> Column:
    """Return a column; those who do not give it get the option, if there is one."""
    if option is None or column.present is None:
        return column
    return Column(np.where(column.present, column.values, option.values), None, column.faults)


def _cut(column: Column, rows: slice) -> Column:
    def part(one: Any) -> Any:
        return one[rows] if isinstance(one, np.ndarray) else one

    return Column(part(column.values), part(column.present), part(column.faults), column.checked)


def _full(value: Any, size: int, kind: type) -> Any:
    return np.broadcast_to(np.asarray(value, dtype=kind), (size,))
