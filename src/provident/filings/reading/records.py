"""What reading hands over: an opened file, and chunks of columns.

How to read a chunk, whatever the file's format was:

* Every array has one element per row of the chunk. `row` says which row of the file it is, counted
  as a spreadsheet counts (the headings are row 1). Wholly blank rows, rows with the wrong number of
  cells (those are in `refused`) and control-total rows (those are in `totals`) are left out.
* **An empty cell is not refused here and is never zero**: which cells a kind of row needs is for the
  checks to say. Text columns hold code -1, amounts hold `given=False`, months and branches -1.
* A cell that holds something unreadable looks empty in its column and is listed in `refused`.
* A column the file does not have looks like a column of empty cells; `FilingFile.fields` says which
  columns the file has.
* Arrays may be read-only and may share memory. Nothing here is a float.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import TracebackType
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from provident.kernel.refusal import Refusal


class Format(StrEnum):
    """What the bytes are, decided by the bytes and never by the file name."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


class FileKind(StrEnum):
    """What the file tells, decided by its headings."""

    PAYROLL = "payroll"  # declarations, and enrol and leave rows
    PAYMENTS = "payments"
    TAKE_ON = "take_on"  # old records taken over


class RowEvent(IntEnum):
    """The `event` column of a payroll row."""

    REFUSED = -1
    NONE = 0  # empty: the row is a declaration
    ENROL = 1
    LEAVE = 2


class TakeOnKind(IntEnum):
    """The `kind` column of a take-on row."""

    REFUSED = -1
    NONE = 0
    CONTRIBUTION = 1
    UNPAID = 2
    OPENING_BALANCE = 3
    INTEREST = 4
    BENEFIT = 5


@dataclass(frozen=True, slots=True)
class Coded:
    """A text column as its distinct values: row i says `values[codes[i]]`, or nothing where the code is -1.

    Values are distinct, in order of first appearance in the chunk, canonical (see each column of
    `Chunk`) and never empty; every value is used by at least one row.
    """

    codes: npt.NDArray[np.int32]
    values: tuple[str, ...]
    #: value index -> the text as the file had it, only where making it canonical changed more than
    #: the space around it (full-width digits, lower case, a name not in NFC). The first writing is kept.
    originals: Mapping[int, str] = dataclasses.field(default_factory=dict)

    def text(self, index: int) -> str:
        """Return what row `index` of the chunk says, or an empty string."""
        code = int(self.codes[index])
        return self.values[code] if code >= 0 else ""


@dataclass(frozen=True, slots=True)
class Amounts:
    """A money column: whole minor units (two decimals), and whether the cell held an amount at all.

    `minor` is 0 where `given` is False. Amounts are never negative.
    """

    minor: npt.NDArray[np.int64]
    given: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RefusedCells:
    """Cells of one column refused for one reason."""

    field: str  # the canonical column, or "" where the whole row is refused
    refusal: type[Refusal]
    rows: npt.NDArray[np.uint32]  # as a spreadsheet counts
    values: tuple[str, ...]  # what the cells hold, shortened; as many as rows
    facts: Mapping[str, object] = dataclasses.field(
        default_factory=dict
    )  # further facts of the refusal's texts

    def refusals(self) -> Iterator[tuple[int, str, Refusal]]:
        """Yield row, value and the refusal itself for each cell (its facts: `value`, and `facts`)."""
        for row, value in zip(self.rows.tolist(), self.values, strict=True):
            yield row, value, self.refusal(value=value, **self.facts)


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """A total the file states about itself: a row whose identity cell reads `total`, 合计 or 总计.

    `branch` is -1 where the row names none: the total of the whole file.
    """

    row: int
    branch: int
    field: str  # base, employee, employer, account or amount
    minor: int


