"""The pension worked out apart, in fractions, to hold the pack against."""

import math
import random
from fractions import Fraction

from provident.law.engine.one import One
from provident.law.engine.trace import Given

ROUNDED = {
    "exact": lambda number: number,
    "2dp": lambda number: Fraction(math.floor(number * 100 + Fraction(1, 2)), 100),
    "4dp": lambda number: Fraction(math.floor(number * 10**4 + Fraction(1, 2)), 10**4),
    "up_0.1": lambda number: Fraction(math.ceil(number * 10), 10),
}
WAYS = list(ROUNDED)


def asked(ready, name, **given):
    """Return a variable of the pack, given whole numbers."""
    known = {f"cn.pension.{key}": Given(value) for key, value in given.items()}
    return One(ready, "cn.pension.old_age", known, {}).value(ready.node(f"cn.pension.{name}"))


def basic_pensions(ready, seeds=range(40)):
    """Say whether the basic pension is exact: base, index and months at random, every way of rounding."""
    for seed in seeds:
        dice = random.Random(seed)
        base, months = dice.randrange(2000, 20000), dice.randrange(180, 600)
        index = Fraction(dice.choice((1, dice.randrange(3000, 30000) / Fraction(10000))))
        years_way, wage_way = dice.choice(WAYS), dice.choice(WAYS)
        years, wage = ROUNDED[years_way](Fraction(months, 12)), ROUNDED[wage_way](base * index)
        pension = ROUNDED["2dp"]((base + wage) / 2 * years / 100)
        found = asked(
            ready, "basic_pension", benefit_base=base * 100, average_index=int(index * 10**12),
            contribution_months=months, years_rounding=WAYS.index(years_way), indexed_wage_rounding=WAYS.index(wage_way),
        )  # fmt: skip
        if found != pension * 100:
            return False
    return True


def divisors(ready):
    """Say whether the divisor is exact at every age from 40 to 70: equal steps between whole years."""
    table = dict(ready.pack.parameters["cn.pension.divisor_at_age"].national[0].value.entries)
    for months in range(40 * 12, 70 * 12 + 1):
        year, beyond = divmod(months, 12)
        exact = Fraction(table[year]) - (table[year] - table.get(year + 1, 0)) * Fraction(beyond, 12)
        if asked(ready, "divisor", retirement_age_months=months) != math.floor(exact * 10 + Fraction(1, 2)):
            return False
    return True


CHECKS = {"cn": (basic_pensions, divisors)}
