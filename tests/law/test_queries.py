"""What `provident law` lists, shows and checks."""

import datetime as dt

import pytest

from provident.law import Status, book
from provident.law.queries import (
    STATUS_TITLES,
    UNIT_TITLES,
    check_packs,
    find_parameter,
    list_parameters,
    show_parameter,
)
from provident.law.records import Unit
from provident.law.refusals import NoSuchParameter, NotCovered

SURCHARGE = "cn.collection.late_surcharge"


def test_the_list_names_every_parameter_once_in_order():
    """Ids in order, each with its evidence, also those without a national value."""
    listed = list_parameters(book())
    assert [line.id for line in listed] == sorted(book().pack.parameters)
    by_id = {line.id: line for line in listed}
    assert by_id[SURCHARGE].values == 2
    assert by_id[SURCHARGE].first == dt.date(1999, 1, 22)
    assert by_id["cn.pension.base_floor"].places == 8
    assert by_id["cn.pension.account_interest_rate"].statuses == tuple(Status)


def test_all_values_are_shown_with_article_and_evidence():
    """Without a date the whole history is on the page, superseded values too."""
    shown = show_parameter(book(), SURCHARGE)
    assert [value.text for value in shown.values] == ["0.002", "0.0005"]
    assert [value.citation.article for value in shown.values] == ["13", "86"]
    assert shown.values[0].until == dt.date(2011, 6, 30)
    assert shown.values[1].until is None
    assert all(value.evidence and value.law.zh and value.status for value in shown.values)


def test_a_date_shows_only_what_was_in_force():
    """A superseded value is shown on its own days."""
    shown = show_parameter(book(), SURCHARGE, on=dt.date(2011, 6, 30))
    assert [value.text for value in shown.values] == ["0.002"]


def test_a_date_before_the_law_is_refused():
    """A date nothing covers is a refusal, not an empty answer."""
    with pytest.raises(NotCovered) as caught:
        show_parameter(book(), SURCHARGE, on=dt.date(1990, 1, 1))
    assert "1990-01-01" in caught.value.sentence("zh-hans")
    with pytest.raises(NotCovered):
        show_parameter(book(), SURCHARGE, on=dt.date(2020, 1, 1), region=710000)


def test_a_place_shows_what_applies_there():
    """The nearest place's value is shown with the place that set it; a known gap with its reason."""
    (value,) = show_parameter(book(), "cn.pension.base_floor", on=dt.date(2025, 8, 1), region=110105).values
    assert (value.region, value.place.en, value.text) == (110000, "Beijing", "7162.00")
    (gap,) = show_parameter(book(), "cn.pension.employer_rate", on=dt.date(2025, 8, 1), region=330100).values
    assert (gap.region, gap.text, gap.status) == (330000, "", None)
    assert "not read" in gap.unknown.en
    (rate,) = show_parameter(book(), SURCHARGE, on=dt.date(2025, 8, 1), region=330100).values
    assert (rate.region, rate.place.zh) == (0, "全国")


def test_a_place_without_a_date_shows_its_own_history():
    """Only the timelines that can apply there; the fictional region sees no national one."""
    rates = show_parameter(book(), "cn.pension.employer_rate", region=130000).values
    assert [(value.region, value.text) for value in rates] == [(0, "0.16")]
    fictional = show_parameter(book(), "cn.pension.employer_rate", region=990100).values
    assert [(value.region, value.text) for value in fictional] == [(990000, "0.16")]
    assert show_parameter(book(), "cn.pension.employer_rate", region=710000).values == ()


def test_the_book_of_a_parameter_is_found_among_the_packs():
    """The parameter's id decides the pack; an unknown id is refused."""
    assert find_parameter((book(),), SURCHARGE) is book()
    with pytest.raises(NoSuchParameter):
        find_parameter((book(),), "zz.nothing")


def test_the_shipped_packs_have_no_fault():
    """Lint of everything installed: no fault, and it says how much it read."""
    checked = check_packs()
    assert [pack.problems for pack in checked] == [()] * len(checked)
    (cn,) = [pack for pack in checked if pack.pack == book().pack_version]
    assert cn.parameters == len(book().pack.parameters)
    assert cn.values > 200
    assert cn.deadlines == len(book().pack.deadlines)


def test_every_unit_and_status_has_a_name():
    """What is shown has words in both languages."""
    assert set(STATUS_TITLES) == set(Status)
    assert set(UNIT_TITLES) == set(Unit)
