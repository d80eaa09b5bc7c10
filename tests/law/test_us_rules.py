"""The rules of the pack us that no published example shows."""

import shutil

import pytest
import yaml

from provident.kernel.refusal import Refusal
from provident.law import Law, law_of
from provident.law.engine.one import One
from provident.law.engine.trace import Given
from provident.law.pack import load_pack, pack_folder
from provident.law.refusals import NoFormula, NotMet, ValueNotCovered

from .lives import TODAY, american
from .test_us_cases import at_the_base, worked

LONG = at_the_base(1978, 2013)


def paid(
    born="1950-06-15", entitled="2012-07", month="2012-07", earnings=LONG, name="monthly_benefit", **given
):
    return worked(name, earnings, birth_date=born, entitlement_month=entitled, benefit_month=month, **given)


def test_the_first_of_january_counts_as_the_year_before():
    """Born on 1 January is eligible, and of full age, with those born the year before."""
    assert worked("eligibility_year", birth_date="1960-01-01") == "2021"
    assert worked("full_age", birth_date="1960-01-01") == str(66 * 12 + 10)
    assert worked("eligibility_year", birth_date="1960-01-02") == "2022"
    assert worked("full_age", birth_date="1960-01-02") == str(67 * 12)


@pytest.mark.parametrize(
    ("born", "first"),
    [
        ("1960-05-01", "2022-05"),
        ("1960-05-02", "2022-05"),
        ("1960-05-03", "2022-06"),
        ("1960-05-31", "2022-06"),
    ],
)
def test_entitlement_starts_with_a_whole_month_at_62(born, first):
    """Born on the 1st or 2nd: the month of the birthday; else the month after."""
    assert worked("first_possible_month", birth_date=born) == first


def test_a_month_too_early_is_refused_with_the_article():
    """Nobody is entitled before the first whole month at 62, or paid before entitlement."""
    with pytest.raises(NotMet) as caught:
        paid(entitled="2012-06", month="2012-06")
    assert caught.value.citation.article == "202(a)"
    assert "62" in caught.value.sentence("zh-hans")
    with pytest.raises(NotMet):
        paid(entitled="2013-01", month="2012-12")


def test_credits_count_from_january_and_at_70():
    """Months of delay in the year of entitlement wait for January, except at 70."""
    common = {"pia": "1000.00", "insured": "1"}
    assert paid(entitled="2018-06", month="2018-06", **common) == "1126"  # 19 months to December 2017
    assert paid(entitled="2018-06", month="2018-12", **common) == "1126"
    assert paid(entitled="2018-06", month="2019-01", **common) == "1160"  # all 24
    assert paid(entitled="2020-06", month="2020-06", **common) == "1320"  # 70: all 48 at once
    assert paid(entitled="2022-06", month="2022-06", **common) == "1320"  # none after 70
    assert paid(entitled="2020-05", month="2020-05", **common) == "1286"  # 43 of 47
    assert paid(entitled="2020-05", month="2020-06", **common) == "1313"  # the month of 70: all 47


def test_the_increase_of_1999_depends_on_the_month_paid():
    """2.4 percent until June 2001; from July 2001 the whole chain with 2.5 and then 3.5 percent."""
    given = {
        "born": "1935-06-15",
        "entitled": "1997-07",
        "name": "pia",
        "pia_first": "1000.00",
        "earnings": {},
    }
    assert paid(month="1998-12", **given) == "1034.20"  # 2.1 and 1.3 percent
    assert paid(month="1999-12", **given) == "1059.00"  # 1034.20 × 1.024
    assert paid(month="2000-12", **given) == "1096.00"  # 1059.00 × 1.035
    assert paid(month="2001-06", **given) == "1096.00"
    assert paid(month="2001-07", **given) == "1097.10"  # 1034.20 × 1.025 = 1060.00; × 1.035


def test_the_dime_goes_up_before_june_1982_and_down_after():
    """Eligible 1979 to 1981: the amount and its increases to 1981 go up to the dime, later ones down."""
    assert worked("pia_first", birth_date="1917-06-15", pia_raw="100.01") == "100.10"
    assert worked("pia_first", birth_date="1919-06-15", pia_raw="100.01") == "100.10"
    assert worked("pia_first", birth_date="1920-06-15", pia_raw="100.09") == "100.00"
    given = {
        "born": "1917-06-15",
        "entitled": "1979-07",
        "name": "pia",
        "pia_first": "100.10",
        "earnings": {},
    }
    assert paid(month="1979-07", **given) == "110.10"  # 9.9 %: 110.0099 goes up
    assert paid(month="1980-06", **given) == "125.90"  # 14.3 %: 125.8443 goes up
    assert paid(month="1981-06", **given) == "140.10"  # 11.2 %: 140.0008 goes up
    assert paid(month="1982-06", **given) == "150.40"  # 7.4 %: 150.4674 goes down
    assert paid(month="1982-05", **given) == "140.10"
    assert paid(month="1983-11", **given) == "150.40"  # from 1983 in December
    assert paid(month="1983-12", **given) == "155.60"


