"""Official numbers of persons and employers: shape, date, check character, all by our own code.

A number that passes here is well formed, not necessarily issued. Region and place codes are only
ever a warning: codes are abolished, new ones appear, and nobody loses a record over a table.
Whatever a number looks like, it never appears in the text of a refusal: the one who supplied it
knows it, and nobody who reads a log should.

    kind                         shape                                       check
    resident_id                  region 6, birth 8, sequence 3, check 1      ISO 7064 MOD 11-2 (GB 11643)
    resident_id_15               region 6, birth 6 (yymmdd), sequence 3      none; converts to resident_id
    residence_permit             81/82/83 0000, then as resident_id          ISO 7064 MOD 11-2
    permanent_resident_card      9, place 2, country 3, birth 8, seq 3, 1    ISO 7064 MOD 11-2
    permanent_resident_card_old  3 letters, 12 digits                        none claimed
    foreign_worker_number        3 letters, 15 letters or digits             none claimed
    unified social credit code   authority, class, region 6, body 9, check   MOD 31 (GB 32100)
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum

from provident.identity.refusals import (
    CreditCodeWrong,
    NumberCheckWrong,
    NumberDateWrong,
    NumberKindWrong,
    NumberShapeWrong,
)


class NumberKind(IntEnum):
    """The kinds of official number a person may hold. Codes are stored: never renumber."""

    RESIDENT_ID = 1
    RESIDENT_ID_15 = 2
    RESIDENCE_PERMIT = 3
    PERMANENT_RESIDENT_CARD = 4
    PERMANENT_RESIDENT_CARD_OLD = 5
    FOREIGN_WORKER_NUMBER = 6

    @property
    def word(self) -> str:
        """The name used in files, commands and JSON, e.g. `residence_permit`."""
        return self.name.lower()

    def title(self, language: str) -> str:
        """Return the kind's title in `en` or `zh-hans`."""
        return _KIND_TITLES[self][language.startswith("zh")]


_KIND_TITLES = {
    NumberKind.RESIDENT_ID: ("resident identity number", "公民身份号码"),
    NumberKind.RESIDENT_ID_15: ("resident identity number, old form of 15 digits", "15 位旧居民身份证号码"),
    NumberKind.RESIDENCE_PERMIT: (
        "residence permit number (Hong Kong, Macao, Taiwan)",
        "港澳台居民居住证号码",
    ),
    NumberKind.PERMANENT_RESIDENT_CARD: (
        "foreign permanent resident card number",
        "外国人永久居留身份证号码",
    ),
    NumberKind.PERMANENT_RESIDENT_CARD_OLD: (
        "foreign permanent resident card number, old form",
        "旧版外国人永久居留证号码",
    ),
    NumberKind.FOREIGN_WORKER_NUMBER: ("foreign worker's social security number", "外国人社会保障号码"),
}


class Sex(StrEnum):
    """The sex an official number or the archive states."""

    FEMALE = "female"
    MALE = "male"


class NumberWarning(Enum):
    """What a person should look at although the number is accepted: (code, English, Chinese)."""

    REGION_UNKNOWN = (
        "region_unknown",
        "The region code is not a known province.",
        "行政区划代码不是已知省份。",
    )
    LAYOUT_NOT_VERIFIED = (
        "layout_not_verified",
        "The layout of this kind of number was not verified against its standard.",
        "该类号码的编码规则尚未与标准原文核对。",
    )
    CENTURY_ASSUMED = (
        "century_assumed",
        "The old form has no century; 19 was assumed.",
        "旧号码不含世纪，按 19 处理。",
    )
    CLEANED = (
        "cleaned",
        "Spaces, invisible or full-width characters were removed or replaced.",
        "已去除或替换空格、不可见字符或全角字符。",
    )

    @property
    def code(self) -> str:
        """The stable code, e.g. `region_unknown`."""
        return self.value[0]

    def sentence(self, language: str) -> str:
        """Return the warning in `en` or `zh-hans`."""
        return self.value[2] if language.startswith("zh") else self.value[1]


