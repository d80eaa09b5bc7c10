"""The hashed form, version 1: the bytes an entry or an event is hashed as. Frozen.

The text is docs/spec/hashed-form.md. This is the plain writer for one entry at a time; arrays.py
writes the same bytes for many at once.
"""

import datetime as dt
import hashlib
import hmac
import json
import struct
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from provident.kernel.keys import EntryId, entry_id
from provident.ledger.records import NewEntry, NewEvent

VERSION = 1
FAMILY_MONEY = 1
FAMILY_EVENT = 2
NO_SALT = bytes(32)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Heading:
    """What all entries of one posting share in their forms."""

    installation: uuid.UUID
    currency: str
    posted_at: dt.datetime
    source_hash: bytes
    pack_version: str


def microseconds(moment: dt.datetime) -> int:
    """Return whole microseconds since 1970-01-01 UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def text(word: str) -> bytes:
    """Return a text as its length in bytes and its NFC UTF-8."""
    raw = unicodedata.normalize("NFC", word).encode()
    return struct.pack(">H", len(raw)) + raw


def money_form(heading: Heading, id_: EntryId, row: int, entry: NewEntry, salt: bytes) -> bytes:
    """Return the hashed form of a money entry."""
    legs = entry.legs
    return b"".join(
        (
            bytes([VERSION]),
            heading.installation.bytes,
            id_.bytes,
            bytes([FAMILY_MONEY, entry.kind]),
            struct.pack(">qq", entry.person, entry.employer),
            struct.pack(
                ">BHII", entry.branch, entry.scheme, entry.region, entry.month.code if entry.month else 0
            ),
            struct.pack(">q", microseconds(heading.posted_at)),
            text(heading.currency),
            struct.pack(">5q", legs.base, legs.employee, legs.employer, legs.account, legs.fund),
            bytes([entry.evidence, entry.checked]),
            entry.reverses.bytes if entry.reverses else bytes(16),
            heading.source_hash,
            struct.pack(">I", row),
            text(heading.pack_version),
            salt,
        )
    )


def event_form(
    heading: Heading, id_: uuid.UUID, row: int, event: NewEvent, *, hashed: bytes, salt: bytes
) -> bytes:
    """Return the hashed form of an event; `hashed` is its payload's. Currency and pack have no part."""
    return b"".join(
        (
            bytes([VERSION]),
            heading.installation.bytes,
            id_.bytes,
            bytes([FAMILY_EVENT, event.subject_kind]),
            struct.pack(">q", event.subject_key),
            text(event.type),
            struct.pack(">q", microseconds(heading.posted_at)),
            heading.source_hash,
            struct.pack(">I", row),
            hashed,
            salt,
        )
    )


def leaf_hash(form: bytes) -> bytes:
    """Return the leaf an entry is in the tree: SHA-256 of a zero byte and the form."""
    return hashlib.sha256(b"\0" + form).digest()


def entry_salt(secret: bytes, id_: uuid.UUID) -> bytes:
    """Return the salt of a person's entry or event: HMAC-SHA-256 of its id under the person's secret."""
    return hmac.digest(secret, id_.bytes, "sha256")


def event_id(source_hash: bytes, row: int) -> uuid.UUID:
    """Return an event's id: made like an entry's, from the SHA-256 of byte 2 and the source hash."""
    return entry_id(hashlib.sha256(bytes([FAMILY_EVENT]) + source_hash).digest(), row)


def canonical(payload: Mapping[str, object]) -> str:
    """Return a payload as canonical JSON (RFC 8785) for text, whole numbers, booleans, null, lists, mappings.

    Numbers with a fraction and numbers beyond 2**53 are written differently by different programs;
    they are refused: write them as text.
    """
    return json.dumps(_ordered(payload), ensure_ascii=False, separators=(",", ":"))


def payload_hash(payload: str) -> bytes:
    """Return the SHA-256 of a payload's canonical JSON."""
    return hashlib.sha256(payload.encode()).digest()


def _ordered(value: object) -> object:
    match value:
        case None | bool() | str():
            return value
        case int() if abs(value) <= 1 << 53:
            return int(value)
        case list() | tuple():
            return [_ordered(part) for part in value]
        case Mapping() if all(isinstance(key, str) for key in value):
            # RFC 8785 orders names by their UTF-16 code units; the alphabet is the same in any.
            names = sorted(value, key=None if all(map(str.isascii, value)) else _utf16)
            return {name: _ordered(value[name]) for name in names}
        case _:
            raise TypeError(f"{value!r} cannot be part of an event's payload")


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be")
