"""Arrays as parameters, and a COPY that is interrupted."""

from contextlib import suppress

import numpy as np
import psycopg
import pytest
from django.db import connection, transaction

from provident.ledger import actions, wire
from provident.ledger.wire import trips

from .people import entry, post, register

NUMBERS = np.array([0, -1, 1, 32767, -32768], "i8")


@pytest.mark.parametrize(
    ("made", "kind"),
    [(wire.Int8Array, "bigint"), (wire.Int4Array, "integer"), (wire.Int2Array, "smallint")],
)
@pytest.mark.parametrize("count", [0, 1, 5])
def test_numbers_arrive_as_they_were(db, made, kind, count):
    """An array of any length is the SQL array with the same elements."""
    assert wire.call(f"SELECT %s::{kind}[]", (made(NUMBERS[:count]),)) == NUMBERS[:count].tolist()
    assert wire.call("SELECT pg_typeof(%s)::text", (made(NUMBERS),)) == f"{kind}[]"


def test_bytes_arrive_as_they_were(db):
    """Ids and hashes keep every byte, zeros at the end too."""
    ids = np.frombuffer(bytes(range(16)) + bytes(16), "V16")
    assert [one.bytes for one in wire.call("SELECT %s", (wire.UuidArray(ids),))] == ids.tolist()
    hashes = np.frombuffer(bytes(range(32)) + bytes(32), "V32")
    assert wire.call("SELECT %s", (wire.HashArray(hashes),)) == hashes.tolist()


def test_a_statement_that_gives_nothing_is_an_error(db):
    """Who asks for one value gets one, or an exception."""
    with pytest.raises(LookupError):
        wire.call("SELECT 1 WHERE false", ())


