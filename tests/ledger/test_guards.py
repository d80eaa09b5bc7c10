"""What the database itself refuses, to the application and to the owner of the tables."""

import psycopg
import pytest
from django.apps import apps
from django.db import connection, transaction

from provident.ledger import wire
from provident.ledger.posting import BULK_ROWS, posting

from .people import PACK, entry, new_source, post, register, rows

TABLES = ("installation", "person", "batch", "entry", "event", "event_batch", "checkpoint", "record_year")


@pytest.fixture
def filled(lasting_ledger):
    """Post a small batch and a bulk load, and leave them there."""
    persons = register(4)
    post(entry(persons[0]))
    with posting(source=new_source(), pack_version=PACK, expected_rows=BULK_ROWS) as batch:
        batch.append(rows(persons, 20))
    return batch.posted


def leaves_of(owner):
    found = owner.execute(
        "SELECT relid::regclass::text FROM pg_partition_tree('ledger_entry') ORDER BY level, 1"
    )
    return [name for (name,) in found]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", ["INSERT INTO {} DEFAULT VALUES", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_changes_no_table(ledger, table, change):
    """Nothing of the ledger is inserted, deleted or truncated but through its functions."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege), transaction.atomic():
        wire.cursor().execute(change.format(f"ledger_{table}"))


@pytest.mark.parametrize(
    "change",
    [
        "ledger_entry SET fund = 0",
        "ledger_event SET type = 'x'",
        "ledger_batch SET rows = 0",
        "ledger_person SET into_key = 1",
    ],
)
def test_the_application_updates_nothing(ledger, change):
    """No column of the ledger can be updated by the application."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege), transaction.atomic():
        wire.cursor().execute(f"UPDATE {change}")


def test_secrets_cannot_be_selected(ledger):
    """The application may ask for salts' secrets by function, and see keys and aliases, but not list secrets."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege), transaction.atomic():
        wire.cursor().execute("SELECT secret FROM ledger_person")


def test_no_partition_can_be_reached_around_the_parent(filled, owner_connection):
    """Months and leaves carry no grant at all, whether they came by COPY or by insertion."""
    names = leaves_of(owner_connection)
    assert len(names) == 4  # the parent, the month, its open leaf, the bulk load
    for name in names[1:]:
        granted = owner_connection.execute(
            "SELECT privilege FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) privilege "
            "WHERE has_table_privilege('provident_app', %s, privilege) "
            "OR (privilege NOT IN ('DELETE', 'TRUNCATE', 'TRIGGER') "
            "AND has_any_column_privilege('provident_app', %s, privilege))",
            (name, name),
        )
        assert granted.fetchall() == [], name


def test_a_load_table_takes_rows_and_shows_none(ledger):
    """While a bulk load is open its table can be inserted into and not read."""
    persons = register(1)
    with posting(source=new_source(), pack_version=PACK, expected_rows=BULK_ROWS) as batch:
        batch.append(rows(persons, 5))
        with batch.queries(), pytest.raises(psycopg.errors.InsufficientPrivilege), transaction.atomic():
            wire.cursor().execute(f"SELECT * FROM ledger_entry_{batch.posted_at:%Y%m}_{batch.number}")


def test_what_a_load_may_not_choose_it_cannot_name(ledger):
    """Batch, month posted, leaf and reversals of a bulk load are not the client's to say."""
    persons = register(1)
    with posting(source=new_source(), pack_version=PACK, expected_rows=BULK_ROWS) as batch:
        batch.append(rows(persons, 5))
        table = f"ledger_entry_{batch.posted_at:%Y%m}_{batch.number}"
        for column in ("batch_id", "posted_month", "leaf", "reverses"):
            with batch.queries(), pytest.raises(psycopg.errors.InsufficientPrivilege), transaction.atomic():
                wire.cursor().execute(f"INSERT INTO {table} ({column}) VALUES (NULL)")


