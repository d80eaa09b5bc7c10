"""Amounts become whole minor units exactly, or are refused for a reason."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provident.filings.reading.amounts import read_amount, read_amounts
from provident.filings.reading.cells import Cells
from provident.filings.reading.refusals import (
    AmountTooLarge,
    CellNotText,
    NotAnAmount,
    SignedAmount,
    ThousandsSeparator,
    TooManyDecimals,
)

DIGITS = st.text("0123456789", min_size=1, max_size=15)


@given(st.lists(st.tuples(DIGITS, st.text("0123456789", max_size=2)), min_size=1, max_size=50))
def test_digits_are_read_to_the_cent(parts: list[tuple[str, str]]) -> None:
    """Up to fifteen digits and two decimals are the amount that decimal arithmetic gives."""
    texts = [f"{whole}.{part}" if part else whole for whole, part in parts]
    amounts, refused = read_amounts(Cells.of([text.encode() for text in texts]))
    assert not refused
    assert amounts.given.all()
    assert amounts.minor.tolist() == [int(Decimal(text) * 100) for text in texts]


@given(st.lists(st.text("0123456789.,-+ e¥１．\u3000x", max_size=12), min_size=1, max_size=40))
def test_a_column_reads_as_its_cells_do(texts: list[str]) -> None:
    """What the fast reading of a column says is what the slow reading of each cell says."""
    amounts, refused = read_amounts(Cells.of([text.encode() for text in texts]))
    by_cell = [read_amount(text) for text in texts]
    assert [
        (minor if given else None)
        for minor, given in zip(amounts.minor.tolist(), amounts.given.tolist(), strict=True)
    ] == [amount if isinstance(amount, int) else None for amount in by_cell]
    reasons = {at: reason for reason, places in refused.items() for at in places}
    assert reasons == {at: amount for at, amount in enumerate(by_cell) if isinstance(amount, type)}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1,234.00", ThousandsSeparator),
        ("1，234", ThousandsSeparator),
        ("12 345.60", ThousandsSeparator),
        ("12.345", TooManyDecimals),
        ("-5", SignedAmount),
        ("+5.00", SignedAmount),
        ("−5", SignedAmount),
        ("1234567890123456", AmountTooLarge),
        ("1e5", NotAnAmount),
        ("¥5", NotAnAmount),
        (".5", NotAnAmount),
        ("5.", NotAnAmount),
        ("1.2.3", NotAnAmount),
        ("0x10", NotAnAmount),
        ("nan", NotAnAmount),
        ("٣", NotAnAmount),
    ],
)
def test_what_is_no_amount_is_refused_with_its_reason(text: str, reason: type) -> None:
    """Separators, signs, exponents, currency signs and third decimals each have their own refusal."""
    assert read_amount(text) is reason
    amounts, refused = read_amounts(Cells.of([b"7.00", text.encode()]))
    assert refused == {reason: [1]}
    assert amounts.given.tolist() == [True, False]
    assert amounts.minor.tolist() == [700, 0]


def test_full_width_digits_are_digits() -> None:
    """A Chinese input method's digits and point are read."""
    assert read_amount("　１２．５ ") == 1250


def test_bytes_that_are_no_text_are_refused() -> None:
    """A broken character in an amount is a refusal, not an error."""
    _, refused = read_amounts(Cells.of([b"12\xff"]))
    assert refused == {CellNotText: [0]}


def test_an_empty_cell_is_not_zero() -> None:
    """Empty and blank cells are not given; a zero is."""
    amounts, refused = read_amounts(Cells.of([b"", b"  ", b"0", b"0.00"]))
    assert amounts.given.tolist() == [False, False, True, True]
    assert not refused
