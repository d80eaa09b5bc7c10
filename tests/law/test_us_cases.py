"""Every published or researched example of the pack us is reproduced to the cent."""

import csv
import datetime as dt
from collections import defaultdict
from fractions import Fraction

import pytest

from provident.law import law_of
from provident.law.engine import numbers
from provident.law.engine.one import One
from provident.law.engine.trace import Given
from provident.law.pack import pack_folder

CASES = pack_folder("us") / "cases"
LAW = law_of("us.retirement")
CALCULATION = LAW.calculation("us.retirement")
TODAY = Given((dt.date(2026, 11, 22) - dt.date(1970, 1, 1)).days, "option")


def rows(name):
    with (CASES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def worked(name, earnings=(), **given):
    """Return a variable of a person as text."""
    known = {"us.on": TODAY}
    for key, text in given.items():
        variable = LAW.named(key, CALCULATION).variable
        known[variable.id] = Given(numbers.parse(variable, text))
    years = {"us.retirement.earnings": {year: Given(amount * 100) for year, amount in dict(earnings).items()}}
    node = LAW.named(name, CALCULATION)
    return numbers.written(node.variable, One(LAW, "us.retirement", known, years).value(node))


def row_of(name, year, earnings=()):
    node = LAW.named(name, CALCULATION)
    one = One(LAW, "us.retirement", {"us.on": TODAY}, {})
    return numbers.written(node.variable, one.row(node, year))


def at_the_base(first, last):
    """Earnings at the contribution and benefit base, every year."""
    base = LAW.index("us.retirement.taxable_maximum")
    return {year: base.in_year(year, 0)[0] // 100 for year in range(first, last + 1)}


EARNINGS = defaultdict(dict)
for _row in rows("example_earnings"):
    EARNINGS[_row["example"]][int(_row["year"])] = int(_row["earnings"])

# Birthdays and months that the examples leave open, and maximum earners' working years.
FACTS = {
    "US-2026-A-62": (EARNINGS["US-2026-A"], "1964-02-02", "2026-02", "2026-02"),
    "US-2026-B-FRA": (at_the_base(1981, 2025), "1959-03-15", "2026-01", "2026-01"),
    "US-2026-B-67": (at_the_base(1981, 2025), "1959-01-15", "2026-01", "2026-01"),
    "US-2023-A-62": (EARNINGS["US-2023-A"], "1961-02-02", "2023-02", "2023-02"),
    "US-2023-B": (at_the_base(1979, 2022), "1957-01-15", "2023-07", "2023-07"),
    "US-2017-B": (at_the_base(1973, 2016), "1951-01-15", "2017-01", "2017-01"),
    "US-MAX-2026-62": (at_the_base(1986, 2025), "1964-01-15", "2026-02", "2026-02"),
    "US-MAX-2026-65": (at_the_base(1983, 2025), "1961-01-15", "2026-01", "2026-01"),
    "US-MAX-2026-66": (at_the_base(1982, 2025), "1960-01-15", "2026-01", "2026-01"),
    "US-MAX-2026-70": (at_the_base(1978, 2025), "1956-01-15", "2026-01", "2026-01"),
}


@pytest.mark.parametrize("case", rows("worked_examples"), ids=lambda row: row["id"])
def test_a_worked_example_from_its_average(case):
    """From the average given, every further figure of the example comes out."""
    year, late = int(case["eligibility_year"]), int(case["months_early(-)_late(+)"] or 0)
    given = {"birth_date": f"{year - 62}-06-15"}
    assert worked("first_bend_point", **given) == case["bend1"]
    assert worked("second_bend_point", **given) == case["bend2"]
    if case["aime"]:
        given["aime"] = case["aime"]
        if case["pia_raw"]:
            assert Fraction(worked("pia_raw", **given)) == Fraction(case["pia_raw"])
        if case["pia_first"]:
            assert worked("pia_first", **given) == case["pia_first"]
        last = int((case["cola_years"] or str(year - 1)).split(";")[-1])
        given["last_cola_year"] = str(last)
        given["paid_month"] = f"{max(last + 1, year)}-06"
        assert worked("pia", **given) == case["pia_final"]
    if case["benefit_whole_dollars"]:
        paid = {
            "pia": case["pia_final"],
            "months_early_or_late": str(late),
            "credited_months": str(max(late, 0)),
        }
        assert worked("monthly_benefit", **{**given, **paid, "insured": "1"}) == case["benefit_whole_dollars"]


@pytest.mark.parametrize(
    "case", [one for one in rows("worked_examples") if one["id"] in FACTS], ids=lambda row: row["id"]
)
def test_a_worked_example_from_its_earnings(case):
    """From yearly earnings to the amount paid, as published."""
    earnings, born, entitled, paid = FACTS[case["id"]]
    given = {"birth_date": born, "entitlement_month": entitled, "benefit_month": paid}
    for name, column in (("aime", "aime"), ("pia_first", "pia_first"), ("pia", "pia_final")):
        if case[column]:
            assert worked(name, earnings, **given) == case[column]


@pytest.mark.parametrize(
    "case",
    [one for one in rows("worked_examples") if one["id"] in FACTS and one["benefit_whole_dollars"]],
    ids=lambda row: row["id"],
)
def test_a_worked_example_is_paid_as_published(case):
    """The whole dollars of the example, with its months early or late."""
    earnings, born, entitled, paid = FACTS[case["id"]]
    given = {"birth_date": born, "entitlement_month": entitled, "benefit_month": paid}
    assert worked("months_early_or_late", earnings, **given) == case["months_early(-)_late(+)"]
    assert worked("monthly_benefit", earnings, **given) == case["benefit_whole_dollars"]


@pytest.mark.parametrize("case", rows("reduction_vectors"), ids=lambda row: row["source"])
def test_a_reduction(case):
    """The reduced amount before rounding, cut as finely as the example is, is the example's."""
    early = int(case["months_early"])
    given = {"birth_date": "1964-02-02", "pia": case["pia"], "months_early_or_late": str(-early),
             "credited_months": "0", "insured": "1"}  # fmt: skip
    cut = worked("monthly_benefit_unrounded", **given)
    dime = Fraction(case["reduced_unrounded"]) * 10 // 1
    assert Fraction(cut) * 10 == dime
    exact = Fraction(case["pia"]) * (
        1 - Fraction(5, 900) * min(early, 36) - Fraction(5, 1200) * max(early - 36, 0)
    )
    assert exact * 100 // 1 in {Fraction(case["reduced_unrounded"]) * 100, dime * 10 + 1}


@pytest.mark.parametrize("case", rows("nra_drc"), ids=lambda row: row["birth_year"])
def test_ages_and_credits_by_year_of_birth(case):
    """Full retirement age, the deepest reduction and the credit a year."""
    given = {"birth_date": f"{case['birth_year']}-06-15"}
    months = int(case["full_age_years"]) * 12 + int(case["full_age_months"])
    assert worked("eligibility_year", **given) == case["eligibility_year"]
    assert worked("full_age", **given) == str(months)
    assert Fraction(int(worked("credit_a_year", **given)), 10) == Fraction(
        case["delayed_credit_percent_per_year"]
    )
    early = int(case["max_months_early_at_62"])
    assert months - 744 == early
    paid = {"pia": "100000.00", "insured": "1", "months_early_or_late": str(-early), "credited_months": "0"}
    cut = Fraction(worked("monthly_benefit_unrounded", **given, **paid)) / 100000
    assert abs(cut - Fraction(case["factor_at_62"])) < Fraction(15, 10**7)


@pytest.mark.parametrize("case", rows("bend_points"), ids=lambda row: row["eligibility_year"])
def test_bend_points(case):
    """Worked out from average wages as the act says, for every year known."""
    given = {"birth_date": f"{int(case['eligibility_year']) - 62}-06-15"}
    assert worked("first_bend_point", **given) == case["first"]
    assert worked("second_bend_point", **given) == case["second"]


@pytest.mark.parametrize("case", rows("qc"), ids=lambda row: row["year"])
def test_quarters_of_coverage(case):
    """The earnings that make a quarter of coverage, for every year known."""
    assert row_of("quarter_amount", int(case["year"])) == f"{case['earnings_per_quarter_of_coverage']}.00"
