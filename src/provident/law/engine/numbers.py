"""Whole numbers and the texts that stand for them: amounts, months, dates, words."""

import datetime as dt
import re

from provident.law.formulas.declared import Kind, Variable

_EPOCH = dt.date(1970, 1, 1).toordinal()


class NotOne(ValueError):  # noqa: N818 - told on as a refusal
    """A text that is not one of the variable's values."""


def parse(variable: Variable, text: str) -> int:
    """Return the whole number a text stands for; raises NotOne."""
    text = text.strip()
    match variable.kind:
        case Kind.MONEY | Kind.NUMBER:
            return _decimal(text, variable.decimals)
        case Kind.DATE:
            try:
                return dt.date.fromisoformat(text).toordinal() - _EPOCH
            except ValueError:
                raise NotOne(text) from None
        case Kind.MONTH:
            found = re.fullmatch(r"(\d{4})-?(\d{2})(?:-01)?", text, re.ASCII)
            if found is None or not 1 <= int(found[2]) <= 12:
                raise NotOne(text)
            return int(found[1]) * 12 + int(found[2]) - 1
        case Kind.WORD:
            if text not in variable.words:
                raise NotOne(text)
            return variable.words.index(text)
        case Kind.FLAG:
            if text.lower() not in {"0", "1", "true", "false"}:
                raise NotOne(text)
            return int(text.lower() in {"1", "true"})
        case _:
            return _decimal(text, 0)


def written(variable: Variable, value: int) -> str:
    """Return a value as files and pages write it."""
    match variable.kind:
        case Kind.MONEY | Kind.NUMBER:
            return decimal_text(value, variable.decimals)
        case Kind.DATE:
            return dt.date.fromordinal(value + _EPOCH).isoformat()
        case Kind.MONTH:
            return f"{value // 12:04d}-{value % 12 + 1:02d}"
        case Kind.WORD:
            return variable.words[value]
        case _:
            return str(value)


def decimal_text(value: int, decimals: int) -> str:
    """Return value ÷ 10^decimals with all its decimals."""
    digits = str(abs(value)).rjust(decimals + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


def grouped(text: str) -> str:
    """Return a decimal text with its thousands set apart, as amounts are written for people."""
    sign = "−" if text.startswith("-") else ""  # the minus sign, not a hyphen: it cannot break off
    whole, point, rest = text.removeprefix("-").partition(".")
    return f"{sign}{int(whole):,}{point}{rest}"


def threshold(kind: Kind, day: dt.date) -> int:
    """Return the smallest value of a kind that is not before a day; a year counts by its last day."""
    match kind:
        case Kind.YEAR:
            return day.year
        case Kind.MONTH:
            return day.year * 12 + day.month - (1 if day.day == 1 else 0)
        case Kind.DATE:
            return day.toordinal() - _EPOCH
        case _:
            raise ValueError(f"{kind} does not say when")


def year_of(day: int) -> int:
    """Return the year of a counted day."""
    return dt.date.fromordinal(day + _EPOCH).year


def month_of(day: int) -> int:
    """Return the counted month of a counted day."""
    date = dt.date.fromordinal(day + _EPOCH)
    return date.year * 12 + date.month - 1


def day_of(day: int) -> int:
    """Return the number of a counted day within its month."""
    return dt.date.fromordinal(day + _EPOCH).day


def _decimal(text: str, decimals: int) -> int:
    found = re.fullmatch(r"([+-]?)(\d{1,18})(?:\.(\d+))?", text, re.ASCII)
    rest = (found[3] or "").rstrip("0") if found else ""
    if found is None or len(rest) > decimals:
        raise NotOne(text)
    value = int(found[2] + rest.ljust(decimals, "0"))
    return -value if found[1] == "-" else value
