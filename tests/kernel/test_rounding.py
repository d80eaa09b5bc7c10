"""Quotients are rounded as the law names it, alike on both sides of zero."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provident.kernel.rounding import Rounding, divide

NUMERATORS = st.integers(-(10**20), 10**20)
DENOMINATORS = st.integers(-(10**9), 10**9).filter(bool)
ROUNDINGS = st.sampled_from(Rounding)

DECIMAL_RULES = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.DOWN: ROUND_DOWN,
    Rounding.UP: ROUND_UP,
}


@pytest.mark.parametrize(
    ("numerator", "denominator", "half_up", "half_even", "down", "up"),
    [
        (5, 2, 3, 2, 2, 3),
        (7, 2, 4, 4, 3, 4),
        (-5, 2, -3, -2, -2, -3),
        (-7, 2, -4, -4, -3, -4),
        (5, -2, -3, -2, -2, -3),
        (-5, -2, 3, 2, 2, 3),
        (1, 3, 0, 0, 0, 1),
        (2, 3, 1, 1, 0, 1),
        (-1, 3, 0, 0, 0, -1),
        (-2, 3, -1, -1, 0, -1),
        (6, 3, 2, 2, 2, 2),
        (0, 7, 0, 0, 0, 0),
    ],
)
def test_known_quotients(numerator, denominator, half_up, half_even, down, up):
    """Each rule gives the quotient worked out by hand."""
    found = [divide(numerator, denominator, rule) for rule in DECIMAL_RULES]
    assert found == [half_up, half_even, down, up]


@given(NUMERATORS, DENOMINATORS.map(abs), ROUNDINGS)
def test_agrees_with_decimal_arithmetic(numerator, denominator, rounding):
    """Every rule agrees with the decimal module's rule of the same name."""
    # 2 and 5 only, so that the decimal quotient is exact and the rule alone decides.
    power = 2 ** (denominator % 12) * 5 ** (denominator % 7)
    exact = Context(prec=60).divide(Decimal(numerator), Decimal(power))
    expected = exact.quantize(Decimal(1), rounding=DECIMAL_RULES[rounding], context=Context(prec=60))
    assert divide(numerator, power, rounding) == int(expected)


@given(NUMERATORS, DENOMINATORS, ROUNDINGS)
def test_a_reversal_is_the_mirror(numerator, denominator, rounding):
    """The opposite amount rounds to the opposite result, whichever side carries the sign."""
    there = divide(numerator, denominator, rounding)
    assert divide(-numerator, denominator, rounding) == -there
    assert divide(numerator, -denominator, rounding) == -there


@given(NUMERATORS, DENOMINATORS, ROUNDINGS)
def test_never_further_than_one_from_the_quotient(numerator, denominator, rounding):
    """The rounded quotient lies less than one unit away; the half rules at most half a unit."""
    distance = abs(divide(numerator, denominator, rounding) * denominator - numerator)
    assert distance < abs(denominator)
    if rounding in (Rounding.HALF_UP, Rounding.HALF_EVEN):
        assert 2 * distance <= abs(denominator)


@given(st.integers(-(10**12), 10**12), DENOMINATORS, ROUNDINGS)
def test_a_whole_quotient_stays(whole, denominator, rounding):
    """A quotient that is whole is not rounded by any rule."""
    assert divide(whole * denominator, denominator, rounding) == whole


def test_no_quotient_by_zero():
    """A division by zero is an error, not a rounding."""
    with pytest.raises(ZeroDivisionError):
        divide(1, 0, Rounding.DOWN)
