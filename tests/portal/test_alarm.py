"""A sealer that stands still is said to the office on every page, and to nobody else."""

import pytest
from filings import world

from provident.access import actions as access
from provident.access.records import OPERATOR, AccountKind, Label, NewAccount, Role
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.sealing import seal

from .signing import signed_in

PLACES = (("PROVIDENT_DATA", "data"), ("PROVIDENT_GUARD", "guard"), ("PROVIDENT_LOG_KEYS", "keys"))


@pytest.fixture
def office(fresh_database, tmp_path, monkeypatch, settings, superuser_connection):
    """Post something an hour ago that nobody sealed; return a way to read a page as somebody."""
    settings.SECURE_SSL_REDIRECT = False
    for setting, name in PLACES:
        monkeypatch.setenv(setting, str(tmp_path / name))
    world.agency(1)
    desk = world.Desk(tmp_path)
    desk.send(world.enrol([1], "2025-03"))
    desk.send(world.declare([1], "2025-03"))
    superuser_connection.execute("SET session_replication_role = replica")
    superuser_connection.execute("UPDATE ledger_batch SET posted_at = posted_at - interval '61 minutes'")

    def read(role, language="en", **how):
        kind = AccountKind.PERSON if role is Role.RESIDENT else AccountKind.STAFF
        label = Label(role, role)
        person = world.key_of(1) if role is Role.RESIDENT else None
        made = access.create_account(
            NewAccount(
                kind=kind, sign_in=f"{role}-{language}-{len(how)}", label=label, office=label, person=person
            ),
            by=OPERATOR,
        )
        access.grant_role(by=OPERATOR, account=made, role=role, since=world.NOW)
        return signed_in(made, **how).get("/check/", headers={"accept-language": language}).content.decode()

    return read


EN, ZH = "is not being sealed: the oldest of it has waited 61 minutes", "最早一项已等待 61 分钟"


@pytest.mark.parametrize("role", [Role.AGENCY_CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_the_office_is_told(office, role):
    """Clerk, supervisor and administrator read it in their language, until it is sealed."""
    assert EN in office(role)
    assert ZH in office(role, "zh-hans")
    seal(LEDGER)
    assert "not being sealed" not in office(role, second_factor=True)


def test_nobody_else_is(office, client):
    """A resident, a visitor, and staff without a second factor have nothing to do about it."""
    assert EN not in office(Role.RESIDENT)
    assert EN not in office(Role.SUPERVISOR, second_factor=False)
    assert EN not in client.get("/check/").content.decode()