@dataclass(frozen=True, slots=True)
class RuleGroups:
    """Which rows fall under the same rule: distinct (region, branch, month) of a chunk.

    Row i belongs to group `codes[i]`; the groups' own region, branch and month are the other arrays
    (-1 where the cells are empty or refused).
    """

    codes: npt.NDArray[np.int32]
    region: npt.NDArray[np.int32]
    branch: npt.NDArray[np.int16]
    month: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some consecutive rows of a file, as columns.

    payroll uses resident, name, employer, branch, month, base, employee, employer_share, region,
    event. payments uses employer, month, branch, amount, paid_on, reference. take-on uses the
    columns of payroll without event, and kind, account, amount, evidence.
    """

    row: npt.NDArray[np.uint32]
    resident: Coded  # resident_id: stripped, upper case, NFKC
    name: Coded  # stripped, NFC
    employer: Coded  # employer_id: stripped, upper case, NFKC
    reference: Coded  # stripped, NFC
    branch: npt.NDArray[np.int16]  # kernel Branch code, or -1
    month: npt.NDArray[np.int32]  # 202603, or -1
    region: npt.NDArray[np.int32]  # six-digit code, or -1
    event: npt.NDArray[np.int16]  # RowEvent
    kind: npt.NDArray[np.int16]  # TakeOnKind
    evidence: npt.NDArray[np.int16]  # kernel Evidence; 0 where empty, -1 where refused
    paid_on: npt.NDArray[np.datetime64]  # datetime64[D], NaT where empty or refused
    base: Amounts
    employee: Amounts
    employer_share: Amounts  # the `employer` column
    account: Amounts
    amount: Amounts
    refused: tuple[RefusedCells, ...]
    totals: tuple[ControlTotal, ...]

    def __len__(self) -> int:
        return len(self.row)

    @property
    def first_row(self) -> int:
        """The row number of the chunk's first row; 0 where the chunk holds refusals only."""
        return int(self.row[0]) if len(self.row) else 0

    def rule_groups(self) -> RuleGroups:
        """Return the distinct (region, branch, month) and which rows fall under each."""
        key = (self.region.astype(np.int64) + 1) * 10 + self.branch + 1
        key = key * 1_000_000 + self.month + 1
        if len(key) and (key == key[0]).all():
            first, codes = np.zeros(1, np.int64), np.zeros(len(key), np.int64)
        else:
            _, first, codes = np.unique(key, return_index=True, return_inverse=True)
        return RuleGroups(codes.astype(np.int32), self.region[first], self.branch[first], self.month[first])


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the sender should know that refuses nothing, in both languages."""

    code: str
    en: str
    zh: str

    def sentence(self, language: str) -> str:
        """Return the notice in `en` or `zh-hans`."""
        return self.zh if language.startswith("zh") else self.en


class Source(Protocol):
    """Where the chunks come from: one reader per format."""

    def chunks(self, rows: int) -> Iterator[Chunk]:
        """Read the file from its beginning."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


@dataclass(frozen=True, slots=True)
class FilingFile:
    """A file whose outside has been read: what it is, how it is written, which columns it has.

    Use it as a context manager; `chunks()` may be called again and reads from the beginning.
    """

    file_name: str  # as given; never trusted, only shown
    kind: FileKind
    format: Format
    encoding: str | None  # "utf-8", "utf-8 with BOM", "utf-16-le", "utf-16-be", "gb18030"; None if not text
    delimiter: str | None
    sheet: str | None  # the worksheet read
    sha256: bytes  # of the bytes as they came
    size: int
    expected_rows: int  # an estimate, exact for Parquet; decide storage by it, nothing else
    fields: tuple[str, ...]  # the canonical columns present, in the file's order
    notices: tuple[Notice, ...]
    source: Source = dataclasses.field(repr=False)

    def chunks(self, rows: int = 100_000) -> Iterator[Chunk]:
        """Yield the rows in order, at most `rows` of them in a chunk, each chunk read when asked for.

        Raises a Refusal where the file as a whole cannot be read on (broken quoting, a line without
        end, a truncated file); refused rows and cells are in each chunk's `refused`.
        """
        return self.source.chunks(rows)

    def close(self) -> None:
        """Let go of the file."""
        self.source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def day_of(value: np.datetime64) -> dt.date | None:
    """Return a `paid_on` element as a date, or None where the cell was empty."""
    day = value.astype(object)
    return day if isinstance(day, dt.date) else None
