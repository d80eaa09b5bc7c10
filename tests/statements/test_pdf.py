"""The yearly statement as a file: what it declares, what it says, what it never leaves blank."""

import io
import re
from dataclasses import replace

import pypdf
import pytest

from provident.kernel.words import Branch, Language, MonthStatus
from provident.statements import glyphs, pdf
from provident.statements.phrases import phrases
from provident.statements.records import PersonRecord
from provident.statements.refusals import CannotDraw, NothingInYear
from provident.statements.yearly import yearly
from provident.statements.yearly.sheet import Paragraph, Table

from .people import AGENCY, empty, eventful

REFERENCE = "2025-7F3K-9QWD-M2XA"


def opened(record: PersonRecord, language: Language, year: int = 2025) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf.render(record, year, language, REFERENCE)))


def said(reader: pypdf.PdfReader) -> str:
    """Return all text of a file without white space, as extraction puts that anywhere."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def structure(node: object) -> list[str]:
    """Return the tags of the structure tree below a node, in reading order."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [tag for one in node for tag in structure(one)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/S"])] if "/S" in node else []
    return own + (structure(node["/K"]) if "/K" in node else [])


@pytest.mark.parametrize("language", list(Language))
def test_a_statement_declares_what_it_conforms_to(language: Language):
    """The file says PDF/UA-1 and PDF/A-3a, its language and its title, and it is tagged."""
    reader = opened(eventful(), language)
    root = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert root["/Lang"] == {Language.EN: "en", Language.ZH_HANS: "zh-CN"}[language]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - pypdf's own boolean
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert "欧阳㐂𠮷" in reader.metadata.title
    assert "2025" in reader.metadata.title
    assert reader.metadata.author == {Language.EN: AGENCY.name_en, Language.ZH_HANS: AGENCY.name_zh}[language]


@pytest.mark.parametrize("language", list(Language))
def test_every_table_has_a_header_row(language: Language):
    """A screen reader can name the column of every cell, and walk by headings and lists."""
    tags = structure(opened(eventful(), language).trailer["/Root"]["/StructTreeRoot"]["/K"])
    sheet = yearly(eventful(), 2025, language, REFERENCE)
    tables = [block for block in sheet.blocks if isinstance(block, Table)]
    assert tags.count("/Table") == len(tables)
    assert tags.count("/THead") == len(tables)
    assert tags.count("/TH") == sum(len(table.columns) for table in tables)
    cells = sum(len(table.columns) * (len(table.rows) + bool(table.total)) for table in tables)
    assert tags.count("/TD") == cells
    assert {"/Title", "/H1", "/H2", "/L", "/LI", "/P"} <= set(tags)


@pytest.mark.parametrize("language", list(Language))
def test_everything_on_the_sheet_can_be_copied_out(language: Language):
    """Every text of the sheet comes out of the file as text, Chinese and rare characters too."""
    text = said(opened(eventful(), language))
    for one in yearly(eventful(), 2025, language, REFERENCE).texts():
        if one != phrases(language).say("statement.document_title", year=2025, name="欧阳㐂𠮷"):
            assert squeezed(one) in text, one


@pytest.mark.parametrize("language", list(Language))
def test_all_statuses_differ_in_words(language: Language):
    """Not insured, not yet due, not reported, declared, part paid, paid and zero all stand in the table."""
    words = phrases(language)
    sheet = yearly(eventful(), 2025, language, REFERENCE)
    heading = words.say("months_table.columns.1")
    pension = next(block for block in sheet.blocks if isinstance(block, Table) and heading in block.columns)
    assert {row[1] for row in pension.rows} == {words.status(status) for status in MonthStatus}
    assert [row[1] for row in pension.rows if row[3] == "0.00"] == [words.status(MonthStatus.ZERO)]
    marked = {pension.rows[index][1] for index in pension.marked}
    assert marked == {
        words.status(one) for one in (MonthStatus.NOT_REPORTED, MonthStatus.DECLARED, MonthStatus.PART_PAID)
    }


@pytest.mark.parametrize("language", list(Language))
def test_pages_are_numbered(language: Language):
    """Each page says which of how many it is, and carries the reference."""
    reader = opened(eventful(), language)
    for number, page in enumerate(reader.pages, start=1):
        footer = phrases(language).say("format.page", page=number, pages=len(reader.pages))
        assert squeezed(footer) in squeezed(page.extract_text())
        assert REFERENCE in page.extract_text()


def test_the_first_page_answers_the_four_questions():
    """Paid, missing, had now, and what to do stand together on the first page."""
    for language in Language:
        words = phrases(language)
        first = squeezed(opened(eventful(), language).pages[0].extract_text())
        positions = [
            first.index(squeezed(words.say(f"{part}.heading", year=2025)))
            for part in ("paid", "missing", "now", "wrong")
        ]
        assert positions == sorted(positions)
        assert squeezed(words.say("wrong.further")) in first


