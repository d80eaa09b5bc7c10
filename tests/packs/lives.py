"""Random lives under the packs cn and eu, with some that the law does not answer."""

import random

from tests.law.lives import Life

REGIONS = (990000, 990100, 110000, 420000, 210000, 150000, 510000, 370000, 0)
PENSION = "cn.pension"


def _dice(seed):
    return random.Random(seed)


def retiring(seed):
    """Someone of any category, who may choose another month than the statutory one."""
    dice = _dice(seed)
    category = dice.randrange(3)
    born = dice.randrange(-14_000, 7_300) if dice.random() < 0.9 else dice.randrange(-25_567, 40_000)
    life = Life({f"{PENSION}.birth_date": born, f"{PENSION}.category": category})
    if dice.random() < 0.3:
        original = (1970 + born / 365.25) * 12 + (720, 660, 600)[category]
        life.given[f"{PENSION}.chosen_month"] = max(
            22_800, min(25_211, int(original) + dice.randint(-45, 110))
        )
    return life


def pensioner(seed):
    """Someone asking for a pension: from years of bases in the fictional region, or with givens anywhere."""
    life, dice = retiring(seed), _dice(seed + 10**6)
    given = life.given
    if dice.random() < 0.3:
        given[f"{PENSION}.birth_date"] = dice.randrange(-3_900, -900)
        given.pop(f"{PENSION}.chosen_month", None)
    place = dice.choice(REGIONS)
    if place:
        given[f"{PENSION}.region"] = place
    for name, value in (
        ("account_balance", dice.randrange(0, 100_000_000)),
        ("benefit_base", dice.randrange(200_000, 1_500_000)),
        ("average_index", dice.randrange(300_000_000_000, 3_000_000_000_000)),
        ("contribution_months", dice.randrange(100, 600)),
        ("deemed_months", dice.choice((0, dice.randrange(0, 240)))),
        ("transition_index", dice.randrange(0, 2_000_000_000_000)),
        ("months_due", dice.randrange(0, 400)),
        ("years_rounding", dice.randrange(4)),
        ("indexed_wage_rounding", dice.randrange(4)),
        ("amount_rounding", dice.randrange(3)),
        ("extra_pension", dice.randrange(0, 10_000)),
    ):
        if dice.random() < (0.4 if place in {990000, 990100} else 0.8):
            given[f"{PENSION}.{name}"] = value
    if dice.random() < 0.2:
        given[f"{PENSION}.divisor"] = dice.randrange(560, 2330)
    if dice.random() < 0.6:
        first = dice.randint(2003, 2020)
        years = range(first, first + dice.randint(1, 20))
        life.series[f"{PENSION}.base_paid"] = {year: dice.randrange(0, 40_000_000) for year in years}
        life.series[f"{PENSION}.months_paid"] = {year: dice.randint(0, 12) for year in years}
    return life


def account(seed):
    """Someone's account over some years, of which one may not be reported."""
    dice = _dice(seed)
    first = dice.randint(2014, 2022)
    last = first + dice.randint(-1, 5)
    life = Life({f"{PENSION}.account_since": first, f"{PENSION}.account_until": last})
    if dice.random() < 0.5:
        life.given[f"{PENSION}.opening_balance"] = dice.randrange(0, 20_000_000)
    if dice.random() < 0.5:
        life.given[f"{PENSION}.region"] = dice.choice((990000, 110000))
    years = {year: dice.randrange(0, 3_000_000) for year in range(first, last + 1) if dice.random() < 0.97}
    life.series[f"{PENSION}.credited"] = years
    life.series[f"{PENSION}.interest_within_year"] = {
        year: dice.randrange(0, 10_000) for year in years if dice.random() < 0.5
    }
    return life


def unemployed(seed):
    dice = _dice(seed)
    life = Life({"cn.unemployment.contributed_months": dice.randrange(0, 300)})
    if dice.random() < 0.5:
        life.given["cn.unemployment.unused_months"] = dice.randrange(0, 30)
    return life


def mother(seed):
    dice = _dice(seed)
    life = Life({"cn.maternity.outcome": dice.randrange(3)})
    for name, value in (("children", dice.randint(1, 11)), ("difficult_birth", dice.randrange(2))):
        if dice.random() < 0.6:
            life.given[f"cn.maternity.{name}"] = value
    return life


def injured(seed):
    dice = _dice(seed)
    wages = {
        "average_own_wage": dice.randrange(0, 8_000_000),
        "local_wage": dice.randrange(300_000, 1_500_000),
    }
    return Life(
        {f"cn.work_injury.{name}": value for name, value in {"degree": dice.randint(1, 10), **wages}.items()}
    )


def bereaved(seed):
    dice = _dice(seed)
    return Life(
        {
            "cn.work_injury.death_date": dice.randrange(14_000, 21_000),
            "cn.work_injury.local_wage": dice.randrange(300_000, 1_500_000),
        }
    )


def late_payer(seed):
    dice = _dice(seed)
    owed = dice.randrange(10_500, 20_000)
    return Life(
        {
            "cn.collection.arrears": dice.randrange(0, 10**9),
            "cn.collection.owed_from": owed,
            "cn.collection.paid_on": owed + dice.randrange(-5, 3_000),
        }
    )


def mover(seed):
    dice = _dice(seed)
    years = range(dice.randint(1990, 2005), dice.randint(2006, 2025))
    life = Life({"cn.transfer.account_since_1998": dice.randrange(0, 50_000_000)})
    if dice.random() < 0.5:
        life.given["cn.transfer.account_before_1998"] = dice.randrange(0, 1_000_000)
    life.series["cn.transfer.wages"] = {year: dice.randrange(0, 20_000_000) for year in years}
    life.series["cn.transfer.months"] = {year: dice.randint(0, 12) for year in years}
    return life


def european(seed):
    dice = _dice(seed)
    own = dice.randrange(0, 4_800_000)
    return Life(
        {
            "eu.pension.own_months": own,
            "eu.pension.all_months": own + dice.choice((0, dice.randrange(-20_000, 3_000_000))),
            "eu.pension.minimum_months": dice.choice((0, 600_000, 1_800_000)),
            "eu.pension.national_amount": dice.randrange(0, 300_000),
            "eu.pension.theoretical_amount": dice.randrange(0, 500_000),
        }
    )


def employee(seed):
    dice = _dice(seed)
    return Life(
        {
            "cn.contribution.wage": dice.randrange(0, 6_000_000),
            "cn.contribution.month": dice.randrange(2005 * 12, 2027 * 12),
            "cn.contribution.region": dice.choice((990000, 990000, 990100, 110000, 440000)),
        }
    )


# Calculation, who asks, how many.
ASKED = (
    ("cn.retirement_age", retiring, 2000),
    ("cn.retirement_age.window", retiring, 500),
    ("cn.pension.old_age", pensioner, 2000),
    ("cn.pension.account", account, 400),
    ("cn.contributions", employee, 500),
    ("cn.unemployment.benefit_months", unemployed, 300),
    ("cn.maternity.leave", mother, 200),
    ("cn.work_injury.disability", injured, 300),
    ("cn.work_injury.death", bereaved, 200),
    ("cn.collection.late_surcharge", late_payer, 300),
    ("cn.transfer.amount", mover, 200),
    ("eu.pension.old_age", european, 2000),
)
