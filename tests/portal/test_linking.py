"""Codes and authorities as the pages take them: what is refused, and how alike."""

import datetime as dt
import re

import pytest
from django.test import Client
from filings import world

from provident.access import queries
from provident.access.linking import mandates
from provident.access.linking.records import NewOffer
from provident.access.records import AccountKind, Role

from .residents import account, letter, resident
from .signing import signed_in

PASSWORD = "four plain words do"


def said(answer) -> str:
    """Return a page without what differs from one to the next: its form tokens and nonces."""
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", answer.content.decode())


def signed_in_as(client) -> str | None:
    return client.session.get("_auth_user_id")


# --- taking an account


def activate(client, code, sign_in, password=PASSWORD, again=PASSWORD):
    asked = {"code": code, "sign_in": sign_in, "password": password, "again": again}
    return client.post("/activate/", asked)


def test_a_letter_s_code_opens_the_account_and_signs_in(town):
    """Name and password are chosen; the browser is signed in; old second factors are gone; the code is spent."""
    code = letter()
    client = Client()
    answer = activate(client, code, "an.yi")
    assert answer["Location"] == "/activate/done/"
    assert queries.account(int(signed_in_as(client))).person == world.key_of(1)
    assert activate(Client(), code, "other").status_code == 400


def test_wrong_codes_are_answered_alike(town):
    """For a name somebody has and one nobody has, a spent code and a made-up one: the same page."""
    resident(2, "taken.name")
    code = letter()
    activate(Client(), code, "an.yi")
    pages = {
        said(activate(Client(), wrong, name)).replace(wrong, "").replace(name, "")
        for wrong in (code, "0000-0000-0000-0000")
        for name in ("taken.name", "free.name")
    }
    assert len(pages) == 1


def test_wrong_codes_take_the_same_time_whatever_the_name(town, monkeypatch):
    """The costly step, hashing the password, is done once for a wrong code and for a right one."""
    done = []
    monkeypatch.setattr(
        "provident.access.linking.actions.make_password", lambda given: done.append(given) or "!x"
    )
    for code in ("0000-0000-0000-0000", letter()):
        activate(Client(), code, "an.yi")
    assert len(done) == 2


def test_one_address_does_not_try_for_ever_and_locks_nobody_out(town):
    """After thirty tries in ten minutes an address waits; another address goes on, with the same name."""
    code = letter()
    client = Client()
    statuses = {activate(client, "0000-0000-0000-0000", "an.yi").status_code for _ in range(30)}
    assert statuses == {400}
    assert activate(client, code, "an.yi").status_code == 429
    assert activate(Client(REMOTE_ADDR="192.0.2.7"), code, "an.yi").status_code == 302


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"code": ""}, "code"),
        ({"sign_in": " "}, "sign_in"),
        ({"password": ""}, "password"),
        ({"again": "something else"}, "again"),
        ({"password": "short", "again": "short"}, "password"),
        ({"password": "202611221234", "again": "202611221234"}, "password"),
        ({"sign_in": "an@mail.example"}, "sign_in"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_costs_no_code(town, asked, field):
    """Each fault stands at its field; the password is never written back into the page."""
    code = letter()
    answer = Client().post(
        "/activate/", {"code": code, "sign_in": "an.yi", "password": PASSWORD, "again": PASSWORD} | asked
    )
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert activate(Client(), code, "an.yi").status_code == 302


def test_the_letter_s_page_is_for_clerks_and_says_what_it_lacks(town):
    """A resident finds nothing there; a clerk without number or reason is told; the number is in no address."""
    assert signed_in(resident(2, "bo")).post("/counter/letter/").status_code == 404
    clerk = signed_in(account(AccountKind.STAFF, Role.AGENCY_CLERK, "clerk"))
    assert clerk.get("/counter/letter/")["Location"] == "/counter/"
    page = clerk.post("/counter/letter/", {"number": world.number(1)})
    assert page.status_code == 400
    assert 'id="reason-error"' in page.content.decode()
    page = clerk.post("/counter/letter/", {"number": world.number(1), "reason": "seen"})
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert world.number(1) not in page.content.decode()


def test_a_second_letter_is_not_shown_to_one_clerk_alone(town):
    """Who can sign in already gets another letter from two clerks; the first is told so, and is given no code."""
    activate(Client(), letter(), "an.yi")
    first, second = (
        signed_in(account(AccountKind.STAFF, Role.AGENCY_CLERK, name)) for name in ("clerk.1", "clerk.2")
    )
    wanted = {"number": world.number(1), "reason": "password lost"}
    told = first.post("/counter/letter/", wanted)
    assert "takes two of you" in told.content.decode()
    assert "pv-code" not in told.content.decode()
    assert "pv-code" in second.post("/counter/letter/", wanted).content.decode()


# --- authorities


def test_nobody_ends_or_opens_what_is_not_theirs(town):
    """Another's authority, offer and record look like what is not there; ending twice is ending."""
    an, bo = resident(1, "an"), resident(2, "bo")
    now = dt.datetime.now(dt.UTC)
    fields = ("name", "numbers", "enrolments", "contributions")
    offer = NewOffer(fields=fields, since=now, until=now + dt.timedelta(days=9))
    code = mandates.offer_mandate(offer, by=an, name="An").code
    given = mandates.take_mandate(by=bo, name="Bo", code=code)
    mandates.offer_mandate(offer, by=an, name="An")
    staff = signed_in(account(AccountKind.STAFF, Role.AGENCY_CLERK, "clerk"))
    for client, address in (
        (staff, f"/authorities/{given}/end/"),
        (signed_in(bo), "/authorities/offers/2/end/"),
        (signed_in(an), "/authorities/999/end/"),
    ):
        assert client.post(address).status_code == 404
    assert signed_in(an).get(f"/acting-for/{given}/").status_code == 404
    helper = signed_in(bo)
    assert helper.get(f"/acting-for/{given}/").status_code == 200
    for _ in range(2):
        assert signed_in(an).post(f"/authorities/{given}/end/")["Location"] == "/authorities/"
    assert helper.get(f"/acting-for/{given}/").status_code == 404


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [("", "2999-01-01", "since"), ("2026-01-01", "", "until"), ("2026-05-02", "2026-05-01", "until"),
     ("2020-01-01", "2020-02-01", "until"), ("2026-01-01", "2999-01-01", "until"), ("x", "y", "since")],
)  # fmt: skip
def test_dates_that_do_not_fit_are_said_at_their_field(town, since, until, field):
    """No first day, no last one, the wrong way round, over already, or decades ahead."""
    page = signed_in(resident(1, "an")).post("/authorities/", {"since": since, "until": until})
    assert page.status_code == 400
    assert f'id="{field}-error"' in page.content.decode()
