"""The gate before the pages. Every route by every role is asked for in tests/api/test_role_matrix.py."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from provident.access import actions as access
from provident.access import matrix
from provident.access.records import OPERATOR, AccountKind, Label, NewAccount, Role
from provident.filings.uploads import JOB
from provident.identity import actions as identity
from provident.jobs import tasks
from provident.kernel.clock import SystemClock
from provident.ledger import actions as ledger
from provident.sample.numbers import resident_number

from .signing import signed_in


@pytest.fixture
def people(fresh_database, settings):
    """Make a resident who has signed in, and a visitor."""
    settings.SECURE_SSL_REDIRECT = False
    now = SystemClock().now()
    ledger.register_installation(
        agency_en="A", agency_zh="甲", currency="CNY", zone=ZoneInfo("Asia/Shanghai"), home_region=990000
    )
    person = identity.register_resident(
        name="测试", number=resident_number(dt.date(1990, 1, 1), 1), at=now
    ).keys[0]
    new = NewAccount(
        kind=AccountKind.PERSON,
        sign_in="t.resident",
        label=Label("t", "t"),
        office=Label("o", "甲"),
        person=person,
    )
    account = access.create_account(new, by=OPERATOR)
    access.grant_role(by=OPERATOR, account=account, role=Role.RESIDENT, since=now)
    return {None: Client(), Role.RESIDENT: signed_in(account)}


def test_an_undeclared_route_is_nobody_s():
    """The matrix opens what it names and nothing else."""
    assert not matrix.allowed("no-such-route", [role.value for role in Role])


def test_personal_pages_are_never_kept(people):
    """No page may be stored by a browser or a proxy."""
    for page in ("/", "/record/", "/looks/"):
        assert people[Role.RESIDENT].get(page)["Cache-Control"] == "no-store"


def test_the_sample_sign_in_is_not_there_in_production(people, settings):
    """Without development mode nobody signs in by a click."""
    assert settings.DEVELOPMENT is False
    assert people[None].post("/sign-in/sample/").status_code == 404
    assert b"/sign-in/sample/" not in people[None].get("/sign-in/").content


def test_a_page_opens_the_record_by_a_look(people):
    """A resident's page shows their record, and the visit is then in their list of looks."""
    assert people[Role.RESIDENT].get("/record/").status_code == 200
    shown = people[Role.RESIDENT].get("/looks/").content.decode()
    assert "You looked at your own record." in shown


def test_the_queued_job_exists():
    """The name the portal queues is the name of a job."""
    assert tasks.process_uploaded.name == JOB
