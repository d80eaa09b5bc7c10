"""A Parquet file's own description, read by us before anything else reads the file.

The footer and every page header are small Thrift structures (compact protocol). Walking them tells
how many rows, pages and bytes there are, so that a file which would unpack to more than it may is
refused before a byte of it is unpacked. Nothing here reads a page's content.
"""

import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from provident.filings.reading.formats.refusals import BrokenParquet, ParquetTooLarge
from provident.filings.reading.headings import MOST_COLUMNS
from provident.filings.reading.refusals import TooManyColumns

MAGIC = b"PAR1"
MOST_FOOTER = 4 << 20
MOST_GROUPS = 2_000
MOST_GROUP_ROWS = 4 << 20
MOST_GROUP_BYTES = 1 << 30  # unpacked, of all columns
MOST_PAGES = 100_000
MOST_PAGE_BYTES = 64 << 20

_MOST_ITEMS = 1 << 20  # of one Thrift list
_DEEPEST = 16
_PAGE_HEADER = 64 << 10  # bytes a page header may take, statistics included
# PLAIN, PLAIN_DICTIONARY, RLE, BIT_PACKED, DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY and
# RLE_DICTIONARY. Prefix encoding (7) can make terabytes out of a page.
_ENCODINGS = frozenset((0, 2, 3, 4, 5, 6, 8))
_DICTIONARY_PAGE = 2

# Ids of the fields we read, as parquet.thrift numbers them.
_FILE_SCHEMA, _FILE_ROWS, _FILE_GROUPS, _FILE_ENCRYPTION = 2, 3, 4, 8
_SCHEMA_TYPE, _SCHEMA_NAME, _SCHEMA_CHILDREN, _SCHEMA_CONVERTED, _SCHEMA_LOGICAL = 1, 4, 5, 6, 10
_GROUP_COLUMNS, _GROUP_ROWS = 1, 3
_COLUMN_META = 3
_META_PATH, _META_VALUES, _META_INFLATED, _META_PACKED, _META_DATA, _META_DICTIONARY = 3, 5, 6, 7, 9, 11
_PAGE_KIND, _PAGE_INFLATED, _PAGE_PACKED = 1, 2, 3
_PAGE_DATA, _PAGE_DICTIONARY, _PAGE_DATA_V2 = 5, 7, 8

Value = int | bytes | bool | list["Value"] | dict[int, "Value"]
Struct = dict[int, Value]


