"""What the text of one cell means: canonical texts, months, days, words.

Called once per distinct value of a column, so these are plain Python.
"""

import datetime as dt
import re
import string
import unicodedata
from collections.abc import Mapping

from provident.filings import columns
from provident.filings.reading.records import RowEvent, TakeOnKind
from provident.filings.reading.refusals import (
    CellNotText,
    CellRefusal,
    ControlCharacter,
    LostDigits,
    UnknownBranch,
    UnknownEvent,
    UnknownEvidence,
    UnknownKind,
    UnreadableDay,
    UnreadableMonth,
    UnreadableRegion,
)

#: Not shown, or turning the writing direction: never part of a name, a number or a reference.
_UNSEEN_CLASS = r"\x01-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffc"
_UNSEEN = re.compile(f"[\\0{_UNSEEN_CLASS}]")
_REPLACED = "\ufffd"  # what another program put where it could not read
_ROUNDED = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+|[0-9]{15,}\.0+")
_MONTH = re.compile(r"([0-9]{4})(?:-?([0-9]{2})|[-/.]([0-9]{1,2})(?:[-/.]0?1)?|年([0-9]{1,2})月)")
_DAY = re.compile(
    r"([0-9]{4})(?:([0-9]{2})([0-9]{2})|[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)"
)
_REGION = re.compile(r"[1-9][0-9]{5}")
_MIDNIGHT = re.compile(r"[ t]00:00(:00(\.0+)?)?$")  # what some programs add to a date
_EPOCH = dt.date(1970, 1, 1)


def canonical_number(text: str) -> str | type[CellRefusal]:
    """Return a number of identity as compared and stored: no outer space, upper case, NFKC."""
    number = unicodedata.normalize("NFKC", text).strip().upper()
    if refusal := _unseen(number):
        return refusal
    return LostDigits if _ROUNDED.fullmatch(number) else number


def canonical_text(text: str) -> str | type[CellRefusal]:
    """Return a name or a reference as compared and stored: no outer space, NFC."""
    canonical = unicodedata.normalize("NFC", text).strip()
    return _unseen(canonical) or canonical


def _unseen(text: str) -> type[CellRefusal] | None:
    if _REPLACED in text:
        return CellNotText
    return ControlCharacter if _UNSEEN.search(text) else None


_PLAIN_NUMBERS = b"\0" + string.digits.encode() + string.ascii_uppercase.encode()
_ODD_IN_TEXTS = re.compile(rf"[\s{_UNSEEN_CLASS}\ufffd]")


def numbers_are_canonical(joined: str) -> bool:
    """Say at once for many numbers, joined by NUL, that each is canonical as it stands."""
    return not joined.encode().translate(None, _PLAIN_NUMBERS)


def texts_are_canonical(joined: str) -> bool:
    """Say at once for many texts, joined by NUL, that each is canonical as it stands."""
    return unicodedata.is_normalized("NFC", joined) and not _ODD_IN_TEXTS.search(joined)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


def _date(text: str) -> str:
    return _MIDNIGHT.sub("", _plain(text))


def month_code(text: str) -> int | type[CellRefusal]:
    """Return 202603 for 2026-03, 202603, 2026/3, 2026年3月, or the first day of that month; -1 if empty."""
    text = _date(text)
    found = _MONTH.fullmatch(text)
    if not found:
        return UnreadableMonth if text else -1
    year, month = int(found[1]), int(found[2] or found[3] or found[4])
    return year * 100 + month if 1900 <= year <= 2999 and 1 <= month <= 12 else UnreadableMonth


def day_number(text: str) -> int | type[CellRefusal]:
    """Return the days since 1970-01-01 for 2026-03-05, 20260305, 2026/3/5 or 2026年3月5日."""
    found = _DAY.fullmatch(_date(text))
    if not found:
        return UnreadableDay
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return (dt.date(year, month, day) - _EPOCH).days if year >= 1900 else UnreadableDay
    except ValueError:
        return UnreadableDay


def region_code(text: str) -> int | type[CellRefusal]:
    """Return a six-digit region code; -1 if empty."""
    text = _plain(text)
    if not text:
        return -1
    return int(text) if _REGION.fullmatch(text) else UnreadableRegion


def _word(
    text: str, words: Mapping[str, int], empty: int, reason: type[CellRefusal]
) -> int | type[CellRefusal]:
    text = _plain(text).replace(" ", "_")
    return words.get(text, reason) if text else empty


_EVENTS = {word: int(RowEvent[name.upper()]) for word, name in columns.EVENTS.items()}
_KINDS = {word: int(TakeOnKind[name.upper()]) for word, name in columns.TAKE_ON_KINDS.items()}


def branch_code(text: str) -> int | type[CellRefusal]:
    """Return the kernel's Branch code; -1 if empty."""
    return _word(text, columns.BRANCHES, -1, UnknownBranch)


def event_code(text: str) -> int | type[CellRefusal]:
    """Return the RowEvent."""
    return _word(text, _EVENTS, RowEvent.NONE, UnknownEvent)


def kind_code(text: str) -> int | type[CellRefusal]:
    """Return the TakeOnKind."""
    return _word(text, _KINDS, TakeOnKind.NONE, UnknownKind)


def evidence_code(text: str) -> int | type[CellRefusal]:
    """Return the kernel's Evidence code."""
    return _word(text, columns.EVIDENCE, 0, UnknownEvidence)
