"""Second factors: who needs one, what opens with one, how it is kept and lost."""

import re

import pytest
from allauth.mfa.models import Authenticator
from cryptography.exceptions import InvalidTag

from provident.access.records import AccountKind, Role
from provident.access.tokens.queries import tokens_of
from provident.portal.accounts import sealing

from .people import PASSWORD, account, add_app, browser, code_of, sign_in

IN_OFFICE = [
    (AccountKind.STAFF, Role.AGENCY_CLERK, "/counter/"),
    (AccountKind.EMPLOYER, Role.EMPLOYER_CLERK, "/filings/"),
]


def codes_on(page) -> list[str]:
    return [found.replace(" ", "") for found in re.findall(r"<code>([\d ]+)</code>", page.content.decode())]


def signed_in_long_ago(client) -> None:
    session = client.session
    session["account_authentication_methods"] = [
        one | {"at": one["at"] - 600} for one in session["account_authentication_methods"]
    ]
    session.save()


@pytest.mark.parametrize(("kind", "role", "page"), IN_OFFICE)
def test_office_accounts_hold_no_role_until_they_have_a_second_factor(kind, role, page):
    """After the password alone every section is as if it were not there, and home leads to setting one up."""
    account(kind, role=role)
    client = browser()
    sign_in(client)
    assert client.get(page).status_code == 404
    assert client.get("/").url == "/account/"
    assert "Set up a second step" in client.get("/account/").content.decode()
    before = client.session.session_key
    add_app(client)
    assert client.session.session_key != before
    assert client.get(page).status_code == 200


def test_a_resident_may_do_without():
    """A resident's password alone opens their own sections."""
    account(AccountKind.PERSON, role=Role.RESIDENT)
    client = browser()
    sign_in(client)
    assert client.get("/looks/").status_code != 404
    assert "Set up a second step" not in client.get("/account/").content.decode()


def test_whoever_has_a_second_factor_is_asked_for_it():
    """Name and password lead to the second step; only a right code, once, leads in."""
    account(AccountKind.STAFF, role=Role.AGENCY_CLERK)
    first = browser()
    sign_in(first)
    secret = add_app(first)
    client = browser("192.0.2.2")
    assert sign_in(client).url == "/sign-in/second-factor/"
    assert client.get("/account/").status_code == 404
    # Who has no passkey is not offered to use one.
    assert "data-passkey" not in client.get("/sign-in/second-factor/").content.decode()
    wrong = "000000" if code_of(secret) != "000000" else "111111"
    assert "not right" in client.post("/sign-in/second-factor/", {"code": wrong}).content.decode()
    code = code_of(secret, steps=1)
    assert client.post("/sign-in/second-factor/", {"code": code}).status_code == 302
    assert client.get("/counter/").status_code == 200
    again = browser("192.0.2.3")
    sign_in(again)
    assert "not right" in again.post("/sign-in/second-factor/", {"code": code}).content.decode()


def test_guessing_codes_stops():
    """Five wrong codes and one must wait, with the right code too."""
    account(AccountKind.STAFF)
    first = browser()
    sign_in(first)
    secret = add_app(first)
    client = browser("192.0.2.2")
    sign_in(client)
    for _ in range(5):
        client.post("/sign-in/second-factor/", {"code": "12345"})
    answer = client.post("/sign-in/second-factor/", {"code": code_of(secret, steps=1)})
    assert "Too many attempts" in answer.content.decode()


def test_recovery_codes_are_shown_once_and_are_good_once():
    """They come with the first second factor; each opens the second step one time."""
    account(AccountKind.STAFF, role=Role.AGENCY_CLERK)
    first = browser()
    sign_in(first)
    add_app(first)
    codes = codes_on(first.get("/account/recovery-codes/"))
    assert len(set(codes)) == 10
    assert codes_on(first.get("/account/recovery-codes/")) == []
    for expected in (302, 200):
        client = browser("192.0.2.4")
        sign_in(client)
        assert client.post("/sign-in/second-factor/", {"code": codes[0]}).status_code == expected


def test_new_recovery_codes_void_the_old():
    """Whoever makes new ones makes the lost sheet worthless."""
    account(AccountKind.STAFF)
    first = browser()
    sign_in(first)
    add_app(first)
    old = codes_on(first.get("/account/recovery-codes/"))
    assert first.post("/account/recovery-codes/new/").status_code == 302
    new = codes_on(first.get("/account/recovery-codes/"))
    assert len(new) == 10
    assert not set(old) & set(new)


