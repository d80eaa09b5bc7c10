"""A job as machine code: what its columns look like in memory, and blocks answered by a program.

The program is made beside the run, which begins with arrays and goes on with it once it is there. Whoever it
doubts is worked out by the arrays: what is refused, and why, is said in one place only.
"""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from subprocess import SubprocessError
from threading import Thread
from typing import Any

import numpy as np

from provident.kernel.refusal import Refusal
from provident.law.engine.batch import Column, taken
from provident.law.engine.many import Batch
from provident.law.engine.proof import Beyond
from provident.law.formulas.declared import Kind
from provident.law.machine.divided import NotForMachine
from provident.law.machine.person import Asked, Given
from provident.law.machine.program import Lying, Output, Program, Shortened, compiled, possible, written
from provident.law.runs.assembling import Answered, Heading, Job, answer
from provident.law.runs.columns import read_column, scale_of
from provident.law.runs.sources import PERSON, Block, place_of, size_of

WORTH = 200_000  # persons from which on a program repays its making
_BYTES = (1, 2, 4, 8)
Reported = Mapping[str, Mapping[int, Column]]  # a history's years by variable id


@dataclass(frozen=True, slots=True)
class Made:
    """A program and the columns it reads."""

    program: Program
    columns: Mapping[Asked, Given]
    direct: Mapping[str, Given]  # by heading, those it reads as they are in the file


def program_of(
    job: Job, kinds: Mapping[str, Any], reported: Mapping[str, tuple[int, ...]]
) -> "Future[Made | None]":
    """Return the program of a job, being made; `kinds` are the types of columns that are arrays."""
    columns: dict[Asked, Given] = {}
    direct: dict[str, Given] = {}
    for heading, meant in job.headings.items():
        given = _as_it_is(heading, meant, kinds.get(heading))
        if given is not None:
            direct[heading] = given
        columns[meant.node.variable.id, meant.year] = given or Given(heading, 8, mask=True)
    for name, years in reported.items():
        more: dict[Asked, Given] = {
            (name, year): Given(_in_history(name, year), 8, mask=True) for year in years
        }
        columns = {**more, **columns}  # a column of the file counts before the history
    key = (
        job.calculation.id, tuple(sorted(job.options.items())),
        tuple((asked, one.told()) for asked, one in columns.items()),
    )  # fmt: skip
    found = job.law.programs.get(key)
    if found is None:
        found = job.law.programs[key] = Future()
        Thread(target=_make, args=(found, job, columns, direct), daemon=True).start()
    return found


def _make(
    made: "Future[Made | None]", job: Job, columns: dict[Asked, Given], direct: dict[str, Given]
) -> None:
    try:
        text = written(job.law, job.outputs, columns, job.options) if possible() else None
        made.set_result(None if text is None else Made(compiled(text), columns, direct))
    except (NotForMachine, Beyond, OSError, SubprocessError):  # what is carried may be wider than was proven
        made.set_result(None)
    except BaseException as error:  # noqa: BLE001 - told to whoever asks for the program
        made.set_exception(error)


def _in_history(name: str, year: int) -> str:
    return f"{name} {year}"


def _as_it_is(heading: str, meant: Heading, kind: Any) -> Given | None:
    """Return how a program reads an array as it is; None if it has to be read for it."""
    if kind is None or not kind.isnative or kind.itemsize not in _BYTES:
        return None
    variable = meant.node.variable
    wanted = variable.kind
    if kind.kind == "M":
        unit = np.datetime_data(kind)
        if unit == ("M", 1) and wanted is Kind.MONTH:
            return Given(heading, 8, shift=1970 * 12)
        return Given(heading, 8) if unit == ("D", 1) and wanted is not Kind.MONTH else None
    if kind.kind != "i" or wanted is Kind.MONTH:
        return None
    return Given(heading, kind.itemsize, scale_of(wanted, variable.decimals, minor=meant.minor))


class _Block:
    """A block's columns made ready for a program."""

    def __init__(self, job: Job, made: Made, block: Block, history: Reported) -> None:
        self.size = size_of(block)
        self.apart: Any = None  # who is left to the arrays before the program is asked
        self.arrays: dict[int, Any] = {}
        self._made = made
        self._all = np.ones(self.size, dtype=np.bool_)
        for heading, given in made.direct.items():
            place = place_of(block, heading)
            if place is None:
                self.arrays[id(given)] = np.ascontiguousarray(block[heading])
            else:
                self.arrays[id(given)] = Lying(*place, given.size)
        for heading, meant in job.headings.items():
            if heading not in made.direct:
                column = read_column(meant.node.variable, block[heading], job.reasons, minor=meant.minor)
                self._column((meant.node.variable.id, meant.year), column)
        for name, years in history.items():
            for year, reported in years.items():
                if made.columns[name, year].heading == _in_history(name, year):
                    self._column((name, year), reported)

    def _column(self, asked: Asked, column: Column) -> None:
        """Take a column that was read: values, who gives one, and who gave what cannot be read."""
        given = self._made.columns[asked]
        values, present = np.asarray(column.values, dtype=np.int64), column.present
        if column.faults is not None:
            self._leave(column.faults != 0)
        self.arrays[id(given)] = np.ascontiguousarray(values)
        mask = self._all if present is None else present
        self.arrays[id(self._made.program.mask(asked))] = np.ascontiguousarray(mask, dtype=np.bool_)

    def read(self, block: Block) -> None:
        """Read the columns that lie in files; refused where one has become shorter."""
        for heading, given in self._made.direct.items():
            self.arrays[id(given)] = block[heading]

    def _leave(self, who: Any) -> None:
        self.apart = who if self.apart is None else self.apart | who


def answer_by(made: Made, job: Job, block: Block, history: Reported) -> Answered:
    """Work a block out by a program; by arrays whoever it doubts."""
    ready = _Block(job, made, block, history)
    try:
        results, doubts = made.program.run(ready.size, ready.arrays)
    except Shortened:
        ready.read(block)
        results, doubts = made.program.run(ready.size, ready.arrays)
    if ready.apart is not None:
        doubts |= ready.apart
    values: list[Any] = []
    faults: list[Any] = []
    for node, told in zip(job.outputs, made.program.outputs, strict=True):
        number = job.reasons.number(told) if isinstance(told, Refusal) else 0
        single = node.variable.low if isinstance(told, Refusal) else told
        values.append(
            results[single.place]
            if isinstance(single, Output)
            else np.full(ready.size, single, dtype=np.int64)
        )
        faults.append(np.full(ready.size, number, dtype=np.int32) if number else None)
    if doubts.any():
        rows = np.flatnonzero(doubts)
        again = answer(job, {name: one[rows] for name, one in block.items()}, _rows(history, rows))
        for at in range(len(values)):
            values[at][rows] = again.values[at]
            if again.faults[at].any():
                faults[at] = np.zeros(ready.size, dtype=np.int32) if faults[at] is None else faults[at]
                faults[at][rows] = again.faults[at]
    return Answered(block.get(PERSON), tuple(values), tuple(faults))


def _rows(history: Reported, rows: Any) -> Reported:
    return taken(Batch(0, {}, history), rows).series
