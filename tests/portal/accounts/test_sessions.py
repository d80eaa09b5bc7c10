"""How long sessions live, and ending them."""

import datetime as dt

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from provident.access.records import AccountKind
from provident.jobs import sessions
from provident.portal.accounts.devices import device
from provident.portal.accounts.sessions import OFFICE, RESIDENT

from .people import account, browser, sign_in

NOON = dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC)


def open_after(client, *waits: int) -> bool:
    """Say whether the session still stands after these pauses in seconds, each ended by a page."""
    for wait in waits:
        with time_machine.travel(NOON + dt.timedelta(seconds=wait), tick=False):
            answer = client.get("/account/")
    return answer.status_code == 200


@pytest.mark.parametrize(
    ("kind", "limits"),
    [(AccountKind.STAFF, OFFICE), (AccountKind.EMPLOYER, OFFICE), (AccountKind.PERSON, RESIDENT)],
)
def test_a_session_ends_by_itself_when_idle(kind, limits):
    """A pause longer than the limit ends it on the server; a shorter one does not."""
    account(kind)
    client = browser()
    with time_machine.travel(NOON, tick=False):
        sign_in(client)
        client.get("/account/")
    assert open_after(client, limits.idle - 5)
    key = client.session.session_key
    assert not open_after(client, 2 * limits.idle + 5)
    assert not type(client.session)().exists(key)


def test_a_session_ends_after_its_whole_time_however_busy():
    """Ten minutes of work again and again do not stretch it over the limit."""
    account(AccountKind.STAFF)
    client = browser()
    with time_machine.travel(NOON, tick=False):
        sign_in(client)
        client.get("/account/")
    steps = range(600, OFFICE.total, 600)
    assert open_after(client, *steps)
    assert not open_after(client, OFFICE.total + 5)


def test_offices_are_held_shorter():
    """Whoever sees other people's records is signed out sooner."""
    assert OFFICE.idle < RESIDENT.idle
    assert OFFICE.total < RESIDENT.total


def test_reading_pages_writes_no_session():
    """Within a minute the sign of life is not written again; after that it is."""
    account(AccountKind.PERSON)
    client = browser()
    with time_machine.travel(NOON, tick=False):
        sign_in(client)
        client.get("/account/password/")
    written = []
    for wait in (30, 90):
        with (
            time_machine.travel(NOON + dt.timedelta(seconds=wait), tick=False),
            CaptureQueriesContext(connection) as asked,
        ):
            client.get("/account/password/")
        written.append([query["sql"] for query in asked if query["sql"].startswith(("UPDATE", "INSERT"))])
    assert written[0] == []
    assert len(written[1]) == 1


def test_one_sees_one_s_own_sessions_and_ends_them():
    """Each browser is a line; ending one ends it at once, and others' sessions are not in reach."""
    mine, other = account(AccountKind.PERSON), account(AccountKind.STAFF, name="t.two")
    here, there, theirs = browser(), browser("192.0.2.9"), browser("192.0.2.10")
    sign_in(here)
    sign_in(there)
    sign_in(theirs, name="t.two")
    page = here.get("/account/").content.decode()
    assert "192.0.2.9" in page
    assert "192.0.2.10" not in page
    foreign = UserSession.objects.get(user_id=other.pk)
    here.post(f"/account/sessions/{foreign.pk}/end/")
    assert theirs.get("/account/").status_code == 200
    away = UserSession.objects.get(user_id=mine.pk, ip="192.0.2.9")
    here.post(f"/account/sessions/{away.pk}/end/")
    assert there.get("/account/").status_code == 404
    assert here.get("/account/").status_code == 200


def test_all_other_sessions_end_at_once():
    """One button leaves the present session alone."""
    account(AccountKind.PERSON)
    here, *others = (browser(f"192.0.2.{n}") for n in range(1, 4))
    for client in (here, *others):
        sign_in(client)
    here.post("/account/sessions/end-others/")
    assert [client.get("/account/").status_code for client in (here, *others)] == [200, 404, 404]


def test_signing_out_ends_the_session_on_the_server():
    """The key of a session that was signed out is worth nothing, and it leaves the list."""
    account(AccountKind.PERSON)
    client = browser()
    sign_in(client)
    key = client.session.session_key
    client.post("/sign-out/")
    assert not type(client.session)().exists(key)
    assert not UserSession.objects.exists()


def test_sessions_that_nobody_ended_are_cleared_away():
    """When their time is over nothing is left of them, the address neither; living ones stay."""
    account(AccountKind.PERSON)
    old, new = browser(), browser("192.0.2.9")
    with time_machine.travel(NOON - dt.timedelta(days=3), tick=False):
        sign_in(old)
    sign_in(new)
    sessions.clear()
    assert [one.ip for one in UserSession.objects.all()] == ["192.0.2.9"]
    assert Session.objects.count() == 1
    assert new.get("/account/").status_code == 200


def test_whose_session_ended_is_told():
    """The page says why one is signed out, and leads back in."""
    account(AccountKind.PERSON)
    client = browser()
    with time_machine.travel(NOON, tick=False):
        sign_in(client)
        client.get("/account/")
    with time_machine.travel(NOON + dt.timedelta(seconds=RESIDENT.idle + 5), tick=False):
        assert "You were signed out" in client.get("/account/").content.decode()


_KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox · Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0) {_KIT} Chrome/126.0 Safari/537.36 Edg/126.0", "Edge · Windows"),
        (f"Mozilla/5.0 (iPhone; like Mac OS X) {_KIT} Version/17.5 Safari/604.1", "Safari · iPhone"),
        (f"Mozilla/5.0 (Linux; Android 14) {_KIT} Chrome/116.0 MicroMessenger/8.0", "WeChat · Android"),
        ("curl/8", ""),
    ],
)
def test_a_browser_is_named_in_a_few_words(said, shown):
    """A line of the list is something its owner recognises."""
    assert device(said) == shown


def test_one_s_own_account_asks_as_often_for_one_session_as_for_many():
    """The list of sessions is one question."""
    account(AccountKind.PERSON)
    here, asked_for = browser(), []
    sign_in(here)
    for more in (0, 4):
        for one in range(more):
            sign_in(browser(f"192.0.2.{20 + one}"))
        here.get("/account/")
        with CaptureQueriesContext(connection) as asked:
            assert here.get("/account/").status_code == 200
        asked_for.append(len(asked))
    assert asked_for[0] == asked_for[1] <= 5  # and one for the session itself
