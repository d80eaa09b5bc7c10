"""Which characters the typefaces can draw, and what stands in for those they cannot.

The main typeface (Noto Sans CJK SC, from a package) draws 44,810 characters, among them all of the
usual Han characters and 2,108 of the 42,720 in Extension B. A word it cannot draw is drawn in the
second typeface (Libertinus Serif, inside typst) if that has it whole; a character neither has is
written as its code point, [U+2A6D6], and a note says so. Nothing is ever a silent blank.
"""

import re
import struct
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

import noto_cjk_sans_otc  # type: ignore[import-untyped]
import typst

MAIN = "Noto Sans CJK SC"
Run = tuple[str, Literal["main", "latin", "mark"]]


@cache
def fonts() -> typst.Fonts:
    """Return the typefaces used: the package's and typst's own, never the machine's."""
    folder = Path(noto_cjk_sans_otc.__file__).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])


@cache
def drawable() -> frozenset[str]:
    """Return every character the main typeface has a glyph for."""
    face = next(font for font in fonts().fonts() if font.family == MAIN and font.path)
    points = map(chr, _code_points(Path(str(face.path)).read_bytes(), face.index))
    # Private-use characters mean nothing on another machine, and PDF/A refuses them; marks that
    # steer the direction of text must not act unseen.
    return frozenset(one for one in points if unicodedata.category(one) not in {"Co", "Cf"})


def _code_points(font: bytes, face: int) -> Iterable[int]:
    """Read the full-range character map (format 12) of one face of an OpenType collection."""
    (start,) = struct.unpack_from(">I", font, 12 + 4 * face)
    (tables,) = struct.unpack_from(">H", font, start + 4)
    records = (struct.unpack_from(">4sIII", font, start + 12 + 16 * i) for i in range(tables))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    (subtables,) = struct.unpack_from(">H", font, cmap + 2)
    for i in range(subtables):
        platform, encoding, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * i)
        if (platform, encoding) == (3, 10):
            (groups,) = struct.unpack_from(">I", font, cmap + offset + 12)
            for group in range(groups):
                first, last, _ = struct.unpack_from(">III", font, cmap + offset + 16 + 12 * group)
                yield from range(first, last + 1)
            return
    raise LookupError(f"{MAIN} has no full-range character map")


@cache
def _prober() -> typst.Compiler:
    folder = resources.files(__package__) / "templates"
    return typst.Compiler(
        str(folder / "probe.typ"), root=str(folder), font_paths=fonts(), ignore_system_fonts=True
    )


@cache
def _second_draws(character: str) -> bool:
    """Say whether the second typeface has the character; typst refuses PDF/A without the glyph."""
    if unicodedata.category(character) in {"Cc", "Cf", "Cn", "Co", "Cs"}:
        return False
    try:
        _prober().compile(format="pdf", sys_inputs={"character": character}, pdf_standards=["a-2u"])
    except typst.TypstError:
        return False
    return True


def runs(text: str) -> str | list[Run]:
    """Return the text as it is if the main typeface has it all, else as runs by typeface."""
    if drawable().issuperset(text):
        return text
    found: list[Run] = []
    for word in re.split(r"(\s+)", text):
        if drawable().issuperset(word):
            _add(found, word, "main")
        elif all(map(_second_draws, word)):
            _add(found, word, "latin")
        else:
            for character in word:
                _add_character(found, character)
    return found


def _add_character(found: list[Run], character: str) -> None:
    if character in drawable():
        _add(found, character, "main")
    elif _second_draws(character):
        _add(found, character, "latin")
    else:
        _add(found, code_point(character), "mark")


def _add(found: list[Run], text: str, face: Literal["main", "latin", "mark"]) -> None:
    if found and found[-1][1] == face:
        found[-1] = (found[-1][0] + text, face)
    elif text:
        found.append((text, face))


def code_point(character: str) -> str:
    """Return what stands in for a character that cannot be drawn, e.g. [U+2A6D6]."""
    return f"[U+{ord(character):04X}]"


def plain(text: str) -> str:
    """Return the text as drawn, with code points in place of what cannot be."""
    found = runs(text)
    return found if isinstance(found, str) else "".join(run for run, _ in found)


def missing(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the characters no typeface has, once each, in code order."""
    seen: set[str] = set()
    for text in texts:
        for character in set(text) - drawable():
            if not character.isspace() and not _second_draws(character):
                seen.add(character)
    return tuple(sorted(seen))
