"""Whoever changes the log of looks past every guard is found: each column, each row, each way."""

import psycopg
import pytest
from tests.access.look_log import LookLog
from tests.access.office import AN, BO, Office
from tests.access.test_look_log import every_kind, look_at

from provident.access.look_log import LookSource
from provident.ledger.seal.refusals import TreeDamaged

# What each column is changed to; every look has another value there.
CHANGED = {
    "at": "at + interval '1 microsecond'",
    "actor": "actor + 1",
    "office_en": "office_en || ' '",
    "office_zh": "'窗口' || office_zh",
    "role": "'auditor'",
    "system": "'api'",
    "purpose": "'audit'",
    "article_en": "upper(article_en) || '.'",
    "article_zh": "article_zh || '款'",
    "fields": "fields || '{numbers}'",
    "person_key": "CASE WHEN person_key IS NULL THEN 1003 END",
    "keys": "keys || 1002::bigint",
    "answered": "NOT answered",
    "refusal": "refusal || 'x'",
    "reason": "reason || '!'",
    "override": "NOT override",
    "grant_id": "coalesce(grant_id, 0) + 1",
    "counted": "NOT counted",
    "run": "NOT run",
}
MEANINGLESS = {"xid"}  # the number of a transaction that has ended


@pytest.fixture
def damager(superuser_connection: psycopg.Connection) -> psycopg.Connection:
    """Return a superuser's session in which no trigger and no key stands in the way."""
    superuser_connection.execute("SET session_replication_role = replica")
    superuser_connection.execute("ALTER TABLE access_look DROP CONSTRAINT access_look_check")
    superuser_connection.execute("ALTER TABLE access_look DROP CONSTRAINT access_look_check1")
    return superuser_connection


@pytest.fixture
def size(office: Office, log: LookLog) -> int:
    """Return the size of a log with a look of every kind, sealed."""
    every_kind(office)
    return log.seal().checkpoint.size


def test_every_column_is_covered(office: Office) -> None:
    """A new column of a look is hashed, or said to mean nothing."""
    columns = office.owner.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'access_look'"
    )
    assert {name for (name,) in columns} == {*CHANGED, *MEANINGLESS, "id"}


def test_a_change_in_any_column_is_found(log: LookLog, damager: psycopg.Connection, size: int) -> None:
    """Whichever column of whichever look is changed, the reader shows that position, and no other."""
    for column, other in CHANGED.items():
        for position in range(size):
            which = "id = (SELECT look FROM access_look_position WHERE position = %s)"
            damager.execute("CREATE TEMP TABLE kept AS SELECT * FROM access_look")
            damager.execute(f"UPDATE access_look SET {column} = {other} WHERE {which}", [position])
            assert log.damage(size) == {position}, column
            damager.execute(
                f"UPDATE access_look l SET {column} = k.{column} FROM kept k WHERE k.id = l.id AND l.{which}",
                [position],
            )
            damager.execute("DROP TABLE kept")
    assert log.damage(size) == set()


def test_a_look_that_is_gone_is_found(log: LookLog, damager: psycopg.Connection, size: int) -> None:
    """A look deleted from the middle or the end is missed at its position, with its number."""
    for position in (3, size - 1):
        (look,) = damager.execute(
            "SELECT look FROM access_look_position WHERE position = %s", [position]
        ).fetchone()
        damager.execute("DELETE FROM access_look WHERE id = %s", [look])
        gone = [one for one in LookSource().looks(0, size) if one.leaf is None]
        assert (gone[-1].position, gone[-1].look) == (position, look)
    assert log.damage(size) == {3, size - 1}
    damager.execute("TRUNCATE access_look CASCADE")
    assert log.damage(size) == set(range(size))


def test_a_look_whose_position_is_gone_too_is_found(
    log: LookLog, damager: psycopg.Connection, size: int
) -> None:
    """Deleting the position together with the look leaves a gap at that position."""
    damager.execute("DELETE FROM access_look WHERE id = 3")
    damager.execute("DELETE FROM access_look_position WHERE look = 3")
    assert log.damage(size) == {2}