def test_a_bulk_load_holds_no_reversals(ledger):
    """Reversals are checked one by one, so they come in small batches or from reverse_batch."""
    array = rows(register(1), 5)
    array["reverses"][3] = b"x" * 16

    def load():
        with posting(source=new_source(), pack_version=PACK, expected_rows=BULK_ROWS) as batch:
            batch.append(array)

    with pytest.raises(ValueError, match="reversals"), transaction.atomic():
        load()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {leaf} SET fund = fund",
        "DELETE FROM {leaf}",
        "TRUNCATE {leaf}",
        "UPDATE ledger_event SET type = type",
        "DELETE FROM ledger_event",
        "TRUNCATE ledger_event",
        "DELETE FROM ledger_batch",
        "TRUNCATE ledger_batch CASCADE",
        "UPDATE ledger_batch SET rows = rows + 1",
        "UPDATE ledger_person SET secret = sha256('x')",
        "DELETE FROM ledger_person",
        "UPDATE ledger_installation SET currency = 'EUR'",
        "DELETE FROM ledger_installation",
    ],
)
def test_even_the_owner_is_stopped(filled, owner_connection, statement):
    """Triggers refuse what grants cannot: the owner's own statements, on every partition."""
    targets = leaves_of(owner_connection) if "{leaf}" in statement else [""]
    for leaf in targets:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner_connection.execute(statement.format(leaf=leaf))


def test_an_entry_of_an_unknown_month_has_no_default_to_fall_into(filled, owner_connection):
    """There is no default partition: a row for a month nobody opened is refused."""
    with pytest.raises(psycopg.errors.CheckViolation, match="no partition"):
        owner_connection.execute(
            "INSERT INTO ledger_entry SELECT person_key, employer_key, base, employee, employer_share, account, fund, "
            "batch_id, '2001-01-01', leaf, region, month, source_row, kind, branch, scheme, evidence, checked, entry_id, "
            "leaf_hash, reverses FROM ledger_entry LIMIT 1"
        )


def test_a_changed_row_is_damage(filled, superuser_connection):
    """A row changed past every guard no longer gives its leaf, and is found."""
    superuser_connection.execute("SET session_replication_role = replica")
    changed = superuser_connection.execute(
        "UPDATE ledger_entry SET base = base + 1 WHERE source_row = 3 RETURNING entry_id"
    ).fetchall()
    found = wire.cursor().execute("SELECT * FROM ledger_damaged(%s)", (filled.batch,)).fetchall()
    assert found == changed != []


def test_functions_that_act_as_the_owner_are_closed(ledger, owner_connection):
    """Every function of the owner's pins its search path, none is open to everybody."""
    found = owner_connection.execute(
        "SELECT p.proname, p.prosecdef, p.proconfig, p.proacl::text FROM pg_proc p "
        "WHERE p.pronamespace = 'public'::regnamespace AND starts_with(p.proname, 'ledger_')"
    ).fetchall()
    assert len(found) > 20
    for name, definer, settings, grants in found:
        assert grants is not None, name
        assert "=X/" not in grants.replace("provident_owner=X/", "").replace("provident_app=X/", ""), name
        if definer:
            assert "search_path=pg_catalog, public, pg_temp" in (settings or []), name


def test_models_are_the_tables(ledger):
    """What Django is told of the tables is what they are: columns, order, kinds, which may be empty."""
    kinds = {
        "bigint": "BigIntegerField",
        "integer": "IntegerField",
        "smallint": "SmallIntegerField",
        "uuid": "UUIDField",
        "bytea": "BinaryField",
        "text": "TextField",
        "date": "DateField",
        "boolean": "BooleanField",
        "timestamp with time zone": "DateTimeField",
    }
    models = list(apps.get_app_config("ledger").get_models())
    assert {model._meta.db_table for model in models} == {f"ledger_{name}" for name in TABLES}
    for model in models:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT attname, format_type(atttypid, NULL), attnotnull FROM pg_attribute "
                "WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum",
                [model._meta.db_table],
            )
            columns = [(name, kinds[kind], not required) for name, kind, required in cursor.fetchall()]
        said = [(f.column, f.get_internal_type(), f.null) for f in model._meta.local_fields if f.column]
        assert said == columns, model
