"""The database keeps the words of requests to the look of the transaction, and their history as it was."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from psycopg import errors
from tests.cases.desk import Desk

from provident.cases import actions, queries
from provident.cases.records import RequestKind, State
from provident.ledger import actions as ledger
from provident.ledger.records import Source

TABLES = ("cases_request", "cases_step")


def seen():
    """Return how many rows of requests and steps the application can read here and now."""
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT count(*) FROM {table}" for table in TABLES))
        return [count for (count,) in cursor.fetchall()]


def test_without_a_look_there_is_nothing(desk):
    """Neither before nor after a look, nor under a look at somebody else, is a row readable."""
    desk.lodge()
    assert seen() == [0, 0]
    with desk.own():
        assert seen() == [1, 1]
    assert seen() == [0, 0]
    with desk.own(desk.bo, desk.bo_account):
        assert seen() == [0, 0]


DENIED = (
    "INSERT INTO cases_request (receipt) VALUES ('0000000000')",
    "UPDATE cases_request SET state = 'answered'",
    "DELETE FROM cases_request",
    "TRUNCATE cases_step, cases_request",
    "UPDATE cases_step SET note = ''",
    "DELETE FROM cases_step",
    "SELECT cases_judge(1, '0000000000', 'taken')",
    "SELECT access_open_case(1, 1, 1, 'counter_service', '{name}', 'x', now())",
    "SELECT access_shut_case(1, 1)",
)
REWRITING = (
    "UPDATE cases_request SET told = 'other'",
    "UPDATE cases_request SET due_on = '2030-01-01'",
    "UPDATE cases_step SET step = 'answered'",
    "UPDATE cases_step SET note = 'other'",
    "DELETE FROM cases_step",
)


def test_the_application_moves_a_request_by_its_functions_only(desk):
    """Writing past them, and deciding for oneself, is denied even with the record open."""
    desk.lodge()
    for statement in DENIED:
        with (
            desk.own(),
            pytest.raises(DatabaseError) as found,
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
        assert isinstance(found.value.__cause__, errors.InsufficientPrivilege), statement


def test_not_even_the_owner_rewrites_what_was_asked(desk):
    """What was said and what was done stay as they were."""
    desk.lodge()
    for statement in REWRITING:
        with pytest.raises(errors.InsufficientPrivilege):
            desk.owner.execute(statement)


def test_an_answer_that_was_given_is_not_rewritten(desk):
    """After the answer only the erasing of a forgotten person changes the row."""
    desk.confirm(desk.drafted())
    for statement in ("state = 'waiting'", "reasons = 'other'", "outcome = 'declined'"):
        with pytest.raises(errors.InsufficientPrivilege):
            desk.owner.execute(f"UPDATE cases_request SET {statement}")


def test_a_step_without_its_event_is_refused(desk):
    """The row is not moved unless this transaction has appended the event of that step."""
    receipt = desk.lodge()
    event = desk.read(receipt).steps[0].event
    for forged in ("00000000-0000-0000-0000-000000000001", event):
        with pytest.raises(DatabaseError, match="holds no event"), connection.cursor() as cursor:
            cursor.execute(
                "SELECT cases_move(%s, %s, 'taken', %s, '', NULL, NULL, NULL)", [desk.clerk, receipt, forged]
            )
    assert desk.read(receipt).state is State.WAITING


def test_an_answer_without_a_look_is_refused(desk):
    """Whoever has the request in hand still has to open the record to answer."""
    receipt = desk.taken()
    with desk.behind(desk.clerk, receipt) as (opened, request):
        pass
    with pytest.raises(DatabaseError, match="no look of this transaction"):
        actions.answer(opened, request, actions.Answer("upheld", "x"))
    assert desk.read(receipt).state is State.IN_HAND


def test_what_the_desk_may_read_is_what_the_database_opens(desk: Desk):
    """The lists of fields for handling stand in the code and in the database alike."""
    for kind, fields in queries.HANDLED.items():
        row = desk.owner.execute("SELECT cases_fields(%s)", [kind.value]).fetchone()
        assert tuple(row[0]) == fields
    assert set(queries.HANDLED) == set(RequestKind)


def test_forgetting_erases_the_words_and_keeps_what_was_done(desk, superuser_connection):
    """Words, reasons and notes are gone; that there was a request, and when, stays."""
    receipt = desk.taken()
    actions.put_back(by=desk.clerk, receipt=receipt, note="about the mill")
    key = desk.an.to_bytes(8).hex()
    event = ledger.NewEvent(
        ledger.SubjectKind.INSTALLATION, 0, "ledger.secret_erased", {"persons": [key], "positions": {}}
    )
    ledger.append_events(events=[event], source=Source.of_act("test"))
    for _ in range(2):
        actions.remove_forgotten()
        assert superuser_connection.execute(
            "SELECT told, state, forgotten FROM cases_request"
        ).fetchall() == [("", "taken_back", True)]
        assert superuser_connection.execute("SELECT DISTINCT note FROM cases_step").fetchall() == [("",)]
    assert desk.line(desk.clerk, receipt) is None
