"""Row 1: which columns a file has, and so what kind of file it is."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from provident.filings import columns
from provident.filings.reading.records import FileKind, Notice
from provident.filings.reading.refusals import (
    DuplicatedColumns,
    MissingColumns,
    MisspeltColumns,
    NoHeadings,
    TooManyColumns,
)

MOST_COLUMNS = 200
_SHOWN = 60  # characters of a heading that a message shows

_ZH = {column.name: column.zh for column in columns.COLUMNS}
_UNIT = re.compile(r"[(\[](元|yuan|cny|rmb)[)\]]$")


@dataclass(frozen=True, slots=True)
class Headings:
    """Row 1, understood: one element per column of the file, None where the column is not ours."""

    kind: FileKind
    columns: tuple[str | None, ...]
    notices: tuple[Notice, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns we read, in the file's order."""
        return tuple(name for name in self.columns if name)


def normal(heading: str) -> str:
    """Return a heading as compared: NFKC, lower case, one underscore between words, no unit."""
    text = unicodedata.normalize("NFKC", heading).strip().strip("\ufeff").strip("*").lower()
    text = _UNIT.sub("", text).strip()
    joiner = "_" if text.isascii() else ""
    return re.sub(r"[\s_\-]+", joiner, text)


_KNOWN: dict[str, str] = {
    normal(heading): column.name
    for column in columns.COLUMNS
    for heading in (column.name, column.zh, *column.also)
}


def known(heading: str) -> str | None:
    """Return the canonical column of a heading, or None."""
    return _KNOWN.get(normal(heading))


def recognise(row: Sequence[str]) -> Headings:
    """Understand row 1, or refuse it naming every heading that is wrong."""
    if len(row) > MOST_COLUMNS:
        raise TooManyColumns(limit=MOST_COLUMNS)
    found = tuple(known(heading) for heading in row)
    kind = _kind_of(found, row)
    _refuse_duplicates(found)
    _refuse_misspelt(kind, row, found)
    _refuse_missing(kind, found)
    read = _fields_of(kind)
    ignored = [_shown(row[i]) for i, name in enumerate(found) if name not in read and row[i].strip()]
    notices = (_ignored(ignored),) if ignored else ()
    return Headings(kind, tuple(name if name in read else None for name in found), notices)


def _kind_of(found: Sequence[str | None], row: Sequence[str]) -> FileKind:
    names = set(found)
    if names.intersection(columns.TAKE_ON_MARKS) and len(names - {None}) > 1:
        return FileKind.TAKE_ON
    if "resident_id" in names:
        return FileKind.PAYROLL
    if names.intersection(columns.PAYMENT_MARKS) and "employer_id" in names:
        return FileKind.PAYMENTS
    if len(names - {None}) >= 3:
        return FileKind.PAYROLL  # and the refusal will name the columns missing from it
    expected = (*columns.PAYROLL, *columns.PAYROLL_AMOUNTS)
    raise NoHeadings(
        found=" | ".join(_shown(heading) for heading in row[:12]) or "-",
        expected=", ".join(expected),
        expected_zh="、".join(_ZH[name] for name in expected),
    )


def _fields_of(kind: FileKind) -> frozenset[str]:
    if kind is FileKind.PAYMENTS:
        return frozenset(columns.PAYMENTS)
    if kind is FileKind.TAKE_ON:
        return frozenset((*columns.TAKE_ON, *columns.TAKE_ON_OPTIONAL))
    return frozenset((*columns.PAYROLL, *columns.PAYROLL_AMOUNTS, *columns.PAYROLL_OPTIONAL))


def _refuse_duplicates(found: Sequence[str | None]) -> None:
    twice = [name for name in dict.fromkeys(found) if name and found.count(name) > 1]
    if twice:
        raise DuplicatedColumns(columns=", ".join(twice), columns_zh="、".join(_ZH[name] for name in twice))


def _refuse_missing(kind: FileKind, found: Sequence[str | None]) -> None:
    needed = {
        FileKind.PAYROLL: columns.PAYROLL if "event" in found else columns.PAYROLL + columns.PAYROLL_AMOUNTS,
        FileKind.PAYMENTS: columns.PAYMENTS,
        FileKind.TAKE_ON: columns.TAKE_ON,
    }[kind]
    missing = [name for name in needed if name not in found]
    if missing:
        raise MissingColumns(
            kind=kind.value.replace("_", "-"),
            kind_zh={"payroll": "工资申报", "payments": "缴款", "take_on": "历史记录"}[kind.value],
            columns=", ".join(missing),
            columns_zh="、".join(_ZH[name] for name in missing),
        )


def _refuse_misspelt(kind: FileKind, row: Sequence[str], found: Sequence[str | None]) -> None:
    """Refuse an unknown heading that is almost that of a column the file does not have.

    Ignoring it would silently drop what the sender meant to send.
    """
    wanted = _fields_of(kind).difference(found)
    absent = [heading for heading, name in _KNOWN.items() if name in wanted]
    misspelt = []
    for heading, name in zip(row, found, strict=True):
        text = normal(heading)
        if name or not 4 <= len(text) <= 40:
            continue
        near = next((other for other in absent if _near(text, other)), None)
        if near:
            misspelt.append(f"{_shown(heading)} ({near}?)")
    if misspelt:
        raise MisspeltColumns(columns=", ".join(misspelt))


def _near(text: str, other: str) -> bool:
    """Say whether two texts differ by one slip of the pen, or two in long ones."""
    if len(other) < 4:
        return False
    allowed = 2 if min(len(text), len(other)) >= 8 else 1
    return abs(len(text) - len(other)) <= allowed and _distance(text, other) <= allowed


def _distance(left: str, right: str) -> int:
    """Return how many letters must be put in, taken out, changed or swapped with their neighbour."""
    before: list[int] = []
    above = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        line = [i]
        for j, b in enumerate(right, 1):
            cost = min(above[j] + 1, line[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            line.append(cost)
        before, above = above, line
    return above[-1]


def _shown(heading: str) -> str:
    printable = "".join(c if c.isprintable() else "?" for c in heading.strip())
    return printable[:_SHOWN]


def _ignored(headings: list[str]) -> Notice:
    listed = ", ".join(headings[:20])
    return Notice(
        "filings.reading.ignored_columns",
        f"These columns are not part of the format and were not read: {listed}",
        f"以下列不属于文件格式，未读取：{listed}",
    )
