"""What somebody sees and does in the portal for a person who let them, and what the person reads of it."""

import datetime as dt
import html
import io
import re

import pypdf
import pytest
from filings import world
from statements.sealing import sealed, set_places

from provident.access import actions as accounts
from provident.access.linking import mandates
from provident.access.linking.records import NewOffer
from provident.access.records import AccountKind, GrantKind, NewGrant, Role
from provident.cases import actions as cases
from provident.kernel.clock import SystemClock
from provident.statements.receipts.records import FILE

from .residents import account, resident
from .signing import signed_in

MONTHS = ("name", "numbers", "enrolments", "contributions")
WHOLE = (*MONTHS, "benefits", "account")
RECEIPT = re.compile(r"Q-[0-9A-Z]{5}-[0-9A-Z]{5}")
ASKED = {
    "about": "record",
    "branch": "pension",
    "month": "2026-01",
    "ground": "amount_wrong",
    "told": "Too little.",
}
ZH = {"headers": {"accept-language": "zh-hans"}}


class Pair:
    """A resident and somebody who acts for them, each with a browser."""

    def __init__(self):
        self.accounts = {"an": resident(1, "an.sign"), "bo": resident(2, "bo.sign")}
        self.an, self.bo = (signed_in(one) for one in self.accounts.values())

    def lets(self, fields=MONTHS, *, since=-1, until=9):
        """Let Bo act for An; return the number of the mandate."""
        now = SystemClock().now()
        offer = NewOffer(fields=fields, since=now + dt.timedelta(since), until=now + dt.timedelta(until))
        code = mandates.offer_mandate(offer, by=self.accounts["an"], name="Person 1").code
        return mandates.take_mandate(by=self.accounts["bo"], name="Person 2", code=code)

    def ends(self, grant):
        accounts.end_grant(by=self.accounts["an"], grant=grant, at=SystemClock().now())

    def asks(self, grant, **more):
        """Have Bo say that something is wrong; return the page that answers."""
        return self.bo.post(f"/acting-for/{grant}/requests/new/", {**ASKED, **more}, follow=True)


@pytest.fixture
def pair(fresh_database, tmp_path, monkeypatch, settings):
    """Two people insured by one employer, with months declared and paid, and the log sealed."""
    settings.SECURE_SSL_REDIRECT = False
    set_places(monkeypatch, tmp_path)
    world.agency(1)
    desk = world.Desk(tmp_path)
    desk.send(world.enrol((1, 2), "2026-01"))
    desk.send(world.declare((1, 2), "2026-01"))
    sealed()
    return Pair()


def words(answer) -> str:
    """Return the words of a page, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def pages(grant, receipt="Q-00000-00000"):
    """Return every address of an authority."""
    at = f"/acting-for/{grant}/"
    ends = ("", "pension/2026/", "statement/2026.pdf", "requests/", "requests/new/", f"requests/{receipt}/")
    return [at + end for end in (*ends, f"requests/{receipt}/take-back/")]


def test_a_year_opens_from_the_record_and_the_person_reads_who_looked(pair):
    """Month by month as the person has it; the way back is to their record; each page is a look in their log."""
    grant = pair.lets()
    record = pair.bo.get(f"/acting-for/{grant}/").content.decode()
    assert f'href="/acting-for/{grant}/pension/2026/"' in record
    year = pair.bo.get(f"/acting-for/{grant}/pension/2026/")
    assert year.status_code == 200
    assert f'href="/acting-for/{grant}/?branch=pension"' in year.content.decode()
    assert "You act for Person 1" in words(year)
    assert "2026-01 Declared, not paid" in words(year)
    assert "您受Person 1委托查询" in words(pair.bo.get(f"/acting-for/{grant}/pension/2026/", **ZH))
    looks = words(pair.an.get("/looks/"))
    assert looks.count("Acting for the person under a written authority") == 3
    assert looks.count("Representative Person 2") == 3
    assert words(pair.an.get("/looks/", **ZH)).count("代理人Person 2") == 3
    assert "Measures on Personal Benefit Records (2011), art. 15" in looks


def test_nothing_on_the_pages_leads_to_one_s_own_record_instead(pair):
    """Years, statements and questions are the person's, never the same page of whoever acts for them."""
    grant = pair.lets((*WHOLE, "events"))
    for path in pages(grant)[:2]:
        main = pair.bo.get(path).content.decode().partition("<main")[2].partition("</main>")[0]
        led = [found for found in re.findall(r'href="(/[^"]*)"', main) if "acting-for" not in found]
        assert led == [], path


