"""Single persons of a file, each with a trace."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from provident.kernel.refusal import Refusal
from provident.law.engine.many import Column
from provident.law.engine.one import One
from provident.law.engine.trace import Given, Trace
from provident.law.runs.assembling import Job
from provident.law.runs.columns import read_column
from provident.law.runs.sources import PERSON, Block

if TYPE_CHECKING:
    from provident.law.runs.history import History


@dataclass(frozen=True, slots=True)
class Told:
    """One person's answers, refusals for what could not be computed, and the trace."""

    person: str
    values: Mapping[str, int]  # by variable name
    refusals: Mapping[str, Refusal]
    trace: Trace


def one_by_one(job: Job, blocks: Iterator[Block], history: "History | None") -> Iterator[Told]:
    """Work each person of some blocks out on their own."""
    at = 0
    for block in blocks:
        size = len(block[PERSON])
        columns = {
            heading: read_column(meant.node.variable, block[heading], job.reasons, minor=meant.minor)
            for heading, meant in job.headings.items()
        }
        long = {
            node.variable.id: history.columns(node.variable.id, at, at + size)
            for node in (job.wanted().values() if history is not None else ())
            if history is not None
        }
        for row in range(size):
            yield tell(job, str(block[PERSON][row]), columns, long, row)
        at += size


def tell(
    job: Job, person: str, columns: Mapping[str, Column], long: Mapping[str, Mapping[int, Column]], row: int
) -> Told:
    """Work one person out."""
    given = {name: Given(value, "option") for name, value in job.options.items()}
    series: dict[str, dict[int, Given]] = {}
    refused: dict[tuple[str, int | None], Refusal] = {}
    found = [(job.headings[h].node.variable.id, job.headings[h].year, c) for h, c in columns.items()]
    found += [(name, year, column) for name, years in long.items() for year, column in years.items()]
    for name, year, column in found:
        if column.present is not None and not column.present[row]:
            continue
        if column.faults is not None and column.faults[row]:
            refused[name, year] = job.reasons.refusals[int(column.faults[row]) - 1]
        value = Given(int(_at(column.values, row)))
        if year is None:
            given[name] = value
        else:
            series.setdefault(name, {})[year] = value
    one = One(job.law, job.calculation.id, given, series, refused)
    values: dict[str, int] = {}
    refusals: dict[str, Refusal] = {}
    for node in job.outputs:
        try:
            values[node.variable.name] = one.value(node)
        except Refusal as refusal:
            refusals[node.variable.name] = refusal
    return Told(person, values, refusals, one.trace)


def _at(values: Any, row: int) -> Any:
    return values[row] if isinstance(values, np.ndarray) else values
