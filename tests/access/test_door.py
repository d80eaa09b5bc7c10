"""Who may open which record, and what is written whatever the answer."""

import datetime as dt
from collections.abc import Sequence

import psycopg
import pytest
from django.db import connection, transaction
from tests.access.office import AN, BO, CUI, LONG_AGO, NOBODY, TOMORROW, YESTERDAY, Connect, Office

from provident import access
from provident.access import actions
from provident.access.records import OPERATOR, AccountKind, GrantKind, Role
from provident.access.refusals import (
    CeilingReached,
    FieldsBeyondPurpose,
    GuardedRecord,
    LookRefused,
    NoGrant,
    NotOwnRecord,
    OwnRecord,
    RoleMissing,
    UnknownAccount,
    UnknownPerson,
    UnknownPurpose,
)
from provident.kernel.keys import AccountId, PersonKey
from provident.ledger import wire
from provident.ledger.queries import record_years

FIELDS = ("name", "contributions")


def refused(
    kind: type[LookRefused],
    person: PersonKey | None,
    by: AccountId,
    purpose: str,
    fields: tuple[str, ...] = FIELDS,
    reason: str = "",
) -> None:
    with (
        pytest.raises(LookRefused) as refusal,
        access.open_record(person, by=by, purpose=purpose, fields=fields, reason=reason),
    ):
        pytest.fail("the record opened")
    assert type(refusal.value) is kind


def test_a_resident_opens_their_own_record_and_sees_nothing_else(office: Office) -> None:
    """A resident's look opens their own rows, for the length of the block."""
    with access.open_record(AN, by=office.an, purpose="own_record", fields=FIELDS) as opened:
        assert opened.person == AN
        assert opened.keys == (AN,)
        assert opened.fields == FIELDS
        assert office.readable() == {AN}
    assert office.readable() == set()
    assert office.looks() == [(office.an, AN, True, "")]


def test_a_resident_does_not_open_another_record(office: Office) -> None:
    """Asking for somebody else's record as one's own is refused, and the refusal is in the log."""
    refused(NotOwnRecord, BO, office.an, "own_record")
    assert office.looks() == [(office.an, BO, False, "access.not_own_record")]


def test_whatever_is_unknown_is_refused_and_written(office: Office) -> None:
    """An unknown purpose, account, person, field or role is a no, and each no is in the log."""
    refused(UnknownPurpose, AN, office.an, "curiosity")
    refused(UnknownPurpose, AN, OPERATOR, "filing")
    refused(UnknownAccount, AN, AccountId(4711), "own_record")
    refused(UnknownPerson, NOBODY, OPERATOR, "console")
    refused(UnknownPerson, None, OPERATOR, "console")
    refused(FieldsBeyondPurpose, AN, office.an, "own_record", fields=("name", "wishes"))
    refused(FieldsBeyondPurpose, AN, office.an, "own_record", fields=())
    refused(RoleMissing, AN, office.an, "console")
    assert [(person, refusal) for _, person, _, refusal in office.looks()] == [
        (AN, "access.unknown_purpose"),
        (AN, "access.unknown_purpose"),
        (AN, "access.unknown_account"),
        (NOBODY, "access.unknown_person"),
        (None, "access.unknown_person"),
        (AN, "access.fields_beyond_purpose"),
        (AN, "access.fields_beyond_purpose"),
        (AN, "access.role_missing"),
    ]


def test_a_role_serves_from_its_first_moment_until_its_last(office: Office) -> None:
    """A role that has run out, has not begun or was revoked opens nothing."""
    late = office.account(AccountKind.PERSON, person=CUI)
    actions.grant_role(by=OPERATOR, account=late, role=Role.RESIDENT, since=LONG_AGO, until=YESTERDAY)
    actions.grant_role(by=OPERATOR, account=late, role=Role.RESIDENT, since=TOMORROW)
    refused(RoleMissing, CUI, late, "own_record")
    held = actions.grant_role(by=OPERATOR, account=late, role=Role.RESIDENT, since=YESTERDAY, until=TOMORROW)
    with access.open_record(CUI, by=late, purpose="own_record", fields=FIELDS):
        assert office.readable() == {CUI}
    actions.revoke_role(by=OPERATOR, role_grant=held, at=dt.datetime.now(dt.UTC))
    refused(RoleMissing, CUI, late, "own_record")


def test_a_closed_account_opens_nothing(office: Office) -> None:
    """Closing an account shuts every record to it."""
    office.owner.execute("UPDATE access_account SET closed_at = now() WHERE id = %s", [office.an])
    refused(UnknownAccount, AN, office.an, "own_record")