def test_what_the_authority_does_not_name_is_not_shown(pair):
    """Without the account no column says what was credited; no question is offered and no statement."""
    narrow, wide = pair.lets(), pair.lets((*WHOLE, "events"))
    credited = "Credited to the account"
    year = pair.bo.get(f"/acting-for/{narrow}/pension/2026/")
    assert credited not in words(year)
    assert "Something is wrong" not in words(year)
    for path in (f"/acting-for/{narrow}/statement/2026.pdf", f"/acting-for/{narrow}/requests/new/"):
        assert pair.bo.get(path).status_code == 404
    record = pair.bo.get(f"/acting-for/{narrow}/").content.decode()
    assert "statement/" not in record
    assert "requests/" not in record
    assert credited in words(pair.bo.get(f"/acting-for/{wide}/pension/2026/"))
    shown = pair.bo.get(f"/acting-for/{wide}/").content.decode()
    assert f'href="/acting-for/{wide}/statement/2026.pdf"' in shown
    assert f'href="/acting-for/{wide}/requests/new/' in shown


def test_only_what_is_shown_is_logged_as_shown(pair):
    """The look names the parts of the page, not all that the authority would open."""
    grant = pair.lets((*WHOLE, "events", "archive"))
    pair.bo.get(f"/acting-for/{grant}/requests/")
    log = words(pair.an.get("/looks/"))
    shown = "insured periods, contributions, events on the record, benefits"
    assert f"What was shown {shown} Through" in log


@pytest.mark.parametrize(("fields", "holds"), [(WHOLE, False), ((*WHOLE, "receipt"), True)])
def test_the_statement_is_the_person_s_with_the_receipt_where_it_is_named(pair, fields, holds):
    """The PDF is in the page's language; the proofs are attached only if the authority says so."""
    grant = pair.lets(fields)
    answer = pair.bo.get(f"/acting-for/{grant}/statement/2026.pdf", **ZH)
    assert answer["Content-Type"] == "application/pdf"
    assert 'filename="statement-2026-zh-hans.pdf"' in answer["Content-Disposition"]
    read = pypdf.PdfReader(io.BytesIO(answer.content))
    text = "".join(page.extract_text() for page in read.pages)
    assert "Person 1" in text
    assert "Person 2" not in text
    assert [*read.attachments] == ([FILE] if holds else [])
    assert pair.bo.get(f"/acting-for/{grant}/statement/1999.pdf").status_code == 404


def test_the_statement_says_which_month_is_in_question(pair):
    """In the person's own with the receipt number, until it is taken back; in another's only what they may see."""
    grant, narrow = pair.lets((*WHOLE, "events")), pair.lets(WHOLE)
    receipt = RECEIPT.search(words(pair.asks(grant)))[0]
    own, theirs, less = (
        statement(browser, path)
        for browser, path in (
            (pair.an, "/statement/2026.pdf"),
            (pair.bo, f"/acting-for/{grant}/statement/2026.pdf"),
            (pair.bo, f"/acting-for/{narrow}/statement/2026.pdf"),
        )
    )
    assert receipt in own
    assert "Pension, January 2026: we have been told that this is wrong" in own
    assert receipt in theirs
    assert receipt not in less
    assert pair.an.post(f"/requests/{receipt}/take-back/").status_code == 302
    assert receipt not in statement(pair.an, "/statement/2026.pdf")


def statement(browser, path) -> str:
    """Return the words of a statement."""
    read = pypdf.PdfReader(io.BytesIO(browser.get(path).content))
    return " ".join(" ".join(page.extract_text() for page in read.pages).split())


