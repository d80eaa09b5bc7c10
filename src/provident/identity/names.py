"""Names: how they are stored, compared and looked at.

Stored is the NFC form with single spaces; what was typed is kept beside it when it differs. Two
names are the same when their `comparable` forms are. Two names look alike when their skeletons
are equal (after UTS #39: compatibility forms, radicals, look-alike letters, invisible characters
and the dots between name parts are levelled); that is only ever shown to a person, who decides.
Rare characters need nothing special: every ideograph of every plane is one character.
"""

import functools
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from importlib import resources

from provident.identity.refusals import NotAName

LONGEST_NAME = 200
_SUPPLEMENTARY_IDEOGRAPHS = 0x20000
_PLAIN_HAN = re.compile("[\u4e00-\u9fff]+").fullmatch  # nearly every name, and nothing to look at


class NameFlag(Enum):
    """What a person should look at in a name: (code, English, Chinese). The name is stored all the same."""

    INVISIBLE = ("invisible", "Holds characters that cannot be seen.", "含有不可见字符。")
    COMPATIBILITY = (
        "compatibility",
        "Holds full-width or other compatibility forms of common characters.",
        "含有全角或其他兼容形式的字符。",
    )
    RADICAL = (
        "radical",
        "Holds a radical or stroke that looks like a character but is not one.",
        "含有形似汉字的部首或笔画字符。",
    )
    MIXED_SCRIPTS = ("mixed_scripts", "Mixes writing systems.", "混用了不同文字。")
    PRIVATE_USE = (
        "private_use",
        "Holds a character only some fonts know; replace it by its standard code when there is one.",
        "含有自造字；如有标准编码请改用标准编码。",
    )

    @property
    def code(self) -> str:
        """The stable code, e.g. `mixed_scripts`."""
        return self.value[0]

    def sentence(self, language: str) -> str:
        """Return what to look at, in `en` or `zh-hans`."""
        return self.value[2] if language.startswith("zh") else self.value[1]


@dataclass(frozen=True, slots=True)
class NameReading:
    """A name as it is stored, what was typed if that differs, its skeleton and what to look at."""

    stored: str
    original: str | None
    skeleton: str
    flags: tuple[NameFlag, ...]


def read_name(text: str) -> NameReading:
    """Read a name as typed, or refuse it."""
    if len(text) > LONGEST_NAME:
        raise NotAName(
            why=f"it is longer than {LONGEST_NAME} characters", why_zh=f"超过 {LONGEST_NAME} 个字符"
        )
    if not text.isprintable():
        _refuse_unstorable(text)
    stored = " ".join(unicodedata.normalize("NFC", text).split())
    if not any(unicodedata.category(c)[0] in "LNCM" and not _invisible(c) for c in stored):
        raise NotAName(why="it is empty", why_zh="内容为空")
    return NameReading(stored, None if stored == text else text, skeleton(stored), flags_of(text))


def _refuse_unstorable(text: str) -> None:
    """Refuse control characters, halves of surrogate pairs and codes that stand for nothing.

    Ideographs newer than our tables are in planes 2 and 3 and let through; other unprintables are
    only flagged.
    """
    for character in text:
        category = unicodedata.category(character)
        if category == "Cs" or (category == "Cc" and character not in "\t\n\r"):
            raise NotAName(why="it holds control characters", why_zh="含有控制字符")
        if category == "Cn" and ord(character) < _SUPPLEMENTARY_IDEOGRAPHS:
            raise NotAName(why="it holds codes that are no characters", why_zh="含有未分配的编码")


def comparable(text: str) -> str:
    """Return the form in which two names are compared: NFC, no spaces, case folded."""
    return "".join(unicodedata.normalize("NFC", text).split()).casefold()


def name_check(text: str) -> int:
    """Return the first 8 bytes of the SHA-256 of the comparable name, as a signed big-endian integer."""
    return int.from_bytes(hashlib.sha256(comparable(text).encode()).digest()[:8], "big", signed=True)


def skeleton(text: str) -> str:
    """Return the form in which names that look alike are equal. For candidates only, never for a decision."""
    table = _look_alikes()
    if _PLAIN_HAN(text):
        return text.translate(table)
    plain = unicodedata.normalize("NFKC", text.translate(table)).casefold()
    seen = "".join(c for c in plain if not c.isspace() and not _invisible(c))
    return unicodedata.normalize("NFC", seen.translate(table))


def flags_of(text: str) -> tuple[NameFlag, ...]:
    """Return what a person should look at in a name as typed."""
    if text.isascii() or _PLAIN_HAN(text):
        return ()
    found = {flag for c in text if (flag := _flag_of(c))}
    if len({script for c in text if (script := _script(c))}) > 1:
        found.add(NameFlag.MIXED_SCRIPTS)
    return tuple(flag for flag in NameFlag if flag in found)


def _flag_of(character: str) -> NameFlag | None:
    if _invisible(character):
        return NameFlag.INVISIBLE
    if unicodedata.category(character) == "Co":
        return NameFlag.PRIVATE_USE
    if 0x2E80 <= ord(character) <= 0x2FDF or 0x31C0 <= ord(character) <= 0x31EF:
        return NameFlag.RADICAL
    nfkc = unicodedata.normalize("NFKC", character)
    if nfkc != unicodedata.normalize("NFC", character) or _is_compatibility_ideograph(character):
        # Spaces and the dots between name parts are typed in many ways; they are no reason to stop.
        return None if character.isspace() or nfkc in _look_alike_marks() else NameFlag.COMPATIBILITY
    return None


def _is_compatibility_ideograph(character: str) -> bool:
    """Say whether NFC itself replaces this ideograph (twelve in the block are ordinary and stay)."""
    code = ord(character)
    in_block = 0xF900 <= code <= 0xFAFF or 0x2F800 <= code <= 0x2FA1F
    return in_block and unicodedata.decomposition(character) != ""


def _invisible(character: str) -> bool:
    """Say whether the character leaves no mark: format characters, fillers, variation selectors."""
    code = ord(character)
    return (
        unicodedata.category(character) == "Cf"
        or 0xFE00 <= code <= 0xFE0F
        or 0xE0100 <= code <= 0xE01EF
        or character in "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800"
    )


def _script(character: str) -> str | None:
    """Return the writing system of a letter, None for marks and signs that belong to none."""
    code = ord(character)
    if 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x3FFFF or code == 0x3007:
        return "HAN"
    if unicodedata.category(character)[0] != "L":
        return None
    # Python knows no script property, but the standard's names begin with it.
    name = unicodedata.name(character, "").removeprefix("FULLWIDTH ").removeprefix("HALFWIDTH ")
    return name.partition(" ")[0] or None


@functools.cache
def _look_alike_groups() -> dict[str, tuple[tuple[str, ...], ...]]:
    text = resources.files(__package__).joinpath("look_alikes.txt").read_text(encoding="utf-8")
    groups: dict[str, list[tuple[str, ...]]] = {}
    for line in text.splitlines():
        if line.startswith("["):
            groups[line.strip("[]")] = []
        elif line and not line.startswith("#"):
            groups[list(groups)[-1]].append(tuple(line.split()))
    return {section: tuple(lines) for section, lines in groups.items()}


@functools.cache
def _look_alikes() -> dict[int, str]:
    table: dict[int, str] = {}
    for lines in _look_alike_groups().values():
        for first, *others in lines:
            for other in others:
                table[ord(other)] = first
    return table


@functools.cache
def _look_alike_marks() -> frozenset[str]:
    return frozenset(character for line in _look_alike_groups()["marks"] for character in line)
