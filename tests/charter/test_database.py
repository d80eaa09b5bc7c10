"""The tables as they are in the database, and as Django knows them, keep the charter."""

import pytest
from django.apps import apps
from django.db import connection

from provident.charter import walk
from provident.charter.tables import definers, person_tables

from .test_looks import ROOT


@pytest.fixture
def columns(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
            " AND a.attnum > 0 AND NOT a.attisdropped"
        )
        return cursor.fetchall()


def test_no_column_of_the_database_breaks_the_charter(columns):
    """Every column of every table and view, the frameworks' too, is walked and none is refused."""
    findings = walk(columns=columns)
    assert [breach.sentence("en") for breach in findings.breaches] == []
    assert findings.checked[0].count > 20


def test_no_model_breaks_the_charter():
    """Every model of the registry is walked and none is refused."""
    findings = walk(models=apps.get_models())
    assert [breach.sentence("en") for breach in findings.breaches] == []
    assert findings.checked[0].count >= len(apps.get_models()) > 5


def test_the_source_tells_the_tables_about_persons_as_the_database_does(columns):
    """Each table with a person's key in the database is known from the migrations; partitions aside."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits")
        leaves = {name for (name,) in cursor.fetchall()}
    keyed = {table for table, column in columns if column in {"person_key", "person", "resident"}} - leaves
    assert keyed <= person_tables(ROOT).tables


def test_the_source_tells_the_granted_functions_as_the_database_does(db):
    """Each function with its owner's rights that the application may call is known from the migrations."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
            " AND has_function_privilege(current_user, oid, 'EXECUTE') AND prorettype <> 'trigger'::regtype"
        )
        callable_now = {name for (name,) in cursor.fetchall()}
    assert len(callable_now) > 5
    assert callable_now - {one.name for one in definers(ROOT)} == set()
