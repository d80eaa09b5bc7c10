"""A page before it is drawn: blocks of plain text in reading order. Every renderer draws the same blocks.

A sheet holds no layout and no law; the typst template draws it, and a test can read it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from provident.kernel.words import Language
from provident.statements.receipts.checking import code_svg


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 starts a part of the document."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a note is smaller, a notice stands in a box."""

    text: str
    tone: Literal["plain", "note", "notice"] = "plain"


@dataclass(frozen=True, slots=True)
class Items:
    """A list of sentences; warning items are what is missing."""

    texts: tuple[str, ...]
    tone: Literal["plain", "warning", "note"] = "plain"


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a label and what it says."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header row.

    `align` has one letter a column (l or r), `widths` one relative width a column (0: as wide as
    its text). Rows named in `marked` need attention: they say so in words and are also tinted.
    """

    columns: tuple[str, ...]
    align: str
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    marked: tuple[int, ...] = ()
    small: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """An address as a QR code, with what it shows in words, beside sentences about it."""

    address: str
    alternative: str
    texts: tuple[str, ...]


Block = Heading | Paragraph | Items | Facts | Table | Code


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document in one language."""

    language: Language
    title: str
    document_title: str
    description: str
    agency: str
    subtitle: str
    reference: str
    page: str  # "Page {page} of {pages}", filled by the renderer
    blocks: tuple[Block, ...]

    def texts(self) -> Iterator[str]:
        """Yield every text that will be drawn."""
        yield from (self.title, self.document_title, self.agency, self.subtitle, self.reference)
        for block in self.blocks:
            yield from _texts(block)

    def after_facts(self, block: Block) -> "Sheet":
        """Return the sheet with one more block behind the first facts."""
        at = next((i + 1 for i, one in enumerate(self.blocks) if isinstance(one, Facts)), 0)
        return replace(self, blocks=(*self.blocks[:at], block, *self.blocks[at:]))

    def document(self, draw: Callable[[str], object]) -> dict[str, object]:
        """Return the sheet as plain values, each text drawn through `draw`."""
        return {
            "title": draw(self.title),
            "agency": draw(self.agency),
            "subtitle": draw(self.subtitle),
            "reference": self.reference,
            "page": self.page,
            "document_title": self.document_title,
            "description": self.description,
            "blocks": [_document(block, draw) for block in self.blocks],
        }


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Heading(text=text) | Paragraph(text=text):
            yield text
        case Items(texts=texts) | Code(texts=texts):
            yield from texts
        case Facts(pairs=pairs):
            for pair in pairs:
                yield from pair
        case Table():
            yield from (*block.columns, *block.total)
            for row in block.rows:
                yield from row


def _document(block: Block, draw: Callable[[str], object]) -> dict[str, object]:
    match block:
        case Heading():
            return {"is": "heading", "level": block.level, "text": draw(block.text)}
        case Paragraph():
            return {"is": "paragraph", "text": draw(block.text), "tone": block.tone}
        case Items():
            return {"is": "items", "texts": [draw(text) for text in block.texts], "tone": block.tone}
        case Facts():
            return {"is": "facts", "pairs": [[draw(label), draw(value)] for label, value in block.pairs]}
        case Code():
            return {
                "is": "code",
                "svg": code_svg(block.address),
                "alternative": block.alternative,
                "texts": [draw(text) for text in block.texts],
            }
        case Table():
            return {
                "is": "table",
                "columns": [draw(text) for text in block.columns],
                "align": block.align,
                "widths": list(block.widths),
                "rows": [[draw(text) for text in row] for row in block.rows],
                "total": [draw(text) for text in block.total],
                "marked": list(block.marked),
                "small": block.small,
            }
