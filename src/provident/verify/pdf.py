"""The receipt attached to a statement: found by its marks in the file, without reading the PDF as such.

Statements hold the attachment as one stream of type EmbeddedFile, plain or Flate-compressed. A PDF
made otherwise may hide it where this does not look; then the reader is told to save it first.
"""

import re
import zlib

from .verdicts import NotProven

_EMBEDDED = re.compile(rb"/Type\s*/EmbeddedFile\b")
_STREAM = re.compile(rb"\bstream\r?\n")
_DICTIONARY = 1000  # bytes a stream's dictionary may take on either side of its type
_FILTER = re.compile(rb"/Filter\s*(?:\[\s*)?/(\w+)")
_MARK = b'"provident-receipt'


def is_pdf(raw: bytes) -> bool:
    """Say whether a file is a PDF."""
    return raw.startswith(b"%PDF-")


def attached_receipt(raw: bytes, limit: int) -> bytes:
    """Return the one attached receipt; NotProven if there is none, or more than one that differ."""
    found: set[bytes] = set()
    for matched in _EMBEDDED.finditer(raw):
        start = raw.rfind(b"obj", max(0, matched.start() - _DICTIONARY), matched.start())
        stream = _STREAM.search(raw, matched.end(), matched.end() + _DICTIONARY)
        if start < 0 or stream is None:
            continue
        content = _content(raw[stream.end() :], raw[start : stream.start()], limit)
        if content is not None and _MARK in content:
            found.add(content)
    if len(found) != 1:
        raise NotProven("attachments" if found else "no_attachment")
    return found.pop()


def _content(after: bytes, head: bytes, limit: int) -> bytes | None:
    filters = _FILTER.findall(head)
    if not filters:
        end = after.find(b"endstream")
        return None if end < 0 else after[:end].rstrip(b"\r\n")
    if filters != [b"FlateDecode"]:
        return None
    inflate = zlib.decompressobj()
    try:
        content = inflate.decompress(after, limit + 1)
    except zlib.error:
        return None
    if len(content) > limit:
        raise NotProven("too_large", limit=limit)
    return content if inflate.eof else None
