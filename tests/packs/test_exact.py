"""The pension against fractions worked out apart: not a cent different, ties included."""

from . import exactly
from .asking import law


def test_the_basic_pension_is_exact():
    """Base, index and months at random, every way of rounding."""
    assert exactly.basic_pensions(law("cn"), range(1000))


def test_the_divisor_between_birthdays_is_exact():
    """Every age from 40 to 70: in equal steps between whole years, halves up to a tenth."""
    assert exactly.divisors(law("cn"))
