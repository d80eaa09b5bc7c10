"""The database refuses too: tables and functions of the filings as the application role meets them."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.utils import InternalError

from provident.access.door import open_record, open_run
from provident.access.records import OPERATOR
from provident.filings.models import Allocation, Enrolment, Filing, NamedEmployer, Payment, Total

from . import world


@pytest.fixture
def enrolled(fresh_database, stopped, tmp_path, monkeypatch):
    """Make an agency with one enrolment, committed; return the person's key."""
    monkeypatch.setenv("PROVIDENT_DATA", str(tmp_path / "state"))
    world.agency()
    world.Desk(tmp_path).send(world.enrol([1], "2026-01"))
    return world.key_of(1)


def rows(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def refused(statement):
    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
        rows(statement)


def test_an_enrolment_is_read_behind_a_look_only(enrolled):
    """Without a look of this transaction there are no rows; with one there are this person's."""
    assert rows("SELECT * FROM filings_enrolment") == []
    with open_record(enrolled, by=OPERATOR, purpose="console", fields=("enrolments",), system="tests"):
        assert len(rows("SELECT * FROM filings_enrolment")) == 1
    assert rows("SELECT * FROM filings_enrolment") == []


@pytest.mark.parametrize(
    "call",
    [
        "filings_spells(ARRAY[1::bigint])",
        "filings_open_claims('{}', '{}', '{}', '{}')",
        "filings_stated_before('{}', '{}', '{}', '{}', '{}', '{}')",
        "filings_rests_on(1)",
        "filings_undo_enrolments(1, now())",
        "filings_enrol(1, now(), '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')",
    ],
)
def test_bulk_functions_answer_inside_a_filing_only(enrolled, call):
    """Outside a run, and inside a run for another purpose, they refuse."""
    refused(f"SELECT * FROM {call}")
    with open_run(by=OPERATOR, purpose="projection", fields=("contributions",), system="tests"):
        refused(f"SELECT * FROM {call}")
    with open_run(by=OPERATOR, purpose="filing", fields=("contributions",), system="tests"):
        rows(f"SELECT * FROM {call}")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO filings_enrolment (person_key) VALUES (1)",
        "UPDATE filings_enrolment SET until_month = NULL",
        "DELETE FROM filings_enrolment",
        "DELETE FROM filings_filing",
        "TRUNCATE filings_filing CASCADE",
        "UPDATE filings_filing SET rows = 0",
        "UPDATE filings_payment SET amount = 1",
        "UPDATE filings_total SET owed = 0",
        "SELECT filings_insist()",
        "SELECT filings_kin('{}')",
    ],
)
def test_the_application_rewrites_nothing(enrolled, statement):
    """What was filed stays as it was filed."""
    refused(statement)


def test_not_even_the_owner_rewrites_a_filing_or_an_enrolment(enrolled, owner_connection):
    """Triggers stand behind the grants."""
    for statement in (
        "UPDATE filings_filing SET rows = 0",
        "UPDATE filings_enrolment SET since_month = 202501",
    ):
        with pytest.raises(Exception, match="never rewritten"):
            owner_connection.execute(statement)


def test_enrolments_never_overlap(enrolled, owner_connection):
    """Whoever writes: one person, employer, branch and month is enrolled once."""
    copy = (
        "INSERT INTO filings_enrolment (person_key, employer_key, branches, scheme, region, since_month, "
        "recorded_by, recorded_at) SELECT person_key, employer_key, {}, scheme, region, 202507, recorded_by, "
        "now() FROM filings_enrolment WHERE enrolment_id = 1"
    )
    owner_connection.execute("UPDATE filings_enrolment SET superseded_by = 1, superseded_at = now()")
    owner_connection.execute(copy.format(6))
    with pytest.raises(Exception, match="filings_enrolment_no_overlap"):
        owner_connection.execute(copy.format(4))
    owner_connection.execute(copy.format(8))


@pytest.mark.parametrize("model", [Filing, NamedEmployer, Total, Payment, Allocation, Enrolment])
def test_models_show_what_is_stored(enrolled, model):
    """Every column of a table is a field of its model, nullable where it is."""
    table = model._meta.db_table
    stored = dict(
        rows(
            "SELECT column_name::text, is_nullable = 'YES' FROM information_schema.columns "
            f"WHERE table_name = '{table}'"
        )
    )
    shown = {field.column: field.null for field in model._meta.concrete_fields if field.column}
    assert shown == stored
