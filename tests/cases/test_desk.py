"""The desk: who may take a request on, answer it, check the answer, and what each of them can see."""

import pytest
from tests.cases.desk import HALL, PHONE, WORDS, question

from provident import access
from provident.access import queries as accounts
from provident.access.records import GrantKind, Role
from provident.access.refusals import NoGrant, OwnRecord, UnknownPerson
from provident.cases import actions, queries, refusals
from provident.cases.catalogue import catalogue
from provident.cases.records import Answer, RequestKind, State, Step
from provident.ledger import queries as ledger


def staff_look(desk, account=None, purpose="counter_service", reason="a call"):
    with access.open_record(
        desk.an, by=account or desk.clerk, purpose=purpose, fields=("name",), reason=reason
    ) as opened:
        return opened.look


def test_the_desk_s_list_says_neither_who_nor_what_was_said(desk):
    """A clerk sees kind, date and term of what waits; no word and no name is in the list."""
    receipt = desk.lodge(PHONE)
    line = desk.line(desk.clerk, receipt)
    assert (line.kind, line.state, line.takes, line.opens) == (RequestKind.DATA, State.WAITING, True, False)
    assert line.due.count == 10
    assert "new number" not in repr(line)
    assert str(desk.an) not in repr(line)


def test_who_answers_depends_on_what_is_asked(desk):
    """Clerks see the requests about record and data, supervisors those about looks; residents see none."""
    desk.lodge()
    about_look = desk.lodge(question(staff_look(desk)))
    assert about_look not in {one.receipt for one in queries.worklist(desk.clerk)}
    assert [one.receipt for one in queries.worklist(desk.chief)] == [about_look]
    assert queries.worklist(desk.an_account) == ()
    for by in (desk.chief, desk.an_account):
        with pytest.raises(refusals.NotFound):
            actions.take(by=by, receipt=next(one.receipt for one in queries.worklist(desk.clerk)))


def test_taking_on_opens_the_record_and_answering_shuts_it(desk):
    """The clerk at work needs no typed reason; a colleague does; after the answer the clerk does too."""
    receipt = desk.lodge()
    ask = {"purpose": "counter_service", "fields": ("name", "contributions")}
    with pytest.raises(NoGrant), access.open_record(desk.an, by=desk.clerk, **ask):
        pass
    actions.take(by=desk.clerk, receipt=receipt)
    (grant,) = accounts.grants_of(desk.clerk)
    assert (grant.kind, grant.purpose, grant.person) == (GrantKind.CASE, "counter_service", desk.an)
    with access.open_record(desk.an, by=desk.clerk, **ask):
        pass
    with pytest.raises(NoGrant), access.open_record(desk.an, by=desk.other_clerk, **ask):
        pass
    with desk.behind(desk.clerk, receipt) as (opened, request):
        actions.answer(opened, request, Answer("upheld", "It was read again."))
    desk.confirm(receipt)
    assert accounts.grants_of(desk.clerk) == ()
    with pytest.raises(NoGrant), access.open_record(desk.an, by=desk.clerk, **ask):
        pass


def test_taking_a_request_back_shuts_the_record_to_its_handler(desk):
    """From that moment the clerk has no case any more."""
    receipt = desk.taken()
    with desk.own() as opened:
        actions.take_back(opened, receipt=receipt)
    assert accounts.grants_of(desk.clerk) == ()
    assert desk.line(desk.clerk, receipt) is None


def test_the_person_sees_an_answer_only_after_a_second_pair_of_eyes(desk):
    """Drafted is not answered: the writer cannot send it, a supervisor can, and the office is told."""
    receipt = desk.drafted("partly", "One of the two months was missing.")
    assert desk.read(receipt).state is State.PROPOSED
    assert not desk.line(desk.clerk, receipt).opens
    with desk.behind(desk.chief, receipt) as (opened, request):
        assert request.answer == Answer("partly", "One of the two months was missing.")
        actions.confirm(opened, receipt=receipt)
    found = desk.read(receipt)
    assert found.state is State.ANSWERED
    assert found.answer == Answer("partly", "One of the two months was missing.")
    assert found.office == HALL
    assert [one.step for one in found.news] == [Step.TAKEN, Step.PROPOSED, Step.CONFIRMED]
    assert "partly" in catalogue()[found.kind].against


def test_nobody_checks_their_own_answer(desk):
    """A clerk who is a supervisor as well is still one pair of eyes, and so is one person with two accounts."""
    desk.both = desk.staff("both", Role.AGENCY_CLERK, Role.SUPERVISOR, person=desk.bo)
    desk.again = desk.staff("again", Role.SUPERVISOR, person=desk.bo)
    receipt = desk.taken(by=desk.both)
    with desk.behind(desk.both, receipt) as (opened, request):
        actions.answer(opened, request, Answer("declined", "It was paid."))
    for account in (desk.both, desk.again):
        line = desk.line(account, receipt)
        assert line is None or not line.checks
        with (
            access.open_record(
                desk.an, by=account, purpose="supervision", fields=("name", "events")
            ) as opened,
            pytest.raises(refusals.SameEyes),
        ):
            actions.confirm(opened, receipt=receipt)
    desk.confirm(receipt)
    assert desk.read(receipt).state is State.ANSWERED