def test_a_mandate_opens_one_record_for_one_purpose_until_it_ends(office: Office) -> None:
    """A representative reads what the person's written authority covers, and nothing once it has ended."""
    helper = office.account(AccountKind.PERSON, Role.REPRESENTATIVE, person=CUI)
    refused(NoGrant, AN, helper, "representation")
    mandate = office.opens(GrantKind.MANDATE, helper, AN, "representation")
    with access.open_record(AN, by=helper, purpose="representation", fields=FIELDS):
        assert office.readable() == {AN}
    refused(NoGrant, BO, helper, "representation")
    refused(NoGrant, AN, helper, "representation", fields=("name", "benefits"))
    actions.end_grant(by=office.an, grant=mandate, at=dt.datetime.now(dt.UTC))
    refused(NoGrant, AN, helper, "representation")


def test_a_grant_for_one_purpose_serves_no_other(office: Office) -> None:
    """A case at the counter opens no guarded record to the same account as supervisor."""
    both = office.account(AccountKind.STAFF, Role.AGENCY_CLERK, Role.SUPERVISOR)
    actions.guard_record(by=OPERATOR, person=AN, reason="in the news", until=TOMORROW)
    office.opens(GrantKind.CASE, both, AN, "counter_service")
    with access.open_record(AN, by=both, purpose="counter_service", fields=FIELDS):
        assert office.readable() == {AN}
    refused(GuardedRecord, AN, both, "supervision")


def test_consent_and_agreement_open_to_a_partner_what_they_cover(office: Office) -> None:
    """A partner reads the person who consented; under an agreement, any person, for its fields."""
    partner = office.account(AccountKind.SYSTEM, Role.PARTNER)
    refused(NoGrant, AN, partner, "partner_query")
    consent = office.opens(GrantKind.CONSENT, partner, AN, "partner_query", by=office.an)
    with access.open_record(AN, by=partner, purpose="partner_query", fields=("name",)):
        assert office.readable() == {AN}
    refused(NoGrant, BO, partner, "partner_query", fields=("name",))
    actions.end_grant(by=office.an, grant=consent, at=dt.datetime.now(dt.UTC))
    office.opens(GrantKind.AGREEMENT, partner, None, "partner_query")
    with access.open_record(BO, by=partner, purpose="partner_query", fields=FIELDS):
        assert office.readable() == {BO}
    refused(NoGrant, BO, partner, "partner_query", fields=("benefits",))


def test_a_clerk_needs_a_case_or_gives_a_reason_the_person_reads(office: Office) -> None:
    """Without a case only a typed reason opens a record; it is stored with the look, marked as such."""
    refused(NoGrant, AN, office.clerk, "counter_service")
    refused(NoGrant, AN, office.clerk, "counter_service", reason="   ")
    with access.open_record(
        AN, by=office.clerk, purpose="counter_service", fields=FIELDS, reason="phone call, lost letter"
    ):
        assert office.readable() == {AN}
    case = office.opens(GrantKind.CASE, office.clerk, AN, "counter_service")
    with access.open_record(AN, by=office.clerk, purpose="counter_service", fields=FIELDS):
        assert office.readable() == {AN}
    found = office.owner.execute(
        "SELECT override, reason, grant_id FROM access_look WHERE answered ORDER BY id"
    )
    assert found.fetchall() == [(True, "phone call, lost letter", None), (False, "", case)]


def test_a_reason_does_not_open_what_the_role_alone_may_not(office: Office) -> None:
    """Typing a reason helps nobody whose purpose takes no override."""
    helper = office.account(AccountKind.PERSON, Role.REPRESENTATIVE, person=CUI)
    refused(NoGrant, AN, helper, "representation", reason="she is my neighbour")


def test_nobody_opens_their_own_record_in_office(office: Office) -> None:
    """A clerk's own record stays shut to the clerk in office, with a reason and with a case."""
    clerk = office.account(AccountKind.STAFF, Role.AGENCY_CLERK, person=CUI)
    refused(OwnRecord, CUI, clerk, "counter_service", reason="just checking")
    office.opens(GrantKind.CASE, clerk, CUI, "counter_service")
    refused(OwnRecord, CUI, clerk, "counter_service")


