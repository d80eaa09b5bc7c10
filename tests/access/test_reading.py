"""A record read in one trip: the look is written as ever, and nothing but what was asked ahead is answered."""

from collections.abc import Sequence

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from psycopg.pq import TransactionStatus
from tests.access.office import AN, BO, Office

from provident import access
from provident.access.records import Asking
from provident.access.refusals import NotOwnRecord
from provident.kernel.keys import AccountId, PersonKey
from provident.ledger import wire
from provident.ledger.queries import events, record_years, years_question
from provident.ledger.records import RecordYear
from provident.ledger.wire import trips

FIELDS = ("name", "contributions")


def own(by: AccountId) -> Asking:
    return Asking(by, "own_record", FIELDS)


def years(keys: Sequence[PersonKey]) -> list[wire.Statement]:
    return [years_question(keys)]


def test_a_record_is_read_in_one_trip(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look, question and commit travel together; the look is there before the block, and stays if it fails."""
    with access.read_record(AN, own(office.an), years):  # the server has prepared it all
        pass
    sizes: list[int] = []
    one_trip = trips._one_trip
    monkeypatch.setattr(
        wire.trips,
        "_one_trip",
        lambda raw, sent, **how: sizes.append(len(sent)) or one_trip(raw, sent, **how),
    )

    def read_and_fail() -> None:
        with access.read_record(AN, own(office.an), years) as opened:
            assert office.looks() == [(office.an, AN, True, "")] * 2
            assert [one.year for one in record_years(opened)] == [2026]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read_and_fail()
    assert sizes == [5]  # begin, open, savepoint, years, commit
    assert office.looks() == [(office.an, AN, True, "")] * 2
    assert [one.year for one in years_of(office.an)] == [2026]


def years_of(by: AccountId) -> Sequence[RecordYear]:
    with access.read_record(AN, own(by), years) as opened:
        return record_years(opened)


def test_nothing_else_can_be_asked_of_a_record_that_is_read(office: Office) -> None:
    """Any other question in the block, by whatever way, is an error and not an empty answer."""
    with access.read_record(AN, own(office.an), years) as opened:
        record_years(opened)
        with pytest.raises(wire.NotAskedAheadError):
            record_years(opened)  # once asked, once answered
        with pytest.raises(wire.NotAskedAheadError):
            events(opened)
        with pytest.raises(wire.NotAskedAheadError):
            wire.begin(("SELECT 1", ()))
        with pytest.raises(wire.NotAskedAheadError), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        with (
            pytest.raises(wire.NotAskedAheadError),
            access.open_record(AN, by=office.an, purpose="own_record", fields=FIELDS),
        ):
            pass
    assert wire.call("SELECT 1", ()) == 1
    assert len(office.looks()) == 1


def test_a_connection_made_anew_answers_nothing_without_a_look(office: Office) -> None:
    """If the server drops the connection inside the block, an empty record is never what comes of it."""
    with access.read_record(AN, own(office.an), years) as opened:
        connection.connection.close()
        assert wire.ask_alone("SELECT 1", ()) == [(1,)]
        with pytest.raises(wire.NotAskedAheadError):
            record_years(opened)
        with pytest.raises(wire.NotAskedAheadError):
            wire.cursor()
    assert years_of(office.an)


def test_reading_is_refused_as_opening_is(office: Office) -> None:
    """A refused look is written, answers nothing, and leaves the connection as it was."""
    with pytest.raises(NotOwnRecord), access.read_record(BO, own(office.an), years):
        pytest.fail("opened")
    assert office.looks() == [(office.an, BO, False, "access.not_own_record")]
    assert years_of(office.an)


def test_joined_keys_are_all_read_in_one_look(office: Office) -> None:
    """A record that others were merged into is read whole, and that is one look too."""
    office.owner.execute("UPDATE ledger_person SET into_key = %s WHERE person_key = %s", [AN, BO])
    with access.read_record(AN, own(office.an), years) as opened:
        assert set(opened.keys) == {AN, BO}
        (year,) = record_years(opened)
        assert len(year.packed) == 2
    assert len(office.looks()) == 1
    assert connection.connection.info.transaction_status == TransactionStatus.IDLE


def test_the_look_stays_when_a_question_fails(
    office: Office, superuser_connection: psycopg.Connection
) -> None:
    """An error in what travels with the look is raised; the look is committed, and nothing is left open."""
    superuser_connection.execute("REVOKE SELECT ON ledger_record_year FROM provident_app")
    with pytest.raises(ProgrammingError, match="permission denied"):
        years_of(office.an)
    assert office.looks() == [(office.an, AN, True, "")]
    assert connection.connection.info.transaction_status == TransactionStatus.IDLE
    superuser_connection.execute("GRANT SELECT ON ledger_record_year TO provident_app")
    assert years_of(office.an)


def test_a_record_is_not_read_inside_a_transaction(office: Office) -> None:
    """Its commit is its own: inside somebody's transaction nothing would be certain of it."""
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        years_of(office.an)
    assert office.looks() == []


def test_what_is_read_needs_a_log_that_takes_looks(
    office: Office, superuser_connection: psycopg.Connection
) -> None:
    """If the look cannot be written nothing is read, and the connection is good for others."""
    superuser_connection.execute("ALTER TABLE access_look ADD CONSTRAINT full_disk CHECK (false) NOT VALID")
    with pytest.raises(IntegrityError, match="full_disk"):
        years_of(office.an)
    superuser_connection.execute("ALTER TABLE access_look DROP CONSTRAINT full_disk")
    assert years_of(office.an)
