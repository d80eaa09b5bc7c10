"""Draws a sheet as PDF: tagged PDF/UA-1 that is also PDF/A-3a, by one typst compiler kept alive."""

import datetime as dt
import json
import secrets
from functools import cache
from importlib import resources

import typst

from provident.kernel.words import Language
from provident.statements import glyphs
from provident.statements.phrases import phrases
from provident.statements.receipts.records import Receipt
from provident.statements.records import PersonRecord
from provident.statements.references import SYMBOLS
from provident.statements.refusals import CannotDraw, NothingInYear
from provident.statements.yearly import yearly
from provident.statements.yearly.sheet import Paragraph, Sheet

STANDARDS: "list[typst.PDFStandard]" = ["ua-1", "a-3a"]  # A-3, because A-2 forbids attachments


def new_reference(year: int) -> str:
    """Return a fresh random reference; it says the year and nothing else."""
    letters = "".join(secrets.choice(SYMBOLS) for _ in range(12))
    return f"{year}-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def render(
    record: PersonRecord,
    year: int,
    language: Language,
    reference: str = "",
    receipt: Receipt | None = None,
) -> bytes:
    """Return one person's statement of one year; a year the record says nothing of is a refusal.

    The receipt is attached to the file.
    """
    if year > record.as_of.year:
        raise NothingInYear(year=year, month=record.as_of)
    sheet = yearly(record, year, language, reference or new_reference(year), receipt)
    return draw(sheet, at=record.known_on, receipt=receipt)


def draw(sheet: Sheet, *, at: dt.datetime, receipt: Receipt | None = None) -> bytes:
    """Return the sheet as PDF, dated `at`; characters no typeface has are shown by their code point."""
    words = phrases(sheet.language)
    lost = glyphs.missing(sheet.texts())
    if lost:
        codes = words.listed([glyphs.code_point(character).strip("[]") for character in lost])
        name = "about.glyphs_one" if len(lost) == 1 else "about.glyphs"
        sheet = sheet.after_facts(Paragraph(words.say(name, codes=codes), "notice"))
    document = sheet.document(glyphs.runs) | {
        "lang": words.say("language.lang"),
        "region": words.say("language.region") or None,
        "author": sheet.agency,
        "attachment": words.say("proof.attachment"),
    }
    given = {"data": json.dumps(document, ensure_ascii=False)}
    if receipt is not None:
        given["receipt"] = receipt.raw.decode()
    try:
        drawn, warnings = _compiler().compile_with_warnings(
            format="pdf",
            sys_inputs=given,
            pdf_standards=STANDARDS,
            timestamp=at.replace(microsecond=0),
        )
    except typst.TypstError as trouble:
        raise CannotDraw(reason=trouble.message) from trouble
    if warnings or not isinstance(drawn, bytes):
        # A warning means a page that is not what it says, such as page numbers that did not settle.
        raise CannotDraw(reason="; ".join(one.message for one in warnings))
    return drawn


@cache
def _compiler() -> typst.Compiler:
    """Return this process's compiler; it keeps the typefaces and the template in memory."""
    folder = resources.files(__package__) / "templates"
    return typst.Compiler(
        str(folder / "sheet.typ"), root=str(folder), font_paths=glyphs.fonts(), ignore_system_fonts=True
    )
