"""A workbook without its rows: which parts it has, its worksheets, its texts, its date formats."""

import posixpath
import re
from array import array
from dataclasses import dataclass, field
from typing import BinaryIO

from provident.filings.reading.formats.package import MOST_INFLATED, Package, XmlReader
from provident.filings.reading.formats.refusals import (
    BrokenWorkbook,
    LinkedWorkbook,
    MacroWorkbook,
    WorkbookTooLarge,
)
from provident.filings.reading.refusals import NotATable

MOST_SHEETS = 100
MOST_TEXTS = 16 << 20  # shared strings; their bytes are bounded by MOST_TEXT_BYTES
MOST_TEXT_BYTES = 256 << 20

_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_LINKS = ("xl/externalLinks/", "xl/connections", "xl/queryTables/")
# Formats every spreadsheet program knows by number only: dates and times (ECMA-376 part 1, 18.8.30).
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_NOT_A_DATE_LETTER = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_ESCAPED = re.compile(r"_x(?!0000)([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet."""

    name: str
    part: str
    visible: bool


@dataclass(slots=True)
class Texts:
    """The workbook's shared strings as UTF-8, one after the other."""

    content: bytearray = field(default_factory=bytearray)
    ends: "array[int]" = field(default_factory=lambda: array("Q", [0]))

    def add(self, text: str) -> None:
        """Append a string."""
        self.content += text.encode("utf-8", "surrogatepass")
        self.ends.append(len(self.content))
        if len(self.ends) > MOST_TEXTS or len(self.content) > MOST_TEXT_BYTES:
            raise WorkbookTooLarge(part="sharedStrings", limit=f"{MOST_TEXT_BYTES >> 20} MiB")

    def __getitem__(self, index: int) -> bytes:
        if index < 0:
            raise IndexError(index)
        return bytes(self.content[self.ends[index] : self.ends[index + 1]])


@dataclass(frozen=True, slots=True)
class Workbook:
    """What reading a sheet needs to know of the workbook around it."""

    package: Package
    sheets: tuple[Sheet, ...]
    texts: Texts
    date_styles: frozenset[int]  # indices of cell formats that show a date
    since_1904: bool


def open_workbook(file: BinaryIO) -> Workbook:
    """Open a workbook, refusing macros, links and what is no workbook."""
    package = Package(file)
    _refuse_other_kinds(package)
    main = _main_part(package)
    folder = posixpath.dirname(main)
    targets, by_kind = _relations(
        package, posixpath.join(folder, "_rels", posixpath.basename(main) + ".rels")
    )
    book = _BookReader()
    package.parse(main, book)
    if len(book.found) > MOST_SHEETS:
        raise WorkbookTooLarge(part=main, limit=f"{MOST_SHEETS} sheets")
    sheets = tuple(
        Sheet(name, _resolved(folder, targets[relation].target), visible)
        for name, relation, visible in book.found
        if relation in targets and targets[relation].kind == "worksheet"
    )
    texts, styles = _TextsReader(), _StylesReader()
    if "sharedStrings" in by_kind:
        package.parse(_resolved(folder, by_kind["sharedStrings"]), texts, MOST_INFLATED)
    if "styles" in by_kind:
        package.parse(_resolved(folder, by_kind["styles"]), styles)
    return Workbook(package, sheets, texts.texts, styles.date_styles(), book.since_1904)


def _resolved(folder: str, target: str) -> str:
    return posixpath.normpath(target[1:] if target.startswith("/") else posixpath.join(folder, target))


def _refuse_other_kinds(package: Package) -> None:
    if "[Content_Types].xml" not in package.names:
        raise NotATable(what="ZIP")
    types = _TypesReader()
    package.parse("[Content_Types].xml", types)
    names = [name.lower() for name in package.names]
    if any("macro" in kind or "vba" in kind for kind in types.found) or any("vbaproject" in n for n in names):
        raise MacroWorkbook
    if _MAIN not in types.found:
        raise NotATable(what="Office (not a workbook)" if types.found else "ZIP")
    for name in sorted(package.names):
        if name.startswith(_LINKS):
            raise LinkedWorkbook(part=name)


def _main_part(package: Package) -> str:
    _, by_kind = _relations(package, "_rels/.rels")
    if "officeDocument" not in by_kind:
        raise BrokenWorkbook(part="_rels/.rels")
    return _resolved("", by_kind["officeDocument"])


def _relations(package: Package, part: str) -> tuple[dict[str, "_Relation"], dict[str, str]]:
    """Return the relations inside the package by id, and the target of the first of each kind."""
    reader = _RelationsReader()
    package.parse(part, reader)
    by_kind: dict[str, str] = {}
    for relation in reader.found.values():
        by_kind.setdefault(relation.kind, relation.target)
    if "externalLink" in by_kind:
        raise LinkedWorkbook(part=part)
    return reader.found, by_kind


class _TypesReader(XmlReader):
    """[Content_Types].xml."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.starts = {"Override": self._kind, "Default": self._kind}

    def _kind(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("ContentType", "")
        self.found.add(kind if kind == _MAIN else kind.lower())


@dataclass(frozen=True, slots=True)
class _Relation:
    kind: str  # the last word of its type
    target: str


class _RelationsReader(XmlReader):
    """A .rels part."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, _Relation] = {}
        self.starts = {"Relationship": self._relation}

    def _relation(self, attributes: dict[str, str]) -> None:
        if attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found[attributes.get("Id", "")] = _Relation(kind, attributes.get("Target", ""))


class _BookReader(XmlReader):
    """xl/workbook.xml."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, bool]] = []
        self.since_1904 = False
        self.starts = {"sheet": self._sheet, "workbookPr": self._properties}

    def _sheet(self, attributes: dict[str, str]) -> None:
        relation = next((value for name, value in attributes.items() if name.endswith(":id")), "")
        visible = attributes.get("state", "visible") == "visible"
        self.found.append((attributes.get("name", "")[:60], relation, visible))

    def _properties(self, attributes: dict[str, str]) -> None:
        self.since_1904 = attributes.get("date1904", "0") in ("1", "true")


class _TextsReader(XmlReader):
    """xl/sharedStrings.xml: the text of each item, without its phonetic guide."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = Texts()
        self._guide = False
        self.starts = {"si": self._item, "t": self._text, "rPh": self._guided}
        self.ends = {"t": self._text_done, "rPh": self._guide_done, "si": self._done}

    def _item(self, _attributes: dict[str, str]) -> None:
        self.gathered()
        self._guide = False

    def _guided(self, _attributes: dict[str, str]) -> None:
        self._guide = True

    def _guide_done(self) -> None:
        self._guide = False

    def _text(self, _attributes: dict[str, str]) -> None:
        self.collecting = not self._guide

    def _text_done(self) -> None:
        self.collecting = False

    def _done(self) -> None:
        self.texts.add(unescaped(self.gathered()))


class _StylesReader(XmlReader):
    """xl/styles.xml: which cell formats show dates."""

    def __init__(self) -> None:
        super().__init__()
        self._formats: dict[int, str] = {}
        self._cells: list[int] = []
        self._in_cells = False
        self.starts = {"numFmt": self._format, "cellXfs": self._cells_begin, "xf": self._cell}
        self.ends = {"cellXfs": self._cells_end}

    def _format(self, attributes: dict[str, str]) -> None:
        self._formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")

    def _cells_begin(self, _attributes: dict[str, str]) -> None:
        self._in_cells = True

    def _cells_end(self) -> None:
        self._in_cells = False

    def _cell(self, attributes: dict[str, str]) -> None:
        if self._in_cells:
            self._cells.append(int(attributes.get("numFmtId", "0")))

    def date_styles(self) -> frozenset[int]:
        """Return the indices of the cell formats that show a date or a time."""
        return frozenset(at for at, number in enumerate(self._cells) if self._shows_date(number))

    def _shows_date(self, number: int) -> bool:
        if number in self._formats:
            letters = _NOT_A_DATE_LETTER.sub("", self._formats[number]).lower().replace("general", "")
            return any(letter in letters for letter in "ymdhs")
        return number in _DATE_FORMATS


def unescaped(text: str) -> str:
    """Undo the format's own escape for characters XML cannot hold, `_x000D_`; never makes a NUL."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