def test_the_last_second_factor_of_an_office_stays():
    """An office account cannot go back to a password alone."""
    account(AccountKind.STAFF)
    client = browser()
    sign_in(client)
    add_app(client)
    answer = client.post("/account/app/remove/")
    assert "keeps at least one passkey" in answer.content.decode()
    assert Authenticator.objects.filter(type="totp").count() == 1


def test_a_resident_may_remove_theirs():
    """A resident who removes the app signs in with the password alone again."""
    account(AccountKind.PERSON)
    client = browser()
    sign_in(client)
    add_app(client)
    assert client.post("/account/app/remove/").status_code == 302
    assert Authenticator.objects.count() == 0
    assert sign_in(browser("192.0.2.5")).url == "/"


def test_a_change_needs_the_password_again_when_signing_in_is_long_ago():
    """A machine left open does not let a passer-by add a second factor of their own."""
    account(AccountKind.PERSON)
    client = browser()
    sign_in(client)
    signed_in_long_ago(client)
    answer = client.get("/account/app/")
    assert answer.url.startswith("/account/confirm/?next=")
    wrong = client.post(answer.url, {"password": "not this one at all"})
    assert "not your present password" in wrong.content.decode()


def test_a_token_needs_the_password_again_when_signing_in_is_long_ago():
    """A machine left open gives a passer-by no token; after the password the one that was asked for is made."""
    holder = account(AccountKind.PERSON, role=Role.RESIDENT)
    client = browser()
    sign_in(client)
    signed_in_long_ago(client)
    assert client.get("/tokens/").status_code == 200
    asked = {"label": "my program", "scope": "record", "days": "30"}
    answer = client.post("/tokens/", asked)
    assert answer.url.startswith("/account/confirm/?next=")
    assert tokens_of(holder.pk) == ()
    made = client.post(answer.url, {"password": PASSWORD})
    assert "provident_" in made.content.decode()
    assert [one.label for one in tokens_of(holder.pk)] == ["my program"]


def test_secrets_are_encrypted_at_rest(settings):
    """Neither the app's secret nor the seed of the recovery codes can be read in the database."""
    account(AccountKind.STAFF)
    client = browser()
    sign_in(client)
    secret = add_app(client)
    kept = {one.type: one.data for one in Authenticator.objects.all()}
    assert secret not in str(kept)
    assert sealing.decrypt(kept["totp"]["secret"]) == secret
    assert kept["recovery_codes"]["seed"].startswith("v1.")
    settings.SECOND_FACTOR_KEY = "another"
    with pytest.raises(InvalidTag):
        sealing.decrypt(kept["totp"]["secret"])


def test_one_text_is_never_encrypted_alike_twice():
    """Equal secrets cannot be seen to be equal."""
    assert sealing.encrypt("a") != sealing.encrypt("a")
    with pytest.raises(ValueError, match="unknown form"):
        sealing.decrypt("v0.AAAA")


def test_another_s_passkey_is_not_there():
    """The number of somebody else's passkey opens nothing, like one that does not exist."""
    other = account(AccountKind.PERSON, name="t.two")
    key = Authenticator.objects.create(user=other, type="webauthn", data={"name": "Mine", "credential": {}})
    account(AccountKind.STAFF)
    client = browser()
    sign_in(client)
    for way in ("name", "remove"):
        assert client.get(f"/account/passkeys/{key.pk}/{way}/").status_code == 404
        assert client.post(f"/account/passkeys/{key.pk}/{way}/", {"name": "x"}).status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_a_made_up_passkey_signs_nobody_in():
    """Whatever is posted as a passkey leads back to the log-in page."""
    made = account(AccountKind.PERSON)
    for credential in (
        "",
        "{}",
        "[]",
        '{"id": "a", "rawId": "a", "response": {"userHandle": "MQ"}}',
        "nonsense",
    ):
        client = browser()
        client.get("/sign-in/passkey/", headers={"accept": "application/json"})
        answer = client.post("/sign-in/passkey/", {"credential": credential})
        assert (answer.status_code, answer.url) == (302, "/sign-in/"), credential
        assert "_auth_user_id" not in client.session
    assert made.pk
