"""Exact integer division under a named rounding rule.

Rounding in social insurance is law, so it is always named by the caller and never defaulted.
All rules act on the absolute value: Python floors negative quotients where SQL truncates them,
and a reversal must be the exact mirror of what it reverses.
"""

from enum import StrEnum


class Rounding(StrEnum):
    """How a quotient that is not whole becomes whole."""

    HALF_UP = "half_up"  # away from zero on an exact half
    HALF_EVEN = "half_even"
    DOWN = "down"  # towards zero
    UP = "up"  # away from zero


def divide(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Return numerator / denominator as a whole number, rounded as told."""
    if denominator == 0:
        raise ZeroDivisionError("a quotient by zero has no rounding")
    negative = (numerator < 0) != (denominator < 0)
    whole, rest = divmod(abs(numerator), abs(denominator))
    twice = 2 * rest
    if rounding is Rounding.HALF_UP:
        whole += twice >= abs(denominator)
    elif rounding is Rounding.UP:
        whole += rest > 0
    elif rounding is Rounding.HALF_EVEN:
        whole += twice > abs(denominator) or (twice == abs(denominator) and whole % 2 == 1)
    return -whole if negative else whole
