"""A look opens its person in its own transaction, and nothing carries a row out of it or past it."""

import datetime as dt

import pytest
from psycopg import errors, sql
from tests.access.office import AN, BO, Connect, Office
from tests.access.session import OPEN, open_own, seen


def test_a_look_opens_its_person_in_its_transaction_only(office: Office, connect: Connect) -> None:
    """Rows are there between the look and the end of the transaction, and for that person."""
    session = connect()
    assert seen(session) == set()
    with session.transaction():
        assert seen(session) == set()
        open_own(session, office)
        assert seen(session) == {AN}
    assert seen(session) == set()


def test_what_was_prepared_in_an_earlier_transaction_reads_nothing(office: Office, connect: Connect) -> None:
    """Statements prepared, planned and run while another look was open read nothing afterwards."""
    session = connect()
    session.prepare_threshold = 0
    query = "SELECT person_key FROM ledger_entry WHERE person_key = ANY (%s)"
    for _ in range(8):  # beyond the fifth run the server may keep one generic plan
        with session.transaction():
            open_own(session, office)
            assert session.execute(query, [[AN, BO]], prepare=True).fetchall() == [(AN,)]
        assert session.execute(query, [[AN, BO]], prepare=True).fetchall() == []
    with session.transaction():
        assert session.execute(OPEN, [office.bo, BO, "own_record"]).fetchone() == (True,)
        assert session.execute(query, [[AN, BO]], prepare=True).fetchall() == [(BO,)]


def test_cursors_carry_nothing_into_the_next_transaction(office: Office, connect: Connect) -> None:
    """A cursor held over the end of a look's transaction is empty, wherever it was declared."""
    session = connect()
    declare = "DECLARE {} {}CURSOR WITH HOLD FOR SELECT person_key FROM ledger_entry"
    session.execute(declare.format("before", ""))
    with session.transaction():
        session.execute("DECLARE plain CURSOR FOR SELECT person_key FROM ledger_entry")
        open_own(session, office)
        assert seen(session) == set(), "while a cursor is held, nothing is open"
        session.execute("CLOSE before")
        assert seen(session) == {AN}
        session.execute(declare.format("fetched", "SCROLL "))
        assert session.execute("FETCH ALL FROM fetched").fetchall() == []
        session.execute(declare.format("unfetched", ""))
    for name in ("fetched", "unfetched"):
        assert session.execute(f"FETCH ALL FROM {name}").fetchall() == []
    session.execute("MOVE ABSOLUTE 0 FROM fetched")
    assert session.execute("FETCH ALL FROM fetched").fetchall() == []
    with pytest.raises(errors.InvalidCursorName):
        session.execute("FETCH ALL FROM plain")


def test_a_look_taken_back_opens_nothing(office: Office, connect: Connect) -> None:
    """A look inside a savepoint that is rolled back leaves no readable row, nor does a whole rollback."""
    session = connect()
    with session.transaction():
        session.execute("DECLARE early CURSOR FOR SELECT person_key FROM ledger_entry")
        session.execute("SAVEPOINT s")
        open_own(session, office)
        assert seen(session) == {AN}
        session.execute("ROLLBACK TO SAVEPOINT s")
        assert seen(session) == set()
        assert session.execute("FETCH ALL FROM early").fetchall() == []
    with session.transaction(force_rollback=True):
        open_own(session, office)
    assert seen(session) == set()
    session.execute("BEGIN")
    open_own(session, office)
    session.execute("COMMIT AND CHAIN")
    assert seen(session) == set()
    session.execute("ROLLBACK")


def test_a_look_next_door_opens_nothing(office: Office, connect: Connect) -> None:
    """A look being taken on another connection opens nothing here, not even under its own snapshot."""
    one, two = connect(), connect()
    with one.transaction():
        open_own(one, office)
        assert seen(two) == set()
        (snapshot,) = one.execute("SELECT pg_export_snapshot()").fetchone()
        two.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        two.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(snapshot))
        assert seen(two) == set()
        two.execute("ROLLBACK")
    assert seen(two) == set()


def test_a_look_counts_by_number_and_moment_of_its_transaction(office: Office, connect: Connect) -> None:
    """A look of the same transaction number from a restored backup, or of the same moment, opens nothing."""
    session = connect()
    log_a_look = (
        "INSERT INTO access_look (at, xid, actor, office_en, office_zh, role, system, purpose, article_en, article_zh,"
        " fields, person_key, keys, answered, refusal, reason, override, counted, run) VALUES (%s, %s, 1, '', '', '',"
        " '', '', '', '', '{}', 1001, '{1001}', true, '', '', false, false, false)"
    )
    with session.transaction():
        number, moment = session.execute(
            "SELECT pg_current_xact_id()::text, transaction_timestamp()"
        ).fetchone()
        office.owner.execute(log_a_look, [moment - dt.timedelta(seconds=1), number])
        assert seen(session) == set()
        office.owner.execute(log_a_look, [moment, str(int(number) - 1)])
        assert seen(session) == set()
        office.owner.execute(log_a_look, [moment, number])
        assert seen(session) == {AN}, "the two rows above differed in one respect each"


def test_a_read_only_transaction_opens_nothing(office: Office, connect: Connect) -> None:
    """Where the look cannot be written it is not answered."""
    session = connect()
    session.execute("BEGIN READ ONLY")
    with pytest.raises(errors.ReadOnlySqlTransaction):
        open_own(session, office)
    session.execute("ROLLBACK")
    assert office.looks() == []


def test_copy_reads_what_the_look_opened(office: Office, connect: Connect) -> None:
    """COPY is no way round: out of the parent it reads the opened rows, and into it nothing goes."""
    session = connect()
    with session.transaction():
        open_own(session, office)
        for source in ("(SELECT person_key FROM ledger_entry)", "ledger_record_year (person_key)"):
            with session.cursor().copy(f"COPY {source} TO STDOUT") as out:
                assert b"".join(bytes(part) for part in out) == f"{AN}\n".encode()
    with session.cursor().copy("COPY (SELECT person_key FROM ledger_entry) TO STDOUT") as out:
        assert list(out) == []
    with pytest.raises(errors.InsufficientPrivilege), session.cursor().copy("COPY ledger_entry FROM STDIN"):
        pytest.fail("the copy began")


_LEAKS = [
    "SELECT 1 FROM ledger_entry WHERE 1 / (base - 500000) = 1",
    "SELECT 1 FROM ledger_entry WHERE (person_key || 'x')::int = 1",
    "SELECT 1 FROM ledger_record_year WHERE CASE WHEN facts IS NOT NULL THEN 1 / (year - 2026) = 1 END",
    "SELECT 1 FROM ledger_event WHERE payload::xml IS NULL OR 1 / (length(payload) - 2) = 1",
    "SELECT 1 FROM ledger_person WHERE (person_key || 'x')::int = 1",
    "SELECT 1 FROM ledger_entry ORDER BY 1 / (base - 500000)",
    "SELECT 1 FROM ledger_entry e JOIN ledger_record_year y ON 1 / (e.base - 500000) = y.year",
]


def test_an_error_betrays_no_row(office: Office, connect: Connect) -> None:
    """An expression that fails on a row is never tried on a row that is not open."""
    session = connect()
    for query in _LEAKS:
        assert session.execute(query).fetchall() == [], query
