"""Money is exact: read to the unit, added in one currency, split without loss."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provident.kernel.money import Money, places_of, split_minor
from provident.kernel.rate import Rate
from provident.kernel.refusals import MixedCurrencies, NotARate, NotMoney
from provident.kernel.rounding import Rounding

AMOUNTS = st.integers(-(10**15) + 1, 10**15 - 1)  # what fifteen digits before the point can say
CURRENCIES = st.sampled_from(["CNY", "USD", "EUR", "JPY", "KWD"])
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("0", "CNY", 0),
        ("12", "CNY", 1200),
        ("12.3", "CNY", 1230),
        ("12.34", "CNY", 1234),
        (" -0.05 ", "CNY", -5),
        ("-12.34", "CNY", -1234),
        ("1234", "JPY", 1234),
        ("1.234", "KWD", 1234),
        ("999999999999999.99", "CNY", 99999999999999999),
    ],
)
def test_reads_exact_amounts(text, currency, minor):
    """An amount in major units is read to the minor unit of its currency."""
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        ".5",
        "5.",
        "1,000",
        "1 000",
        "¥5",
        "5元",
        "1e3",
        "+5",
        "--5",
        "0.005",
        "１２",
        "NaN",
        "1.2.3",
        "1234567890123456",
        "5\n6",
        "٣",
        "0x10",
        "1_000",
    ],
)
def test_refuses_what_is_no_exact_amount(text):
    """Anything but digits and a point is refused rather than guessed at."""
    with pytest.raises(NotMoney):
        Money.parse(text, "CNY")


def test_refuses_parts_of_a_unit_that_does_not_exist():
    """A currency without minor units takes no decimals."""
    with pytest.raises(NotMoney):
        Money.parse("1.5", "JPY")


@given(AMOUNTS, CURRENCIES)
def test_written_and_read_again(minor, currency):
    """What is written reads back as the same amount, and is the decimal number it says."""
    money = Money(minor, currency)
    assert Money.parse(str(money), currency) == money
    assert Decimal(str(money)).scaleb(places_of(currency)) == minor


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_adds_like_whole_numbers(a, b, c):
    """Sums and differences are exact, in any order."""
    x, y, z = (Money(minor, "CNY") for minor in (a, b, c))
    assert (x + y) + z == x + (y + z)
    assert x - y == x + -y == -(y - x)
    assert (x < y, x <= y) == (a < b, a <= b)


@pytest.mark.parametrize("act", [Money.__add__, Money.__sub__, Money.__lt__, Money.__le__])
def test_currencies_do_not_mix(act):
    """Adding or comparing two currencies is refused."""
    with pytest.raises(MixedCurrencies):
        act(Money(1, "CNY"), Money(1, "USD"))


def test_a_share_is_rounded_as_told():
    """8 % of 0.31 is 0.0248: down, up and to the nearest are the caller's choice."""
    base, rate = Money(31, "CNY"), Rate.parse("0.08")
    found = [base.share(rate, rule).minor for rule in (Rounding.DOWN, Rounding.HALF_UP, Rounding.UP)]
    assert found == [2, 2, 3]
    assert (-base).share(rate, Rounding.UP).minor == -3


@given(AMOUNTS, WEIGHTS)
def test_a_split_loses_nothing(minor, weights):
    """The parts add up to the whole, and none is a unit or more away from its exact share."""
    parts = split_minor(minor, weights)
    total = sum(weights)
    assert sum(parts) == minor
    assert all(
        abs(part * total - minor * weight) < total for part, weight in zip(parts, weights, strict=True)
    )


@given(AMOUNTS, WEIGHTS)
def test_a_split_of_the_opposite_is_the_mirror(minor, weights):
    """A reversal splits into the opposite parts."""
    assert split_minor(-minor, weights) == [-part for part in split_minor(minor, weights)]


@given(st.integers(0, 10**12), WEIGHTS)
def test_no_weight_no_part(minor, weights):
    """A weight of zero gets nothing, and more weight never gets less."""
    parts = split_minor(minor, weights)
    pairs = sorted(zip(weights, parts, strict=True))
    assert all(part == 0 for weight, part in pairs if weight == 0)
    assert all(a[1] <= b[1] for a, b in itertools.pairwise(pairs) if a[0] < b[0])


def test_on_a_tie_the_earlier_gets_the_odd_unit():
    """Equal weights share an odd unit in the order they are given."""
    assert split_minor(5, [1, 1, 1]) == [2, 2, 1]
    assert Money(5, "CNY").split([1, 1, 1]) == [Money(2, "CNY"), Money(2, "CNY"), Money(1, "CNY")]


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [3, -1]])
def test_no_split_by_nothing(weights):
    """Weights that are empty, all zero or negative are an error."""
    with pytest.raises(ValueError, match="non-negative"):
        split_minor(5, weights)


@pytest.mark.parametrize(
    ("text", "numerator", "denominator"),
    [("0.08", 8, 100), ("1", 1, 1), ("0.0005", 5, 10_000), (" 0.160 ", 160, 1000), ("12.5", 125, 10)],
)
def test_reads_rates_exactly(text, numerator, denominator):
    """A decimal share becomes a fraction of whole numbers, and writes back as the law wrote it."""
    rate = Rate.parse(text)
    assert rate == Rate(numerator, denominator)
    assert str(rate) == text.strip()


@pytest.mark.parametrize("text", ["", "8%", "-0.08", ".08", "0,08", "1e-2", "0.0000000000001", "１"])
def test_refuses_what_is_no_rate(text):
    """A text that is no decimal share is refused."""
    with pytest.raises(NotARate):
        Rate.parse(text)
