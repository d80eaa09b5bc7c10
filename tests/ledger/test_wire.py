"""Arrays as parameters, and a COPY that is interrupted."""

from contextlib import suppress

import numpy as np
import psycopg
import pytest
from django.db import connection, transaction

from provident.ledger import actions, wire

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
            assert wire.rows(first) == [(7, ["a", "b'"], None)]
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
            assert wire.rows(wire.begin(("SELECT 1", ()))[0]) == [(1,)]


def test_an_interrupted_beginning_closes_the_connection(fresh_database, monkeypatch):
    """Who is interrupted in the middle of an answer never reads the rest of it on the next question."""

    def interrupted(pgconn):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(wire, "_results", interrupted)
        with pytest.raises(KeyboardInterrupt), transaction.atomic(durable=True):
            wire.begin(("SELECT 1", ()))
    with transaction.atomic(durable=True):
        assert wire.rows(wire.begin(("SELECT 2", ()))[0]) == [(2,)]


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
