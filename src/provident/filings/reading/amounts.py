"""Amounts: digits to whole minor units, exactly, a column at a time.

No float is ever made. A cell is first read as one word of eight bytes: the digits before the point
are checked and summed inside the word. Cells that do not fit that form (more than eight digits
before the point, full-width digits, anything odd) are read one by one, by the same rules.
"""

import re
import unicodedata

import numpy as np
import numpy.typing as npt

from provident.filings.reading.cells import Cells
from provident.filings.reading.records import Amounts
from provident.filings.reading.refusals import (
    AmountTooLarge,
    CellNotText,
    CellRefusal,
    NotAnAmount,
    SignedAmount,
    ThousandsSeparator,
    TooManyDecimals,
)

_POINT, _ZERO = 46, 48
_ZEROS = np.uint64(0x3030303030303030)
_HIGH = np.uint64(0xF0F0F0F0F0F0F0F0)
_ABOVE_NINE = np.uint64(0x0606060606060606)
# A word whose last n bytes are the digits: what to keep of it, and the zeros that fill the rest.
_KEEP = np.array([((1 << 64) - 1) ^ ((1 << 8 * (8 - n)) - 1) for n in range(9)], dtype=np.uint64)
_FILL = _ZEROS & ~_KEEP

# In 12345.67 the point is byte 5: the digits before it move up by one, a zero goes in front.
_BEFORE_POINT = np.uint64(0x000000FFFFFFFFFF)
_AFTER_POINT = np.uint64(0xFFFF000000000000)
_LEADING = np.uint64(_ZERO)

_AMOUNT = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,2}))?")
_REASONS: tuple[tuple[re.Pattern[str], type[CellRefusal]], ...] = (
    (re.compile(r"[0-9]{16,}(\.[0-9]*)?"), AmountTooLarge),
    (re.compile(r"[0-9]+\.[0-9]{3,}"), TooManyDecimals),
    (re.compile(r"[-+\u2212\u2013][0-9]+(\.[0-9]*)?"), SignedAmount),
    (re.compile(r"[0-9]{1,3}([,'\s\u3001][0-9]{2,4})+(\.[0-9]*)?"), ThousandsSeparator),
)


def read_amount(text: str) -> int | type[CellRefusal] | None:
    """Return minor units, None for an empty text, or why it is no amount."""
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return None
    found = _AMOUNT.fullmatch(text)
    if found:
        return int(found[1] + (found[2] or "").ljust(2, "0"))
    for pattern, reason in _REASONS:
        if pattern.fullmatch(text):
            return reason
    return NotAnAmount


def read_amounts(cells: Cells) -> tuple[Amounts, dict[type[CellRefusal], list[int]]]:
    """Return the column as minor units, and the refused cells' indices by reason."""
    given = cells.length > 0
    minor, read = _in_words(cells)
    refused: dict[type[CellRefusal], list[int]] = {}
    for row in np.flatnonzero(given & ~read).tolist():
        try:
            amount = read_amount(cells.content(row).decode(cells.buffer.encoding))
        except UnicodeDecodeError:
            amount = CellNotText
        if isinstance(amount, int):
            minor[row] = amount
        else:
            minor[row], given[row] = 0, False
            if amount is not None:
                refused.setdefault(amount, []).append(row)
    return Amounts(minor, given), refused


def _in_words(cells: Cells) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Read cells of the form 12345678.90, 12345678.9 or 12345678; say which had that form."""
    words, length = cells.buffer.words, cells.length
    end = cells.start + length
    tail = words[end - 8]
    third = (tail >> np.uint64(40)) & np.uint64(255)
    two = third == _POINT
    if len(cells) and int(length.max()) <= 8 and int(length.min()) >= 4 and two.all():
        return _all_short(tail, length)
    last, second = ((tail >> np.uint64(shift)) & np.uint64(255) for shift in (56, 48))
    one = second == _POINT
    decimals = np.where(two, 3, np.where(one, 2, 0))
    digits = length - decimals
    fits = (digits >= 1) & (digits <= 8)
    held = np.where(fits, digits, 0)
    whole, numeric = _eight_digits((words[end - decimals - 8] & _KEEP[held]) | _FILL[held])
    tens = np.where(two, second, np.where(one, last, _ZERO)).astype(np.int64) - _ZERO
    units = np.where(two, last, _ZERO).astype(np.int64) - _ZERO
    numeric &= fits & (tens >= 0) & (tens <= 9) & (units >= 0) & (units <= 9)
    minor = whole * 100 + tens * 10 + units
    minor[~numeric] = 0
    return minor, numeric


def _all_short(
    tail: npt.NDArray[np.uint64], length: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Read a column of cells that all have the form 12345.67: the point is taken out of the word."""
    word = (tail & _KEEP[length]) | _FILL[length]
    minor, numeric = _eight_digits(
        ((word & _BEFORE_POINT) << np.uint64(8)) | (word & _AFTER_POINT) | _LEADING
    )
    if not numeric.all():
        minor[~numeric] = 0
    return minor, numeric


def _eight_digits(
    word: npt.NDArray[np.uint64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return the number that eight ASCII digits write, and whether they are digits."""
    numeric = ((word & _HIGH) == _ZEROS) & (((word + _ABOVE_NINE) & _HIGH) == _ZEROS)
    word = word & ~_HIGH
    for factor, shift, mask in (
        (2561, 8, 0x00FF00FF00FF00FF),
        (6553601, 16, 0x0000FFFF0000FFFF),
        (42949672960001, 32, 0x00000000FFFFFFFF),
    ):
        word *= np.uint64(factor)
        word >>= np.uint64(shift)
        word &= np.uint64(mask)
    return word.astype(np.int64), numeric