def test_no_english_on_chinese_pages():
    """A Chinese statement has no Latin words but codes: references, credit codes, the pack's name."""
    text = "\n".join(page.extract_text() for page in opened(eventful(), Language.ZH_HANS).pages)
    left = text.replace(REFERENCE, "").replace("cn 0.1.0", "")
    left = re.sub(r"\b9199[0-9A-Z]{14}\b", "", left)
    assert re.findall(r"[A-Za-z]+", left) == []


def test_no_chinese_on_english_pages_but_names():
    """An English statement leaves names as they are and nothing else in Chinese."""
    text = said(opened(eventful(), Language.EN))
    for name in ("欧阳㐂𠮷", "北岸纺织有限公司", "南山软件（湖滨）有限公司"):
        text = text.replace(name, "")
    assert re.findall(r"[\u3400-\u9fff\U00020000-\U0003ffff]", text) == []


@pytest.mark.parametrize(
    "name", ["𠮷𡋗㐂", "阿卜杜热依木·吐尔逊", "Łukasz Żółć-Nguyễn Thị Ánh", "Ιωάννης", "Дмитрий", "欧阳" * 30]
)
def test_names_are_written_whole(name: str):
    """Rare, long, dotted and foreign names stand in the file as they are, with no stand-in."""
    assert glyphs.missing([name]) == ()
    text = said(opened(eventful(name), Language.ZH_HANS))
    assert squeezed(name) in text
    assert "[U+" not in text


@pytest.mark.parametrize("character", ["\U0002a6d6", "\U00030123", "ཀ", "\ue000", "\u202e", "\u200b"])
def test_a_character_no_typeface_has_is_shown_by_its_number(character: str):
    """What cannot be drawn is shown as its code point, and the first page says so."""
    for language in Language:
        reader = opened(eventful(f"王{character}明"), language)
        code = f"U+{ord(character):04X}"
        first = said(reader)
        assert f"王[{code}]明" in first
        assert squeezed(phrases(language).say("about.glyphs_one", codes=code)) in first


def test_a_missing_glyph_without_a_stand_in_is_refused(monkeypatch: pytest.MonkeyPatch):
    """If the check before were to miss a character, the compiler still refuses to leave a blank."""
    monkeypatch.setattr(glyphs, "missing", lambda _texts: ())
    monkeypatch.setattr(glyphs, "runs", lambda text: text)
    with pytest.raises(CannotDraw, match="could not be displayed"):
        pdf.render(eventful("王\U0002a6d6"), 2025, Language.EN)


def test_a_whole_word_changes_typeface_not_one_letter():
    """A Polish name next to a Chinese one is drawn in one typeface throughout."""
    assert glyphs.runs("王 Łukasz 明") == [("王 ", "main"), ("Łukasz", "latin"), (" 明", "main")]
    assert glyphs.runs("王明") == "王明"


def test_a_person_without_anything_is_told_so():
    """Nothing on record is said in words in both languages, and no table stands empty."""
    for language in Language:
        words, reader = phrases(language), opened(empty(), language)
        for name in ("paid.none", "now.none", "employers.none", "benefits.none", "accounts.none"):
            assert squeezed(words.say(name, year=2025)) in said(reader), name
        assert "/Table" not in structure(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])


def test_a_branch_never_insured_is_said_in_a_sentence():
    """A year without one insured month in a branch needs no table of twelve dashes."""
    record = eventful()
    without = replace(record, years=tuple(one for one in record.years if one.branch is not Branch.MATERNITY))
    sheet = yearly(without, 2025, Language.EN, REFERENCE)
    never = phrases(Language.EN).say("months_table.never", branch="Maternity", year=2025)
    assert Paragraph(never) in sheet.blocks


def test_a_future_year_is_refused():
    """There is no statement of a year that has not begun."""
    with pytest.raises(NothingInYear, match="2027"):
        pdf.render(eventful(), 2027, Language.EN)


def test_the_same_record_gives_the_same_file():
    """Made twice with one reference, the file is the same to the byte."""
    assert pdf.render(eventful(), 2025, Language.EN, REFERENCE) == pdf.render(
        eventful(), 2025, Language.EN, REFERENCE
    )


def test_references_say_nothing():
    """A reference is random but for its year."""
    references = {pdf.new_reference(2025) for _ in range(50)}
    assert len(references) == 50
    assert all(re.fullmatch(r"2025(-[0-9A-HJKMNP-TV-Z]{4}){3}", one) for one in references)
