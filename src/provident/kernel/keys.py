"""Identifiers. A key says nothing about whom it stands for."""

import secrets
import uuid
from typing import NewType

PersonKey = NewType("PersonKey", int)  # random, 1 .. 2**63 - 1, never shown, never reused
EmployerKey = NewType("EmployerKey", int)  # like a person key; 0 in the hashed form means none
AccountId = NewType("AccountId", int)
EntryId = NewType("EntryId", uuid.UUID)

_VERSION_8 = 0x8 << 76
_VARIANT = 0b10 << 62
_VERSION_MASK = ((1 << 128) - 1) ^ (0xF << 76) ^ (0b11 << 62)


def new_key() -> int:
    """Return a fresh random key in 1 .. 2**63 - 1."""
    return secrets.randbelow((1 << 63) - 1) + 1


def entry_id(source_hash: bytes, row: int) -> EntryId:
    """Return the id of the entry made from row `row` (0 .. 2**32 - 1) of the source with this SHA-256.

    A UUIDv8 (RFC 9562): the first 12 bytes of the hash, then the row, big-endian, with version
    and variant bits set. The same source and row always give the same id, so a replay is the
    same entry, and a whole file's ids can be laid out as an array.
    """
    if len(source_hash) != 32 or not 0 <= row < 1 << 32:
        raise ValueError("an entry id needs a 32-byte hash and a 32-bit row")
    raw = int.from_bytes(source_hash[:12] + row.to_bytes(4, "big"), "big")
    return EntryId(uuid.UUID(int=(raw & _VERSION_MASK) | _VERSION_8 | _VARIANT))
