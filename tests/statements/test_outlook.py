"""A pension to come: every figure is the law engine's, every assumption is named, what is not known is refused."""

import datetime as dt
from dataclasses import replace

import pytest
from filings import world

from provident.kernel.month import Month
from provident.kernel.words import Language, MonthStatus
from provident.law.refusals import NotMet, ValueNotCovered
from provident.statements.estimates.forecasting import Case, More
from provident.statements.estimates.outlook import case_of, held, outlook, working
from provident.statements.estimates.telling import reason, tell
from provident.statements.phrases import phrases
from provident.statements.refusals import WindowOver

BASE = "6000.00"
UNPAID, SILENT = Month(2020, 5), Month(2021, 7)
MAN = 21  # born in 1981


@pytest.fixture
def desk(db, tmp_path, monkeypatch):
    """Return an agency where a man is insured since 2010: one month was never paid, one never declared."""
    monkeypatch.setenv("PROVIDENT_DATA", str(tmp_path / "state"))
    world.agency(1)
    desk = world.Desk(tmp_path)
    desk.send(world.enrol([MAN], "2010-01"))
    months = [m for m in Month(2010, 1).through(present().plus(-1)) if m != SILENT]
    desk.send([row for month in months for row in world.declare([MAN], str(month), BASE)])
    desk.send([paid(month) for month in months if month != UNPAID], columns=world.PAYMENTS)
    return desk


def present():
    return Month.of(dt.datetime.now(dt.UTC).date())


def paid(month, amount="1440.00"):
    return world.pay(amount, str(month), "pension", reference=str(month))


def case(category="male60"):
    with world.opened(MAN) as opened:
        return case_of(opened, category)


def going(found):
    return found.statutory.going_on.pension


def test_every_month_of_the_window_may_be_chosen(desk):
    """From the earliest month to the latest, the statutory one among them; who goes on longer gets more."""
    found = outlook(case())
    months = [one.month for one in found.choices]
    assert (months[0], months[-1]) == (found.window.earliest, found.window.latest)
    assert months == list(found.window.earliest.through(found.window.latest))
    assert found.statutory in found.choices
    sums = [one.going_on.pension.minor for one in found.choices]
    assert sums == sorted(sums)
    assert sums[0] > 0


def test_a_short_cut_changes_no_figure(desk):
    """The sums shown for all months are those of a calculation that takes no year over from another."""
    asked = case()
    found = outlook(asked)
    for one in (found.choices[0], found.choices[20], found.statutory, found.choices[-1]):
        assert asked.sum(one.month, asked.until(found.assumed, one.month)) == one.going_on
        assert asked.sum(one.month, More()).pension == one.standing.pension


def test_what_is_assumed_is_named(desk):
    """Going on is like the last month paid, at the share of today; today's amounts stand in for later ones."""
    found = outlook(case())
    assert (str(found.assumed.base), str(found.assumed.account)) == ("6000.00", "480.00")
    assert (found.assumed.like, found.assumed.since) == (present().plus(-1), present())
    assert found.amounts_of == present()
    assert found.months_ahead == present().until(found.window.statutory)


def test_too_few_months_are_no_pension(desk):
    """From what is on record there is no pension yet, and the law's own reason says so; the forecast has one."""
    found = outlook(case())
    assert found.months_paid < found.window.months_needed
    assert isinstance(found.statutory.standing.refused, NotMet)
    assert found.statutory.standing.pension is None
    assert going(found).minor > 0


def test_a_gap_is_worth_what_its_closing_adds(desk):
    """The months are paid after all: the pension grows by what the gap was said to be worth, to the cent."""
    before = outlook(case())
    unpaid = next(one for one in before.closings if one.status is MonthStatus.DECLARED)
    silent = next(one for one in before.closings if one.status is MonthStatus.NOT_REPORTED)
    assert [(unpaid.first, unpaid.last), (silent.first, silent.last)] == [(UNPAID, UNPAID), (SILENT, SILENT)]
    assert (unpaid.at_least, silent.at_least) == (False, True)
    assert (str(unpaid.base), str(unpaid.outstanding)) == ("6000.00", "1440.00")
    desk.send([paid(UNPAID)], columns=world.PAYMENTS)
    once = outlook(case())
    assert going(once) - going(before) == unpaid.worth.pension
    assert str(silent.base) == "4307.00"  # the lower limit of that month
    desk.send(world.declare([MAN], str(SILENT), "4307.00"))
    desk.send([paid(SILENT, "1033.68")], columns=world.PAYMENTS)
    closed = outlook(case())
    assert closed.closings == ()
    interest = before.interest.interest.minor if before.interest else 0
    assert interest >= 0
    assert going(closed) > going(once)
    assert (going(closed) - going(before)).minor <= before.all_closed.pension.minor