def test_a_number_that_is_changed_is_found(log: LookLog, damager: psycopg.Connection, size: int) -> None:
    """A look under another number is missed under its own."""
    damager.execute("ALTER TABLE access_look ALTER id DROP IDENTITY")
    damager.execute("UPDATE access_look SET id = 1000 WHERE id = 2")
    assert log.damage(size) == {1}


@pytest.mark.parametrize(
    ("act", "found"),
    [
        ("DELETE FROM access_look_member WHERE (look, person_key) = (8, 1002)", {7}),
        ("DELETE FROM access_look_member WHERE look = 9", {8}),
        ("DELETE FROM access_look_batch WHERE (look, batch) = (8, 2)", {7}),
        ("INSERT INTO access_look_member VALUES (1004, 8)", {7}),
        ("INSERT INTO access_look_batch VALUES (9, 1)", {0}),
        ("UPDATE access_look_member SET look = 9 WHERE (look, person_key) = (8, 1002)", {7, 8}),
        ("UPDATE access_look_position SET by_installation = NOT by_installation WHERE position = 0", {0}),
        ("UPDATE access_look_position SET position = -position - 100 WHERE position = 4", {4}),
    ],
)
def test_a_member_or_batch_that_comes_or_goes_is_found(
    log: LookLog, damager: psycopg.Connection, size: int, act: str, found: set[int]
) -> None:
    """Removing, adding or moving one member or batch row of a look shows at the look's position."""
    damager.execute("ALTER TABLE access_look_position DROP CONSTRAINT access_look_position_position_check")
    assert damager.execute(act).rowcount > 0
    assert log.damage(size) == found


def test_a_look_put_in_afterwards_is_found(
    log: LookLog, office: Office, damager: psycopg.Connection, size: int
) -> None:
    """A look written under an old number never gets a position; it is named as left out."""
    look_at(AN, office.an)
    log.seal()
    log.seal()
    damager.execute("DELETE FROM access_look_position WHERE look = 5")
    assert LookSource().left_out() == (5,)
    assert log.seal().added == 0


def test_a_persons_secret_that_is_changed_is_found(
    log: LookLog, damager: psycopg.Connection, size: int
) -> None:
    """Another secret gives other leaves of the looks about that person, and of nobody else's."""
    about = {
        position
        for (position,) in damager.execute(
            "SELECT p.position FROM access_look_position p JOIN access_look l ON l.id = p.look"
            " WHERE l.person_key = %s",
            [BO],
        )
    }
    assert about
    damager.execute("UPDATE ledger_person SET secret = sha256('x') WHERE person_key = %s", [BO])
    assert log.damage(size) == about


def test_a_leaf_kept_as_unlinked_hides_nothing(log: LookLog, damager: psycopg.Connection, size: int) -> None:
    """Keeping the old leaf, and even erasing the secret, covers up no change: nobody decided that."""
    damager.execute("INSERT INTO access_look_unlinked VALUES (0, %s)", [log.leaves(size)[0]])
    damager.execute("UPDATE access_look SET reason = 'nothing' WHERE id = 1")
    assert log.damage(size) == {0}
    damager.execute(
        "UPDATE ledger_person SET secret = NULL"
        " WHERE person_key = (SELECT person_key FROM access_look WHERE id = 1)"
    )
    assert 0 in log.damage(size)


def test_rewritten_looks_are_not_sealed_over(log: LookLog, damager: psycopg.Connection, size: int) -> None:
    """When tiles must be made anew from looks that were changed, the sealer refuses to sign."""
    damager.execute("UPDATE access_look SET reason = 'nothing' WHERE id = 1")
    for tile in (log.places.log("looks") / "tile").rglob("*"):
        if tile.is_file():
            tile.unlink()
    with pytest.raises(TreeDamaged):
        log.seal()
