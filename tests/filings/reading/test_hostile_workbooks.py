"""Workbooks made to hurt: bombs, entities, macros, links, and packages that are none."""

import io
import struct
import zipfile

import pytest

from provident.filings.reading.formats import package, workbook
from provident.filings.reading.formats.refusals import (
    BrokenWorkbook,
    EntitiesInWorkbook,
    LinkedWorkbook,
    MacroWorkbook,
    OldWorkbook,
    WorkbookTooLarge,
)
from provident.filings.reading.refusals import NotATable

from .payrolls import ROW, SHEET, edited, read, replaced, with_shared_texts, xlsx_bytes


@pytest.mark.parametrize(
    "declared",
    [
        b'<!DOCTYPE x [<!ENTITY a "b">]>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "[Content_Types].xml"])
def test_document_types_and_entities_are_refused(part: str, declared: bytes) -> None:
    """In every part we read."""

    def edit(inside: bytes) -> bytes:
        start = inside.index(b"?>") + 2 if inside.startswith(b"<?xml") else 0
        return inside[:start] + declared + inside[start:]

    with pytest.raises(EntitiesInWorkbook):
        read(edited(with_shared_texts(xlsx_bytes([ROW])), part, edit))


def test_macros_are_refused() -> None:
    """By the content type or by the part, whatever the file's name."""
    content = xlsx_bytes([ROW])
    main = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    macro = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    with pytest.raises(MacroWorkbook):
        read(replaced(content, "[Content_Types].xml", main, macro))
    with pytest.raises(MacroWorkbook):
        read(edited(content, "xl/vbaProject.bin", lambda _: b"x"))


@pytest.mark.parametrize(
    "part", ["xl/externalLinks/externalLink1.xml", "xl/connections.xml", "xl/queryTables/q.xml"]
)
def test_links_to_elsewhere_are_refused(part: str) -> None:
    """Values must be in the cells."""
    with pytest.raises(LinkedWorkbook):
        read(edited(xlsx_bytes([ROW]), part, lambda _: b"<x/>"))


def test_old_and_locked_workbooks_are_refused() -> None:
    """Both begin with the same eight bytes."""
    with pytest.raises(OldWorkbook):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def test_other_packages_are_no_tables() -> None:
    """A plain ZIP, and a text document."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("payroll.csv", "x")
    with pytest.raises(NotATable):
        read(out.getvalue())
    main = b"spreadsheetml.sheet.main+xml"
    with pytest.raises(NotATable):
        read(replaced(xlsx_bytes([ROW]), "[Content_Types].xml", main, b"wordprocessingml.document.main+xml"))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    """Two hundred megabytes of nothing in two hundred kilobytes."""
    bomb = edited(xlsx_bytes([ROW]), SHEET, lambda inside: inside + b" " * (200 << 20))
    assert len(bomb) < 1 << 20
    with pytest.raises(WorkbookTooLarge):
        read(bomb)


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    """What is unpacked is never more than what was declared, and then the checksum does not fit."""
    bomb = bytearray(edited(xlsx_bytes([ROW]), SHEET, lambda inside: inside + b" " * (50 << 20)))
    central = bomb.rindex(SHEET.encode()) - 46
    assert bomb[central : central + 4] == b"PK\1\2"
    struct.pack_into("<I", bomb, central + 24, 4096)
    with pytest.raises(BrokenWorkbook):
        read(bytes(bomb))


def test_limits_hold_while_unpacking(monkeypatch: pytest.MonkeyPatch) -> None:
    """For parts in number, for shared strings, for sheets."""
    content = with_shared_texts(xlsx_bytes([ROW]))
    monkeypatch.setattr(package, "MOST_PARTS", 3)
    with pytest.raises(WorkbookTooLarge):
        read(content)
    monkeypatch.setattr(package, "MOST_PARTS", 100)
    monkeypatch.setattr(workbook, "MOST_TEXT_BYTES", 30)
    with pytest.raises(WorkbookTooLarge):
        read(content)
    monkeypatch.setattr(workbook, "MOST_TEXT_BYTES", 3000)
    monkeypatch.setattr(workbook, "MOST_SHEETS", 0)
    with pytest.raises(WorkbookTooLarge):
        read(content)


def test_a_directory_of_many_parts_is_refused_before_it_is_loaded() -> None:
    """By the counts at the file's end, in the old and in the large form."""
    content = bytearray(xlsx_bytes([ROW]))
    end = content.rindex(b"PK\5\6")
    struct.pack_into("<H", content, end + 10, 60_000)
    with pytest.raises(WorkbookTooLarge):
        read(bytes(content))
    content = bytearray(xlsx_bytes([ROW]))
    end = content.rindex(b"PK\5\6")  # the moment of saving is inside, so lengths differ
    record = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 9, 10**7, 10**9, 0)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, end, 1)
    with pytest.raises(WorkbookTooLarge):
        read(bytes(content[:end]) + record + locator + bytes(content[end:]))


@pytest.mark.parametrize(
    "inside",
    [
        b"<row>" * 100_000,
        b"<a" + b" " * (3 << 20),
        b'<a b="' + b"x" * (3 << 20),
        b'<row r="3"><c r="A3" t="inlineStr"><is><t>' + b"x" * (3 << 20) + b"</t></is></c></row>",
        b'<row r="9999999"/>',
        b'<row r="5"/><row r="4"/>',
        b'<row r="3"><c r="B3"/><c r="A3"/></row>',
        b'<row r="3"><c r="3A"/></row>',
        b'<row r="3"><c r="A3" t="s"><v>99</v></c></row>',
        b'<row r="3"><c r="A3" t="s"><v>-1</v></c></row>',
        b'<row r="3"><c r="A3" t="s"><v>x</v></c></row>',
        b'<row r="3"><c r="A3" s="x"><v>1</v></c></row>',
        b"".join(b"<x%d/>" % at for at in range(3000)),
        b"<unclosed>",
        b"\0",
        b"&nbsp;",
    ],
)
def test_hostile_sheets_are_broken_sheets(inside: bytes) -> None:
    """Bottomless nesting, endless tokens, places out of order, strings that are not there."""
    content = edited(
        xlsx_bytes([ROW]),
        SHEET,
        lambda sheet: sheet.replace(b"</sheetData>", inside + b"</sheetData>"),
        zipfile.ZIP_STORED,
    )
    with pytest.raises(BrokenWorkbook):
        read(content)


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", SHEET, "xl/styles.xml"]
)
def test_a_package_without_a_part_is_broken_or_empty(part: str) -> None:
    """Never an error."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes([ROW]))) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            if name != part:
                after.writestr(name, before.read(name))
    with pytest.raises(BrokenWorkbook):
        read(out.getvalue())


@pytest.mark.parametrize("cut", [1, 20, 100, 1000, 3000])
def test_a_workbook_cut_short_is_broken(cut: int) -> None:
    """Its directory stands at its end."""
    with pytest.raises(BrokenWorkbook):
        read(xlsx_bytes([ROW])[:-cut])


def test_strange_methods_and_passwords_are_refused() -> None:
    """Parts packed or locked in a way no spreadsheet program writes."""
    content = edited(xlsx_bytes([ROW]), SHEET, lambda inside: inside, zipfile.ZIP_LZMA)
    with pytest.raises(BrokenWorkbook):
        read(content)
    locked = bytearray(xlsx_bytes([ROW]))
    central = locked.rindex(SHEET.encode()) - 46
    locked[central + 8] |= 1
    with pytest.raises(BrokenWorkbook):
        read(bytes(locked))