def test_years_in_the_average_are_fewer_for_those_born_before_1929():
    """The years after 1950 or 21 up to 62, less five."""
    assert worked("computation_years", birth_date="1917-06-15") == "23"
    assert worked("computation_years", birth_date="1928-06-15") == "34"
    assert worked("computation_years", birth_date="1929-06-15") == "35"
    assert worked("computation_years", birth_date="1964-06-15") == "35"


def test_later_earnings_count_from_the_next_january():
    """Earnings of a year enter the amount of the months of later years only."""
    assert paid(month="2013-12", name="last_base_year") == "2012"
    assert int(paid(month="2014-01", name="aime")) > int(paid(month="2013-12", name="aime"))


def test_without_enough_quarters_nothing_is_paid():
    """Ten years make a person fully insured; nine do not, though the amount can be worked out."""
    nine = dict.fromkeys(range(2000, 2009), 30000)
    assert paid(earnings=nine) == "0"
    assert paid(earnings=nine, name="pia") != "0.00"
    assert int(paid(earnings={**nine, 2009: 30000})) > 0
    assert worked("quarters_needed", birth_date="1917-06-15") == "28"


def test_early_months_are_never_credited_and_the_year_of_full_age_waits():
    """Somebody reduced stays so at 70; months of delay in the year of full age count from January."""
    assert paid(entitled="2012-07", month="2021-01", name="credited_months") == "0"
    assert paid(entitled="2016-05", month="2016-05", name="credited_months") == "0"
    assert paid(entitled="2016-09", month="2016-09", name="credited_months") == "0"
    assert paid(entitled="2016-09", month="2017-01", name="credited_months") == "3"


def test_an_average_below_the_first_bend_point():
    """Ninety percent of it, and nothing from the parts above."""
    assert worked("pia_raw", birth_date="1964-02-02", aime="500") == "450.00"
    assert worked("pia_raw", birth_date="1964-02-02", aime="1286") == "1157.40"


def test_the_benefit_month_is_that_of_the_calculation():
    """Not before entitlement."""
    assert worked("benefit_month", birth_date="1960-06-15", entitlement_month="2023-01") == "2026-11"
    assert worked("benefit_month", birth_date="1960-06-15", entitlement_month="2027-01") == "2027-01"


def test_one_year_on_record_does_not_make_insured_and_none_leaves_it_to_the_asker():
    """With no year on record the amounts given are those of an insured person; with one they are not."""
    assert paid(name="insured", earnings={}) == "1"
    assert paid(name="insured", earnings={2000: 50000}) == "0"
    assert paid(name="insured", earnings={2000: 50000, 2001: 0}) == "0"
    assert paid(name="payable_pia", earnings={2000: 50000}) == "0.00"


def test_what_the_law_does_not_cover_is_refused():
    """Before 1979, and where a year's wages or increase are not known, there is no answer."""
    with pytest.raises(NoFormula) as caught:
        worked("pia_first", birth_date="1915-06-15", aime="500")
    assert "1979-01-01" in caught.value.remedy("en")
    with pytest.raises(ValueNotCovered) as caught:
        worked("indexing_wage", birth_date="1965-06-15")
    assert "us.retirement.average_wage_index has no value for 2025" in str(caught.value)
    assert caught.value.facts["file"] == "parameters/retirement/average_wage_index.yaml"


def test_old_law_stays(tmp_path):
    """An amount for a month of 2024 is the same with the pack as it was known in 2024."""
    shutil.copytree(pack_folder("us"), tmp_path / "us")
    for path in (tmp_path / "us/parameters").rglob("*.yaml"):
        found = yaml.safe_load(path.read_text("utf-8"))
        kept = [value for value in found["values"] if str(value["since"]) < "2024-07-01"]
        if found["id"] == "us.retirement.average_wage_index":
            kept = [value for value in kept if str(value["since"]) < "2023-01-01"]
        for value in kept:
            value.get("table", {}).pop(2024, None)
            value.get("table", {}).pop(2025, None)
        path.write_text(yaml.safe_dump({**found, "values": kept}), "utf-8")
    then, now = Law(load_pack(tmp_path / "us")), law_of("us.retirement")
    lives = [american(seed) for seed in range(300)]
    for life in lives:
        life.given["us.retirement.benefit_month"] = 2024 * 12 + 6
    asked = [[_amount(law, life) for life in lives] for law in (then, now)]
    assert asked[0] == asked[1]
    assert sum(isinstance(one, int) for one in asked[0]) > 100


def _amount(law, life):
    given = {name: Given(value) for name, value in {"us.on": TODAY, **life.given}.items()}
    series = {name: {year: Given(v) for year, v in years.items()} for name, years in life.series.items()}
    try:
        return One(law, "us.retirement", given, series).value(law.node("us.retirement.monthly_benefit"))
    except Refusal as refusal:
        return str(refusal)
