"""Cookies, request numbers and logs."""

import logging
import re

import pytest
from django.http import HttpResponse

from provident.access.records import AccountKind
from provident.portal.accounts.requests import Discreet, RequestIds

from .people import PASSWORD, account, browser


def test_cookies_are_bound_to_this_host(settings):
    """In production every cookie is __Host-, secure, for every path and no domain; none is read by a script."""
    account(AccountKind.PERSON)
    client = browser()
    client.get("/sign-in/", secure=True)
    client.post("/sign-in/", {"login": "t.one", "password": PASSWORD}, secure=True)
    client.post("/language/", {"language": "zh-hans"}, secure=True)
    assert set(client.cookies) == {"__Host-sessionid", "__Host-csrftoken", "__Host-django_language"}
    for cookie in client.cookies.values():
        assert (cookie["path"], cookie["domain"]) == ("/", "")
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] in {"Lax", "Strict"}


def test_every_answer_has_a_number():
    """Two requests have two; a client cannot choose one."""
    client = browser()
    one = client.get("/check/", headers={"x-request-id": "chosen-by-client"})["X-Request-ID"]
    two = client.get("/no-such-page/")["X-Request-ID"]
    assert re.fullmatch("[a-z]{12}", one)
    assert re.fullmatch("[a-z]{12}", two)
    assert one != two


def test_a_trusted_proxy_may_number_requests(settings):
    """Behind a proxy its well-formed number is kept, another is replaced."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = browser()
    assert client.get("/check/", headers={"x-request-id": "proxy-0001"})["X-Request-ID"] == "proxy-0001"
    assert client.get("/check/", headers={"x-request-id": "a b\tc"})["X-Request-ID"] != "a b\tc"


def record(message: str, *values: object, fault: BaseException | None = None) -> str:
    info = (type(fault), fault, fault.__traceback__) if fault else None
    return Discreet().format(logging.LogRecord("x", logging.ERROR, "f", 1, message, values, info))


def test_logs_hold_no_number_and_no_value():
    """Long numbers, and the lines in which the database quotes what it was given, do not reach a log."""
    fault = ValueError(
        "duplicate key\nDETAIL:  Key (name, number)=(张三, 11010119900307123X) already exists."
    )
    said = record("failed for %s", "11010119900307123X", fault=fault)
    assert "duplicate key" in said
    assert "1990" not in said
    assert "张三" not in said


def test_a_line_carries_the_number_of_its_answer(rf):
    """Whoever quotes the number of a failed request finds its lines; outside of a request there is none."""
    said = []

    def answers(_request):
        said.append(record("as if"))
        return HttpResponse()

    number = RequestIds(answers)(rf.get("/"))["X-Request-ID"]
    assert f"[{number}]" in said[0]
    assert "[-]" in record("later")


@pytest.mark.parametrize("kept", ["/check/", "/sign-in/"])
def test_pages_of_signing_in_are_not_kept(kept):
    """No page is stored by a browser or a proxy."""
    assert "no-store" in browser().get(kept)["Cache-Control"]