@dataclass(frozen=True, slots=True)
class OfficialNumber:
    """A well-formed official number in its one normal form, and what it says by itself."""

    kind: NumberKind
    normal: str
    born: dt.date | None = None
    sex: Sex | None = None
    warnings: tuple[NumberWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A well-formed unified social credit code (统一社会信用代码) in its one normal form."""

    normal: str
    region: int
    warnings: tuple[NumberWarning, ...] = ()


# First two digits of region codes (GB/T 2260): the provinces. Only ever a warning.
_PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
    for code in range(first, last + 1)
)
_EIGHTEEN = re.compile(r"[1-9][0-9]{16}[0-9X]")
_FIFTEEN = re.compile(r"[1-9][0-9]{14}")
_PERMIT = re.compile(r"8[123]0000")
_OLD_CARD = re.compile(r"[A-Z]{3}[0-9]{12}")
_FOREIGN = re.compile(r"[A-Z]{3}[0-9A-Z]{15}")
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
_CREDIT_CODE = re.compile(rf"[{_CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{_CREDIT_ALPHABET}]{{10}}")
_CREDIT_VALUE = {letter: value for value, letter in enumerate(_CREDIT_ALPHABET)}
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_CHECK_CHARACTERS = "0123456789X"
_OLDEST_YEAR = 1800


def normal_form(text: str) -> str:
    """Return the text as numbers are written here: no spaces or hyphens, plain digits, capitals."""
    if text.isascii() and text.isalnum():
        return text.upper()
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if c.isalnum() or not _separates(c)).upper()


def _separates(character: str) -> bool:
    return character.isspace() or character == "-" or unicodedata.category(character) == "Cf"


def check_character(body: str) -> str:
    """Return the ISO 7064 MOD 11-2 check character of the first 17 digits (GB 11643)."""
    remainder = 0
    for digit in body:
        remainder = (remainder + int(digit)) * 2 % 11
    return _CHECK_CHARACTERS[(12 - remainder) % 11]


def modern_form(fifteen: str) -> str:
    """Convert an old number of 15 digits to the 18 characters that replaced it (century 19)."""
    body = f"{fifteen[:6]}19{fifteen[6:]}"
    return body + check_character(body)


def lookup_form(text: str) -> str:
    """Return the form under which a number is looked up: normal, an old number converted. Never refuses."""
    normal = normal_form(text)
    return modern_form(normal) if _FIFTEEN.fullmatch(normal) else normal


def classify(text: str, kind: NumberKind | None = None) -> OfficialNumber:
    """Read an official number of a person, or refuse it.

    Without `kind` the shape decides; where two kinds share a shape (a first digit 9), a known
    place code makes it a permanent resident card, anything else a resident number whose region
    is unknown.
    """
    normal = normal_form(text)
    kinds = _kinds_of(normal)
    if not kinds:
        raise NumberShapeWrong
    if kind is not None and kind not in kinds:
        raise NumberKindWrong(kind=kind.title("en"), kind_zh=kind.title("zh-hans"))
    warnings = () if normal == text.upper() else (NumberWarning.CLEANED,)
    return _read(normal, kind or kinds[0], warnings)


def _kinds_of(normal: str) -> tuple[NumberKind, ...]:
    """Return the kinds whose shape the number has, the likeliest first."""
    if _EIGHTEEN.fullmatch(normal):
        if _PERMIT.match(normal):
            return (NumberKind.RESIDENCE_PERMIT,)
        if normal[0] != "9":
            return (NumberKind.RESIDENT_ID,)
        both = (NumberKind.PERMANENT_RESIDENT_CARD, NumberKind.RESIDENT_ID)
        return both if normal[1:3] in _PROVINCES else both[::-1]
    if _FIFTEEN.fullmatch(normal):
        return (NumberKind.RESIDENT_ID_15,)
    if _OLD_CARD.fullmatch(normal):
        return (NumberKind.PERMANENT_RESIDENT_CARD_OLD,)
    return (NumberKind.FOREIGN_WORKER_NUMBER,) if _FOREIGN.fullmatch(normal) else ()


def _read(normal: str, kind: NumberKind, warnings: tuple[NumberWarning, ...]) -> OfficialNumber:
    if kind in (NumberKind.FOREIGN_WORKER_NUMBER, NumberKind.PERMANENT_RESIDENT_CARD_OLD):
        return OfficialNumber(kind, normal, warnings=(*warnings, NumberWarning.LAYOUT_NOT_VERIFIED))
    if kind is NumberKind.RESIDENT_ID_15:
        modern = _read(
            modern_form(normal), NumberKind.RESIDENT_ID, (*warnings, NumberWarning.CENTURY_ASSUMED)
        )
        return OfficialNumber(kind, normal, modern.born, modern.sex, modern.warnings)
    if normal[17] != check_character(normal[:17]):
        raise NumberCheckWrong
    try:
        born = dt.date(int(normal[6:10]), int(normal[10:12]), int(normal[12:14]))
    except ValueError:
        raise NumberDateWrong from None
    if born.year < _OLDEST_YEAR:
        raise NumberDateWrong
    if kind is NumberKind.PERMANENT_RESIDENT_CARD:
        place = () if normal[1:3] in _PROVINCES else (NumberWarning.REGION_UNKNOWN,)
        # The inner layout is not verified: the date is read, the sex is not.
        return OfficialNumber(
            kind, normal, born, None, (*warnings, NumberWarning.LAYOUT_NOT_VERIFIED, *place)
        )
    sex = Sex.MALE if int(normal[16]) % 2 else Sex.FEMALE
    known = kind is NumberKind.RESIDENCE_PERMIT or normal[:2] in _PROVINCES
    return OfficialNumber(
        kind, normal, born, sex, warnings if known else (*warnings, NumberWarning.REGION_UNKNOWN)
    )


def uscc(text: str) -> CreditCode:
    """Read a unified social credit code, or refuse it."""
    normal = normal_form(text)
    if not _CREDIT_CODE.fullmatch(normal) or normal[17] != _credit_check_character(normal[:17]):
        raise CreditCodeWrong
    warnings = () if normal == text.upper() else (NumberWarning.CLEANED,)
    if normal[2:4] not in _PROVINCES and normal[2:8] != "100000":
        warnings = (*warnings, NumberWarning.REGION_UNKNOWN)
    return CreditCode(normal, int(normal[2:8]), warnings)


def _credit_check_character(body: str) -> str:
    total = sum(_CREDIT_VALUE[c] * weight for c, weight in zip(body, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_ALPHABET[-total % 31]