class Kind(StrEnum):
    """What a column holds, as far as it matters here."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    TIMESTAMP = "timestamp"
    NULL = "null"
    FLOAT = "floating point"
    OTHER = "binary or other"


@dataclass(frozen=True, slots=True)
class Footer:
    """What the file says of itself, and what its page headers bear out."""

    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    rows: int


class _Thrift:
    """Reads Thrift's compact protocol from bytes; a wrong byte raises ValueError or IndexError."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.at = 0

    def _byte(self) -> int:
        self.at += 1
        return self._content[self.at - 1]

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7
            if shift > 63:
                raise ValueError("a number without end")

    def _integer(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def struct(self, depth: int = 0) -> Struct:
        """Read a structure: field id -> value."""
        if depth > _DEEPEST:
            raise ValueError("nested too deep")
        fields: Struct = {}
        last = 0
        while head := self._byte():
            delta, kind = head >> 4, head & 15
            last = last + delta if delta else self._integer()
            fields[last] = kind == 1 if kind in (1, 2) else self._value(kind, depth)
        return fields

    def _value(self, kind: int, depth: int) -> Value:
        if kind in (1, 2, 3):
            return self._byte()
        if kind in (4, 5, 6):
            return self._integer()
        if kind == 7:
            self.at += 8
            return 0
        if kind == 8:
            size = self._varint()
            if size > len(self._content) - self.at:
                raise ValueError("text beyond the end")
            self.at += size
            return self._content[self.at - size : self.at]
        if kind in (9, 10):
            return self._list(depth)
        if kind == 12:
            return self.struct(depth + 1)
        raise ValueError("no such kind of value")

    def _list(self, depth: int) -> list[Value]:
        head = self._byte()
        size = head >> 4 if head >> 4 < 15 else self._varint()
        if size > min(_MOST_ITEMS, len(self._content) - self.at) or depth > _DEEPEST:
            raise ValueError("a list too long")
        return [self._value(head & 15, depth + 1) for _ in range(size)]


def _int(fields: Struct, key: int, default: int = -1) -> int:
    value = fields.get(key, default)
    if not isinstance(value, int):
        raise TypeError(key)
    return value


def _structs(fields: Struct, key: int) -> list[Struct]:
    value = fields.get(key)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ValueError(key)
    return [item for item in value if isinstance(item, dict)]


def _struct(fields: Struct, key: int) -> Struct:
    value = fields.get(key)
    if not isinstance(value, dict):
        raise TypeError(key)
    return value


def read_footer(file: BinaryIO) -> Footer:
    """Read and bound a file's footer and page headers, or refuse the file."""
    try:
        return _footer(file)
    except (ValueError, TypeError, IndexError, struct.error, OSError, OverflowError) as error:
        raise BrokenParquet(part="footer") from error


def _footer(file: BinaryIO) -> Footer:
    size = file.seek(0, 2)
    file.seek(max(0, size - 8))
    tail = file.read(8)
    (length,) = struct.unpack("<I", tail[:4])
    if size < 12 or tail[4:] != MAGIC or length > size - 12:
        raise ValueError("no footer")
    if length > MOST_FOOTER:
        raise ParquetTooLarge(part="footer", limit=f"{MOST_FOOTER >> 20} MiB")
    file.seek(size - 8 - length)
    fields = _Thrift(file.read(length)).struct()
    if _FILE_ENCRYPTION in fields:
        raise ValueError("encrypted")
    columns, kinds = _columns(_structs(fields, _FILE_SCHEMA))
    groups = _structs(fields, _FILE_GROUPS)
    if len(groups) > MOST_GROUPS:
        raise ParquetTooLarge(part="footer", limit=f"{MOST_GROUPS} row groups")
    pages = _Pages(file, size - 8 - length)
    rows = sum(_group_rows(group, len(columns), pages) for group in groups)
    if rows != _int(fields, _FILE_ROWS):
        raise ValueError("rows do not add up")
    return Footer(columns, kinds, rows)


def _columns(schema: list[Struct]) -> tuple[tuple[str, ...], tuple[Kind, ...]]:
    if not schema or _int(schema[0], _SCHEMA_CHILDREN) != len(schema) - 1:
        raise ValueError("nested columns")
    if len(schema) - 1 > MOST_COLUMNS:
        raise TooManyColumns(limit=MOST_COLUMNS)
    names, kinds = [], []
    for element in schema[1:]:
        name = element.get(_SCHEMA_NAME)
        if not isinstance(name, bytes) or _int(element, _SCHEMA_CHILDREN, 0):
            raise ValueError("nested columns")
        names.append(name.decode())
        kinds.append(_kind(element))
    return tuple(names), tuple(kinds)


def _kind(element: Struct) -> Kind:
    """Return what a column holds, from its physical type and either generation of annotation."""
    physical, converted = _int(element, _SCHEMA_TYPE), _int(element, _SCHEMA_CONVERTED)
    logical = element.get(_SCHEMA_LOGICAL, {})
    noted = next(iter(logical), 0) if isinstance(logical, dict) else 0
    if noted == 11:
        return Kind.NULL
    if converted == 5 or noted == 5:
        return Kind.DECIMAL
    if physical in (1, 2):  # INT32, INT64
        if converted == 6 or noted == 6:
            return Kind.DATE
        if converted in (9, 10) or noted == 8:
            return Kind.TIMESTAMP
        return Kind.OTHER if converted in (7, 8) or noted == 7 else Kind.INTEGER
    if physical in (4, 5):  # FLOAT, DOUBLE
        return Kind.FLOAT
    if physical == 6 and (converted in (0, 4) or noted in (1, 4)):  # BYTE_ARRAY: UTF8, ENUM
        return Kind.TEXT
    return Kind.OTHER


def _group_rows(group: Struct, width: int, pages: "_Pages") -> int:
    rows = _int(group, _GROUP_ROWS)
    columns = _structs(group, _GROUP_COLUMNS)
    if rows < 0 or len(columns) != width:
        raise ValueError("a row group of other columns")
    if rows > MOST_GROUP_ROWS:
        raise ParquetTooLarge(part="row group", limit=f"{MOST_GROUP_ROWS:,} rows")
    inflated = 0
    for column in columns:
        meta = _struct(column, _COLUMN_META)
        if _int(meta, _META_VALUES) != rows:
            raise ValueError("a column of another length")
        inflated += pages.walk(meta, rows)
    if inflated > MOST_GROUP_BYTES:
        raise ParquetTooLarge(part="row group", limit=f"{MOST_GROUP_BYTES >> 20} MiB")
    return rows


class _Pages:
    """Walks the pages of column chunks, header by header."""

    def __init__(self, file: BinaryIO, end: int) -> None:
        self._file = file
        self._end = end
        self._seen = 0

    def walk(self, meta: Struct, rows: int) -> int:
        """Return the bytes a column chunk unpacks to; every page within bounds, values as many as rows."""
        at = _int(meta, _META_DATA)
        dictionary = _int(meta, _META_DICTIONARY, 0)
        if 0 < dictionary < at:
            at = dictionary
        end = at + _int(meta, _META_PACKED)
        if not 4 <= at <= end <= self._end:
            raise ValueError("a column outside the file")
        inflated = values = 0
        while values < rows:
            self._seen += 1
            if self._seen > MOST_PAGES:
                raise ParquetTooLarge(part="pages", limit=f"{MOST_PAGES:,} pages")
            self._file.seek(at)
            reader = _Thrift(self._file.read(min(_PAGE_HEADER, end - at)))
            page = reader.struct()
            packed, unpacked = _int(page, _PAGE_PACKED), _int(page, _PAGE_INFLATED)
            if packed < 0 or unpacked < 0 or at + reader.at + packed > end:
                raise ValueError("a page outside its column")
            if unpacked > MOST_PAGE_BYTES:
                raise ParquetTooLarge(part="page", limit=f"{MOST_PAGE_BYTES >> 20} MiB")
            values += _values_of(page)
            inflated += unpacked
            at += reader.at + packed
        if values != rows:
            raise ValueError("a column of another length")
        return inflated


def _values_of(page: Struct) -> int:
    """Return how many values a page adds to its column."""
    kind = _int(page, _PAGE_KIND)
    if kind == _DICTIONARY_PAGE:
        if _int(_struct(page, _PAGE_DICTIONARY), 1) > MOST_GROUP_ROWS:
            raise ValueError("a dictionary larger than its column")
        return 0
    header = _struct(page, _PAGE_DATA if kind == 0 else _PAGE_DATA_V2)
    # The two versions of the header differ in where they keep the encoding.
    encoding = _int(header, 2 if kind == 0 else 4)
    values = _int(header, 1)
    if kind not in (0, 3) or encoding not in _ENCODINGS or values < 0:
        raise ValueError("a page of an unknown kind")
    return values
