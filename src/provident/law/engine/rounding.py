"""Rounding a quotient to a step, for one number."""

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from provident.kernel.rounding import Rounding, divide
from provident.law.formulas.declared import RoundingRule

# What a quotient becomes where the law names no rounding: the variable's last decimal, halves up.
UNNAMED = ""
_DOWN, _HALF_UP = Rounding.DOWN, Rounding.HALF_UP


@dataclass(frozen=True, slots=True)
class Step:
    """A rounding in a variable's smallest units: 10 for "to 0.10" where these are cents."""

    rule: str
    mode: Rounding
    units: int


class Quotient(NamedTuple):
    """number ÷ by, not rounded yet."""

    number: int
    by: int

    def rounded(self, step: Step) -> int:
        """Return the quotient rounded to a step."""
        if self.number >= 0 and self.by > 0:  # by far the most frequent, and as exact in one division
            if step.mode is _DOWN:
                return self.number // (self.by * step.units) * step.units
            if step.mode is _HALF_UP:
                by = self.by * step.units
                return (self.number + by // 2) // by * step.units
        return divide(self.number, self.by * step.units, step.mode) * step.units


def step_of(rule: RoundingRule, decimals: int) -> Step | None:
    """Return a rule's step at a variable's decimals; None if the variable cannot express it."""
    units = Fraction(rule.step) * 10**decimals
    return Step(rule.id, rule.mode, int(units)) if units >= 1 and units.denominator == 1 else None


def unnamed() -> Step:
    """Return the step where the law names no rounding."""
    return Step(UNNAMED, Rounding.HALF_UP, 1)
