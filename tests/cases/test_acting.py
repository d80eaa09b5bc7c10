"""Somebody with a mandate asks for the person: within its fields and days, and both see what became of it."""

import pytest
from django.db.utils import DatabaseError
from psycopg.errors import InsufficientPrivilege
from tests.cases.desk import ASKED, ENOUGH, MONTH, PHONE, question

from provident.access import actions as accounts
from provident.access.records import Role
from provident.access.refusals import LookRefused
from provident.cases import actions, queries, refusals
from provident.cases.records import NewRequest, RequestKind, State, Step, Subject
from provident.ledger import queries as ledger

BENEFIT = NewRequest(RequestKind.RECORD, "benefit_wrong", Subject(), "The payment of March is missing.")


def refused(desk, new=MONTH, by=None, fields=ASKED):
    """Say that the database itself did not let a request in."""
    with pytest.raises(DatabaseError) as found:
        desk.lodge_for(new, by, fields)
    return isinstance(found.value.__cause__, InsufficientPrivilege)


def test_a_request_for_another_names_who_made_it_and_under_what(desk):
    """The row holds account and mandate, the sealed event the account; it is the person's request."""
    mandate = desk.authority(desk.bo_account)
    receipt = desk.lodge_for()
    found = desk.read(receipt)
    assert (found.lodged_by, found.mandate, found.state) == (desk.bo_account, mandate, State.WAITING)
    with desk.own() as opened:
        (event,) = [one for one in ledger.events(opened) if one.type == "cases.lodged"]
    assert event.payload["representative"] == desk.bo_account
    with desk.own(desk.bo, desk.bo_account) as opened:
        assert queries.requests(opened) == ()


def test_one_s_own_request_names_nobody_else(desk):
    """Neither mandate nor representative stands in what the person asked."""
    receipt = desk.lodge()
    assert desk.read(receipt).mandate is None
    with desk.own() as opened:
        (event,) = [one for one in ledger.events(opened) if one.type == "cases.lodged"]
    assert "representative" not in event.payload


def test_a_request_for_another_is_news_to_the_person_until_they_open_it(desk):
    """The person is told that somebody asked for them, and that it was taken back."""
    desk.authority(desk.bo_account)
    receipt = desk.lodge_for()
    found = desk.read(receipt)
    assert [(one.step, found.is_news(one)) for one in found.news] == [(Step.LODGED, True)]
    with desk.own() as opened:
        actions.seen(opened, receipt=receipt)
    with desk.acting() as opened:
        actions.seen(opened, receipt=receipt)
        actions.take_back(opened, receipt=receipt)
    found = desk.read(receipt)
    assert [(one.step, found.is_news(one)) for one in found.news] == [
        (Step.LODGED, False),
        (Step.TAKEN_BACK, True),
    ]


def test_a_mandate_that_does_not_say_so_is_not_enough(desk):
    """Without what happens on the record, and for benefits without benefits, the database refuses."""
    desk.authority(desk.bo_account, ("name", "numbers", "enrolments", "contributions"))
    assert refused(desk, fields=("enrolments", "contributions"))
    desk.authority(desk.bo_account)
    assert refused(desk, BENEFIT)
    assert refused(desk, fields=("events",))
    desk.authority(desk.bo_account, (*ENOUGH, "benefits"))
    assert desk.lodge_for(BENEFIT, fields=(*ASKED, "benefits"))
    assert desk.lodge_for()


def test_looks_and_what_is_kept_are_the_person_s_own_matter(desk):
    """Whatever the mandate names, nobody else asks about a look or has the archive corrected."""
    everything = (*ENOUGH, "archive", "looks", "benefits")
    desk.authority(desk.bo_account, everything)
    with desk.acting(fields=everything) as opened:
        look = opened.look
    for new in (question(look), PHONE):
        assert refused(desk, new, fields=everything)


