"""Old law stays: who retired in 2024 gets from today's pack what the pack of 2024 gave."""

import dataclasses
import datetime as dt
import random

from provident.kernel.refusal import Refusal
from provident.law.engine.one import One
from provident.law.engine.plan import Law
from provident.law.engine.trace import Given

from .asking import law

CUT = dt.date(2024, 12, 31)


def as_of(pack, day):
    """Return a pack without anything that came into force after a day."""

    def kept(timeline):
        return tuple(_still_open(one, day) for one in timeline if one.since <= day)

    parameters = {
        name: dataclasses.replace(
            one,
            national=kept(one.national),
            places={code: kept(values) for code, values in one.places.items()},
        )
        for name, one in pack.parameters.items()
    }
    variables = {
        name: dataclasses.replace(one, formulas=tuple(f for f in map(_open_formula(day), one.formulas) if f))
        for name, one in pack.rules.variables.items()
    }
    return dataclasses.replace(
        pack, parameters=parameters, rules=dataclasses.replace(pack.rules, variables=variables)
    )


def _still_open(value, day):
    return dataclasses.replace(value, until=None) if value.until and value.until >= day else value


def _open_formula(day):
    def of(formula):
        if formula.since > day:
            return None
        return dataclasses.replace(formula, until=None) if formula.until and formula.until >= day else formula

    return of


def retired_in_2024(seed):
    dice = random.Random(seed)
    category = dice.randrange(3)
    years = (60, 55, 50)[category]
    born = dt.date(2024 - years, 1, 1) + dt.timedelta(days=dice.randrange(366))
    given = {
        "cn.pension.birth_date": (born - dt.date(1970, 1, 1)).days,
        "cn.pension.category": category,
        "cn.pension.region": dice.choice((990000, 110000)),
        "cn.pension.account_balance": dice.randrange(0, 50_000_000),
        "cn.pension.average_index": dice.randrange(6, 30) * 10**11,
        "cn.pension.contribution_months": dice.randrange(170, 480),
        "cn.pension.deemed_months": dice.choice((0, 0, 60)),
    }
    if given["cn.pension.region"] == 110000 or dice.random() < 0.5:
        given |= {
            "cn.pension.years_rounding": dice.randrange(4),
            "cn.pension.indexed_wage_rounding": dice.randrange(4),
        }
    return given


def outcome(ready, given):
    asked = One(ready, "cn.pension.old_age", {name: Given(value) for name, value in given.items()}, {})
    found = []
    for name in ready.calculation("cn.pension.old_age").outputs:
        try:
            found.append(asked.value(ready.node(name)))
        except Refusal as refusal:
            found.append(refusal.code)
    return found


def test_a_pension_of_2024_is_what_it_was():
    """Hundreds of people who retired in 2024: every output is the same under both packs."""
    today, then = law("cn"), Law(as_of(law("cn").pack, CUT))
    lives = [retired_in_2024(seed) for seed in range(400)]
    old, new = ([outcome(ready, life) for life in lives] for ready in (then, today))
    assert old == new
    assert sum(isinstance(row[-1], int) for row in new) > 100


def test_the_pack_of_2024_knows_no_delay():
    """What was cut off is really gone: a man of May 1965 has no delay in the older pack's rules."""
    given = {"cn.pension.birth_date": -1690, "cn.pension.category": 0}
    assert outcome(law("cn"), given)[1] == 2025 * 12 + 6
    assert outcome(Law(as_of(law("cn").pack, CUT)), given)[1] != 2025 * 12 + 6