def test_a_colleagues_record_opens_only_with_a_case(office: Office) -> None:
    """For a colleague's record a typed reason is not enough, whatever the role; an open case is."""
    office.account(AccountKind.STAFF, Role.AGENCY_CLERK, person=CUI)
    refused(GuardedRecord, CUI, office.clerk, "counter_service", reason="just checking")
    refused(GuardedRecord, CUI, office.supervisor, "supervision")
    office.opens(GrantKind.CASE, office.clerk, CUI, "counter_service")
    with access.open_record(CUI, by=office.clerk, purpose="counter_service", fields=FIELDS):
        assert office.readable() == {CUI}


def test_a_flagged_record_opens_only_with_a_case_until_the_flag_ends(office: Office) -> None:
    """A flag shuts a record to everyone in office without a case; the person still reads it."""
    actions.guard_record(by=office.supervisor, person=AN, reason="in the news", until=TOMORROW)
    refused(GuardedRecord, AN, office.clerk, "counter_service", reason="caller asks")
    refused(GuardedRecord, AN, OPERATOR, "console")
    with access.open_record(AN, by=office.an, purpose="own_record", fields=FIELDS):
        assert office.readable() == {AN}
    office.opens(GrantKind.CASE, office.supervisor, AN, "supervision")
    with access.open_record(AN, by=office.supervisor, purpose="supervision", fields=FIELDS):
        assert office.readable() == {AN}
    office.owner.execute("UPDATE access_guarded SET since = since - interval '9 days', until = now()")
    with access.open_record(AN, by=OPERATOR, purpose="console", fields=FIELDS):
        assert office.readable() == {AN}


def test_beyond_the_hourly_ceiling_every_look_is_refused(office: Office) -> None:
    """The ceiling counts an account's answered looks of the past hour, and only at others."""
    actions.set_ceiling(by=OPERATOR, role=Role.AGENCY_CLERK, looks_per_hour=2)
    for person in (AN, BO):
        with access.open_record(
            person, by=office.clerk, purpose="counter_service", fields=FIELDS, reason="at the counter"
        ):
            pass
    refused(CeilingReached, CUI, office.clerk, "counter_service", reason="at the counter")
    refused(CeilingReached, AN, office.clerk, "counter_service", reason="at the counter")
    other = office.account(AccountKind.STAFF, Role.AGENCY_CLERK)
    with access.open_record(CUI, by=other, purpose="counter_service", fields=FIELDS, reason="at the counter"):
        pass
    for _ in range(3):
        with access.open_record(AN, by=office.an, purpose="own_record", fields=FIELDS):
            pass


def test_the_ceiling_forgets_refusals_and_what_is_over_an_hour_old(office: Office) -> None:
    """Refused looks and those of more than an hour ago leave room under the ceiling."""
    actions.set_ceiling(by=OPERATOR, role=Role.SUPERVISOR, looks_per_hour=1)
    office.owner.execute(
        "INSERT INTO access_look (at, xid, actor, office_en, office_zh, role, system, purpose, article_en, article_zh,"
        " fields, person_key, keys, answered, refusal, reason, override, counted, run) VALUES (now() - interval"
        " '61 minutes', '1', %s, '', '', '', '', '', '', '', '{}', %s, '{}', true, '', '', false, true, false)",
        [office.supervisor, AN],
    )
    refused(UnknownPurpose, AN, office.supervisor, "curiosity")
    with access.open_record(AN, by=office.supervisor, purpose="supervision", fields=FIELDS):
        pass
    refused(CeilingReached, AN, office.supervisor, "supervision")


def test_many_connections_do_not_get_past_the_ceiling(office: Office, connect: Connect) -> None:
    """Looks of one account wait for each other, so two at once count each other."""
    actions.set_ceiling(by=OPERATOR, role=Role.SUPERVISOR, looks_per_hour=1)
    ask = "SELECT refusal FROM access_open(%s, %s, 'supervision', '{name}', 'portal', '')"
    one, two = connect(), connect()
    two.execute("SET lock_timeout = '100ms'")
    with one.transaction():
        assert one.execute(ask, [office.supervisor, AN]).fetchone() == ("",)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            two.execute(ask, [office.supervisor, BO])
    assert two.execute(ask, [office.supervisor, BO]).fetchone() == ("access.ceiling_reached",)


def test_a_role_without_a_ceiling_row_opens_nothing(office: Office) -> None:
    """A missing ceiling is read as none allowed, never as no ceiling."""
    office.owner.execute("DELETE FROM access_ceiling WHERE role = 'supervisor'")
    refused(CeilingReached, AN, office.supervisor, "supervision")


