"""Accounts with passwords, browsers at an address, and an authenticator app."""

import datetime as dt
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.hashers import make_password
from django.test import Client

from provident.access import actions as access
from provident.access.models import Account
from provident.access.records import OPERATOR, AccountKind, Label, NewAccount, Role
from provident.kernel.keys import EmployerKey, PersonKey

_YESTERDAY = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
PASSWORD = "blue kettle under the stairs"


def account(kind: AccountKind, *, role: Role | None = None, name: str = "t.one") -> Account:
    """Make an account that has a password."""
    label = Label("Desk one", "一号窗口")
    new = NewAccount(
        kind=kind,
        sign_in=name,
        label=label,
        office=label,
        person=PersonKey(7) if kind is AccountKind.PERSON else None,
        employer=EmployerKey(7) if kind is AccountKind.EMPLOYER else None,
    )
    number = access.create_account(new, by=OPERATOR)
    if role:
        access.grant_role(by=OPERATOR, account=number, role=role, since=_YESTERDAY)
    Account.objects.filter(pk=number).update(password=make_password(PASSWORD))
    return Account.objects.get(pk=number)


def browser(address: str = "192.0.2.1") -> Client:
    """Return a browser at an address."""
    return Client(REMOTE_ADDR=address)


def sign_in(client: Client, name: str = "t.one", password: str = PASSWORD):
    """Fill the log-in page in."""
    return client.post("/sign-in/", {"login": name, "password": password})


def code_of(secret: str, *, steps: int = 0) -> str:
    """Return what an authenticator app shows, some half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def add_app(client: Client) -> str:
    """Set an authenticator app up; return its secret."""
    page = client.get("/account/app/")
    assert page.status_code == 200, page
    secret = client.session["mfa.totp.secret"]
    done = client.post("/account/app/", {"code": code_of(secret)})
    assert done.status_code == 302, done.content.decode()
    return secret
