"""What a statement says, word for word, against a kept text in each language.

To keep a new text on purpose: `PROVIDENT_KEEP_TEXTS=1 pytest tests/statements/test_sheet.py`.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from provident.kernel.month import Month
from provident.kernel.words import Branch, Language, MonthStatus
from provident.statements import documents, text
from provident.statements.records import Dispute, MonthLine, find_gaps
from provident.statements.yearly import yearly
from provident.statements.yearly.sheet import Facts, Heading, Items, Paragraph, Sheet, Table

from .people import NORTH, SOUTH, empty, eventful, part, year_of, yuan

KEPT = Path(__file__).parent / "kept"


def as_lines(sheet: Sheet) -> Iterator[str]:
    yield f"{sheet.agency} | {sheet.subtitle}"
    yield sheet.title
    for block in sheet.blocks:
        match block:
            case Heading():
                yield ""
                yield "#" * block.level + " " + block.text
            case Paragraph():
                yield f"[{block.tone}] {block.text}"
            case Items():
                yield from (f"[{block.tone}] - {one}" for one in block.texts)
            case Facts():
                yield from (f"{label}: {value}" for label, value in block.pairs)
            case Table():
                yield " | ".join(block.columns)
                for index, row in enumerate(block.rows):
                    yield ("! " if index in block.marked else "  ") + " | ".join(row)
                if block.total:
                    yield "= " + " | ".join(block.total)


def same_as_kept(name: str, now: str) -> None:
    path = KEPT / name
    if os.environ.get("PROVIDENT_KEEP_TEXTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(now, "utf-8")
    assert now == path.read_text("utf-8")


@pytest.mark.parametrize("language", list(Language))
def test_the_statement_of_an_eventful_year(language: Language):
    """The whole statement of a year with every status reads as kept."""
    sheet = yearly(eventful(), 2025, language, "2025-7F3K-9QWD-M2XA")
    same_as_kept(f"statement-2025.{language.value}.txt", "\n".join(as_lines(sheet)) + "\n")


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            Language.EN,
            ("Pension, May 2025: we have been told", "All five branches, June 2025: we have been told"),
        ),
        (
            Language.ZH_HANS,
            ("养老保险2025年5月：该记录已被提出异议", "五个险种2025年6月：该记录已被提出异议"),
        ),
    ],
)
def test_the_statement_says_what_is_disputed(language: Language, lines: tuple[str, ...]):
    """Months of the year that an open request calls wrong stand first where it says what to do; no other year's."""
    disputes = (
        Dispute(Branch.PENSION, Month(2024, 12), "Q-00000-00000"),
        Dispute(Branch.PENSION, Month(2025, 5), "Q-11111-11111"),
        Dispute(None, Month(2025, 6), "Q-22222-22222"),
    )
    sheet = yearly(replace(eventful(), disputes=disputes), 2025, language, "2025-7F3K-9QWD-M2XA")
    told = [one for one in as_lines(sheet) if "Q-" in one]
    assert len(told) == 2
    for line, start, request in zip(told, lines, ("Q-11111-11111", "Q-22222-22222"), strict=True):
        assert line.removeprefix("[plain] - ").startswith(start)
        assert request in line


@pytest.mark.parametrize("language", list(Language))
def test_the_statement_of_a_year_taken_on(language: Language):
    """A year taken on from older records names its grade of evidence beside every month."""
    sheet = yearly(eventful(), 2023, language, "2023-7F3K-9QWD-M2XA")
    same_as_kept(f"statement-2023.{language.value}.txt", "\n".join(as_lines(sheet)) + "\n")


@pytest.mark.parametrize("language", list(Language))
def test_the_record_in_a_terminal(language: Language):
    """The record as text reads as kept, and its columns line up in both languages."""
    same_as_kept(f"record.{language.value}.txt", text.text(eventful(), language))
    rows = [line for line in text.text(eventful(), language).splitlines() if re.match(r"  20\d\d  ", line)]
    assert len({text.width_of(row) for row in rows}) == 1


def test_the_record_as_a_document():
    """The JSON document keeps money as decimal strings and absence as null."""
    document = json.loads(json.dumps(documents.document(eventful())))
    pension = next(one for one in document["years"] if one["branch"] == "pension" and one["year"] == 2025)
    months = {one["month"]: one for one in pension["months"]}
    assert months["2025-01"] == {
        "month": "2025-01",
        "status": "not_insured",
        "declared": None,
        "paid": None,
        "parts": [],
    }
    assert months["2025-05"]["status"] == "not_reported"
    assert months["2025-05"]["declared"] is None
    assert months["2025-09"]["declared"]["base"] == "0.00"
    assert months["2025-08"]["paid"]["employee"] == "260.00"
    assert [one["employer"]["code"] for one in months["2025-10"]["parts"]] == [NORTH.code, SOUTH.code]
    assert months["2025-12"]["parts"][0]["due"] == "2026-03-15"
    assert document["known_on"] == "2026-02-20T01:30:00+00:00"
    unknown = next(one for one in document["accounts"] if one["branch"] == "medical")["interest"]
    assert unknown[-1] == {"year": 2025, "rate": None, "credited": None}


def test_an_empty_record_as_a_document():
    """A person of whom nothing is on record has empty lists, not zeros."""
    document = documents.document(empty())
    assert [document[key] for key in ("spells", "years", "standings", "accounts", "benefits", "missing")] == [
        []
    ] * 6


def test_gaps_run_over_the_turn_of_a_year():
    """Two years' adjoining months are one gap; a month between splits it; what is owed adds up."""
    status = MonthStatus.DECLARED
    years = (
        year_of(
            Branch.PENSION, 2025, {1: (part(Branch.PENSION, status),), 3: (part(Branch.PENSION, status),)}
        ),
        year_of(Branch.PENSION, 2024, {12: (part(Branch.PENSION, status),)}),
    )
    first, second = find_gaps(years)
    assert (first.first, first.last, first.count) == (Month(2024, 12), Month(2025, 1), 2)
    assert first.outstanding == yuan(2 * 156000)
    assert (second.first, second.last) == (Month(2025, 3), Month(2025, 3))


def test_gaps_are_kept_apart_by_employer_and_status():
    """One month missing from one employer and unpaid by another is two gaps."""
    line = {
        4: (
            part(Branch.MEDICAL, MonthStatus.NOT_REPORTED),
            part(Branch.MEDICAL, MonthStatus.PART_PAID, SOUTH),
        ),
    }
    gaps = find_gaps((year_of(Branch.MEDICAL, 2025, line),))
    assert {(gap.employer, gap.status, gap.outstanding) for gap in gaps} == {
        (NORTH, MonthStatus.NOT_REPORTED, None),
        (SOUTH, MonthStatus.PART_PAID, yuan(32500)),
    }


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ((), MonthStatus.NOT_INSURED),
        ((MonthStatus.PAID, MonthStatus.NOT_REPORTED), MonthStatus.NOT_REPORTED),
        ((MonthStatus.ZERO, MonthStatus.PAID), MonthStatus.PAID),
        ((MonthStatus.NOT_YET_DUE, MonthStatus.DECLARED), MonthStatus.DECLARED),
    ],
)
def test_a_month_has_the_status_that_needs_someone_to_act(parts, status: MonthStatus):
    """Of several employers' statuses the most pressing speaks for the month."""
    line = MonthLine(Month(2025, 1), tuple(part(Branch.PENSION, one) for one in parts))
    assert line.status is status
