"""The database itself shows a person's rows only to the transaction whose look opened the person."""

import os

import psycopg
import pytest
from psycopg import sql
from tests.identity.register import NOON, Register, number_of

from provident.access.records import OPERATOR
from provident.identity import actions

TABLES = (
    "identity_resident",
    "identity_number",
    "identity_name",
    "identity_value",
    "identity_join",
    "identity_told_apart",
)
OPEN = "SELECT answered FROM access_open(%s, %s, 'console', '{name,numbers,archive}', 'test', '')"


@pytest.fixture
def people(register: Register) -> list[int]:
    """Return two merged residents and a stranger, each with facts of every kind."""
    people = [register.add(name, number_of(index)) for index, name in enumerate(("甲", "乙", "丙"))]
    for person in people:
        with register.open(person) as opened:
            actions.set_value(opened, name="phone", value="138 0000 0000", since=None, at=NOON)
    with register.open(people[0]) as opened:
        actions.tell_apart(opened, other=people[2], reason="seen", at=NOON)
        actions.merge(opened, other=people[1], reason="seen", at=NOON)
    return people


@pytest.fixture
def app(fresh_database: str) -> psycopg.Connection:
    """Connect as the application role."""
    with psycopg.connect(os.environ["PROVIDENT_DATABASE_URL"]) as connection:
        yield connection


def seen(app: psycopg.Connection) -> dict[str, int]:
    return {
        table: app.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()[0]
        for table in TABLES
    }


def test_without_a_look_nobody_is_there(people: list[int], app: psycopg.Connection) -> None:
    """As the application role, no row of any person can be read without a look."""
    assert set(seen(app).values()) == {0}


def test_a_look_shows_the_person_and_who_was_merged(people: list[int], app: psycopg.Connection) -> None:
    """A look shows exactly the rows of the keys it opened, in its own transaction only."""
    assert app.execute(OPEN, [OPERATOR, people[1]]).fetchone() == (True,)
    shown = app.execute("SELECT DISTINCT person_key FROM identity_number").fetchall()
    assert {key for (key,) in shown} == set(people[:2])
    assert seen(app) == dict(zip(TABLES, (2, 2, 2, 2, 1, 1), strict=True))
    app.commit()
    assert set(seen(app).values()) == {0}


def test_a_refused_look_shows_nothing(people: list[int], app: psycopg.Connection) -> None:
    """A look that was refused opens no row."""
    asked = app.execute(OPEN.replace("console", "own_record"), [OPERATOR, people[0]]).fetchone()
    assert asked == (False,)
    assert set(seen(app).values()) == {0}


def refuses(app: psycopg.Connection, statement: str, facts: list[object], message: str) -> None:
    """Run a statement in a savepoint and see it refused for lack of a right."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match=message), app.transaction():
        app.execute(statement, facts)


def test_the_application_writes_through_acts_only(people: list[int], app: psycopg.Connection) -> None:
    """The application role changes no table of the register directly, look or no look."""
    app.execute(OPEN, [OPERATOR, people[0]])
    for table in TABLES:
        key = "one" if table == "identity_told_apart" else "person_key"
        for change in (
            f"DELETE FROM {table}",
            f"UPDATE {table} SET {key} = 1",
            f"TRUNCATE {table}",
            f"INSERT INTO {table} DEFAULT VALUES",
        ):
            refuses(app, change, [], "permission denied")


def test_acts_need_a_look_of_their_own_transaction(people: list[int], app: psycopg.Connection) -> None:
    """Every changing function refuses a person whom this transaction's look did not open."""
    app.execute(OPEN, [OPERATOR, people[2]])
    for call in (
        "identity_add_name(%s, 'x', NULL, 'x', 0, NULL, now())",
        "identity_add_number(%s, 1::smallint, '990000198001010000', NULL, NULL, now())",
        "identity_set_value(%s, 'phone', '138 0000 0000', NULL, now())",
        "identity_merge(1, %s, 5, 'x', 'x', now())",
        "identity_split(1, %s, 5, '{}', '{}', '{}', 'x', now())",
        "identity_undo_join(1, %s, 1, 'x', 'x', now())",
        "identity_tell_apart(1, %s, 5, 'x', now())",
    ):
        refuses(app, f"SELECT {call}", [people[0]], "no look of this transaction")


def test_withdrawing_needs_a_look_too(people: list[int], app: psycopg.Connection, register: Register) -> None:
    """A fact of somebody who was not opened is not there to be withdrawn."""
    [fact] = register.owner.execute(
        "SELECT id FROM identity_value WHERE person_key = %s", [people[0]]
    ).fetchall()
    app.execute(OPEN, [OPERATOR, people[2]])
    assert app.execute("SELECT identity_withdraw('value', %s, now())", fact).fetchone() == ("absent",)


def test_looking_up_in_bulk_needs_a_filing(people: list[int], app: psycopg.Connection) -> None:
    """Numbers are not turned into keys, nor keys into names, outside a filing."""
    app.execute(OPEN, [OPERATOR, people[0]])
    for call in ("identity_resolve(ARRAY['x'])", "identity_known_names(ARRAY[%s]::bigint[])"):
        refuses(app, f"SELECT {call}", people[: call.count("%s")], "in a filing only")


def test_inner_steps_cannot_be_called(people: list[int], app: psycopg.Connection) -> None:
    """The steps inside the functions are closed to the application role."""
    for call in (
        "identity_births(%s)",
        "identity_may_write(%s, true)",
        "identity_insist(%s, true)",
        "identity_current_check(%s)",
        "identity_refresh(ARRAY[%s])",
        "identity_move(%s, true)",
        "identity_open_beside(1, %s, 5, 'x', 'x')",
    ):
        refuses(app, f"SELECT {call}", [people[0]], "permission denied")


def test_candidates_need_a_look(people: list[int], app: psycopg.Connection) -> None:
    """Who may be the same person is told about an opened record only."""
    assert app.execute("SELECT count(*) FROM identity_possible_same(%s, 50)", [people[0]]).fetchone() == (0,)


def test_even_the_owner_rewrites_no_fact(people: list[int], register: Register) -> None:
    """A recorded name, number or value is withdrawn, never overwritten, whoever tries."""
    for change in (
        "UPDATE identity_name SET name = 'x'",
        "UPDATE identity_number SET normal = '990000198001010000'",
        "UPDATE identity_value SET value = '1'",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="never rewritten"):
            register.owner.execute(change)


def test_the_tables_refuse_what_the_acts_would(people: list[int], register: Register) -> None:
    """Unknown fields, names not in NFC, misshapen or taken numbers are refused by the tables themselves."""
    name = "identity_name (person_key, name, skeleton, name_check, recorded_at)"
    number = "identity_number (person_key, kind, normal, name_check, recorded_at)"
    for fact in (
        "identity_value (person_key, field, value, recorded_at) VALUES (%s, 'religion', 'x', now())",
        f"{name} VALUES (%s, E'e\\u0301', 'e', 0, now())",
        f"{number} VALUES (%s, 1, 'x y', 0, now())",
        f"{number} VALUES (%s, 9, '990000198001010000', 0, now())",
        f"{number} SELECT %s, kind, normal, 0, now() FROM identity_number LIMIT 1",
    ):
        with pytest.raises(psycopg.errors.IntegrityError):
            register.owner.execute(f"INSERT INTO {fact}", [people[2]])