def test_an_authority_that_is_not_one_s_own_not_begun_or_over_is_not_there(pair):
    """Every page answers as for a number there is not; and nobody's log holds a look."""
    whole = (*WHOLE, "events")
    over = pair.lets(whole)
    receipt = RECEIPT.search(words(pair.asks(over)))[0]
    pair.ends(over)
    later = pair.lets(whole, since=1)
    running = pair.lets(whole)
    before = words(pair.an.get("/looks/"))
    for browser, grant in ((pair.bo, over), (pair.bo, later), (pair.an, running), (pair.bo, 987654321)):
        for path in pages(grant, receipt):
            assert browser.get(path).status_code == 404, path
            assert browser.post(path, ASKED).status_code in (404, 405), path
    assert words(pair.an.get("/looks/")).count("written authority") == before.count("written authority")


def test_something_is_wrong_is_said_for_the_person_and_both_read_it(pair):
    """The receipt number is shown; the person is told who sent it, and each sees where it stands."""
    grant = pair.lets((*MONTHS, "events"))
    form = pair.bo.get(f"/acting-for/{grant}/requests/new/?about=record&branch=pension&month=2026-01")
    assert 'value="2026-01"' in form.content.decode()
    sent = words(pair.asks(grant))
    (receipt,) = {*RECEIPT.findall(sent)}
    assert "Your request has been sent" in sent
    assert "in the inbox of Person 1" in sent
    assert receipt in words(pair.bo.get(f"/acting-for/{grant}/requests/"))
    assert (
        f'href="/acting-for/{grant}/requests/"'
        in pair.bo.get(f"/acting-for/{grant}/pension/2026/").content.decode()
    )
    for browser, path in ((pair.an, "/record/"), (pair.bo, f"/acting-for/{grant}/")):
        year = browser.get(f"{path}pension/2026/")
        assert "Said to be wrong" in words(year)
        assert f"requests/{receipt}/" in year.content.decode()
    assert receipt not in words(pair.bo.get("/inbox/"))
    inbox = words(pair.an.get("/inbox/"))
    assert "New Person 2 sent the request for you. Pension, January 2026" in inbox
    assert "Person 2, who acts for you" in inbox
    read = words(pair.an.get(f"/requests/{receipt}/"))
    assert "Sent by Person 2, who acts for you" in read
    assert "Too little." in read
    assert "New Person 2" not in words(pair.an.get("/inbox/"))
    assert "Person 2（代您提出）" in words(pair.an.get(f"/requests/{receipt}/", **ZH))
    assert pair.bo.get(f"/requests/{receipt}/").status_code == 404


def test_the_desk_is_told_that_somebody_acts_for_the_person(pair):
    """Whoever handles the request sees that it was not the person who wrote it, and answers both."""
    grant = pair.lets((*MONTHS, "events"))
    receipt = RECEIPT.search(words(pair.asks(grant)))[0]
    clerk, chief = (
        signed_in(account(AccountKind.STAFF, role, role.value))
        for role in (Role.AGENCY_CLERK, Role.SUPERVISOR)
    )
    page = words(clerk.post(f"/cases/{receipt}/", {"action": "take"}, follow=True))
    assert "Sent by Somebody who acts for the person under an authority" in page
    assert "Person 2" not in page
    said = {"action": "answer", "outcome": "declined", "reasons": "The mill was asked."}
    clerk.post(f"/cases/{receipt}/", said)
    assert "The mill was asked." not in words(pair.bo.get(f"/acting-for/{grant}/requests/{receipt}/"))
    chief.post(f"/cases/{receipt}/", {"action": "confirm"})
    mine, theirs = (
        words(browser.get(path))
        for browser, path in (
            (pair.an, f"/requests/{receipt}/"),
            (pair.bo, f"/acting-for/{grant}/requests/{receipt}/"),
        )
    )
    assert "The mill was asked." in mine
    assert "within 60 days" in mine
    assert "The mill was asked." in theirs
    assert "within 60 days" not in theirs
    pair.ends(grant)
    assert pair.bo.get(f"/acting-for/{grant}/requests/{receipt}/").status_code == 404


