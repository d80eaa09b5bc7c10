"""A resident asks, sees where it stands, and may take it back."""

import datetime as dt

import pytest
from tests.cases.desk import MONTH, PHONE, WORDS, question

from provident import access
from provident.access.queries import looks
from provident.cases import actions, queries, refusals
from provident.cases.catalogue import catalogue
from provident.cases.due import due_from, remedies
from provident.cases.records import NewRequest, RequestKind, State, Step, Subject
from provident.ledger import queries as ledger


def test_a_request_is_there_at_once_with_its_receipt_number(desk):
    """What was said, about what, when and where it stands; nobody has it yet."""
    receipt = desk.lodge()
    found = desk.read(receipt)
    assert (found.told, found.kind, found.ground, found.subject) == (
        WORDS,
        MONTH.kind,
        MONTH.ground,
        MONTH.subject,
    )
    assert (found.state, found.office, found.answer, found.news) == (State.WAITING, None, None, ())
    assert len(receipt) == 10


def test_the_ledger_holds_a_hash_and_no_word_of_it(desk):
    """The event names the request and the salted hash of what was said; the words are not in it."""
    receipt = desk.lodge()
    with desk.own() as opened:
        (event,) = [one for one in ledger.events(opened) if one.type == "cases.lodged"]
    told, salt = desk.owner.execute("SELECT told, told_salt FROM cases_request").fetchone()
    assert event.payload == {"request": receipt, "kind": "record", "sha256": actions.fingerprint(told, salt)}
    assert str(event.id) == desk.read(receipt).steps[0].event
    assert desk.owner.execute(
        "SELECT count(*) FROM ledger_event WHERE payload LIKE %s", [f"%{WORDS[:12]}%"]
    ).fetchone() == (0,)


def test_what_is_typed_is_kept_as_plain_text(desk):
    """Control characters go, line breaks stay; nothing at all, and too much, are refused."""
    assert actions.words(" one\r\ntwo\x07\u202e ", 20) == "one\ntwo"
    for text in ("", " \n ", "\x00", "a" * 2001):
        with pytest.raises(refusals.WordsMissing):
            desk.lodge(NewRequest(RequestKind.RECORD, "other", Subject(), text))


def test_only_what_the_catalogue_knows_can_be_asked(desk):
    """A ground of another kind, and a field that is not kept, are refused."""
    for new in (
        NewRequest(RequestKind.RECORD, "why", Subject(), "a"),
        NewRequest(RequestKind.DATA, "wrong", Subject(field="salary"), "a"),
        NewRequest(RequestKind.DATA, "wrong", Subject(), "a"),
    ):
        with pytest.raises(refusals.UnknownGround):
            desk.lodge(new)


def test_the_same_is_not_asked_twice_while_it_is_open(desk):
    """The second time is refused; after taking the first back it may be asked again."""
    first = desk.lodge()
    with pytest.raises(refusals.AlreadyAsked):
        desk.lodge()
    desk.lodge(PHONE)
    with desk.own() as opened:
        actions.take_back(opened, receipt=first)
    assert desk.lodge() != first


def test_there_is_an_end_to_how_many_are_open(desk):
    """The twenty-first open request is refused with another way to go."""
    for month in range(20):
        desk.lodge(
            NewRequest(RequestKind.RECORD, "other", Subject(month=MONTH.subject.month.plus(-month)), "a")
        )
    with pytest.raises(refusals.TooManyOpen):
        desk.lodge(PHONE)


def test_a_request_taken_back_is_over(desk):
    """It stays in the list as taken back, and can be neither moved nor taken back again."""
    receipt = desk.lodge()
    with desk.own() as opened:
        actions.take_back(opened, receipt=receipt)
    found = desk.read(receipt)
    assert found.state is State.TAKEN_BACK
    assert [one.step for one in found.steps] == [Step.LODGED, Step.TAKEN_BACK]
    with desk.own() as opened, pytest.raises(refusals.Closed):
        actions.take_back(opened, receipt=receipt)
    with pytest.raises(refusals.Closed):
        actions.take(by=desk.clerk, receipt=receipt)


