"""The reference page says what the code does: columns, words, limits."""

from pathlib import Path

import pytest

from provident.filings import columns
from provident.filings.reading import cells, headings, opening
from provident.filings.reading.formats import footer, package, sheet, text, workbook
from provident.filings.reading.records import FileKind

from .payrolls import ROW, csv_bytes, read

PAGE = (Path(__file__).parents[3] / "docs/reference/filing-formats.md").read_text(encoding="utf-8")

NEEDED = {
    FileKind.PAYROLL: (columns.PAYROLL + columns.PAYROLL_AMOUNTS, columns.PAYROLL_OPTIONAL),
    FileKind.PAYMENTS: (columns.PAYMENTS, ()),
    FileKind.TAKE_ON: (columns.TAKE_ON, columns.TAKE_ON_OPTIONAL),
}


def _mark(name: str, kind: FileKind) -> str:
    needed, optional = NEEDED[kind]
    return "needed" if name in needed else "may" if name in optional else ""


@pytest.mark.parametrize("column", columns.COLUMNS, ids=lambda column: column.name)
def test_every_column_stands_in_the_table(column: columns.Column) -> None:
    """With its headings, and the files that need it or may have it."""
    also = ", ".join(column.also)
    marks = " | ".join(_mark(column.name, kind) for kind in FileKind)
    assert f"| `{column.name}` | {column.zh} | {also} | {marks} |" in PAGE.replace("|  |", "|  |")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (columns.BRANCHES, "branch"),
        (columns.EVENTS, "event"),
        (columns.TAKE_ON_KINDS, "kind"),
        (columns.EVIDENCE, "evidence"),
    ],
)
def test_every_word_stands_on_the_page(words: dict[str, object], name: str) -> None:
    """English words with the Chinese ones that mean the same."""
    meanings: dict[object, list[str]] = {}
    for word, meaning in words.items():
        meanings.setdefault(meaning, []).append(word)
    told = "; ".join(" ".join([f"`{same[0]}`", *same[1:]]) for same in meanings.values())
    assert f"| `{name}` | {told} |" in PAGE


def test_the_limits_are_the_real_ones() -> None:
    """Numbers on the page are the numbers in the code."""
    for told in (
        f"{opening.MOST_BYTES >> 30} GiB a file",
        f"{text.PIECE >> 20} MiB a line",
        f"{headings.MOST_COLUMNS} columns",
        f"{cells.LONGEST} bytes a cell",
        f"{sheet.MOST_ROWS:,} rows a worksheet",
        f"{package.MOST_INFLATED >> 30} GiB a part of a workbook",
        f"{package.MOST_PARTS:,} parts",
        f"{workbook.MOST_TEXT_BYTES >> 20} MiB of shared texts",
        f"{footer.MOST_GROUP_ROWS:,} rows a row group",
        f"{footer.MOST_GROUP_BYTES >> 30} GiB a row group",
        f"{footer.MOST_PAGE_BYTES >> 20} MiB a page",
    ):
        assert told in PAGE, told


def test_the_example_can_be_filed() -> None:
    """The payroll file printed on the page reads without a refusal."""
    example = PAGE.split("```csv\n")[1].split("```")[0]
    whole = read(example.encode())
    assert whole.refused == []
    assert len(whole.rows) == 3
    assert whole.chunks[0].totals
    assert whole.chunks[0].event.tolist() == [0, 0, 1]
    assert read(csv_bytes([ROW])).file.fields == tuple(whole.file.fields[:8])
