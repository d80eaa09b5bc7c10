"""Fixtures of the access tests: a filled office, and connections to try things with."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from tests.access.look_log import LookLog
from tests.access.office import AN, BO, CUI, Office, fill_ledger

from provident.access.records import AccountKind, Role
from provident.ledger import actions as ledger
from provident.ledger.seal.logs.named import places


@pytest.fixture
def office(fresh_database: str, owner_connection: psycopg.Connection) -> Office:
    """Three residents with an entry, an event and a year each; two residents' accounts, a clerk, a supervisor."""
    fill_ledger(owner_connection, {AN: 1, BO: 2, CUI: 3})
    office = Office(owner_connection)
    office.an = office.account(AccountKind.PERSON, Role.RESIDENT, person=AN)
    office.bo = office.account(AccountKind.PERSON, Role.RESIDENT, person=BO)
    office.clerk = office.account(AccountKind.STAFF, Role.AGENCY_CLERK)
    office.supervisor = office.account(AccountKind.STAFF, Role.SUPERVISOR)
    return office


@pytest.fixture
def connect(fresh_database: str) -> Iterator[Callable[[], psycopg.Connection]]:
    """Return a way to open further connections as the application role, committing at once."""
    with ExitStack() as opened:

        def connect() -> psycopg.Connection:
            address = os.environ["PROVIDENT_DATABASE_URL"]
            return opened.enter_context(psycopg.connect(address, autocommit=True))

        yield connect


@pytest.fixture
def log(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LookLog:
    """Return the log of looks of an installation whose tiles, guard and keys are the test's own."""
    for setting, folder in (
        ("PROVIDENT_DATA", "data"),
        ("PROVIDENT_GUARD", "guard"),
        ("PROVIDENT_LOG_KEYS", "keys"),
    ):
        monkeypatch.setenv(setting, str(tmp_path / folder))
    made = ledger.register_installation(
        agency_en="Test Agency",
        agency_zh="测试机构",
        currency="CNY",
        zone=ZoneInfo("Asia/Shanghai"),
        home_region=990000,
    )
    return LookLog(places(made.id))
