"""Fixtures of the identity tests: an installation, a clerk, and a resident or two."""

import datetime as dt

import psycopg
import pytest
from tests.identity.register import Register
from tests.identity.town import Town

from provident.access import actions
from provident.access.records import OPERATOR, AccountKind, Label, NewAccount, Role
from provident.identity import forgetting


@pytest.fixture
def register(fresh_database: str, owner_connection: psycopg.Connection) -> Register:
    """Return an empty register of an installation with one clerk at the counter."""
    owner_connection.execute(
        "SELECT ledger_register_installation(gen_random_uuid(), 'Test Agency', '测试经办机构', 'CNY', 'Asia/Shanghai', 990000)"
    )
    clerk = actions.create_account(
        NewAccount(
            kind=AccountKind.STAFF,
            sign_in="clerk",
            label=Label("Clerk", "经办"),
            office=Label("Counter", "窗口"),
        ),
        by=OPERATOR,
    )
    register = Register(owner_connection, clerk)
    actions.grant_role(by=OPERATOR, account=clerk, role=Role.AGENCY_CLERK, since=register.now())
    return register


@pytest.fixture
def lapsed(monkeypatch):
    """Let every period of keeping be over."""
    monkeypatch.setattr(forgetting, "kept_until", lambda kind, made: dt.date(2000, 1, 1))


@pytest.fixture
def town(register, tmp_path, monkeypatch):
    """Return a register whose logs are the test's own, with a supervisor."""
    for setting in ("PROVIDENT_DATA", "PROVIDENT_GUARD", "PROVIDENT_LOG_KEYS"):
        monkeypatch.setenv(setting, str(tmp_path / setting))
    return Town(register)
