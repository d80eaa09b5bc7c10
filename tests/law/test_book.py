"""Looking the law up: what the shipped pack knows, and how it says that it does not know."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provident.kernel.citation import Citation
from provident.kernel.month import Month
from provident.kernel.rate import Rate
from provident.kernel.words import Branch, Scheme
from provident.law import Book, Status, book
from provident.law.pack import load_pack
from provident.law.records import DatedValue
from provident.law.refusals import NoSuchDeadline, NoSuchParameter, NoSuchRetention

from .small_pack import write_pack

EMPLOYEES, FLEXIBLE = Scheme.EMPLOYEES, Scheme.FLEXIBLE
BEIJING, ZHEJIANG, GUANGDONG, HEBEI = 110000, 330000, 440000, 130000


def rule(region, branch, month, scheme=EMPLOYEES):
    return book().contribution_rule(region, branch, scheme, Month.parse(month))


@pytest.fixture
def small(tmp_path):
    return Book(load_pack(write_pack(tmp_path)))


def test_beijing_pension_in_autumn_2025():
    """A city district follows its province; bases, rates and the account share are all known."""
    found = rule(110105, Branch.PENSION, "2025-08")
    assert (found.floor_minor, found.ceiling_minor) == (716200, 3581100)
    assert (found.employee_rate, found.employer_rate) == (Rate(8, 100), Rate(16, 100))
    assert found.account_rate == Rate(8, 100)
    assert found.status is Status.SECONDARY
    assert Citation("Provincial notices of the contribution bases for 2025", "Beijing") in found.citations


def test_bases_are_silent_outside_the_months_their_notices_cover():
    """Half a year before and after, the base is not known: nothing is carried over."""
    for month in ("2025-06", "2026-01"):
        found = rule(BEIJING, Branch.PENSION, month)
        assert (found.floor_minor, found.ceiling_minor) == (None, None)
        assert found.employer_rate == Rate(16, 100)


def test_rates_known_only_from_memory_are_not_here():
    """Before May 2019 the pension rates are unknown, though the account share is known since 2006."""
    before = rule(HEBEI, Branch.PENSION, "2019-04")
    assert (before.employee_rate, before.employer_rate, before.account_rate) == (None, None, Rate(8, 100))
    assert rule(HEBEI, Branch.PENSION, "2019-05").employer_rate == Rate(16, 100)
    assert rule(HEBEI, Branch.PENSION, "2005-12").account_rate is None
    assert rule(HEBEI, Branch.MEDICAL, "2025-08") == rule(HEBEI, Branch.MEDICAL, "2010-01")
    assert rule(HEBEI, Branch.MEDICAL, "2025-08").status is None


def test_a_known_gap_at_a_place_stops_the_search():
    """Where a province may differ from the country and was not read, the country's rate is not used."""
    assert rule(ZHEJIANG, Branch.PENSION, "2025-08").employer_rate is None
    guangdong = rule(440300, Branch.PENSION, "2025-08")
    assert (guangdong.floor_minor, guangdong.ceiling_minor, guangdong.employer_rate) == (None, 2754900, None)


def test_unemployment_ends_where_the_text_ends():
    """The statutory rates of 1999 stop in February 2015; later only totals are known, so nothing is."""
    last = rule(HEBEI, Branch.UNEMPLOYMENT, "2015-02")
    assert (last.employee_rate, last.employer_rate) == (Rate(1, 100), Rate(2, 100))
    assert rule(HEBEI, Branch.UNEMPLOYMENT, "2015-03").employee_rate is None
    assert rule(HEBEI, Branch.UNEMPLOYMENT, "2025-03").status is None


@pytest.mark.parametrize(("branch", "article"), [(Branch.WORK_INJURY, "33"), (Branch.MATERNITY, "53")])
def test_zero_is_a_known_rate(branch, article):
    """The law says that employees do not contribute: a zero with an article, not an unknown."""
    found = rule(HEBEI, branch, "2011-07")
    assert found.employee_rate == Rate(0, 1)
    assert found.employer_rate is None
    assert [citation.article for citation in found.citations] == [article]
    assert rule(HEBEI, branch, "2011-06").employee_rate is None


