"""Every page and every route, asked as somebody would who means no good."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver
from filings import world

from provident.access import matrix
from provident.access.models import Account

from .place import LONG, SHORT

WHO = {"": (), "long": ("resident",), "mill": ("employer_clerk",), "desk": ("agency_clerk",),
       "helper": ("resident", "representative")}  # fmt: skip
ARGUMENTS = {
    "branch": "pension",
    "year": 2025,
    "receipt": "Q-00000-00000",
    "log": "ledger",
    "epoch": 2,
    "path": "checkpoint",
}
NUMBERS = (world.number(11), world.number(12))


@pytest.fixture(scope="package")
def browsers(place):
    """Return a browser for each of the people, the visitor's under no name."""
    return {name: place.browser(name) for name in WHO}


def routes() -> list[str]:
    """Return the names of all pages."""
    return [pattern.name for pattern in get_resolver("provident.portal.urls").url_patterns]


def address(name: str) -> str:
    """Return an address of a route."""
    pattern = next(p for p in get_resolver("provident.portal.urls").url_patterns if p.name == name)
    return "/" + re.sub(r"<\w+:(\w+)>", lambda one: str(ARGUMENTS.get(one[1], 1)), str(pattern.pattern))


def opened(name: str) -> list[str]:
    """Return the addresses of the routes open to somebody."""
    roles = [*WHO[name], matrix.SIGNED_IN] if name else []
    return [address(route) for route in routes() if matrix.allowed(route, roles)]


@pytest.mark.parametrize("name", WHO)
def test_every_answer_is_guarded(browsers, name):
    """Policy without inline, HSTS, no frames, no sniffing, a number; what is personal is not kept."""
    seen = 0
    for path in [*opened(name), "/no-such-page/"]:
        answer = browsers[name].get(path, secure=True)
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy, path
        assert "default-src 'none'" in policy, path
        assert answer["Strict-Transport-Security"].startswith("max-age=31536000"), path
        assert answer["X-Frame-Options"] == "DENY", path
        assert answer["X-Content-Type-Options"] == "nosniff", path
        assert answer["Referrer-Policy"] == "same-origin", path
        assert re.fullmatch(r"[a-z]{12}", answer["X-Request-ID"]), path
        if not path.startswith(("/log/", "/check/")):
            assert "no-store" in answer["Cache-Control"], path
        if answer.get("Content-Type", "").startswith("text/html"):
            text = answer.content.decode()
            assert not re.search(
                r"<script(?![^>]*\s(?:src=|type=\"application/json\"))|<style|\sstyle=|\son[a-z]+=|javascript:",
                text,
            ), path
            seen += 1
    assert seen > 3


@pytest.mark.parametrize("name", WHO)
def test_no_address_on_any_page_names_a_person(browsers, place, name):
    """Neither a key nor a number nor a name stands in a link, a form or a redirect."""
    told = {str(key) for key in place.persons.values()} | {*NUMBERS, SHORT, LONG}
    for path in opened(name):
        answer = browsers[name].get(path, secure=True)
        led = answer.headers.get("Location", "")
        if answer.get("Content-Type", "").startswith("text/html"):
            led += " ".join(re.findall(r'(?:href|src|action|value)="([^"]*)"', answer.content.decode()))
        assert not [one for one in told if one in led], path


