"""Signing in, in a real browser: passkeys through the browser's own virtual authenticator."""

import itertools
import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.hashers import make_password
from playwright.sync_api import expect

from provident.access import actions as access
from provident.access.models import Account
from provident.access.records import OPERATOR, AccountKind, Label, NewAccount, Role
from provident.kernel.clock import SystemClock

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PASSWORD = "blue kettle under the stairs"
_numbers = itertools.count()
_DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def clerk(site):
    """Make a clerk who has a password and nothing else; return the sign-in name."""
    name = f"desk.{next(_numbers)}"
    label = Label("Desk nine", "九号窗口")
    new = NewAccount(kind=AccountKind.STAFF, sign_in=name, label=label, office=label)
    account = access.create_account(new, by=OPERATOR)
    access.grant_role(by=OPERATOR, account=account, role=Role.AGENCY_CLERK, since=SystemClock().now())
    Account.objects.filter(pk=account).update(password=make_password(PASSWORD))
    return name


@pytest.fixture
def device(page):
    """Give the browser a device that holds passkeys."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})

    def holds() -> int:
        asked = {"authenticatorId": made["authenticatorId"]}
        return len(session.send("WebAuthn.getCredentials", asked)["credentials"])

    return holds


def accessible(page):
    page.wait_for_load_state()  # a page that is still coming has nothing to look at
    found = Axe().run(page)
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]] == []


def fill_in(page, site, name):
    page.goto(f"{site}/sign-in/")
    page.fill("#login", name)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_clerk_adds_a_passkey_and_signs_in_with_it_alone(page, site, clerk, device):
    """The password alone opens nothing; with a passkey the counter opens, and next time it is all one needs."""
    fill_in(page, site, clerk)
    expect(page.get_by_role("main")).to_contain_text("Set up a second step of signing in")
    expect(page.get_by_role("link", name="Find a person")).to_have_count(0)
    page.get_by_role("link", name="Add a passkey").click()
    page.fill("#name", "My telephone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    expect(page.locator("main code")).to_have_count(10)
    assert device() == 1
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("main")).to_contain_text("My telephone")
    expect(page.get_by_role("link", name="Find a person")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{site}/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("link", name="Find a person")).to_be_visible()


def test_a_passkey_is_the_second_step_after_the_password(page, site, clerk, device):
    """Whoever types name and password shows the passkey next; it also confirms a change later."""
    fill_in(page, site, clerk)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("button", name="Sign out").click()
    fill_in(page, site, clerk)
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("link", name="Find a person")).to_be_visible()
    page.goto(f"{site}/account/confirm/passkey/?next=/account/app/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up an authenticator app")


def test_without_a_passkey_the_page_says_so(page, site, device):
    """A device that holds none for this site leads to a plain sentence, not to a dead button."""
    page.goto(f"{site}/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_have_text(
        "The device gave no passkey. Try again, or use another way."
    )


def test_a_clerk_signs_in_with_an_authenticator_app(page, site, clerk):
    """The key below the picture can be typed; the app's code is then asked for at every log-in."""
    fill_in(page, site, clerk)
    page.get_by_role("link", name="Set up an authenticator app").click()
    secret = page.locator("main strong.pv-breakable").inner_text().replace(" ", "")
    page.fill("#code", _code(secret, 0))
    page.get_by_role("button", name="Set up an authenticator app").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    accessible(page)
    for address in ("confirm/", "confirm/code/", "app/remove/", "recovery-codes/", "recovery-codes/new/"):
        page.goto(f"{site}/account/{address}")
        accessible(page)
    page.get_by_role("button", name="Sign out").click()
    fill_in(page, site, clerk)
    accessible(page)
    page.fill("#code", _code(secret, 1))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("link", name="Find a person")).to_be_visible()


def test_signing_in_works_without_script(browser, site, clerk):
    """Name, password and the pages of one's account need no script; no button is there that would do nothing."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    fill_in(page, site, clerk)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign-in and security")
    page.get_by_role("link", name="Add a passkey").click()
    expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()
    expect(page.get_by_role("main")).to_contain_text("Use an authenticator app instead")
    context.close()


def test_a_session_is_ended_from_elsewhere(browser, page, site, clerk):
    """A forgotten browser in the list is signed out by one click here."""
    context = browser.new_context()
    elsewhere = context.new_page()
    for one in (elsewhere, page):
        fill_in(one, site, clerk)
    page.get_by_role("button", name=re.compile("^End ")).last.click()
    expect(page.get_by_role("status")).to_have_text(re.compile("ended"))
    elsewhere.goto(f"{site}/account/")
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Page not found")
    context.close()


def _code(secret: str, steps: int) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))