def test_a_merged_record_opens_under_all_its_keys(office: Office) -> None:
    """Opening a person opens every key merged with theirs, whichever of the keys was asked for."""
    office.owner.execute("UPDATE ledger_person SET into_key = %s WHERE person_key = %s", [AN, CUI])
    for asked in (AN, CUI):
        with access.open_record(asked, by=office.an, purpose="own_record", fields=FIELDS) as opened:
            assert opened.person == AN
            assert opened.keys == (AN, CUI)
            assert office.readable() == {AN, CUI}
    refused(NotOwnRecord, CUI, office.bo, "own_record")


def test_the_look_stays_when_the_block_fails_and_its_writes_go(office: Office) -> None:
    """Whatever was read before the block failed was read: its look is committed, its writes are not."""
    called: list[str] = []

    def look_and_fail() -> None:
        with access.open_record(AN, by=office.an, purpose="own_record", fields=FIELDS):
            transaction.on_commit(lambda: called.append("ran"))
            with connection.cursor() as cursor:
                cursor.execute("UPDATE access_account SET last_login = now() WHERE id = %s", [office.an])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        look_and_fail()
    assert office.looks() == [(office.an, AN, True, "")]
    assert office.owner.execute(
        "SELECT last_login FROM access_account WHERE id = %s", [office.an]
    ).fetchone() == (None,)
    assert called == []


def test_the_look_stays_when_a_statement_in_the_block_fails(office: Office) -> None:
    """An error of the database in the block undoes the block only."""
    with (
        pytest.raises(Exception, match="division by zero"),
        access.open_record(AN, by=office.an, purpose="own_record", fields=FIELDS),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT 1 / 0")
    assert office.looks() == [(office.an, AN, True, "")]


def test_a_refused_look_brings_nothing_along(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The question that travels with the opening is answered as far as the look opens the record."""
    came: list[int] = []
    begin = wire.begin

    def watched(*asked: wire.Statement, ahead: Sequence[wire.Statement] = ()) -> object:
        found = begin(*asked, ahead=ahead)
        came.extend(len(wire.ask(*one)) for one in ahead or [("SELECT WHERE false", ())])
        return found

    monkeypatch.setattr(wire, "begin", watched)
    refused(NotOwnRecord, BO, office.an, "own_record")
    with access.open_record(AN, by=office.an, purpose="own_record", fields=FIELDS):
        pass
    with access.open_record(AN, by=office.an, purpose="own_record", fields=("name",)):
        pass
    assert came == [0, 1, 0]


def test_the_look_stays_when_what_travels_with_it_fails(
    office: Office, superuser_connection: psycopg.Connection
) -> None:
    """An error in the record's own question leaves the look, and meets whoever reads the record."""
    superuser_connection.execute("REVOKE SELECT ON ledger_record_year FROM provident_app")
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        access.open_record(AN, by=office.an, purpose="own_record", fields=FIELDS) as opened,
    ):
        record_years(opened)
    assert office.looks() == [(office.an, AN, True, "")]


def test_the_block_writes_and_its_hooks_run(office: Office) -> None:
    """What a block that ends well wrote is committed together with the look."""
    called: list[str] = []
    with access.open_record(AN, by=office.an, purpose="own_record", fields=FIELDS):
        transaction.on_commit(lambda: called.append("ran"))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE access_account SET last_login = now() WHERE id = %s", [office.an])
    assert called == ["ran"]
    assert office.owner.execute(
        "SELECT last_login IS NULL FROM access_account WHERE id = %s", [office.an]
    ).fetchone() == (False,)


def test_if_the_look_cannot_be_written_nothing_is_read(
    office: Office, superuser_connection: psycopg.Connection
) -> None:
    """A log that takes no more looks shuts every record."""
    superuser_connection.execute("ALTER TABLE access_look ADD CONSTRAINT full_disk CHECK (false) NOT VALID")
    with (
        pytest.raises(Exception, match="full_disk"),
        access.open_record(AN, by=office.an, purpose="own_record", fields=FIELDS),
    ):
        pytest.fail("the record opened")
    assert office.readable() == set()


def test_opening_inside_another_transaction_is_an_error(office: Office) -> None:
    """A look that an outer transaction could still undo is not written at all."""
    with (
        pytest.raises(RuntimeError),
        transaction.atomic(),
        access.open_record(AN, by=office.an, purpose="own_record", fields=FIELDS),
    ):
        pytest.fail("the record opened")
    assert office.looks() == []


@pytest.mark.django_db
def test_in_a_rolled_back_test_the_door_works_the_same() -> None:
    """Under the test runner's own transaction the door still decides, and refuses by committing nothing else."""
    refused(UnknownPerson, NOBODY, OPERATOR, "console")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_role")
        assert cursor.fetchone() == (len(Role),)
