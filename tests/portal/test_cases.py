"""The pages of requests: inbox, asking, taking back, what is kept, the looks, and the desk."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cases.desk import MONTH, PHONE, Desk, question

from provident import access
from provident.cases import actions
from provident.cases.records import NewRequest, Subject, shown
from provident.identity import actions as identity

from .signing import signed_in


@pytest.fixture
def desk(fresh_database, owner_connection, settings):
    """Return a desk and everybody's browser."""
    settings.SECURE_SSL_REDIRECT = False
    owner_connection.execute(
        "SELECT ledger_register_installation(gen_random_uuid(), 'Agency', '机构', 'CNY', 'Asia/Shanghai', 990000)"
    )
    made = Desk(owner_connection)
    made.browser = {
        name: signed_in(getattr(made, name)) for name in ("an_account", "bo_account", "clerk", "chief")
    }
    return made


def words(answer) -> str:
    """Return the words of a page, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def main(answer) -> str:
    """Return the words of a page's main part."""
    return words(answer).partition("Sections")[2] or words(answer)


def test_asking_ends_with_a_receipt_number_and_the_inbox_shows_it(desk):
    """The form prefilled from a month is sent, the confirmation names number and next step."""
    an = desk.browser["an_account"]
    form = an.get("/requests/new/?about=record&branch=pension&month=2026-03")
    assert 'value="2026-03"' in form.content.decode()
    sent = an.post(
        "/requests/new/",
        {
            "about": "record",
            "branch": "pension",
            "month": "2026-03",
            "ground": "month_missing",
            "told": "<b>It</b> is",
        },
        follow=True,
    )
    page = sent.content.decode()
    assert "Your request has been sent" in page
    (receipt,) = set(re.findall(r"Q-[0-9A-Z]{5}-[0-9A-Z]{5}", page))
    assert "&lt;b&gt;It&lt;/b&gt; is" in page
    assert "No law we know names a number of days" in page
    inbox = words(an.get("/inbox/"))
    assert receipt in inbox
    assert "Pension, March 2026" in inbox
    assert "There is no news" in inbox


def test_the_last_day_of_a_correction_is_shown_with_its_article(desk):
    """Ten working days by the Handling Regulations, in the language of the page."""
    receipt = shown(desk.lodge(PHONE))
    an = desk.browser["an_account"]
    assert "10 working days (Social Insurance Handling Regulations" in words(an.get(f"/requests/{receipt}/"))
    chinese = words(an.get(f"/requests/{receipt}/", headers={"accept-language": "zh-hans"}))
    assert "10 个工作日" in chinese
    assert "社会保险经办条例" in chinese


MISSING = (
    ({"about": "record"}, {"ground", "told"}),
    ({"about": "record", "ground": "other", "month": "March"}, {"month", "told"}),
    ({"about": "record", "ground": "other", "told": "  "}, {"told"}),
    ({"about": "data", "ground": "wrong", "field": "salary", "told": "a"}, {"field"}),
    ({"about": "record", "ground": "why", "month": "2026-13", "told": "a"}, {"ground", "month"}),
)


def test_what_is_missing_is_named_beside_its_field(desk):
    """The form comes back with a summary that leads to each field; nothing was sent."""
    for typed, fields in MISSING:
        answer = desk.browser["an_account"].post("/requests/new/", typed)
        assert answer.status_code == 400
        page = answer.content.decode()
        assert {found for found in re.findall(r'href="#(\w+)"', page) if found != "main"} == fields
        assert all(f'id="{field}-error"' in page for field in fields)
    assert "You have not asked" in words(desk.browser["an_account"].get("/inbox/"))


def test_asking_twice_says_so_with_what_to_do_in_the_page_s_language(desk):
    """Sentence and remedy stand beside the field, joined as each language does."""
    asked = {"about": "record", "ground": "other", "told": "a"}
    an = desk.browser["an_account"]
    assert an.post("/requests/new/", asked).status_code == 302
    assert "still to come. Wait for the answer" in words(an.post("/requests/new/", asked))
    again = an.post("/requests/new/", asked, headers={"accept-language": "zh-hans"})
    assert again.status_code == 400
    assert "尚待答复。请等待答复" in words(again)


