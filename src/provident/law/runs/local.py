"""A run on this machine: blocks read in order, worked out on two threads, written in order."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from provident.kernel.words import Language
from provident.law.arrays.memory import keep_freed
from provident.law.engine.plan import Law
from provident.law.refusals import ColumnMissing
from provident.law.runs.assembling import Answered, Job, answer, prepare
from provident.law.runs.persons import Told, one_by_one
from provident.law.runs.programs import WORTH, Made, answer_by, program_of
from provident.law.runs.sources import PERSON, FrameFile, Source, open_source, size_of
from provident.law.runs.writing import write

if TYPE_CHECKING:
    from provident.law.engine.many import Column
    from provident.law.runs.history import History

THREADS = 2
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is asked for."""

    calculation: str
    people: Path
    history: Path | None
    options: Mapping[str, str]
    on: int  # counted day


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a run."""

    persons: int
    incomplete: int  # persons for whom an output could not be computed
    unused: tuple[str, ...]  # columns nothing needed
    strangers: int  # history rows of persons not in the people file


def run(law: Law, asked: Asked, out: Path, language: Language, progress: Progress) -> Ran:
    """Work a calculation out for everybody in a file and write it down."""
    people = open_source(asked.people)
    job = prepared(law, asked, people)
    with TemporaryDirectory(prefix="provident-") as folder:
        history = _history(asked, people, job, Path(folder))
        incomplete = write(job, answers(job, people, history, progress), out, language)
    return Ran(people.rows, incomplete, job.unused, history.strangers if history else 0)


def explained(law: Law, asked: Asked) -> Iterator[Told]:
    """Yield each person of a file with a trace."""
    people = open_source(asked.people)
    job = prepared(law, asked, people)
    with TemporaryDirectory(prefix="provident-") as folder:
        history = _history(asked, people, job, Path(folder))
        yield from one_by_one(job, people.blocks(), history)


def prepared(law: Law, asked: Asked, people: Source) -> Job:
    """Return the job of a run; refused if nobody says who the rows are about."""
    if PERSON not in people.names:
        raise ColumnMissing(file=asked.people, name=PERSON)
    return prepare(law, asked.calculation, people.names, asked.options, asked.on)


def _history(asked: Asked, people: Source, job: Job, folder: Path) -> "History | None":
    if asked.history is None:
        return None
    import polars as pl  # noqa: PLC0415 - a folder of arrays is read without it

    from provident.law.runs.history import History  # noqa: PLC0415

    ids = [pl.Series(PERSON, block[PERSON]) for block in people.blocks()]
    history, file = History(people.rows, folder, job.reasons), FrameFile(asked.history)
    persons = pl.concat(ids) if ids else pl.Series(PERSON, [], dtype=pl.String)
    history.take(file, persons, {name: node for name, node in job.wanted().items() if name in file.names})
    return history


def _program(job: Job, people: Source, history: "History | None") -> "Future[Made | None]":
    reported = {}
    if history is not None:
        for node in job.wanted().values():
            if years := history.years(node.variable.id):
                reported[node.variable.id] = years
    return program_of(job, people.kinds, reported)


def compiled(job: Job, people: Source) -> bool:
    """Wait for a job's program; say whether there is one."""
    return _program(job, people, None).result() is not None


def answers(job: Job, people: Source, history: "History | None", progress: Progress) -> Iterator[Answered]:
    """Yield every block's answers in the order of the file."""
    making = _program(job, people, history) if people.rows >= WORTH else None
    waiting: deque[Future[Answered]] = deque()
    done = 0
    keep_freed()
    with ThreadPoolExecutor(THREADS) as pool:
        at = 0
        for block in people.blocks():
            size = size_of(block)
            series: dict[str, dict[int, Column]] = {}
            if history is not None:
                for node in job.wanted().values():
                    if years := history.columns(node.variable.id, at, at + size):
                        series[node.variable.id] = years
            at += size
            made = making.result() if making is not None and making.done() else None
            work = partial(answer_by, made) if made is not None else answer
            waiting.append(pool.submit(work, job, block, series))
            if len(waiting) > THREADS:
                done += len((one := waiting.popleft().result()).values[0])
                progress(done, people.rows)
                yield one
        while waiting:
            done += len((one := waiting.popleft().result()).values[0])
            progress(done, people.rows)
            yield one