def test_either_of_the_two_takes_it_back_and_the_other_reads_who_did(pair):
    """Whoever sent it and the person it is for; nobody takes back what the person asked."""
    grant = pair.lets((*MONTHS, "events"))
    first = RECEIPT.search(words(pair.asks(grant)))[0]
    at = f"/acting-for/{grant}/requests/{first}/"
    assert "Take the request back?" in words(pair.bo.get(f"{at}take-back/"))
    assert "You took the request back." in words(pair.bo.post(f"{at}take-back/", follow=True))
    assert "Person 2 took the request back." in words(pair.an.get("/inbox/"))
    second = RECEIPT.search(words(pair.asks(grant)))[0]
    pair.an.post(f"/requests/{second}/take-back/")
    assert "Person 1 took the request back." in words(pair.bo.get(f"/acting-for/{grant}/requests/{second}/"))
    own = pair.an.post("/requests/new/", ASKED, follow=True)
    third = RECEIPT.search(words(own))[0]
    for path in (
        f"/acting-for/{grant}/requests/{third}/",
        f"/acting-for/{grant}/requests/{third}/take-back/",
    ):
        assert pair.bo.get(path).status_code == 404
        assert pair.bo.post(path).status_code in (404, 405)
    assert "has been sent" in words(own)
    assert "still to come" in words(pair.asks(grant))


def test_one_asks_for_another_only_about_what_one_may_see(pair):
    """Not about looks or what is kept, nor about benefits where the authority does not name them."""
    grant = pair.lets((*MONTHS, "events"))
    at = f"/acting-for/{grant}/requests/new/"
    assert "benefit" not in words(pair.bo.get(at)).partition("What is wrong?")[2].partition("Say it")[0]
    refused = pair.asks(grant, ground="benefit_wrong")
    assert refused.status_code == 400
    assert 'id="ground-error"' in refused.content.decode()
    for about in ("look&look=1", "data", "nothing"):
        assert pair.bo.get(f"{at}?about={about}").status_code == 404
        assert pair.bo.post(at, {**ASKED, "about": about.partition("&")[0]}).status_code == 404
    wide = pair.lets((*MONTHS, "events", "benefits"))
    assert pair.asks(wide, ground="benefit_wrong").status_code == 200


def test_the_two_are_told_each_other_s_name_and_whoever_told_none_stays_unnamed(pair):
    """By the pages: each hands over the name of the register. A mandate on paper names nobody."""
    until = (dt.datetime.now(dt.UTC) + dt.timedelta(9)).date().isoformat()
    today = dt.datetime.now(dt.UTC).date().isoformat()
    made = pair.an.post("/authorities/", {"since": today, "until": until, "field": ["events"]})
    (code,) = re.findall(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", words(made))
    assert "Person 1" in words(pair.bo.post("/acting-for/", {"code": code}, follow=True))
    assert "Person 2" in words(pair.an.get("/authorities/"))
    for who, name in ((pair.an, "an.sign"), (pair.bo, "bo.sign")):
        assert f"Signed in as {name}" in words(who.get("/authorities/"))
    clerk = account(AccountKind.STAFF, Role.AGENCY_CLERK, "clerk")
    now = SystemClock().now()
    paper = NewGrant(
        kind=GrantKind.MANDATE, account=pair.accounts["bo"], person=world.key_of(1), purpose="representation",
        fields=MONTHS, basis="letter of 3 May", since=now, until=now + dt.timedelta(9),
    )  # fmt: skip
    accounts.grant(paper, by=clerk)
    assert "the account holder" in words(pair.an.get("/authorities/"))
    assert "账户持有人" in words(pair.an.get("/authorities/", **ZH))
    assert "letter of 3 May" in words(pair.bo.get("/acting-for/"))


def test_a_wrong_code_tells_nobody_a_name(pair):
    """The name is handed over with a code that fits, and not before."""
    answer = pair.bo.post("/acting-for/", {"code": "0000-0000-0000-0000"})
    assert answer.status_code == 400
    assert "Person 2" not in words(pair.an.get("/authorities/"))


def test_the_longest_words_are_as_long_for_another(pair):
    """A form that lacks something comes back with what was typed, at the address of the authority."""
    grant = pair.lets((*MONTHS, "events"))
    page = pair.asks(grant, told="x" * (cases.LONGEST_WORDS + 1), month="March")
    assert page.status_code == 400
    text = page.content.decode()
    assert all(f'id="{field}-error"' in text for field in ("told", "month"))
    assert f'action="/acting-for/{grant}/requests/new/"' in text
