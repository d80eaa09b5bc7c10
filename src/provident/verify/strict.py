"""JSON without surprises: nothing twice, no fractions, nothing unknown or missing; each fault has a place."""

import json
import re
from typing import Any, NoReturn

from .notes import decode_base64
from .verdicts import NotProven, Sentence

_DIGITS = re.compile(r"0|-?[1-9][0-9]{0,18}")


class _RepeatedNameError(Exception):
    """A name stands twice in one mapping."""


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatedNameError(next(name for name in names if names.count(name) > 1))
    return found


def _no_number(text: str) -> NoReturn:
    raise NotProven("number", text=text[:40])


def _whole(text: str) -> int:
    if not _DIGITS.fullmatch(text) or not -(1 << 63) <= int(text) < 1 << 63:
        _no_number(text)
    return int(text)


def read_json(raw: bytes) -> Any:
    """Return the document; NotProven names line and column of a fault."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as no:
        raise NotProven("not_json", line=raw[: no.start].count(b"\n") + 1, column=1) from None
    try:
        return json.loads(
            text,
            object_pairs_hook=_mapping,
            parse_int=_whole,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except json.JSONDecodeError as no:
        raise NotProven("not_json", line=no.lineno, column=no.colno) from None
    except _RepeatedNameError as no:
        raise NotProven("twice", name=shown(no.args[0])) from None
    except RecursionError:
        raise NotProven("not_json", line=1, column=1) from None


def shown(text: str, most: int = 80) -> str:
    """Return text that is safe to print: short, and without control characters."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:most])


def wanted(place: str, what: str) -> NotProven:
    """Return the refusal of a value that is not what the format wants at this place."""
    return NotProven("wanted", place=place, wanted=Sentence(f"wanted.{what}"))


def fields_of(
    value: Any, place: str, required: tuple[str, ...], optional: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return a mapping that has exactly the required names, and of others only the optional ones."""
    if not isinstance(value, dict):
        raise wanted(place or ".", "mapping")
    for name in required:
        if name not in value:
            raise NotProven("missing", place=f"{place}.{name}".lstrip("."))
    for name in value:
        if name not in required and name not in optional:
            raise NotProven("unknown_field", place=f"{place}.{shown(name)}".lstrip("."))
    return value


def list_of(value: Any, place: str, most: int) -> list[Any]:
    """Return a list of at most so many items."""
    if not isinstance(value, list) or len(value) > most:
        raise wanted(place, "list")
    return value


def text_of(value: Any, place: str) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise wanted(place, "text")
    return value


def whole_of(value: Any, place: str, least: int, most: int) -> int:
    """Return a whole number within bounds; true and false are not numbers."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise wanted(place, "whole")
    return value


def hash_of(value: Any, place: str) -> bytes:
    """Return 32 bytes from base64."""
    raw = decode_base64(text_of(value, place))
    if raw is None or len(raw) != 32:
        raise wanted(place, "base64")
    return raw