def test_without_an_open_mandate_nobody_asks_for_another(desk):
    """Before it is given, after it has ended, and under a look for something else: no."""
    with pytest.raises(LookRefused):
        desk.lodge_for()
    mandate = desk.authority(desk.bo_account)
    receipt = desk.lodge_for()
    accounts.end_grant(by=desk.an_account, grant=mandate, at=desk.now())
    for act in (desk.lodge_for, lambda: desk.lodge_for(BENEFIT)):
        with pytest.raises(LookRefused):
            act()
    assert desk.read(receipt).state is State.WAITING
    with desk.own(desk.bo, desk.bo_account) as opened, pytest.raises(DatabaseError):
        actions.lodge(type(opened)(**{**fields_of(opened), "person": desk.an}), MONTH)


def fields_of(opened):
    """Return what a look says, to forge another from it."""
    return {name: getattr(opened, name) for name in type(opened).__dataclass_fields__}


def test_whoever_acts_sees_what_they_asked_and_nothing_else(desk):
    """The person's own requests are not shown, nor those the look does not cover; nor can they be taken back."""
    mine = desk.lodge(PHONE)
    desk.authority(desk.bo_account, (*ENOUGH, "benefits"))
    month, benefit = desk.lodge_for(), desk.lodge_for(BENEFIT, fields=(*ASKED, "benefits"))
    with desk.acting() as opened:
        assert [one.receipt for one in queries.requests(opened)] == [month]
        assert set(queries.disputed(opened).values()) == {month}
        for receipt in (mine, benefit):
            with pytest.raises(refusals.NotFound):
                queries.request(opened, receipt)
            with pytest.raises(refusals.NotFound):
                actions.take_back(opened, receipt=receipt)
    with desk.acting(fields=("events",)) as opened:
        assert queries.requests(opened) == ()


def test_both_read_the_answer(desk):
    """The person in their inbox; whoever asked as long as the mandate lasts."""
    mandate = desk.authority(desk.bo_account)
    receipt = desk.lodge_for()
    actions.take(by=desk.clerk, receipt=receipt)
    with desk.behind(desk.clerk, receipt) as (opened, request):
        actions.answer(opened, request, actions.Answer("upheld", "The file of March was read again."))
    desk.confirm(receipt)
    with desk.acting() as opened:
        found = queries.request(opened, receipt)
    assert (found.state, found.answer) == (State.ANSWERED, desk.read(receipt).answer)
    accounts.end_grant(by=desk.bo_account, grant=mandate, at=desk.now())
    with pytest.raises(LookRefused), desk.acting():
        pass


def test_the_person_takes_back_what_was_asked_for_them(desk):
    """It is the person's request: whoever made it does not keep it open against them."""
    desk.authority(desk.bo_account)
    receipt = desk.lodge_for()
    with desk.own() as opened:
        actions.take_back(opened, receipt=receipt)
    assert desk.read(receipt).state is State.TAKEN_BACK


def test_whoever_asked_for_another_does_not_handle_it_in_office(desk):
    """A clerk's and a supervisor's account of the same human being neither lists, takes, frees nor checks it."""
    clerk = desk.staff("clerk-bo", Role.AGENCY_CLERK, person=desk.bo)
    chief = desk.staff("chief-bo", Role.SUPERVISOR, person=desk.bo)
    desk.authority(desk.bo_account)
    receipt = desk.lodge_for()
    assert desk.line(clerk, receipt) is None
    with pytest.raises(refusals.OwnRequest):
        actions.take(by=clerk, receipt=receipt)
    actions.take(by=desk.clerk, receipt=receipt)
    assert desk.line(chief, receipt) is None
    with pytest.raises(refusals.OwnRequest):
        actions.put_back(by=chief, receipt=receipt, note="mine")
    with desk.behind(desk.clerk, receipt) as (opened, request):
        actions.answer(opened, request, actions.Answer("upheld", "Read again."))
    assert desk.line(chief, receipt) is None
    assert desk.line(desk.chief, receipt).checks


def test_what_a_mandate_must_name_stands_in_code_and_database_alike(desk):
    """The lists of fields are the same for each kind and ground."""
    for kind in RequestKind:
        for ground in ("other", "benefit_wrong"):
            row = desk.owner.execute("SELECT cases_mandate_fields(%s, %s)", [kind.value, ground]).fetchone()
            assert tuple(row[0] or ()) == queries.mandate_fields(kind, ground)
