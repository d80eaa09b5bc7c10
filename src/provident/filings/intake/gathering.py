"""A whole file's rows in memory, as columns: the chunks of a file put end to end.

A file is checked as a whole before anything is posted, so its columns are kept, as narrow as they
come: a column that says the same in every row takes the room of one value, a text column is codes
into its distinct values. A payroll of a million rows takes some 60 MB.
"""

import hashlib
import itertools
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from provident.filings.reading.records import Amounts, Chunk, Coded, ControlTotal, FileKind, RefusedCells

_TEXTS = ("resident", "name", "employer", "reference")
_KINDS = {
    "row": "<u4",
    "branch": "<i2",
    "month": "<i4",
    "region": "<i4",
    "event": "<i2",
    "kind": "<i2",
    "evidence": "<i2",
    "paid_on": "<M8[D]",
}
_NUMBERS = tuple(_KINDS)
_AMOUNTS = ("base", "employee", "employer_share", "account", "amount")

Column = npt.NDArray[Any]
#: Hears, chunk by chunk, how many rows were read so far and which numbers of persons are new.
Heard = Callable[[int, tuple[str, ...]], None]


@dataclass(frozen=True, slots=True)
class Gathered:
    """A file's kind, its rows as one chunk, and a hash of what they say whatever the format was."""

    kind: FileKind
    rows: Chunk
    content: bytes  # SHA-256 over the canonical rows

    def __len__(self) -> int:
        return len(self.rows)


def ahead(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """Yield the chunks while a thread reads the next ones: reading and the caller's waiting overlap."""
    read: queue.Queue[Chunk | BaseException | None] = queue.Queue(2)
    stopped = threading.Event()

    def work() -> None:
        try:
            for chunk in chunks:
                read.put(chunk)
                if stopped.is_set():
                    return
            read.put(None)
        except BaseException as error:  # noqa: BLE001 - raised again where the chunks are wanted
            read.put(error)

    reader = threading.Thread(target=work, name="filings-reader", daemon=True)
    reader.start()
    try:
        while (found := read.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield found
    finally:
        stopped.set()
        while reader.is_alive():
            _empty(read)
            reader.join(0.01)


def _empty(waiting: "queue.Queue[Any]") -> None:
    """Empty a queue, so that whoever puts into it can go on."""
    while not waiting.empty():
        waiting.get_nowait()


class _Texts:
    """One text column's distinct values over all chunks, in order of first appearance."""

    def __init__(self) -> None:
        # A value not seen before takes the next number, without a step in Python.
        self.index: defaultdict[str, int] = defaultdict(itertools.count().__next__)
        self.originals: dict[int, str] = {}
        self.codes: list[npt.NDArray[np.int32]] = []

    def add(self, column: Coded) -> tuple[str, ...]:
        """Take a chunk's column; return the values not seen before."""
        index = self.index
        before = len(index)
        # One place more than there are values: code -1 reads the last place, which says -1.
        mapping = np.full(len(column.values) + 1, -1, np.int32)
        mapping[:-1] = list(map(index.__getitem__, column.values))
        for local, original in column.originals.items():
            self.originals.setdefault(int(mapping[local]), original)
        self.codes.append(mapping[column.codes])
        return tuple(itertools.islice(reversed(index), len(index) - before))[::-1]

    def whole(self) -> Coded:
        """Return the column of all rows, and keep nothing of it here."""
        codes, values = _joined(self.codes, np.int32), tuple(self.index)
        self.codes, self.index = [], defaultdict(int)
        return Coded(codes, values, self.originals)


def _joined(parts: Sequence[Column], kind: npt.DTypeLike) -> Column:
    """Put arrays end to end; one that says the same everywhere becomes a single repeated value."""
    parts = [part for part in parts if len(part)]
    if not parts:
        return np.zeros(0, kind)
    first = parts[0][0]
    if all(_repeats(part, first) for part in parts):
        return np.broadcast_to(first, sum(map(len, parts)))
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _repeats(part: Column, value: np.generic) -> bool:
    if part.dtype.kind == "M":  # an empty date is unlike itself: compare what is stored
        part, value = part.view(np.int64), value.view(np.int64)
    return bool(part[-1] == value) and bool((part == value).all())


def gather(kind: FileKind, chunks: Iterable[Chunk], heard: Heard | None = None) -> Gathered:
    """Read every chunk and put them end to end."""
    texts = {name: _Texts() for name in _TEXTS}
    parts: dict[str, list[Column]] = {name: [] for name in _NUMBERS}
    for name in _AMOUNTS:
        parts[f"{name}.minor"], parts[f"{name}.given"] = [], []
    refused: list[RefusedCells] = []
    totals: list[ControlTotal] = []
    count = 0
    for chunk in chunks:
        fresh = {name: texts[name].add(getattr(chunk, name)) for name in _TEXTS}
        for name in _NUMBERS:
            parts[name].append(getattr(chunk, name))
        for name in _AMOUNTS:
            column: Amounts = getattr(chunk, name)
            parts[f"{name}.minor"].append(column.minor)
            parts[f"{name}.given"].append(column.given)
        refused += chunk.refused
        totals += chunk.totals
        count += len(chunk)
        if heard:
            heard(count, fresh["resident"])
    rows = _whole(texts, parts, tuple(refused), tuple(totals))
    return Gathered(kind, rows, content_hash(kind, rows))


def _whole(
    texts: dict[str, _Texts],
    parts: dict[str, list[Column]],
    refused: tuple[RefusedCells, ...],
    totals: tuple[ControlTotal, ...],
) -> Chunk:
    columns: dict[str, object] = {name: column.whole() for name, column in texts.items()}
    for name in _NUMBERS:
        columns[name] = _joined(parts.pop(name), _KINDS[name])
    for name in _AMOUNTS:
        minor = _joined(parts.pop(f"{name}.minor"), np.int64)
        columns[name] = Amounts(minor, _joined(parts.pop(f"{name}.given"), np.bool_))
    return Chunk(refused=refused, totals=totals, **columns)  # type: ignore[arg-type]


def content_hash(kind: FileKind, rows: Chunk) -> bytes:
    """Return a hash of what the rows say, in their order: the same for CSV, XLSX and Parquet.

    Row numbers, headings, encodings and control totals do not enter it. Text enters as its distinct
    values in order of first appearance and each row's place among them, which is the same however
    the rows were cut into chunks.
    """
    whole = hashlib.sha256(f"provident filing content 1\0{kind.value}\0{len(rows)}\0".encode())
    for name in _TEXTS:
        column: Coded = getattr(rows, name)
        whole.update(hashlib.sha256("\0".join(column.values).encode("utf-8", "surrogatepass")).digest())
        _hash_numbers(whole, column.codes, "<i4")
    for name in _NUMBERS[1:]:  # all but the row number
        _hash_numbers(whole, getattr(rows, name), _KINDS[name])
    for name in _AMOUNTS:
        amounts: Amounts = getattr(rows, name)
        _hash_numbers(whole, amounts.minor, "<i8")
        _hash_numbers(whole, amounts.given, "u1")
    return whole.digest()


def _hash_numbers(whole: "hashlib._Hash", numbers: Column, kind: str) -> None:
    """Hash a column; one that repeats a single value is hashed as that value alone."""
    if len(numbers) and numbers.strides == (0,):
        whole.update(b"1" + np.asarray(numbers[:1], kind).tobytes())
        return
    whole.update(b"n")
    for start in range(0, len(numbers), 65536):
        whole.update(np.ascontiguousarray(numbers[start : start + 65536], kind).data)
