"""A workbook's package: a ZIP of XML parts, opened without trusting any size or name in it.

What is declared is checked before anything is unpacked, what is unpacked is counted as it comes, and
XML is fed piece by piece to a parser that refuses document types, entities, endless tokens and
bottomless nesting.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.parsers import expat

from provident.filings.reading.formats.refusals import BrokenWorkbook, EntitiesInWorkbook, WorkbookTooLarge

MOST_PARTS = 2_000
MOST_DIRECTORY = 4 << 20  # bytes of the ZIP's directory
MOST_INFLATED = 1 << 30  # bytes of any one part
MOST_SMALL = 16 << 20  # bytes of a part that is read whole
SUSPICIOUS_RATIO = 200  # unpacked to packed; sheets of payrolls stay below 40
_RATIO_MATTERS = 16 << 20
_FEED = 64 << 10
_LONGEST_TOKEN = 1 << 20
_DEEPEST = 64
_MOST_NAMES = 1_000

_OnStart = Callable[[dict[str, str]], None]
_OnEnd = Callable[[], None]

#: What the standard library raises on a damaged or hostile package.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    LookupError,
    ArithmeticError,
    EOFError,
    OSError,
    RuntimeError,  # encrypted parts; NotImplementedError: methods nobody uses
)


class Package:
    """An opened ZIP; names of parts have no leading slash."""

    def __init__(self, file: BinaryIO) -> None:
        _check_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except BROKEN as error:
            raise BrokenWorkbook(part="ZIP") from error
        infos = self._zip.infolist()
        self.names = frozenset(info.filename for info in infos)
        if len(infos) > MOST_PARTS:
            raise WorkbookTooLarge(part="ZIP", limit=f"{MOST_PARTS} parts")
        if len(self.names) < len(infos):
            raise BrokenWorkbook(part="ZIP")

    def part(self, name: str, limit: int = MOST_INFLATED) -> Iterator[bytes]:
        """Yield a part's bytes, piece by piece, refusing more than `limit` of them."""
        try:
            info = self._zip.getinfo(name)
        except KeyError as error:
            raise BrokenWorkbook(part=name) from error
        bomb = info.file_size > _RATIO_MATTERS and info.file_size > SUSPICIOUS_RATIO * info.compress_size
        if bomb or info.file_size > limit:
            raise WorkbookTooLarge(part=name, limit=f"{limit >> 20} MiB")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or info.flag_bits & 1:
            raise BrokenWorkbook(part=name)
        total = 0
        try:
            with self._zip.open(info) as stream:
                while piece := stream.read(_FEED):
                    total += len(piece)
                    if total > limit:
                        raise WorkbookTooLarge(part=name, limit=f"{limit >> 20} MiB")
                    yield piece
        except BROKEN as error:
            raise BrokenWorkbook(part=name) from error

    def size(self, name: str) -> int:
        """Return the bytes a part declares to unpack to."""
        return self._zip.getinfo(name).file_size

    def parse(self, name: str, reader: "XmlReader", limit: int = MOST_SMALL) -> None:
        """Feed a whole part to a reader."""
        for _ in reader.feeding(self.part(name, limit), name):
            pass


def _check_directory(file: BinaryIO) -> None:
    """Refuse a directory larger than any workbook's before the standard library loads it."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = len(tail) - 22
    if tail[at : at + 4] != b"PK\5\6":
        at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < 22:
        raise BrokenWorkbook(part="ZIP")
    parts, directory = struct.unpack_from("<HI", tail, at + 10)
    if at >= 20 and tail[at - 20 : at - 16] == b"PK\6\7":
        (offset,) = struct.unpack_from("<Q", tail, at - 12)
        file.seek(min(offset, size))
        record = file.read(56)
        if len(record) < 56 or record[:4] != b"PK\6\6":
            raise BrokenWorkbook(part="ZIP")
        parts, directory = struct.unpack_from("<QQ", record, 32)
    if parts > MOST_PARTS or directory > MOST_DIRECTORY:
        raise WorkbookTooLarge(part="ZIP", limit=f"{MOST_PARTS} parts")


class XmlReader:
    """Reads one XML part; subclasses set `on` and give names of elements without their prefix.

    `starts` and `ends` map an element's local name to what to call; `text` receives characters while
    `collecting` is true.
    """

    def __init__(self) -> None:
        self.starts: dict[str, _OnStart] = {}
        self.ends: dict[str, _OnEnd] = {}
        self.collecting = False
        self.collected: list[str] = []
        self._length = 0
        self._depth = 0
        self._by_name: dict[str, tuple[_OnStart | None, _OnEnd | None]] = {}

    def feeding(self, pieces: Iterator[bytes], part: str) -> Iterator[None]:
        """Parse piece by piece, yielding after each, so that the caller may take what is ready."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._forbidden
        parser.EntityDeclHandler = self._forbidden
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        fed = 0
        try:
            for piece in pieces:
                parser.Parse(piece, False)
                fed += len(piece)
                if fed - parser.CurrentByteIndex > _LONGEST_TOKEN:
                    raise BrokenWorkbook(part=part)
                yield
            parser.Parse(b"", True)
        except _ForbiddenXmlError as error:
            raise EntitiesInWorkbook(part=part) from error
        except (expat.ExpatError, *BROKEN) as error:
            raise BrokenWorkbook(part=part) from error

    def collect(self, _attributes: dict[str, str] | None = None) -> None:
        """Begin to gather text."""
        self.collecting = True

    def gathered(self) -> str:
        """Return the text gathered since the last time, and stop gathering."""
        self.collecting, self._length = False, 0
        if not self.collected:
            return ""
        text = "".join(self.collected)
        self.collected.clear()
        return text

    def _forbidden(self, *_declaration: object) -> None:
        raise _ForbiddenXmlError

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError("nested deeper than any workbook")
        if name not in self._by_name:
            self._learn(name)
        handler = self._by_name[name][0]
        if handler:
            handler(attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        handler = self._by_name[name][1]
        if handler:
            handler()

    def _learn(self, name: str) -> None:
        """Find what to do for a name, once: names come with whatever prefix the writer chose."""
        if len(self._by_name) >= _MOST_NAMES:
            raise ValueError("more element names than any workbook")
        local = name.rpartition(":")[2]
        self._by_name[name] = self.starts.get(local), self.ends.get(local)

    def _characters(self, text: str) -> None:
        if self.collecting:
            self._length += len(text)
            if self._length > _LONGEST_TOKEN:
                raise ValueError("more text than a cell holds")
            self.collected.append(text)


class _ForbiddenXmlError(Exception):
    """A document type or an entity was declared."""
