"""Signing in by name and password."""

import re

from django.contrib.auth import hashers

from provident.access.models import Account
from provident.access.records import AccountKind, Role

from .people import PASSWORD, account, browser, sign_in


def plain(answer) -> str:
    return re.sub(r'(value|action)="[^"]*"', "", answer.content.decode())


def test_a_resident_signs_in_with_name_and_password():
    """Whoever knows both is in, and the roles are there."""
    account(AccountKind.PERSON, role=Role.RESIDENT)
    client = browser()
    assert sign_in(client).url == "/"
    assert client.get("/looks/").status_code != 404


def test_unknown_names_wrong_passwords_and_closed_accounts_get_one_answer(monkeypatch):
    """Nobody learns from the log-in page whether a name is somebody's."""
    account(AccountKind.PERSON)
    account(AccountKind.STAFF, name="t.two")
    monkeypatch.setattr(Account, "is_active", property(lambda one: one.sign_in != "t.two"))
    wrong = plain(sign_in(browser(), password="not this one at all"))
    unknown = plain(sign_in(browser(), name="t.zzz"))
    assert wrong == unknown
    assert plain(sign_in(browser(), name="t.two")) == wrong


def test_an_unknown_name_costs_as_much_work_as_a_known_one(monkeypatch):
    """A password is hashed exactly once, whether or not the name is known."""
    account(AccountKind.PERSON)
    hashed = []
    quick = hashers.get_hasher().__class__
    slow = quick.encode
    monkeypatch.setattr(quick, "encode", lambda *args: hashed.append(1) or slow(*args))
    sign_in(browser(), password="not this one at all")
    known = len(hashed)
    hashed.clear()
    sign_in(browser(), name="t.zzz")
    assert len(hashed) == known == 1


def test_guessing_stops_at_the_guesser_and_not_at_the_guessed():
    """After five wrong passwords from one address that address must wait; the owner, elsewhere, signs in."""
    account(AccountKind.PERSON)
    guesser, owner = browser("198.51.100.7"), browser("192.0.2.1")
    said = [sign_in(guesser, password=f"wrong guess number {n}").content.decode() for n in range(6)]
    assert all("is not right" in answer for answer in said[:5])
    assert "Too many attempts" in said[5]
    assert "Too many attempts" in sign_in(guesser).content.decode()
    assert sign_in(owner).status_code == 302


def test_capitals_in_the_name_do_not_matter():
    """A telephone's capital letter is no mistake; nor does it start the count of guesses anew."""
    account(AccountKind.PERSON)
    assert sign_in(browser(), name=" T.One").status_code == 302
    guesser = browser("198.51.100.9")
    for name in ("t.one", "T.one", "t.One", "T.ONE", "ｔ.one"):
        sign_in(guesser, name=name, password="not this one at all")
    assert "Too many attempts" in sign_in(guesser).content.decode()


def test_an_address_that_tries_many_names_must_wait():
    """Twenty failures a minute from one address are enough, whatever the names."""
    guesser = browser("198.51.100.8")
    said = [sign_in(guesser, name=f"t.{n}").content.decode() for n in range(21)]
    assert "Too many attempts" not in said[19]
    assert "Too many attempts" in said[20]


def test_signing_in_changes_the_session_s_key():
    """A session key planted before is worth nothing after."""
    account(AccountKind.PERSON)
    client = browser()
    client.get("/sign-in/")
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    sign_in(client)
    assert client.session.session_key != before
    assert not type(session)().exists(before)


def test_one_is_never_sent_to_another_site():
    """`next` leads within this site only."""
    account(AccountKind.PERSON)
    for target in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        client = browser()
        answer = client.post("/sign-in/", {"login": "t.one", "password": PASSWORD, "next": target})
        assert answer.status_code == 302
        assert answer.url == "/"


def test_nobody_signs_up_resets_or_is_mailed():
    """The addresses allauth would serve for that are not there."""
    client = browser()
    for address in ("/sign-up/", "/signup/", "/accounts/signup/", "/password/reset/", "/account/email/"):
        assert client.get(address).status_code == 404


def test_a_password_is_changed_with_the_present_one():
    """The new password counts from then on, other sessions end, this one goes on."""
    account(AccountKind.PERSON)
    here, there = browser(), browser("192.0.2.9")
    sign_in(here)
    sign_in(there)
    new = "seven grey herons at noon"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert "not your present" in here.post("/account/password/", form | {"oldpassword": "x"}).content.decode()
    weak = here.post("/account/password/", form | {"password1": "short", "password2": "short"})
    assert weak.status_code == 200
    assert here.post("/account/password/", form).url == "/account/"
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 404
    assert sign_in(browser(), password=new).status_code == 302
    assert "is not right" in sign_in(browser()).content.decode()


def test_only_the_password_s_column_is_written():
    """A change of password touches nothing else of the account."""
    made = account(AccountKind.PERSON)
    client = browser()
    sign_in(client)
    before = Account.objects.filter(pk=made.pk).values("sign_in", "kind", "person_key", "label_en").get()
    new = "seven grey herons at noon"
    client.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    after = Account.objects.filter(pk=made.pk).values("sign_in", "kind", "person_key", "label_en").get()
    assert before == after