def test_a_stream_that_is_abandoned_leaves_the_connection_usable(db):
    """After a COPY is cut off, what it sent is gone and the transaction can be rolled back to go on."""
    with transaction.atomic():
        point = transaction.savepoint()
        wire.cursor().execute("SELECT 1")
        stream = wire.CopyStream("COPY ledger_person FROM STDIN (FORMAT binary)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            stream.write(b"")
        stream.abandon()
        transaction.savepoint_rollback(point)
        assert wire.call("SELECT 1", ()) == 1


def test_the_copy_catches_up_in_several_transactions(lasting_ledger, monkeypatch):
    """However many batches wait, each transaction takes a bounded number, and all are taken."""
    monkeypatch.setattr(actions, "_BATCHES_AT_ONCE", 2)
    (an,) = register(1)
    for _ in range(5):
        post(entry(an))
    assert actions.project_record_years() == 5
    assert wire.call("SELECT count(*) FROM ledger_batch WHERE NOT projected", ()) == 0


def test_a_transaction_begins_in_one_trip(fresh_database):
    """The statements a transaction begins with run inside it, the same each time and after a rollback."""
    asked = ("SELECT $1::bigint, $2::text[], $3::text", [7, ["a", "b'"], None])
    for end in (connection.commit, connection.rollback) * 8:
        with transaction.atomic(durable=True):
            first, _ = wire.begin(asked, ("SAVEPOINT kept", ()))
            assert first == [(7, ["a", "b'"], None)]
            assert wire.cursor().execute("SELECT now() = statement_timestamp()").fetchone() == (False,)
            transaction.set_rollback(end == connection.rollback)


def test_a_beginning_that_fails_is_an_error_and_no_more(fresh_database):
    """A statement the server refuses raises its error, and the next transaction begins as ever."""
    for _ in range(3):
        with pytest.raises(psycopg.errors.DivisionByZero), transaction.atomic(durable=True):
            wire.begin(("SELECT 1 / $1::integer", [0]), ("SAVEPOINT kept", ()))
        with pytest.raises(psycopg.errors.UndefinedTable), transaction.atomic(durable=True):
            wire.begin(("SELECT * FROM no_such_table", ()))
        with transaction.atomic(durable=True):
            assert wire.begin(("SELECT 1", ()))[0] == [(1,)]


def test_an_interrupted_beginning_closes_the_connection(fresh_database, monkeypatch):
    """Who is interrupted in the middle of an answer never reads the rest of it on the next question."""

    def interrupted(pgconn):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(trips, "_results", interrupted)
        with pytest.raises(KeyboardInterrupt), transaction.atomic(durable=True):
            wire.begin(("SELECT 1", ()))
    with transaction.atomic(durable=True):
        assert wire.begin(("SELECT 2", ()))[0] == [(2,)]


def test_what_is_taken_back_inside_does_not_stop_the_questions(fresh_database):
    """After a savepoint is rolled back the transaction's statements are asked as before."""
    with transaction.atomic(durable=True):
        wire.begin(("SAVEPOINT kept", ()))
        assert wire.ask("SELECT $1::integer", [1]) == [(1,)]
        for _ in range(8):  # the driver prepares what is executed often
            assert wire.cursor().execute("SELECT 1").fetchall() == [(1,)]
        with suppress(ZeroDivisionError), transaction.atomic():
            raise ZeroDivisionError
        assert wire.ask("SELECT $1::integer", [2]) == [(2,)]


def test_what_is_asked_ahead_is_answered_once(fresh_database):
    """The question that travelled with the beginning is answered from there, another one by the server."""
    early = ("SELECT txid_current_if_assigned(), clock_timestamp(), $1::bigint[]", [[7, 8]])
    with transaction.atomic(durable=True):
        (first,) = wire.begin(("SELECT clock_timestamp()", ()), ahead=[early])
        ((before,),) = first
        between = wire.call("SELECT clock_timestamp()", ())
        ((_, moment, keys),) = wire.ask(
            "SELECT txid_current_if_assigned(), clock_timestamp(), $1::bigint[]", [[7, 8]]
        )
        assert before < moment < between
        assert keys == [7, 8]
        assert wire.ask(*early)[0][1] > between


@pytest.mark.parametrize("other", ["another question", "forgotten", "the next transaction"])
def test_what_was_asked_ahead_answers_nothing_else(fresh_database, other):
    """A question of other words or figures, a ledger that changed, a transaction that ended: it is asked anew."""
    early = ("SELECT $1::integer, clock_timestamp()", [1])
    with transaction.atomic(durable=True):
        wire.begin(("SAVEPOINT kept", ()), ahead=[early])
        between = wire.call("SELECT clock_timestamp()", ())
        if other == "another question":
            assert wire.ask(early[0], [2])[0][0] == 2
        if other != "the next transaction":
            wire.forget_ahead()
            assert wire.ask(*early)[0][1] > between
    with transaction.atomic(durable=True):
        wire.begin(("SAVEPOINT kept", ()))
        assert wire.ask(*early)[0][1] > between


def test_what_fails_ahead_was_never_asked(fresh_database):
    """The transaction goes on from its savepoint, and whoever asks meets the error then."""
    early = ("SELECT 1 / $1::integer", [0])
    for _ in range(2):
        with transaction.atomic(durable=True):
            wire.begin(
                ("SELECT set_config('test.seen', 'yes', true)", ()), ("SAVEPOINT kept", ()), ahead=[early]
            )
            assert wire.call("SELECT current_setting('test.seen')", ()) == "yes"
            with pytest.raises(psycopg.errors.DivisionByZero):
                wire.ask(*early)
            wire.cursor().execute("ROLLBACK TO SAVEPOINT kept")


def test_parameters_arrive_as_they_were_said(fresh_database):
    """Whatever is in a word or a list, the server reads what was meant."""
    asked = "SELECT $1::text, $2::bigint, $3::text[], $4::bigint[], $5::text[], $6::bigint[], $7::timestamptz"
    given = ['a"{}\\', -(2**63), ["null", "名"], [2**63 - 1, -1], ["NULL", "a,b", ""], [], None]
    with transaction.atomic(durable=True):
        (found,) = wire.begin((asked, given))
        assert found == [tuple(given)]
    with pytest.raises(psycopg.DataError), transaction.atomic(durable=True):
        wire.begin(("SELECT $1::text", ["a\0b"]))


def _dropped(superuser):
    """Have the server end the connection, as it does when it is started anew."""
    number = wire.call("SELECT pg_backend_pid()", ())
    superuser.execute("SELECT pg_terminate_backend(%s, 5000)", [number])


def test_a_connection_the_server_has_dropped_is_made_anew(fresh_database, superuser_connection):
    """The first question outside a transaction finds out and is answered; so is one after a failure."""
    assert wire.ask_alone("SELECT $1::int", [1]) == [(1,)]
    _dropped(superuser_connection)
    assert wire.ask_alone("SELECT $1::int", [2]) == [(2,)]
    _dropped(superuser_connection)
    with pytest.raises(psycopg.OperationalError):
        wire.call("SELECT 1", ())
    assert wire.call("SELECT 1", ()) == 1


def test_who_has_asked_already_is_not_asked_for_a_sign_of_life(fresh_database):
    """A page's first question tells that the server is there: Django then sends no question of its own."""
    connection.health_check_enabled, connection.health_check_done = True, False
    wire.ask_alone("SELECT 1", [])
    assert connection.health_check_done
