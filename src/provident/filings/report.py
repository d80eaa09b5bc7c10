"""The report on a refused file: what is wrong in which row, why, and what to do.

A report counts everything, writes to disk as it goes, and keeps only the first lines in memory, so a
file with a million wrong rows is reported like one with three. Also here: `neutralise`, which every
text goes through that we write into a file a spreadsheet may open.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from provident.filings.columns import COLUMNS
from provident.filings.reading.records import RefusedCells
from provident.kernel.refusal import Refusal

WRITTEN = 100_000  # lines of a report on disk; a spreadsheet opens that many
SHOWN = 100  # lines kept for the screen
_LONGEST_VALUE = 200

_HEADINGS = {
    "en": ("row", "field", "value", "reason", "remedy", "article"),
    "zh-hans": ("行号", "列", "内容", "原因", "处理办法", "依据"),
}
_FIELDS_ZH = {column.name: column.zh for column in COLUMNS}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")


def neutralise(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe before what could begin one.

    Plain numbers stay as they are, signs included.
    """
    if text.lstrip(" \u00a0\u3000").startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def visible(text: str) -> str:
    """Return a text with characters that are not shown written as escapes, shortened."""
    shown = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
    return shown if len(shown) <= _LONGEST_VALUE else shown[:_LONGEST_VALUE] + "…"


@dataclass(frozen=True, slots=True)
class Line:
    """One refused cell, row or file. `row` is 0 where the file as a whole is refused."""

    row: int
    field: str  # the canonical column, or "" for the whole row or file
    value: str
    refusal: Refusal

    def cells(self, language: str) -> tuple[str, str, str, str, str, str]:
        """Return row, field, value, reason, remedy and article as shown, not yet neutralised."""
        field = _FIELDS_ZH.get(self.field, self.field) if language.startswith("zh") else self.field
        citation = self.refusal.citation
        return (
            str(self.row) if self.row else "",
            field,
            visible(self.value),
            visible(self.refusal.sentence(language)),
            self.refusal.remedy(language),
            str(citation) if citation else "",
        )

    def as_document(self) -> dict[str, object]:
        """Return the line as JSON shows it."""
        return {
            "row": self.row or None,
            "field": self.field or None,
            "value": visible(self.value),
            **self.refusal.as_document(),
        }


class Report:
    """What is refused in one file. With a `path`, also a CSV file there, made at the first refusal."""

    def __init__(self, path: Path | None = None, *, language: str = "en") -> None:
        self.path = path
        self.language = language
        self.by_code: Counter[str] = Counter()
        self.lines: list[Line] = []  # the first SHOWN of them
        self._written = 0
        self._file: TextIO | None = None

    @property
    def count(self) -> int:
        """How many refusals there are, written or not."""
        return self.by_code.total()

    def add(self, refused: Iterable[RefusedCells]) -> None:
        """Take what was refused in one chunk; lines are ordered by row within the chunk."""
        groups = tuple(refused)
        for cells in groups:
            self.by_code[cells.refusal.code] += len(cells.rows)
        left = (WRITTEN if self.path else SHOWN) - self._written
        if left <= 0 or not groups:
            return
        lines = [
            Line(row, cells.field, value, refusal)
            for cells in groups
            for _, (row, value, refusal) in zip(range(left), cells.refusals(), strict=False)
        ]
        lines.sort(key=lambda line: line.row)
        self._write(lines[:left])

    def refuse(self, refusal: Refusal, *, row: int = 0, field: str = "", value: str = "") -> None:
        """Take one refusal, of the file as a whole unless a row is named."""
        self.by_code[refusal.code] += 1
        if self._written < (WRITTEN if self.path else SHOWN):
            self._write([Line(row, field, value, refusal)])

    def _write(self, lines: list[Line]) -> None:
        self._written += len(lines)
        self.lines += lines[: SHOWN - len(self.lines)]
        if self.path and lines:
            if self._file is None:
                self._file = self.path.open("w", encoding="utf-8-sig", newline="")
                csv.writer(self._file).writerow(_HEADINGS[_language(self.language)])
            rows = ([neutralise(cell) for cell in line.cells(self.language)] for line in lines)
            csv.writer(self._file).writerows(rows)

    def close(self) -> None:
        """Finish the file on disk; says in it how many lines were left out."""
        if self._file is not None:
            if self.count > self._written:
                csv.writer(self._file).writerow(("", "", "", self._more(self._written), "", ""))
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _more(self, shown: int) -> str:
        more = self.count - shown
        return f"另有 {more} 处。" if _language(self.language) == "zh-hans" else f"And {more} more."

    def summary(self, lines: int = 20) -> str:
        """Return the report for a screen: the first lines, then how many more and where they stand."""
        chinese = _language(self.language) == "zh-hans"
        paragraphs = []
        for line in self.lines[:lines]:
            row, field, value, reason, remedy, article = line.cells(self.language)
            place = " · ".join(
                part for part in (f"第 {row} 行" if chinese else f"row {row}", field, value) if part
            )
            head = place if row else ("整个文件" if chinese else "the whole file")
            paragraphs.append(f"{head}\n  {reason}\n  {remedy}" + (f"\n  [{article}]" if article else ""))
        if self.count > lines:
            where = f" {self.path}" if self.path else ""
            paragraphs.append(self._more(min(lines, len(self.lines))) + where)
        return "\n".join(paragraphs)

    def as_document(self, lines: int = SHOWN) -> dict[str, object]:
        """Return the report as JSON shows it."""
        return {
            "count": self.count,
            "by_code": dict(sorted(self.by_code.items())),
            "lines": [line.as_document() for line in self.lines[:lines]],
            "report": str(self.path) if self.path and self.count else None,
        }


def _language(language: str) -> str:
    return "zh-hans" if language.startswith("zh") else "en"


def catalogue() -> tuple[type[Refusal], ...]:
    """Return every refusal that can stand in a report or refuse a file, by code.

    Those of other rooms are left out; modules not yet imported are not seen.
    """
    found: dict[str, type[Refusal]] = {}
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        refusal = waiting.pop()
        waiting += refusal.__subclasses__()
        if refusal.code.startswith("filings."):
            found[refusal.code] = refusal
    return tuple(found[code] for code in sorted(found))
