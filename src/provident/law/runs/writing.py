"""Answers and reasons written as they come: CSV, Parquet, Arrow, or a folder of NumPy columns."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from provident.kernel.money import places_of
from provident.kernel.words import Language
from provident.law.engine.plan import Node
from provident.law.formulas.declared import Kind
from provident.law.runs.assembling import Answered, Job
from provident.law.runs.sources import PERSON

REPORT = ".report.csv"
_NONE = np.iinfo(np.int64).min  # an output nobody can have, in a folder of arrays
_COLUMNS = (PERSON, "output", "code", "reason", "remedy", "article")


def report_of(out: Path) -> Path:
    """Return where the reasons of a run go."""
    return out.with_name(out.name + REPORT)


def write(job: Job, answers: Iterator[Answered], out: Path, language: Language) -> int:
    """Write all answers; return for how many persons at least one output could not be computed."""
    report = _Report(job, report_of(out), language)
    checked = (report.noted(one) for one in answers)
    try:
        if out.suffix == ".parquet":
            _sink(job, checked).sink_parquet(out, maintain_order=True)
        elif out.suffix in {".arrow", ".feather", ".ipc"}:
            _sink(job, checked).sink_ipc(out, maintain_order=True)
        elif out.suffix:
            _csv(job, checked, out)
        else:
            _arrays(job, checked, out)
    finally:
        report.close()
    return report.persons


class _Report:
    """The reasons, a row a person and output; there is no file where there are no reasons."""

    def __init__(self, job: Job, path: Path, language: Language) -> None:
        self._job, self._path, self._language = job, path, language
        self._file: Any = None
        self._write: Any = None
        self.persons = 0
        path.unlink(missing_ok=True)

    def noted(self, answered: Answered) -> Answered:
        """Write down who is refused what."""
        refused = np.zeros(len(answered.values[0]), dtype=bool)
        for faults in answered.faults:
            if faults is not None:
                refused |= faults != 0
        if refused.any():
            self.persons += int(refused.sum())
            self._rows(answered, np.flatnonzero(refused))
        return answered

    def _rows(self, answered: Answered, rows: Any) -> None:
        if self._file is None:
            self._file = self._path.open("w", encoding="utf-8", newline="")
            self._write = csv.writer(self._file, lineterminator="\n")
            self._write.writerow(_COLUMNS)
        told = [self._told(number) for number in range(1, len(self._job.reasons.refusals) + 1)]
        for row in rows:
            for node, faults in zip(self._job.outputs, answered.faults, strict=True):
                if faults is not None and faults[row]:
                    self._write.writerow(
                        (answered.persons[int(row)], node.variable.name, *told[faults[row] - 1])
                    )

    def _told(self, number: int) -> tuple[str, ...]:
        refusal = self._job.reasons.refusals[number - 1]
        article = str(refusal.citation) if refusal.citation else ""
        return refusal.code, refusal.sentence(self._language), refusal.remedy(self._language), article

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()


def frame(job: Job, answered: Answered, *, minor: bool) -> Any:
    """Return answers as a polars frame: decimal texts, or whole minor units where a file keeps types."""
    import polars as pl  # noqa: PLC0415 - a folder of arrays is written without it

    columns = [pl.Series(PERSON, answered.persons)]
    for node, values, faults in zip(job.outputs, answered.values, answered.faults, strict=True):
        kept = pl.Series(node.variable.name, values)
        series = _typed(node, kept, job, minor=minor)
        if faults is not None and faults.any():
            series = pl.select(pl.when(pl.Series(faults == 0)).then(series).alias(series.name)).to_series()
        columns.append(series)
    return pl.DataFrame(columns)


def _typed(node: Node, values: Any, job: Job, *, minor: bool) -> Any:
    import polars as pl  # noqa: PLC0415

    variable = node.variable
    places = places_of(job.law.pack.currency)
    match variable.kind:
        case Kind.MONEY if minor and variable.decimals <= places:
            return (values * 10 ** (places - variable.decimals)).alias(f"{variable.name}_minor")
        case Kind.MONEY | Kind.NUMBER if variable.decimals:
            return _decimal_texts(values, variable.decimals)
        case Kind.DATE:
            days = values.cast(pl.Int32).cast(pl.Date)
            return days if minor else days.dt.strftime("%Y-%m-%d")
        case Kind.MONTH:
            named = pl.DataFrame({"y": values // 12, "m": values % 12 + 1})
            return named.select(
                pl.format("{}-{}", "y", pl.col("m").cast(pl.String).str.zfill(2)).alias(variable.name)
            ).to_series()
        case Kind.WORD:
            return pl.Series(variable.name, np.array(variable.words)[values.to_numpy()])
        case Kind.FLAG:
            return values.cast(pl.Boolean) if minor else values
    return values


def _decimal_texts(values: Any, decimals: int) -> Any:
    import polars as pl  # noqa: PLC0415

    size = 10**decimals
    named = pl.DataFrame({"v": values}).select(
        pl.concat_str(
            pl.when(pl.col("v") < 0).then(pl.lit("-")).otherwise(pl.lit("")),
            pl.col("v").abs() // size,
            pl.lit("."),
            (pl.col("v").abs() % size).cast(pl.String).str.zfill(decimals),
        ).alias(values.name)
    )
    return named.to_series()


def _csv(job: Job, answers: Iterator[Answered], out: Path) -> None:
    with out.open("wb") as file:
        first = True
        for answered in answers:
            frame(job, answered, minor=False).write_csv(file, include_header=first)
            first = False
        if first:
            file.write((",".join((PERSON, *(node.variable.name for node in job.outputs))) + "\n").encode())


def _sink(job: Job, answers: Iterator[Answered]) -> Any:
    """Return the answers as a lazy frame that is pulled while the file is written."""
    import polars as pl  # noqa: PLC0415
    from polars.io.plugins import register_io_source  # noqa: PLC0415

    frames = (frame(job, one, minor=True) for one in answers)
    first = next(frames, None)
    if first is None:
        return pl.LazyFrame({PERSON: []})

    def pulled(*_asked: Any) -> Iterator[Any]:
        yield first
        yield from frames

    return register_io_source(pulled, schema=first.schema)


def _arrays(job: Job, answers: Iterator[Answered], out: Path) -> None:
    """Write a folder of columns; an output nobody can have is marked by the smallest number there is."""
    out.mkdir(parents=True, exist_ok=True)
    opened: dict[str, Any] = {}
    count = 0
    for answered in answers:
        columns = {PERSON: np.asarray(answered.persons)}
        for node, values, faults in zip(job.outputs, answered.values, answered.faults, strict=True):
            refused = faults is not None and faults.any()
            columns[_heading(node)] = np.where(faults != 0, _NONE, values) if refused else values
        for name, values in columns.items():
            if name not in opened:
                opened[name] = ((out / f"{name}.npy").open("wb"), values.dtype)
                _header(opened[name][0], values.dtype, 0)
            opened[name][0].write(np.ascontiguousarray(values).data)
        count += len(columns[PERSON])
    for file, dtype in opened.values():
        file.seek(0)
        _header(file, dtype, count)
        file.close()


def _heading(node: Node) -> str:
    money = node.variable.kind is Kind.MONEY and node.variable.decimals == 2
    return f"{node.variable.name}_minor" if money else node.variable.name


def _header(file: Any, dtype: Any, count: int) -> None:
    """Write a NumPy header of a fixed length, so that the count can be filled in at the end."""
    text = (
        f"{{'descr': {np.lib.format.dtype_to_descr(dtype)!r}, 'fortran_order': False, 'shape': ({count},), }}"
    )
    file.write(b"\x93NUMPY\x01\x00" + (118).to_bytes(2, "little") + text.ljust(117).encode() + b"\n")