def test_flexible_workers_have_rules_of_their_own():
    """The scheme is part of the question; no base of employees leaks into it."""
    found = rule(BEIJING, Branch.PENSION, "2025-08", FLEXIBLE)
    assert (found.employee_rate, found.employer_rate, found.account_rate) == (
        Rate.parse("0.2"), Rate(0, 1), Rate(8, 100),
    )  # fmt: skip
    assert found.floor_minor is None
    assert rule(BEIJING, Branch.PENSION, "2025-08", Scheme.RESIDENTS).status is None


@pytest.mark.parametrize("branch", Branch)
@pytest.mark.parametrize("region", [990000, 990100])
def test_the_fictional_region_is_complete(region, branch):
    """Every branch and month from 2005 to 2040 has floor, ceiling and both rates, and says synthetic."""
    for month in Month(2005, 1).through(Month(2040, 12)):
        found = rule(region, branch, str(month))
        assert None not in (found.floor_minor, found.ceiling_minor, found.employee_rate, found.employer_rate)
        assert 0 < found.floor_minor < found.ceiling_minor
        assert found.status is Status.SYNTHETIC
        assert (found.account_rate is not None) == (branch is Branch.PENSION)
    for month in ("2004-12", "2041-01"):
        assert rule(region, branch, month).status is None


def test_the_fictional_region_knows_no_real_law():
    """A rate of the country never reaches the fictional region, nor the other way round."""
    assert book().value_on("cn.collection.late_surcharge", 990000, dt.date(2026, 1, 1)) is None
    assert book().value_on("cn.collection.late_surcharge", HEBEI, dt.date(2026, 1, 1)).text == "0.0005"
    assert book().filing_due(HEBEI, Month(2026, 3)) is None


def test_the_neighbour_differs_and_inherits():
    """The neighbour has its own bases from July and its own day; rates and interest come from next door."""
    assert (
        rule(990100, Branch.PENSION, "2020-06").floor_minor
        != rule(990100, Branch.PENSION, "2020-07").floor_minor
    )
    assert (
        rule(990000, Branch.PENSION, "2020-06").floor_minor
        == rule(990000, Branch.PENSION, "2020-07").floor_minor
    )
    assert book().filing_due(990000, Month(2026, 12)) == dt.date(2027, 1, 15)
    assert book().filing_due(990100, Month(2026, 2)) == dt.date(2026, 3, 20)
    assert book().interest_rate(990100, 2024) == book().interest_rate(990000, 2024)


def test_interest_of_a_year_not_announced_is_unknown():
    """Interest is known for announced years only, never guessed from the year before."""
    assert book().interest_rate(BEIJING, 2016) == Rate.parse("0.0831")
    assert book().interest_rate(BEIJING, 2025) == Rate.parse("0.015")
    assert book().interest_rate(BEIJING, 2026) is None
    assert book().interest_rate(BEIJING, 2015) is None
    assert book().interest_rate(990000, 2024) is not None
    assert book().interest_rate(990000, 2025) is None


@pytest.mark.parametrize("code", [120000, 120103, 990000, 990100])
def test_a_covered_region_has_currency_and_zone(code):
    """Provinces, their cities and the listed fictional places are known."""
    region = book().known_region(code)
    assert (region.code, region.currency, region.zone) == (code, "CNY", "Asia/Shanghai")
    assert region.fictional == (code >= 990000)
    assert region.title.en
    assert region.title.zh


