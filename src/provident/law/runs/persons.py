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
from provident.law.runs.columns import plain, read_column
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
        columns: dict[str, Column | list[int]] = {}
        for heading, meant in job.headings.items():
            variable, data = meant.node.variable, block[heading]
            read = plain(variable, data, minor=meant.minor)
            columns[heading] = read or read_column(variable, data, job.reasons, minor=meant.minor)
        long = {
            node.variable.id: history.columns(node.variable.id, at, at + size)
            for node in (job.wanted().values() if history is not None else ())
            if history is not None
        }
        for row in range(size):
            yield tell(job, str(block[PERSON][row]), columns, long, row)
        at += size


def tell(
    job: Job, person: str, columns: Mapping[str, Column | list[int]],
    long: Mapping[str, Mapping[int, Column]], row: int,
) -> Told:  # fmt: skip
    """Work one person out."""
    given = {name: Given(value, "option") for name, value in job.options.items()}
    series: dict[str, dict[int, Given]] = {}
    refused: dict[tuple[str, int | None], Refusal] = {}
    found: list[tuple[str, int | None, Column | list[int]]] = [
        (meant.node.variable.id, meant.year, columns[heading]) for heading, meant in job.headings.items()
    ]
    found += [(name, year, column) for name, years in long.items() for year, column in years.items()]
    for name, year, column in found:
        if isinstance(column, list):
            value = column[row]
        elif column.present is not None and not column.present[row]:
            continue
        else:
            value = int(_at(column.values, row))
            if column.faults is not None and column.faults[row]:
                refused[name, year] = job.reasons.refusals[int(column.faults[row]) - 1]
        if year is None:
            given[name] = Given(value)
        else:
            series.setdefault(name, {})[year] = Given(value)
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
