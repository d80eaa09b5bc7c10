"""The tables, the models that show them and the catalogue say the same."""

import psycopg
from django.apps import apps

from provident.identity.catalogue import catalogue
from provident.identity.models import Field


def test_the_database_holds_the_catalogue(owner_connection: psycopg.Connection) -> None:
    """The fields archive values refer to are exactly the catalogue's, with kind and retention."""
    stored = owner_connection.execute("SELECT field, kind, retention FROM identity_field").fetchall()
    assert set(stored) == {(f.id, f.kind.value, f.retention) for f in catalogue().values()}
    assert Field._meta.db_table == "identity_field"


def test_the_models_show_every_column(owner_connection: psycopg.Connection) -> None:
    """Each model has the columns of its table, and no more."""
    columns = owner_connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_name LIKE 'identity\\_%'"
    ).fetchall()
    inner = {"identity_join_move", "identity_told_apart", "identity_forgetting"}
    shown = {
        (model._meta.db_table, column.column)
        for model in apps.get_app_config("identity").get_models()
        for column in model._meta.concrete_fields
    }
    assert shown == {pair for pair in columns if pair[0] not in inner}


def test_every_person_table_forces_row_security(owner_connection: psycopg.Connection) -> None:
    """Whatever table of this room names a person is under forced row security."""
    loose = owner_connection.execute(
        "SELECT DISTINCT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relkind = 'r' AND c.relname LIKE 'identity\\_%'"
        " AND a.attname IN ('person_key', 'into_key', 'from_key', 'one', 'other')"
        " AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
    ).fetchall()
    assert loose == []


def test_definer_functions_look_only_where_they_should(owner_connection: psycopg.Connection) -> None:
    """Every function of this room names its search path, and none is open to everybody."""
    rows = owner_connection.execute(
        "SELECT p.proname, p.proconfig, p.prosecdef, has_function_privilege('public', p.oid, 'EXECUTE')"
        " FROM pg_proc p WHERE p.proname LIKE 'identity\\_%'"
    ).fetchall()
    assert len(rows) > 20
    assert [name for name, _, _, public in rows if public] == []
    assert [
        n for n, config, definer, _ in rows if definer and not any("search_path" in c for c in config or [])
    ] == []