def test_an_answer_can_be_sent_back_to_its_writer(desk):
    """The note reaches the writer, who answers anew; the person never sees the first draft."""
    receipt = desk.drafted("declined", "No.")
    with desk.behind(desk.chief, receipt) as (opened, _):
        actions.send_back(opened, receipt=receipt, note="Give the reason.")
    with desk.behind(desk.clerk, receipt) as (opened, request):
        assert request.steps[-1].note == "Give the reason."
        actions.answer(opened, request, Answer("upheld", "The file had it."))
    desk.confirm(receipt, by=desk.other_chief)
    assert desk.read(receipt).answer == Answer("upheld", "The file had it.")


def test_two_clerks_cannot_take_the_same_request(desk):
    """The second is told, and a put-back request can be taken by anybody again."""
    receipt = desk.taken()
    with pytest.raises(refusals.TakenByAnother):
        actions.take(by=desk.other_clerk, receipt=receipt)
    with pytest.raises(refusals.NotFound):
        actions.put_back(by=desk.other_clerk, receipt=receipt, note="mine")
    actions.put_back(by=desk.clerk, receipt=receipt, note="I am on leave.")
    assert accounts.grants_of(desk.clerk) == ()
    actions.take(by=desk.other_clerk, receipt=receipt)
    assert desk.line(desk.other_clerk, receipt).opens


def test_a_supervisor_frees_a_request_nobody_works_on(desk):
    """Whoever is ill does not hold a request for ever."""
    receipt = desk.taken()
    assert desk.line(desk.chief, receipt).frees
    actions.put_back(by=desk.chief, receipt=receipt, note="She is ill.")
    assert desk.line(desk.other_clerk, receipt).takes


def test_a_question_about_a_look_is_not_answered_by_whoever_looked(desk):
    """The supervisor who looked does not see the question as theirs and cannot take it; another can."""
    receipt = desk.lodge(question(staff_look(desk, desk.chief, "supervision", "")))
    assert desk.line(desk.chief, receipt) is None
    with pytest.raises(refusals.OwnLook):
        actions.take(by=desk.chief, receipt=receipt)
    actions.take(by=desk.other_chief, receipt=receipt)
    with desk.behind(desk.other_chief, receipt) as (opened, request):
        assert queries.looker(opened, receipt).sign_in == "chief"
        actions.answer(opened, request, Answer("out_of_order", "There was no ground for it."))
    assert desk.read(receipt).state is State.ANSWERED


def test_whose_account_looked_is_told_to_the_one_who_examines_it_only(desk):
    """Without the question in hand nobody learns it from here."""
    receipt = desk.lodge(question(staff_look(desk)))
    with desk.own() as opened:
        assert queries.looker(opened, receipt) is None
    actions.take(by=desk.chief, receipt=receipt)
    with desk.behind(desk.chief, receipt) as (opened, _):
        assert queries.looker(opened, receipt).sign_in == "clerk"


def test_nobody_handles_their_own_request(desk):
    """A clerk's own request is not in the clerk's list, and cannot be taken by its number."""
    clerk = desk.staff("an at work", Role.AGENCY_CLERK, Role.SUPERVISOR, person=desk.an)
    receipt = desk.lodge()
    assert desk.line(clerk, receipt) is None
    with pytest.raises(OwnRecord):
        actions.take(by=clerk, receipt=receipt)


def test_a_guarded_record_opens_to_handler_and_checker(desk):
    """The person's own request is the open case that a guarded record asks for."""
    desk.staff("colleague", person=desk.an)
    receipt = desk.drafted()
    desk.confirm(receipt)
    assert desk.read(receipt).state is State.ANSWERED


def test_a_receipt_number_opens_nothing_to_who_does_not_handle_it(desk):
    """Knowing a number is not having the request: the look is refused, as for one there is not."""
    receipt = desk.taken()
    line = desk.line(desk.clerk, receipt)
    with pytest.raises(UnknownPerson), queries.open_behind(line, by=desk.other_clerk):
        pass
    with pytest.raises(refusals.NotFound), desk.own(desk.bo, desk.bo_account) as opened:
        actions.take_back(opened, receipt=receipt)


def test_an_answer_says_one_of_the_outcomes_and_why(desk):
    """An unknown outcome and an empty reason are refused, and nothing has moved."""
    receipt = desk.taken()
    for given, refusal in (
        (Answer("maybe", "x"), refusals.UnknownGround),
        (Answer("upheld", " "), refusals.WordsMissing),
    ):
        with desk.behind(desk.clerk, receipt) as (opened, request), pytest.raises(refusal):
            actions.answer(opened, request, given)
    assert desk.read(receipt).state is State.IN_HAND


def test_each_step_is_an_event_that_says_no_word_of_it(desk):
    """Lodged, taken, proposed, confirmed: the ledger has all four, with the hash of reasons and words."""
    receipt = desk.drafted("upheld", "The mill's file was read again.")
    desk.confirm(receipt)
    with desk.own() as opened:
        events = [one for one in ledger.events(opened) if one.type.startswith("cases.")]
    assert [one.type for one in events] == [
        f"cases.{step}" for step in ("lodged", "taken", "proposed", "confirmed")
    ]
    assert {one.payload["request"] for one in events} == {receipt}
    told = " ".join(map(repr, events))
    assert WORDS[:10] not in told
    assert "mill" not in told


def test_every_look_of_the_desk_is_in_the_person_s_list(desk):
    """Reading the request was a look for service at the counter, checking it one for supervision."""
    receipt = desk.drafted()
    desk.confirm(receipt)
    with desk.own() as opened:
        purposes = [one.purpose for one in accounts.looks(opened) if not one.own]
    assert purposes == ["supervision", "counter_service"]