def test_what_is_not_there_is_not_found(desk):
    """A made-up kind, look or number is a missing page."""
    for address in (
        "/requests/new/?about=nothing",
        "/requests/new/?about=look",
        "/requests/new/?about=look&look=99999",
        "/requests/new/?about=look&look=1e3",
        "/requests/new/?about=record&branch=charity",
        "/requests/Q-00000-00000/",
        "/requests/1/",
        "/requests/Q-00000-00000/take-back/",
    ):
        assert desk.browser["an_account"].get(address).status_code == 404, address


def test_another_s_request_is_a_missing_page(desk):
    """Reading and taking back answer as for a number there is not, and nothing moves."""
    receipt = shown(desk.lodge())
    bo = desk.browser["bo_account"]
    for address in (f"/requests/{receipt}/", f"/requests/{receipt}/take-back/"):
        assert bo.get(address).status_code == 404
    assert bo.post(f"/requests/{receipt}/take-back/").status_code == 404
    assert "Received, waiting" in words(desk.browser["an_account"].get(f"/requests/{receipt}/"))


def test_a_request_is_taken_back_after_a_question(desk):
    """The page asks first; afterwards the request says so and offers it no more."""
    receipt = shown(desk.lodge())
    an = desk.browser["an_account"]
    assert "Take the request back?" in words(an.get(f"/requests/{receipt}/take-back/"))
    after = an.post(f"/requests/{receipt}/take-back/", follow=True)
    assert "This request was taken back" in words(after)
    assert "take-back" not in after.content.decode()


def test_from_question_to_answer(desk):
    """Clerk takes it on, drafts, supervisor sends: the person reads state, office, reasons and what to do."""
    receipt = shown(desk.lodge())
    an, clerk, chief = (desk.browser[name] for name in ("an_account", "clerk", "chief"))
    assert receipt in words(clerk.get("/cases/"))
    assert receipt not in words(chief.get("/cases/"))
    page = words(clerk.post(f"/cases/{receipt}/", {"action": "take"}, follow=True))
    assert "the month is missing" in page
    assert "The record holds nothing of this month" in page
    assert "Being worked on" in words(an.get(f"/requests/{receipt}/"))
    refused = clerk.post(f"/cases/{receipt}/", {"action": "answer", "outcome": "declined", "reasons": ""})
    assert refused.status_code == 400
    assert 'id="reasons-error"' in refused.content.decode()
    said = {"action": "answer", "outcome": "declined", "reasons": "The mill declared nothing."}
    assert clerk.post(f"/cases/{receipt}/", said).status_code == 302
    assert "The mill declared nothing" not in words(an.get(f"/requests/{receipt}/"))
    assert "The mill declared nothing" in words(chief.get(f"/cases/{receipt}/"))
    chief.post(f"/cases/{receipt}/", {"action": "confirm"})
    inbox = words(an.get("/inbox/"))
    assert "New Counter Hall checked the answer and sent it." in inbox
    read = words(an.get(f"/requests/{receipt}/"))
    assert "The record was checked and stays as it is." in read
    assert "The mill declared nothing." in read
    assert "within 60 days" in read
    assert "within 6 months" in read
    assert "New Counter Hall checked" not in words(an.get("/inbox/"))
    assert clerk.get(f"/cases/{receipt}/").status_code == 404


def test_the_desk_opens_only_what_one_has_in_hand(desk):
    """A waiting request shows its term and no person; a colleague's and one there is not are missing pages."""
    waiting, taken = shown(desk.lodge(PHONE)), shown(desk.taken(by=desk.other_clerk))
    clerk = desk.browser["clerk"]
    page = words(clerk.get(f"/cases/{waiting}/"))
    assert "not open to you" in page
    assert "new number" not in page
    for receipt in (taken, "Q-00000-00000"):
        assert clerk.get(f"/cases/{receipt}/").status_code == 404
        assert clerk.post(f"/cases/{receipt}/", {"action": "take"}).status_code == 404
    assert desk.browser["an_account"].get("/cases/").status_code == 404