@pytest.mark.parametrize("code", [0, 11, 100000, 710000, 810000, 990200, 999999, -1])
def test_a_place_outside_the_pack_is_not_known(code):
    """No law is found for a place the pack does not cover."""
    assert book().known_region(code) is None
    assert book().contribution_rule(code, Branch.PENSION, EMPLOYEES, Month(2025, 8)).status is None
    assert book().filing_due(code, Month(2025, 8)) is None
    assert book().interest_rate(code, 2020) is None


def test_minimum_months_rise_from_2030():
    """The annex: 180 up to 2029, then six more a year, 240 from 2039."""
    months = {year: book().value_on("cn.pension.minimum_months", HEBEI, dt.date(year, 7, 1)).value
              for year in (2012, 2029, 2030, 2038, 2039, 2050)}  # fmt: skip
    assert months == {2012: 180, 2029: 180, 2030: 186, 2038: 234, 2039: 240, 2050: 240}


def test_how_long_records_are_kept():
    """Employers' registrations are kept for good; originals of filings a hundred years."""
    assert book().retention("employer_registration").years is None
    assert book().retention("filing_original").years == 100
    assert book().retention("filing_original").citation.law.startswith("Provisions on Social Insurance")
    with pytest.raises(NoSuchRetention):
        book().retention("diary")


def test_two_rules_for_the_leaver_list_stand_side_by_side():
    """The statute's 15 days prevail over the older 7; both are shown."""
    assert book().deadline("si-unemp-list").value == 15
    older = book().deadline("unemp-list-1999")
    assert (older.value, older.yields_to) == (7, "si-unemp-list")
    with pytest.raises(NoSuchDeadline):
        book().deadline("never")


def test_an_unknown_parameter_is_refused_by_name_and_silent_by_value():
    """Asking for a parameter that is not there is a refusal; looking for a value finds none."""
    with pytest.raises(NoSuchParameter, match="cn 0"):
        book().parameter("cn.nothing")
    assert book().value_on("cn.nothing", HEBEI, dt.date(2020, 1, 1)) is None


def test_a_cited_law_has_a_name_in_both_languages():
    """Every citation the book gives can be shown in Chinese; a stranger's keeps its own words."""
    (citation,) = rule(HEBEI, Branch.MATERNITY, "2020-01").citations
    assert book().law_title(citation).zh.startswith("中华人民共和国社会保险法")
    assert book().law_title(Citation("Elsewhere Act", "1")).zh == "Elsewhere Act"


def test_the_version_is_the_one_entries_carry():
    """Entries name the pack and its version."""
    assert book().pack_version == "cn 0.1.0"


def test_the_weakest_evidence_is_the_rules_status(small):
    """A rule is as well evidenced as the worst of its values."""
    month = Month(2015, 1)
    found = small.contribution_rule(110000, Branch.PENSION, EMPLOYEES, month)
    assert found.employee_rate == Rate.parse("0.09")
    assert found.status is Status.SECONDARY
    assert small.contribution_rule(110000, Branch.PENSION, EMPLOYEES, Month(2005, 6)).employee_rate is None


@given(day=st.dates(dt.date(1990, 1, 1), dt.date(2050, 12, 31)), parameter=st.sampled_from(sorted(book().pack.parameters)),
       region=st.sampled_from([HEBEI, BEIJING, 110105, 440300, 990000, 990100]))  # fmt: skip
def test_the_value_found_covers_the_day(day, parameter, region):
    """Whatever the day and place, a value found is in force that day, and none found means none covers it."""
    found = book().element_on(parameter, region, day)
    entry = book().parameter(parameter)
    near = [entry.places.get(code, ()) for code in (region, region // 100 * 100, region // 10000 * 10000)]
    everywhere = [*near, () if region >= 990000 else entry.national]
    covering = [
        element
        for timeline in everywhere
        for element in timeline
        if element.since <= day and (element.until is None or day <= element.until)
    ]
    assert (found[1] if found else None) == (covering[0] if covering else None)
    value = book().value_on(parameter, region, day)
    assert (value is not None) == (bool(covering) and isinstance(covering[0], DatedValue))