def test_another_s_request_is_like_one_that_is_not_there(desk):
    """Neither reading nor taking back tells the two apart."""
    receipt = desk.lodge()
    for asked in (receipt, "0000000000"):
        with desk.own(desk.bo, desk.bo_account) as opened:
            assert queries.requests(opened) == ()
            with pytest.raises(refusals.NotFound):
                queries.request(opened, asked)
            with pytest.raises(refusals.NotFound):
                actions.take_back(opened, receipt=asked)
    assert desk.read(receipt).state is State.WAITING


def test_requests_are_read_under_a_look_that_says_so(desk):
    """A look that does not name what happened to the person shows none."""
    desk.lodge()
    with desk.own(fields=("name",)) as opened, pytest.raises(refusals.NotOpened):
        queries.requests(opened)


def test_one_asks_about_a_look_of_one_s_own_list_only(desk):
    """A look at somebody else, and one there is not, cannot be asked about."""
    with access.open_record(
        desk.an, by=desk.clerk, purpose="counter_service", fields=("name",), reason="a call"
    ) as opened:
        mine = opened.look
    with desk.own(desk.bo, desk.bo_account) as opened:
        theirs = opened.look
    assert desk.read(desk.lodge(question(mine))).subject.look == mine
    for look in (theirs, 10**9):
        with pytest.raises(refusals.NoSuchLook):
            desk.lodge(question(look))


def test_asking_changes_nothing_else_about_the_person(desk):
    """Entries, numbers, names and archive are what they were; only events and the looks are more."""
    tables = ("ledger_entry", "identity_number", "identity_name", "identity_value", "access_grant")
    count = " UNION ALL ".join(f"SELECT count(*) FROM {table}" for table in tables)
    before = desk.owner.execute(count).fetchall()
    desk.lodge()
    desk.lodge(PHONE)
    assert desk.owner.execute(count).fetchall() == before


def test_the_news_are_news_until_the_person_opens_them(desk):
    """Taking on is told; once the request was opened it is no news any more."""
    receipt = desk.taken()
    found = desk.read(receipt)
    assert [(one.step, found.is_news(one)) for one in found.news] == [(Step.TAKEN, True)]
    with desk.own() as opened:
        actions.seen(opened, receipt=receipt)
    found = desk.read(receipt)
    assert [found.is_news(one) for one in found.news] == [False]


def test_a_last_day_is_promised_only_where_the_law_names_one(desk):
    """Data: ten working days by the Handling Regulations. Records and looks: no number of days is known."""
    assert due_from("", dt.date(2026, 3, 2)) is None
    due = due_from(catalogue()[RequestKind.DATA].deadline, dt.date(2026, 9, 24))
    # 25 to 27 September and 1 to 7 October are holidays; 20 September and 10 October are worked.
    assert (due.on, due.count, due.unit) == (dt.date(2026, 10, 15), 10, "working_day")
    assert str(due.citation).endswith("art. 10")
    assert [catalogue()[kind].deadline for kind in (RequestKind.RECORD, RequestKind.LOOK)] == ["", ""]


def test_a_year_whose_holidays_are_not_known_gives_a_number_of_days_and_no_date(desk):
    """The promise stays ten working days; the day is named once the calendar can say it."""
    due = due_from("h-change-cancel", dt.date(2099, 12, 30))
    assert (due.on, due.count) == (None, 10)


def test_what_can_be_done_against_an_answer_stands_in_the_law_pack():
    """Reconsideration within sixty days, court within six months, each with its article."""
    reconsider, sue = remedies()
    assert (reconsider.count, reconsider.unit, sue.count, sue.unit) == (60, "calendar_day", 6, "month")
    assert (reconsider.citation.article, sue.citation.article) == ("20", "46")


def test_the_look_that_asks_is_a_look_at_one_s_own_record(desk):
    """Lodging leaves one own look in the list, like every visit."""
    desk.lodge()
    with desk.own() as opened:
        assert [one.own for one in looks(opened)] == [True, True]
