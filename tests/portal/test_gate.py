"""Every route, every method, every role: what the matrix does not open answers like a page that is not there."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import get_resolver

from provident.access import actions as access
from provident.access import matrix
from provident.access.records import OPERATOR, AccountKind, Label, NewAccount, Role
from provident.identity import actions as identity
from provident.jobs import tasks
from provident.kernel.clock import SystemClock
from provident.ledger import actions as ledger
from provident.portal.views.filings import JOB
from provident.sample.numbers import resident_number

from .signing import signed_in

_ARGUMENTS = {
    "branch": "pension",
    "year": 2026,
    "filing": 1,
    "log": "ledger",
    "epoch": 2,
    "path": "checkpoint",
}


# Routes that find nothing of these people's, which have only just come into being.
_NOTHING_THERE = {
    "filing",
    "filing-report",
    "statement",
    "sign-in-sample",
    "log",
    "log-epoch",
    "mfa_deactivate_totp",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "token-end",
    "eid-leave",
    "eid-arrived",
    "authority-end",
    "offer-end",
    "represented-record",
    "office-code",
    "office-role",
    "office-role-end",
    "request",
    "request-take-back",
    "case",
}


def routes():
    return [pattern.name for pattern in get_resolver("provident.portal.urls").url_patterns]


def address(name: str) -> str:
    pattern = next(p for p in get_resolver("provident.portal.urls").url_patterns if p.name == name)
    arguments = {key: _ARGUMENTS.get(key, 1) for key in pattern.pattern.converters}
    return "/" + re.sub(r"<\w+:(\w+)>", lambda found: str(arguments[found[1]]), str(pattern.pattern))


@pytest.fixture
def people(fresh_database, settings):
    """Make an account for each role that signs in to pages, and a visitor."""
    settings.SECURE_SSL_REDIRECT = False
    now = SystemClock().now()
    ledger.register_installation(
        agency_en="A", agency_zh="甲", currency="CNY", zone=ZoneInfo("Asia/Shanghai"), home_region=990000
    )
    person = identity.register_resident(
        name="测试", number=resident_number(dt.date(1990, 1, 1), 1), at=now
    ).keys[0]
    employer = identity.register_employer(code="91990000MA0000001B", name="单位", region=990000, at=now)
    kinds = {
        Role.RESIDENT: (AccountKind.PERSON, person, None),
        Role.EMPLOYER_CLERK: (AccountKind.EMPLOYER, None, employer),
        Role.AGENCY_CLERK: (AccountKind.STAFF, None, None),
        Role.SUPERVISOR: (AccountKind.STAFF, None, None),
        Role.AUDITOR: (AccountKind.STAFF, None, None),
    }
    clients = {None: Client()}
    for role, (kind, whose, of) in kinds.items():
        new = NewAccount(
            kind=kind,
            sign_in=f"t.{role}",
            label=Label(role, role),
            office=Label("o", "甲"),
            person=whose,
            employer=of,
        )
        account = access.create_account(new, by=OPERATOR)
        access.grant_role(by=OPERATOR, account=account, role=role, since=now)
        clients[role] = signed_in(account)
        if kind is not AccountKind.PERSON:
            clients[f"{role} without a second factor"] = signed_in(account, second_factor=False)
    return clients


def test_every_route_is_in_the_matrix():
    """A route without a row is nobody's, and there is none such."""
    assert set(routes()) <= set(matrix.routes())


def test_an_undeclared_route_is_nobody_s():
    """The matrix opens what it names and nothing else."""
    assert not matrix.allowed("no-such-route", [role.value for role in Role])


def test_what_the_matrix_does_not_open_looks_like_nothing(people):
    """For every route, method and role the answer is the matrix's: open, or the same 404 as a missing page."""
    wrong = []
    for name in routes():
        for role, client in people.items():
            full = [role.value] if isinstance(role, Role) else []
            opened = matrix.allowed(name, [*full, matrix.SIGNED_IN] if role else [])
            for method in ("get", "post", "put", "delete"):
                if name == "sign-out" and method == "post":
                    continue  # it would sign the account out of the rest of the test
                answer = getattr(client, method)(address(name))
                if not opened and answer.status_code != 404:
                    wrong.append((name, role, method, answer.status_code))
                found_nothing = name in _NOTHING_THERE
                if opened and answer.status_code == 404 and not found_nothing:
                    wrong.append((name, role, method, answer.status_code))
                if answer.status_code >= 500:
                    wrong.append((name, role, method, answer.status_code))
    missing = people[Role.RESIDENT].get("/no-such-page/")
    hidden = people[Role.RESIDENT].get(address("counter"))
    assert wrong == [], wrong
    assert _without_token(missing.content, b"/no-such-page/") == _without_token(hidden.content, b"/counter/")


def _without_token(page: bytes, address: bytes) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", page).replace(address, b"")


def test_personal_pages_are_never_kept(people):
    """No page may be stored by a browser or a proxy."""
    for name in ("home", "record", "looks"):
        assert people[Role.RESIDENT].get(address(name))["Cache-Control"] == "no-store"


def test_the_sample_sign_in_is_not_there_in_production(people, settings):
    """Without development mode nobody signs in by a click."""
    assert settings.DEVELOPMENT is False
    assert people[None].post("/sign-in/sample/").status_code == 404
    assert b"/sign-in/sample/" not in people[None].get("/sign-in/").content


def test_a_page_opens_the_record_by_a_look(people):
    """A resident's page shows their record, and the visit is then in their list of looks."""
    assert people[Role.RESIDENT].get("/record/").status_code == 200
    shown = people[Role.RESIDENT].get("/looks/").content.decode()
    assert "Reading one&#39;s own record" in shown


def test_the_queued_job_exists():
    """The name the portal queues is the name of a job."""
    assert tasks.process_uploaded.name == JOB
