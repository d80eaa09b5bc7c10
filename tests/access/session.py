"""Reading as the application role: what a session sees, a look of one's own, an expected denial."""

import psycopg
import pytest
from psycopg import errors
from tests.access.office import AN, Office

TABLES = {
    "ledger_entry": "person_key",
    "ledger_record_year": "person_key",
    "ledger_event": "subject_key",
    "ledger_person": "person_key",
    "ledger_balanced_posting": "person_key",
}
OPEN = "SELECT answered FROM access_open(%s, %s, %s, '{name,contributions,looks}', 'portal', '')"


def seen(session: psycopg.Connection) -> set[int]:
    """Return every person of whom the session can read a row, whichever the table."""
    return {
        key
        for table, column in TABLES.items()
        for (key,) in session.execute(f"SELECT {column} FROM public.{table}").fetchall()
    }


def open_own(session: psycopg.Connection, office: Office) -> None:
    assert session.execute(OPEN, [office.an, AN, "own_record"]).fetchone() == (True,)


def denied(session: psycopg.Connection, statement: str) -> None:
    """Expect the statement to fail for want of a privilege."""
    with pytest.raises(errors.InsufficientPrivilege):
        session.execute(statement)
