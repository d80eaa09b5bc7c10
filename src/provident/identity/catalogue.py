"""The catalogue of archive fields: what may be stored about a resident, why, on what basis, how long.

The catalogue is `archive.yaml`. The database holds the same list and a foreign key to it; a test
says they are equal. An act refuses a field outside it, and a value its field cannot hold.
"""

import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Any

import yaml

from provident.identity.names import LONGEST_NAME
from provident.identity.refusals import FieldUnknown, FieldValueWrong
from provident.kernel.citation import Citation

WHILE_CURRENT = "while_current"


class FieldKind(StrEnum):
    """What kind of value a field holds."""

    DATE = "date"
    CHOICE = "choice"
    COUNTRY = "country"
    TEXT = "text"
    PHONE = "phone"
    EMAIL = "email"


class FieldGroup(StrEnum):
    """The parts of an archive."""

    IDENTITY = "identity"
    CONTACT = "contact"
    FAMILY = "family"
    OCCUPATION = "occupation"


@dataclass(frozen=True, slots=True)
class ArchiveField:
    """One field: nothing is stored without all of this."""

    id: str
    group: FieldGroup
    kind: FieldKind
    title_en: str
    title_zh: str
    purpose_en: str
    purpose_zh: str
    basis: tuple[Citation, ...]
    retention: str  # a kind of the law pack, or `while_current`
    choices: tuple[str, ...] = ()
    longest: int = LONGEST_NAME

    def title(self, language: str) -> str:
        """Return the field's title in `en` or `zh-hans`."""
        return self.title_zh if language.startswith("zh") else self.title_en

    def purpose(self, language: str) -> str:
        """Return what the field is for, in `en` or `zh-hans`."""
        return self.purpose_zh if language.startswith("zh") else self.purpose_en


@functools.cache
def catalogue() -> dict[str, ArchiveField]:
    """Return every field of the archive by its id, in the catalogue's order."""
    text = resources.files(__package__).joinpath("archive.yaml").read_text(encoding="utf-8")
    document = yaml.safe_load(text)
    fields = [_field(row, document["laws"]) for row in document["fields"]]
    found = {field.id: field for field in fields}
    if len(found) != len(fields):
        raise ValueError("a field stands in the archive's catalogue twice")
    return found


def _field(row: dict[str, Any], laws: dict[str, dict[str, str]]) -> ArchiveField:
    """Build a field; a missing or unknown key is an error at once, never a default."""
    row = dict(row)
    title, purpose = row.pop("title"), row.pop("purpose")
    basis = tuple(Citation(laws[cite["law"]]["en"], cite["article"]) for cite in row.pop("basis"))
    if not basis:
        raise ValueError(f"the field {row['id']} names no legal basis")
    return ArchiveField(
        id=row.pop("id"),
        group=FieldGroup(row.pop("group")),
        kind=FieldKind(row.pop("kind")),
        title_en=title["en"],
        title_zh=title["zh"],
        purpose_en=purpose["en"],
        purpose_zh=purpose["zh"],
        basis=basis,
        retention=row.pop("retention"),
        choices=tuple(row.pop("choices", ())),
        **row,
    )


def field(name: str) -> ArchiveField:
    """Return the field of this id, or refuse."""
    found = catalogue().get(name)
    if found is None:
        raise FieldUnknown(field=name)
    return found


def read_value(name: str, text: str) -> str:
    """Return the value as it is stored, or refuse a field or a value the catalogue does not allow."""
    wanted = field(name)
    value = unicodedata.normalize("NFC", text.strip())
    if wanted.kind is FieldKind.CHOICE:
        fits = value in wanted.choices
    elif wanted.kind is FieldKind.TEXT:
        fits = 0 < len(value) <= wanted.longest and value.isprintable()
    else:
        fits = _FITS[wanted.kind](value)
    if not fits:
        en, zh = _EXPECTED[wanted.kind]
        choices = ", ".join(wanted.choices)
        raise FieldValueWrong(
            field=name,
            expected=en.format(choices=choices, longest=wanted.longest),
            expected_zh=zh.format(choices=choices, longest=wanted.longest),
        )
    return value


def _is_date(value: str) -> bool:
    try:
        return dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: compiled.fullmatch(value) is not None


_FITS: dict[FieldKind, Callable[[str], bool]] = {
    FieldKind.DATE: _is_date,
    FieldKind.COUNTRY: _matches(r"[A-Z]{3}"),
    FieldKind.PHONE: _matches(r"\+?[0-9](?:[ -]?[0-9]){4,18}"),
    FieldKind.EMAIL: _matches(r"[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+"),
}

_EXPECTED = {
    FieldKind.DATE: ("a date such as 1980-03-31", "形如 1980-03-31 的日期"),
    FieldKind.CHOICE: ("one of {choices}", "以下之一：{choices}"),
    FieldKind.COUNTRY: ("a country code of three capital letters (ISO 3166)", "三位大写国家代码（ISO 3166）"),
    FieldKind.TEXT: ("1 to {longest} characters on one line", "单行 1 至 {longest} 个字符"),
    FieldKind.PHONE: ("digits, with a leading + for a foreign number", "数字，境外号码以 + 开头"),
    FieldKind.EMAIL: ("an address such as name@example.org", "形如 name@example.org 的地址"),
}


def page() -> str:
    """Return docs/reference/archive.md: every field as the catalogue has it."""
    lines = [
        "# The archive of a resident",
        "",
        "Everything that can be stored about a resident beside official numbers and names. Nothing else can:",
        "acts and database refuse it. Made from `src/provident/identity/archive.yaml`; a test compares.",
        "",
        "`while_current`: removed once replaced. Any other retention is a kind of the law pack, which says",
        "how long.",
        "",
        "| Field | Title | 名称 | Purpose | 目的 | Legal basis | Retention |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in catalogue().values():
        basis = "; ".join(map(str, one.basis))
        told = (one.title_en, one.title_zh, one.purpose_en, one.purpose_zh, basis, f"`{one.retention}`")
        lines.append(f"| `{one.id}` | {' | '.join(told)} |")
    return "\n".join(lines) + "\n"
