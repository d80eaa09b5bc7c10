"""The pension against fractions worked out apart: not a cent different, ties included."""

import math
import random
from fractions import Fraction

import pytest

from provident.law.engine.one import One
from provident.law.engine.trace import Given

from .asking import law

ROUNDED = {
    "exact": lambda number: number,
    "2dp": lambda number: Fraction(math.floor(number * 100 + Fraction(1, 2)), 100),
    "4dp": lambda number: Fraction(math.floor(number * 10**4 + Fraction(1, 2)), 10**4),
    "up_0.1": lambda number: Fraction(math.ceil(number * 10), 10),
}
WAYS = list(ROUNDED)


@pytest.mark.parametrize("seed", range(20))
def test_the_basic_pension_is_exact(seed):
    """Base, index and months at random, every way of rounding, half of them built to end in a tie."""
    dice, ready = random.Random(seed), law("cn")
    for _ in range(50):
        base, months = dice.randrange(2000, 20000), dice.randrange(180, 600)
        index = Fraction(dice.choice((1, dice.randrange(3000, 30000) / Fraction(10000))))
        years_way, wage_way = dice.choice(WAYS), dice.choice(WAYS)
        years, wage = ROUNDED[years_way](Fraction(months, 12)), ROUNDED[wage_way](base * index)
        pension = ROUNDED["2dp"]((base + wage) / 2 * years / 100)
        given = {
            "benefit_base": base * 100,
            "average_index": int(index * 10**12),
            "contribution_months": months,
            "years_rounding": WAYS.index(years_way),
            "indexed_wage_rounding": WAYS.index(wage_way),
        }
        asked = One(ready, "cn.pension.old_age", {f"cn.pension.{k}": Given(v) for k, v in given.items()}, {})
        assert asked.value(ready.node("cn.pension.basic_pension")) == pension * 100


def test_the_divisor_between_birthdays_is_exact():
    """Every age from 40 to 70: in equal steps between whole years, halves up to a tenth."""
    ready = law("cn")
    table = dict(ready.pack.parameters["cn.pension.divisor_at_age"].national[0].value.entries)
    for months in range(40 * 12, 70 * 12 + 1):
        year, beyond = divmod(months, 12)
        exact = Fraction(table[year]) - (table[year] - table.get(year + 1, table[year])) * Fraction(
            beyond, 12
        )
        asked = One(ready, "cn.pension.old_age", {"cn.pension.retirement_age_months": Given(months)}, {})
        assert asked.value(ready.node("cn.pension.divisor")) == math.floor(exact * 10 + Fraction(1, 2))
