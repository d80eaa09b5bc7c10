"""The hashed form put together from its named fields (docs/spec/hashed-form.md and receipt.md)."""

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from . import strict
from .verdicts import NotProven

KINDS = {
    "declared": 1, "paid": 2, "benefit_paid": 3, "interest_credited": 4,
    "transfer_out": 5, "transfer_in": 6, "adjustment": 7, "opening_balance": 8,
}  # fmt: skip
BRANCHES = {"pension": 1, "medical": 2, "unemployment": 3, "work_injury": 4, "maternity": 5}
SCHEMES = {"employees": 1, "flexible": 2, "residents": 3}
EVIDENCE = {"none": 0, "documented": 1, "prior_system": 2, "stated": 3}
CHECKED = {"checked": 1, "not_checkable": 2, "not_applicable": 3}
SUBJECTS = {"person": 1, "employer": 2, "installation": 3, "account": 4, "filing": 5}
FAMILIES = {"money": 1, "event": 2}

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_HEX = re.compile(r"(?:[0-9a-f]{2})+")
_MONTH = re.compile(r"(?!0000)([0-9]{4})-(0[1-9]|1[0-2])")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

Encoder = Callable[[Any, str], bytes]


def _matched(value: Any, place: str, pattern: re.Pattern[str], what: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise strict.wanted(place, what)
    return value


def _number(size: int, least: int, most: int) -> Encoder:
    def encode(value: Any, place: str) -> bytes:
        return strict.whole_of(value, place, least, most).to_bytes(size, "big", signed=least < 0)

    return encode


def _word(codes: Mapping[str, int], size: int = 1) -> Encoder:
    def encode(value: Any, place: str) -> bytes:
        if not isinstance(value, str) or value not in codes:
            raise strict.wanted(place, "word")
        return codes[value].to_bytes(size, "big")

    return encode


def _hex(size: int) -> Encoder:
    def encode(value: Any, place: str) -> bytes:
        raw = bytes.fromhex(_matched(value, place, _HEX, "hex"))
        if len(raw) != size:
            raise strict.wanted(place, "hex")
        return raw

    return encode


def _key(value: Any, place: str) -> bytes:
    """Write the key of a person or an employer, which is above zero."""
    raw = _hex(8)(value, place)
    if raw[0] >= 0x80 or not any(raw):
        raise strict.wanted(place, "hex")
    return raw


def _uuid(value: Any, place: str) -> bytes:
    return bytes.fromhex(_matched(value, place, _UUID, "uuid").replace("-", ""))


def _or_none(encode: Encoder, size: int) -> Encoder:
    """Write null as zeros, and refuse the zeros themselves: one meaning, one way to write it."""

    def either(value: Any, place: str) -> bytes:
        if value is None:
            return bytes(size)
        raw = encode(value, place)
        if not any(raw):
            raise strict.wanted(place, "uuid")
        return raw

    return either


def _month(value: Any, place: str) -> bytes:
    if value is None:
        return bytes(4)
    _matched(value, place, _MONTH, "month")
    return (int(value[:4]) * 100 + int(value[5:])).to_bytes(4, "big")


def _moment(value: Any, place: str) -> bytes:
    _matched(value, place, _MOMENT, "moment")
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        raise strict.wanted(place, "moment") from None
    return ((moment - _EPOCH) // dt.timedelta(microseconds=1)).to_bytes(8, "big", signed=True)


def _text(value: Any, place: str) -> bytes:
    text = strict.text_of(value, place)
    if not text.isprintable() or unicodedata.normalize("NFC", text) != text:
        raise strict.wanted(place, "nfc")
    raw = text.encode()
    if len(raw) >= 1 << 16:
        raise strict.wanted(place, "nfc")
    return len(raw).to_bytes(2, "big") + raw


_AMOUNT = _number(8, -(1 << 63), (1 << 63) - 1)
_ROW = _number(4, 0, (1 << 32) - 1)
_VERSION = _number(1, 1, 1)
#: The fields of each family in the order of their bytes; the byte of the family follows the third.
FIELDS: dict[str, tuple[tuple[str, Encoder], ...]] = {
    "money": (
        ("version", _VERSION), ("installation", _uuid), ("entry_id", _uuid),
        ("kind", _word(KINDS)), ("person_key", _key), ("employer_key", _or_none(_key, 8)),
        ("branch", _word(BRANCHES)), ("scheme", _word(SCHEMES, 2)), ("region", _ROW), ("month", _month),
        ("posted_at", _moment), ("currency", _text),
        ("base", _AMOUNT), ("employee", _AMOUNT), ("employer", _AMOUNT),
        ("account", _AMOUNT), ("fund", _AMOUNT),
        ("evidence", _word(EVIDENCE)), ("checked", _word(CHECKED)), ("reverses", _or_none(_uuid, 16)),
        ("source_hash", _hex(32)), ("row", _ROW), ("pack_version", _text), ("salt", _hex(32)),
    ),
    "event": (
        ("version", _VERSION), ("installation", _uuid), ("event_id", _uuid),
        ("subject_kind", _word(SUBJECTS)), ("subject_key", _hex(8)), ("type", _text), ("posted_at", _moment),
        ("source_hash", _hex(32)), ("row", _ROW), ("payload_hash", _hex(32)), ("salt", _hex(32)),
    ),
}  # fmt: skip
_FAMILY_AFTER = 3


def form_of(family: str, form: Any, place: str) -> bytes:
    """Return the hashed form; NotProven names the field that is missing, unknown or not as it must be."""
    layout = FIELDS[family]
    fields = strict.fields_of(form, place, tuple(name for name, _ in layout))
    parts = [encode(fields[name], f"{place}.{name}") for name, encode in layout]
    parts.insert(_FAMILY_AFTER, bytes([FAMILIES[family]]))
    expected = _id(family, bytes.fromhex(fields["source_hash"]), fields["row"])
    if parts[2] != expected:
        raise NotProven("id_wrong", place=f"{place}.{layout[2][0]}")
    return b"".join(parts)


def _id(family: str, source_hash: bytes, row: int) -> bytes:
    """Return the id that source and row give an entry or an event."""
    if family == "event":
        source_hash = hashlib.sha256(b"\2" + source_hash).digest()
    raw = bytearray(source_hash[:12] + row.to_bytes(4, "big"))
    raw[6] = 0x80 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return bytes(raw)