def test_every_form_is_refused_without_its_token(place):
    """A POST without a token, or with somebody else's, does nothing, whatever the route."""
    wrong = []
    for name in WHO:
        browser = Client(enforce_csrf_checks=True)
        if name:
            browser.cookies = place.browser(name).cookies
        for path in opened(name):
            for sent in ({}, {"csrfmiddlewaretoken": "x" * 64}):
                answer = browser.post(path, sent, secure=True)
                if answer.status_code not in (403, 404, 405):
                    wrong.append((name, path, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", r"/\evil.example", "javascript:alert(1)"]
)
@pytest.mark.parametrize("path", ["/language/", "/sign-in/", "/sign-out/"])
def test_nobody_is_sent_elsewhere(place, path, target):
    """`next` leads to this host only."""
    browser = place.browser("long")
    for sent in ({"language": "en", "next": target}, {"next": target}):
        answer = browser.post(f"{path}?next={target}", sent, secure=True, headers={"referer": target})
        assert "evil" not in answer.headers.get("Location", ""), answer.headers
        assert not answer.headers.get("Location", "").startswith("javascript")


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost@evil.example", "localhost:80:80", "", "local host"]
)
def test_a_made_up_host_is_refused(place, host):
    """The host is one of those served, or there is no answer; no header takes its place."""
    answer = place.browser("long").get("/record/", secure=True, headers={"host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()
    forwarded = place.browser("long").get(
        "/record/", secure=True, headers={"x-forwarded-host": "evil.example"}
    )
    assert "evil" not in forwarded.content.decode()


@pytest.mark.parametrize(
    "how", ["_method", "method", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"]
)
def test_a_method_is_what_it_is(place, how):
    """No field and no header turns a reading into a writing, or the other way."""
    browser = place.browser("long")
    for sent in ("DELETE", "POST", "GET"):
        assert browser.get("/sign-out/", {how: sent}, secure=True, headers={how: sent}).status_code == 405
        assert browser.post("/record/", {how: "GET"}, secure=True, headers={how: "GET"}).status_code == 405
    assert browser.get("/record/", secure=True).status_code == 200


def test_more_than_a_form_asks_changes_nothing(place):
    """Fields of accounts, roles and persons sent along are as if they were not there."""
    browser = place.browser("desk")
    before = Account.objects.values().get(pk=place.accounts["desk"])
    more = {"kind": "operator", "person_key": place.persons["long"], "roles": "administrator", "sample": "on",
            "is_active": "on", "actor": 1, "by": 1, "purpose": "console", "fields": "archive"}  # fmt: skip
    for path in opened("desk"):
        if "sign-out" not in path and "password" not in path:
            browser.post(path, more, secure=True)
            browser.post(f"{path}?purpose=console&by=1", more, secure=True)
    assert Account.objects.values().get(pk=place.accounts["desk"]) == before
    asked = {"number": world.number(12), "reason": "asked", **more}
    shown = browser.post("/counter/", asked, secure=True).content.decode()
    assert LONG in shown
    looks = place.browser("long").get("/looks/", secure=True).content.decode()
    assert "console" not in looks.lower()


@pytest.mark.parametrize(
    "query",
    ["branch=pension&branch=medical", "branch=../../etc", "branch=%00", "branch=" + "x" * 5000, "before=9" * 40,
     "before=-1", "category=male60&category=female55", "month=%F0%9F%98%80", "month=9999-99", "x[]=1&x[]=2"],
)  # fmt: skip
def test_repeated_and_odd_parameters_break_no_page(browsers, query):
    """What is asked twice, too long or nonsense is answered, never with an error of ours."""
    for path in opened("long"):
        assert browsers["long"].get(f"{path}?{query}", secure=True).status_code < 500, path


@pytest.mark.parametrize(
    "key", ["", "x", "a" * 5000, '"\\000\\001aaaaaaaa"', "../../../../etc", "' OR 1=1 --"]
)
def test_a_made_up_session_is_nobody_s(place, key):
    """Whatever stands in the cookie, nobody is signed in by it, and nothing breaks."""
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = key
    assert browser.get("/record/", secure=True).status_code == 404


def test_a_session_chosen_by_another_is_not_taken_over(place):
    """Signing in begins a session with a key of its own; the old key opens nothing."""
    account = Account.objects.get(pk=place.accounts["short"])
    account.set_password("korrekt pferd batterie")
    account.save(update_fields=["password"])
    victim = Client()
    victim.get("/sign-in/", secure=True)
    victim.session.save()
    chosen = victim.session.session_key
    victim.cookies[settings.SESSION_COOKIE_NAME] = chosen
    victim.post("/sign-in/", {"login": "short", "password": "korrekt pferd batterie"}, secure=True)
    assert victim.get("/record/", secure=True).status_code == 200
    assert victim.cookies[settings.SESSION_COOKIE_NAME].value != chosen
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = chosen
    assert thief.get("/record/", secure=True).status_code == 404


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (lambda browser: browser.get("/no-such-page/", secure=True), 404),
        (lambda browser: browser.get("/counter/", secure=True), 404),
        (lambda browser: Client(enforce_csrf_checks=True).post("/language/", secure=True), 403),
        (lambda browser: browser.get("/record/", secure=True, headers={"host": "evil.example"}), 400),
    ],
)
def test_a_problem_has_a_way_on(place, act, status):
    """Whatever goes wrong, the page says it in words and leads on."""
    answer = act(place.browser("long"))
    assert answer.status_code == status
    text = answer.content.decode()
    assert re.search(r"<h1[^>]*>[^<]+</h1>", text)
    assert 'href="/"' in text