def test_an_action_there_is_not_does_nothing(desk):
    """A made-up action is a missing page; so is checking what is not drafted."""
    receipt = shown(desk.taken())
    assert desk.browser["clerk"].post(f"/cases/{receipt}/", {"action": "delete"}).status_code == 404
    answer = desk.browser["clerk"].post(f"/cases/{receipt}/", {"action": "confirm"})
    assert answer.status_code == 403
    assert "Being worked on" in words(desk.browser["an_account"].get(f"/requests/{receipt}/"))


def test_a_supervisor_is_told_whose_account_looked(desk):
    """The question shows the look as the person sees it, and the account behind it to the one who examines it."""
    with access.open_record(
        desk.an, by=desk.clerk, purpose="counter_service", fields=("name",), reason="a call"
    ) as opened:
        look = opened.look
    an, chief = desk.browser["an_account"], desk.browser["chief"]
    looks = an.get("/looks/").content.decode()
    assert f"about=look&amp;look={look}" in looks
    assert "Counter Hall opened your record." in words(an.get(f"/requests/new/?about=look&look={look}"))
    receipt = desk.lodge(question(look))
    assert "You asked about this look" in words(an.get("/looks/"))
    chief.post(f"/cases/{shown(receipt)}/", {"action": "take"})
    page = words(chief.get(f"/cases/{shown(receipt)}/"))
    assert "Made by the account clerk" in page
    assert "Reason given a call" in page
    chief.post(
        f"/cases/{shown(receipt)}/", {"action": "answer", "outcome": "out_of_order", "reasons": "No ground."}
    )
    assert "should not have happened" in words(an.get(f"/requests/{shown(receipt)}/"))


def test_a_look_is_one_plain_sentence(desk):
    """Who, what for, under which article, what was shown; a refused one says that nothing was."""
    for reason in ("a call", ""):
        try:
            with access.open_record(
                desk.an, by=desk.clerk, purpose="counter_service", fields=("name",), reason=reason
            ):
                pass
        except access.refusals.NoGrant:
            continue
    page = words(desk.browser["an_account"].get("/looks/"))
    assert "Counter Hall opened your record." in page
    assert (
        "What for Service at the counter Reason given a call Under which article Social Insurance Law" in page
    )
    assert "was refused: there was no open case" in page
    assert "Nothing was shown." in page


def test_what_is_kept_is_told_with_reason_article_and_term(desk):
    """Every field of registers and archive has its line; a value, where there is one, and how to correct it."""
    with access.open_record(
        desk.an, by=desk.clerk, purpose="counter_service", fields=("archive",), reason="a call"
    ) as opened:
        identity.set_value(opened, name="phone", value="13800000000", since=None, at=desk.now())
    an = desk.browser["an_account"]
    page = words(an.get("/my-data/"))
    assert "Telephone 13800000000" in page
    assert "100 years (Provisions on Social Insurance Business Archives" in page
    assert "We have read no law that names a period" in page
    chinese = words(an.get("/my-data/", headers={"accept-language": "zh-hans"}))
    assert "《社会保险业务档案管理规定（试行）》" in chinese
    assert not re.findall(r"(?:Law|Regulations|Provisions|Rules)\b", chinese)
    links = re.findall(r"about=data&amp;field=(\w+)", an.get("/my-data/").content.decode())
    assert set(links) == actions.FIELDS


def test_a_page_asks_the_database_as_often_for_one_request_as_for_many(desk):
    """The number of queries does not grow with what there is to show."""
    an, pages = desk.browser["an_account"], ("/inbox/", "/looks/", "/my-data/", "/record/pension/2026/")
    counts = {page: [] for page in pages}
    for ago in range(6):
        month = MONTH.subject.month.plus(-ago)
        desk.lodge(NewRequest(MONTH.kind, "other", Subject(month=month), "a"))
        for page in pages if ago in (0, 5) else ():
            an.get(page)
            with CaptureQueriesContext(connection) as asked:
                assert an.get(page).status_code == 200
            counts[page].append(len(asked))
    assert all(one == six <= 7 for one, six in counts.values()), counts  # beginning and commit counted
