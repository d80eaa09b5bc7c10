"""A lost second factor is taken away by two, and the account is taken up anew with a code."""

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password

from provident.access.models import Account
from provident.access.records import OPERATOR, AccountKind, Role
from provident.access.recovery import confirm_reset, propose_reset
from provident.access.refusals import MayNotGive, NeedsAnotherAccount, NoOpenReset

from .office import AN, TOMORROW


@pytest.fixture
def lost(office):
    """Make a clerk and a resident who have lost their authenticator apps."""

    def with_app(account):
        Account.objects.filter(pk=account).update(password=make_password("a b c d e f"))
        Authenticator.objects.create(user_id=account, type="totp", data={"secret": "x"})
        return account

    office.lost = with_app(office.account(AccountKind.STAFF, Role.AGENCY_CLERK))
    office.resident = with_app(office.an)
    office.ada, office.ben = (
        office.account(AccountKind.STAFF, Role.ADMINISTRATOR),
        office.account(AccountKind.STAFF, Role.ADMINISTRATOR),
    )
    Account.objects.filter(pk__in=[office.ada, office.ben]).update(password="x")
    return office


def factors(account) -> int:
    return Authenticator.objects.filter(user_id=account).count()


def test_two_administrators_open_an_office_account_anew(lost):
    """One proposes, another confirms; second factor and password are gone, and a code is there."""
    proposal = propose_reset(by=lost.ada, account=lost.lost, reason="Telephone lost")
    assert factors(lost.lost) == 1
    made = confirm_reset(by=lost.ben, proposal=proposal, expires_at=TOMORROW)
    assert made.account == lost.lost
    assert made.code
    assert factors(lost.lost) == 0
    assert not Account.objects.get(pk=lost.lost).has_usable_password()
    assert factors(lost.resident) == 1


def test_whoever_proposed_cannot_confirm(lost):
    """One administrator alone takes nobody's second factor away; nor does the operator while there are others."""
    for alone in (lost.ada, OPERATOR):
        proposal = propose_reset(by=alone, account=lost.lost, reason="Telephone lost")
        with pytest.raises(NeedsAnotherAccount):
            confirm_reset(by=alone, proposal=proposal, expires_at=TOMORROW)
    assert factors(lost.lost) == 1


def test_the_operator_alone_helps_the_only_administrator(lost):
    """Where nobody else could confirm, whoever holds the machine may."""
    Account.objects.filter(pk=lost.ben).update(password="!")
    proposal = propose_reset(by=OPERATOR, account=lost.ada, reason="Telephone lost")
    assert confirm_reset(by=OPERATOR, proposal=proposal, expires_at=TOMORROW).account == lost.ada


def test_nobody_resets_their_own(lost):
    """Neither proposing nor confirming reaches one's own account."""
    with pytest.raises(MayNotGive):
        propose_reset(by=lost.ada, account=lost.ada, reason="Mine")
    proposal = propose_reset(by=lost.ben, account=lost.ada, reason="Hers")
    with pytest.raises(MayNotGive):
        confirm_reset(by=lost.ada, proposal=proposal, expires_at=TOMORROW)


def test_the_counter_proposes_and_a_supervisor_confirms_for_a_resident(lost):
    """A clerk alone cannot, an administrator neither: they serve no residents."""
    with pytest.raises(MayNotGive):
        propose_reset(by=lost.ada, account=lost.resident, reason="Telephone lost")
    proposal = propose_reset(by=lost.clerk, account=lost.resident, reason="Telephone lost")
    with pytest.raises(MayNotGive):
        confirm_reset(by=lost.clerk, proposal=proposal, expires_at=TOMORROW)
    confirm_reset(by=lost.supervisor, proposal=proposal, expires_at=TOMORROW)
    assert factors(lost.resident) == 0
    assert AN


def test_a_proposal_is_confirmed_once_and_in_time(lost):
    """Unknown, confirmed and old proposals are refused alike."""
    proposal = propose_reset(by=lost.ada, account=lost.lost, reason="Telephone lost")
    confirm_reset(by=lost.ben, proposal=proposal, expires_at=TOMORROW)
    for number in (proposal, proposal + 99):
        with pytest.raises(NoOpenReset):
            confirm_reset(by=lost.ben, proposal=number, expires_at=TOMORROW)
    late = propose_reset(by=lost.ada, account=lost.lost, reason="Again")
    week = dt.timedelta(days=7, minutes=1)
    lost.owner.execute("UPDATE access_reset SET proposed_at = proposed_at - %s WHERE id = %s", [week, late])
    with pytest.raises(NoOpenReset):
        confirm_reset(by=lost.ben, proposal=late, expires_at=TOMORROW)


def test_sessions_end_with_it(lost):
    """Whoever holds the lost device is signed out at once."""
    lost.owner.execute(
        "INSERT INTO django_session VALUES ('k1', '', now() + interval '1 hour');"
        "INSERT INTO usersessions_usersession (user_id, created_at, ip, last_seen_at, session_key, user_agent, data)"
        f" VALUES ({lost.lost}, now(), '192.0.2.1', now(), 'k1', '', '{{}}')"
    )
    proposal = propose_reset(by=lost.ada, account=lost.lost, reason="Telephone lost")
    confirm_reset(by=lost.ben, proposal=proposal, expires_at=TOMORROW)
    left = lost.owner.execute("SELECT count(*) FROM django_session WHERE session_key = 'k1'").fetchone()
    assert left == (0,)