def test_where_the_law_is_not_known_there_is_no_figure(desk):
    """In a province whose amounts were not read every sum is refused, and the refusal names what is missing."""
    asked = case()
    spells = tuple(replace(one, region=430000) for one in asked.read.enrolments)
    elsewhere = Case(replace(asked.read, enrolments=spells), "male60", "CNY", asked.today)
    found = outlook(elsewhere)
    assert found.window is not None  # the retirement age is the country's
    sums = [one.standing for one in found.choices] + [one.going_on for one in found.choices]
    sums += [one.worth for one in found.closings]
    assert sums
    assert {one.pension for one in sums if one} == {None}
    lacking = next(one.refused for one in sums if one and isinstance(one.refused, ValueNotCovered))
    assert reason(lacking, elsewhere.law, Language.EN).plain.startswith("This number is not known to us")
    assert "这一数值" in reason(lacking, elsewhere.law, Language.ZH_HANS).plain


def test_without_a_birth_date_the_fact_is_named(desk):
    """What the record lacks is told by its title, not by the name of a column."""
    asked = case()
    found = outlook(Case(replace(asked.read, born=None), "male60", "CNY", asked.today))
    assert found.window is None
    assert "date of birth" in reason(found.refused, asked.law, Language.EN).plain
    assert "出生日期" in reason(found.refused, asked.law, Language.ZH_HANS).plain


def test_the_working_is_that_of_the_figure(desk):
    """The total of the working is the sum shown, and no raw word code stands in it."""
    asked = case()
    found = outlook(asked)
    told = tell(working(asked, found.statutory.month, going_on=True, reference="R"), Language.EN)
    assert phrases(Language.EN).money(going(found)) in {one.value.split()[0] for one in told.worked_out}
    text = repr(told.working)
    assert [code for code in ("male60", "2dp", "'cent'", "months_paid") if code in text] == []


def test_nothing_is_asked_of_the_law_before_the_age_is_known(desk):
    """What stands on record can be shown without it: months, balance, and no forecast."""
    found = held(case())
    assert found.months_paid == Month(2010, 1).until(present()) - 2
    assert (found.window, found.choices, found.closings) == (None, (), ())
    assert found.balance.minor > 0


def test_of_a_window_that_is_over_no_sum_is_told(desk):
    """The balance of today is not that of a month that is past: no figure, and the reason with what to do."""
    asked = case()
    over = Case(replace(asked.read, born=dt.date(1955, 3, 1)), "male60", "CNY", asked.today)
    found = outlook(over)
    assert found.window.latest < present()
    assert (found.choices, found.statutory, found.valued_in) == ((), None, None)
    assert found.closings
    assert {type(one.worth.refused) for one in found.closings} == {WindowOver}
    assert found.all_closed.pension is None
    with pytest.raises(WindowOver):
        working(over, found.window.statutory, going_on=False, reference="R")


def test_a_gap_that_reaches_the_minimum_is_worth_the_pension(desk):
    """One month short of the minimum, each gap by itself gives the whole pension instead of none."""
    asked = case()
    needed = outlook(asked).window.months_needed
    ahead = sum(asked.until(asked.going_on(), asked.window().statutory).months.values())
    kept = needed - 1 - ahead
    gaps = [one for one in asked.read.facts if one.status is not MonthStatus.PAID]
    paid_facts = [one for one in asked.read.facts if one.status is MonthStatus.PAID][-kept:]
    short = Case(replace(asked.read, facts=(*gaps, *paid_facts)), "male60", "CNY", asked.today)
    found = outlook(short)
    assert found.statutory.going_on.too_few
    assert [one.worth.reached for one in found.closings] == [True, True]
    assert min(one.worth.pension.minor for one in found.closings) > 0
    assert found.all_closed.reached
