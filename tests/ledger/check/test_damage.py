"""Whoever changes the ledger past every guard is found: each column, each row, each way; all of it is named."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest
from tests.ledger import people
from tests.ledger.check.conftest import checked, checked_looks, codes, load

from provident.access.look_log import LOOKS
from provident.host.cluster import DATABASE
from provident.host.server import running
from provident.kernel.words import SubjectKind
from provident.ledger import actions, models
from provident.ledger.check.database import hold_database
from provident.ledger.check.findings import Findings
from provident.ledger.check.snapshot import snapshot
from provident.ledger.records import NewEvent
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.sealing import seal

ENTRY = {
    "person_key": "(SELECT max(person_key) FROM ledger_person p WHERE p.person_key <> t.person_key)",
    "employer_key": "employer_key + 1",
    "base": "base + 1",
    "employee": "employee + 1",
    "employer_share": "employer_share - 1",
    "account": "account + 100",
    "fund": "-fund",
    "batch_id": "(SELECT max(batch_id) FROM ledger_batch b WHERE b.leaf = t.leaf AND b.batch_id <> t.batch_id)",
    "posted_month": "(posted_month + interval '1 month')::date",
    "leaf": "(SELECT max(leaf) FROM ledger_batch)",
    "region": "region + 1",
    "month": "month - 1",
    "source_row": "source_row + 100000",
    "kind": "kind + 1",
    "branch": "branch % 5 + 1",
    "scheme": "scheme + 1",
    "evidence": "evidence + 1",
    "checked": "checked + 1",
    "entry_id": "gen_random_uuid()",
    "leaf_hash": "sha256('x')",
    "reverses": "CASE WHEN reverses IS NULL THEN entry_id END",
}
EVENT = {
    "subject_kind": "subject_kind + 1",
    "subject_key": "(SELECT max(person_key) FROM ledger_person p WHERE p.person_key <> t.subject_key)",
    "event_id": "gen_random_uuid()",
    "type": "type || 'x'",
    "posted_at": "posted_at + interval '1 microsecond'",
    "source_hash": "sha256('x')",
    "source_row": "source_row + 50",
    "payload": "'{}'",
    "payload_hash": "sha256('x')",
    "leaf_hash": "sha256('x')",
}
BATCH = {
    "batch_id": "5000",
    "source_hash": "sha256('x')",
    "pack_version": "'cn 9.9.9'",
    "posted_at": "posted_at + interval '1 microsecond'",
    "posted_month": "(posted_month + interval '1 month')::date",
    "leaf": "leaf + 3",
    "closed": "false",
    "rows": "rows + 1",
    "reversing": "reversing + 1",
    "min_month": "min_month - 1",
    "max_month": "max_month + 1",
    "employer_key": "NULL",
    "reverses_batch": "(SELECT max(batch_id) FROM ledger_batch b WHERE b.batch_id <> t.batch_id)",
    "projected": "NOT projected",
    "position": "position + 1",
    "first_row": "first_row + 1",
    "last_row": "last_row - 1",
}
# The word for the kind of file is a label in no form: nothing is computed from it (docs/decisions/0023).
UNPROVEN = {"source_kind"}
EVENT_BATCH = {
    "source_hash": "sha256('x')",
    "first_row": "first_row + 1",
    "rows": "rows + 1",
    "posted_at": "posted_at + interval '1 microsecond'",
    "position": "position + 1",
}
CHECKPOINT = {
    "epoch": "2",
    "size": "size - 1",
    "root": "sha256('x')",
    "frontier": "substring(frontier FROM 33)",
    "sealed_at": "sealed_at - interval '1 day'",
    "note": "replace(note, 'time 1', 'time 2')",
}
LOG = {"log"}  # says whose; see below
UNNUMBERED = {"id"}  # of an event group: an order before it is sealed, then nothing


@pytest.fixture
def bare(filled, damager):
    """Return a session that no constraint stops either."""
    found = damager.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('c', 'u', 'f')"
        " AND conrelid::regclass::text ~ '^ledger_' AND conislocal AND coninhcount = 0"
        " ORDER BY contype <> 'f'"
    ).fetchall()
    for table, name in found:
        damager.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name} CASCADE")
    damager.execute("SET ROLE provident_owner")
    damager.execute("SELECT ledger_ensure_month((date_trunc('month', now()) + interval '1 month')::date)")
    damager.execute("RESET ROLE")
    return damager


@contextmanager
def changed(session, table: str, which: str, column: str, other: str) -> Iterator[None]:
    """Change a column of one row for the block's time."""
    session.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {table} t WHERE {which}")
    done = session.execute(f"UPDATE {table} t SET {column} = {other} WHERE {which} RETURNING *")
    assert done.rowcount == 1
    names, row = [name.name for name in done.description], done.fetchone()
    yield
    same = " AND ".join(f"t.{name} IS NOT DISTINCT FROM %s" for name in names)
    assert session.execute(f"DELETE FROM {table} t WHERE {same}", row).rowcount == 1
    overriding = "OVERRIDING SYSTEM VALUE" if table == "ledger_event_batch" else ""
    session.execute(f"INSERT INTO {table} {overriding} SELECT * FROM kept")
    session.execute("DROP TABLE kept")


def columns(model) -> set[str]:
    """Return the columns of a table as the code knows them."""
    return {field.column for field in model._meta.concrete_fields if field.name != "pk"}


@pytest.mark.parametrize(
    ("model", "covered"),
    [
        (models.Entry, {*ENTRY}),
        (models.Event, {*EVENT}),
        (models.Batch, {*BATCH, *UNPROVEN}),
        (models.EventBatch, {*EVENT_BATCH, *UNNUMBERED}),
        (models.Checkpoint, {*CHECKPOINT, *LOG}),
    ],
)
def test_every_column_is_covered(model, covered):
    """A new column is changed by these tests, or said to prove nothing."""
    assert columns(model) == covered


SMALL = "t.batch_id = 1 AND t.source_row = 2"
EVEN = "t.batch_id = 2 AND t.source_row = 300"
GAPS = "t.batch_id = 3 AND t.source_row = 303"


@pytest.mark.parametrize(("which", "position"), [(SMALL, 2), (EVEN, 301), (GAPS, 758)])
def test_a_change_in_any_column_of_an_entry_is_found(bare, which, position):
    """Whichever column of an entry is changed, exactly its position is named."""
    assert not checked().damage
    for column, other in ENTRY.items():
        if column in {"posted_month", "leaf", "batch_id"} and which is not SMALL:
            continue
        with changed(bare, "ledger_entry", which, column, other):
            found = checked()
            named = {one.position for one in found.damage if one.position is not None}
            assert named == {position}, (column, found.damage)
            assert codes(found) & {"entry.changed", "entry.missing"}
    assert not checked().damage


@pytest.mark.parametrize(
    ("model", "table", "which", "others"),
    [
        (models.Event, "ledger_event", ("t.subject_kind = 1 AND t.source_row = 0 AND t.posted_at ="
         " (SELECT min(posted_at) FROM ledger_event)"), EVENT),
        (models.Batch, "ledger_batch", "t.batch_id = 1", BATCH),
        (models.Batch, "ledger_batch", "t.batch_id = 2", BATCH),
        (models.EventBatch, "ledger_event_batch", "t.id = 1", EVENT_BATCH),
        (models.Checkpoint, "ledger_checkpoint", "t.size = 608", CHECKPOINT),
    ],
)  # fmt: skip
def test_a_change_in_any_other_column_is_found(bare, model, table, which, others):
    """Events, batches, groups of events and checkpoints: whichever column is changed, it is found."""
    for column, other in others.items():
        with changed(bare, table, which, column, other):
            assert checked().damage, column
    assert not checked().damage


def test_a_last_checkpoint_that_is_gone_is_found(filled, damager):
    """The guard knows of a checkpoint the database no longer has."""
    damager.execute("UPDATE ledger_checkpoint SET log = 'other' WHERE size = %s", [filled.size])
    assert "guard" in codes(checked())
    assert "guard" in codes(checked(from_scratch=False))


def test_every_deleted_row_is_named(filled, damager):
    """Rows deleted in the middle and at the end, of small and bulk batches, are each named by position."""
    for which in (SMALL, EVEN, GAPS, "batch_id = (SELECT max(batch_id) FROM ledger_batch)"):
        damager.execute(f"DELETE FROM ledger_entry t WHERE {which}")
    last_event = "posted_at = (SELECT max(posted_at) FROM ledger_event)"
    damager.execute(f"DELETE FROM ledger_event WHERE {last_event} AND source_row = 1")
    found = checked()
    named = {one.position for one in found.damage if one.code in {"entry.missing", "event.missing"}}
    (last,) = damager.execute("SELECT max(position) FROM ledger_batch").fetchone()
    assert named == {2, 301, 758, last, filled.size - 1}


def test_a_surplus_row_is_named(filled, damager):
    """Rows put in past the ledger are named by their ids: in a bulk load, a month's table, among events."""
    columns = "person_key, employer_key, base, employee, employer_share, account, fund, batch_id, posted_month, leaf,"
    rest = "region, month, source_row + 7000, kind, branch, scheme, evidence, checked, gen_random_uuid(), leaf_hash"
    for which in (SMALL, EVEN, GAPS):
        damager.execute(
            f"INSERT INTO ledger_entry SELECT {columns} {rest}, reverses FROM ledger_entry t WHERE {which}"
        )
    other = columns.replace("batch_id", "77")
    damager.execute(
        f"INSERT INTO ledger_entry SELECT {other} {rest}, reverses FROM ledger_entry t WHERE {SMALL}"
    )
    damager.execute(
        "INSERT INTO ledger_event SELECT subject_kind, subject_key, gen_random_uuid(), type, posted_at, sha256('x'), 0,"
        " payload, payload_hash, leaf_hash FROM ledger_event LIMIT 1"
    )
    found = checked()
    assert [one.code for one in found.damage].count("entry.surplus") == 4
    assert [one.code for one in found.damage].count("event.surplus") == 1


def test_a_truncated_table_is_told_in_full(filled, damager):
    """After TRUNCATE every entry is missing, told as runs of positions."""
    damager.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ALL")
    damager.execute("TRUNCATE ledger_entry")
    found = checked()
    missing = [one for one in found.damage if one.code == "entry.missing"]
    count = sum((one.last or one.position) - one.position + 1 for one in missing)
    assert count == filled.size - 4 - 2
    assert len(missing) < 20
    assert "database.trigger" in codes(found)


def test_everything_gone_is_told(filled, damager):
    """Where batches went too, the log has nothing at their positions."""
    for table in ("ledger_entry", "ledger_batch", "ledger_event", "ledger_event_batch"):
        damager.execute(f"TRUNCATE {table} CASCADE")
    gaps = [one for one in checked().damage if one.code == "log.gap"]
    assert [(one.position, one.last) for one in gaps] == [(0, filled.size - 1)]


@pytest.mark.parametrize(
    ("act", "code"),
    [
        ("ALTER TABLE ledger_entry DISABLE TRIGGER append_only", "database.trigger"),
        ("ALTER TABLE ledger_batch DISABLE TRIGGER USER", "database.trigger"),
        ("DROP TRIGGER append_only ON access_look", "database.trigger"),
        ("ALTER TABLE ledger_event ENABLE REPLICA TRIGGER append_only", "database.trigger"),
        ("ALTER TABLE ledger_entry NO FORCE ROW LEVEL SECURITY", "database.row_security"),
        ("ALTER TABLE ledger_person DISABLE ROW LEVEL SECURITY", "database.row_security"),
        ("CREATE POLICY more ON ledger_entry FOR SELECT TO provident_app USING (true)", "database.policy"),
        ("ALTER TABLE access_purpose OWNER TO postgres", "database.owner"),
        ("DROP POLICY opened ON ledger_record_year", "database.policy"),
        ("GRANT UPDATE ON ledger_entry TO provident_app", "database.privilege"),
        ("GRANT SELECT (secret) ON ledger_person TO provident_app", "database.privilege"),
        ("GRANT EXECUTE ON FUNCTION ledger_erase_secrets TO provident_app", "database.privilege"),
        ("REVOKE EXECUTE ON FUNCTION ledger_close_batch FROM provident_app", "database.privilege_missing"),
        (
            (
                "CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
                " 'BEGIN RETURN NEW; END'"
            ),
            "database.function",
        ),
    ],
)
def test_a_guard_that_does_not_stand_is_named(filled, superuser_connection, act, code):
    """Triggers, row security, policies, privileges and functions are held against the SQL we ship."""
    superuser_connection.execute(act)
    assert codes(checked()) == {code}
    assert codes(checked(from_scratch=False)) == {code}


def test_an_application_that_is_also_the_owner_is_named(installation):
    """On a server of its own: roles belong to the whole server, and other tests run on the shared one."""
    findings = Findings()
    with running(installation) as server:
        with closing(psycopg.connect(server.superuser_url(DATABASE), autocommit=True)) as superuser:
            superuser.execute("GRANT provident_owner TO provident_app")
        with snapshot(server.owner_url) as seen:
            hold_database(seen, findings)
    assert codes(findings) == {"database.privilege"}


def test_a_removed_secret_is_damage(filled, damager):
    """Without a recorded decision, what a person's secret salted cannot be checked, and that is said of each."""
    damager.execute("UPDATE ledger_person SET secret = NULL WHERE person_key = %s", [filled.persons[3]])
    found = checked()
    (entries,) = damager.execute(
        "SELECT count(*) FROM ledger_entry WHERE person_key = %s", [filled.persons[3]]
    ).fetchone()
    assert [one.code for one in found.damage] == ["entry.secret_missing"] * entries
    damager.execute("DELETE FROM ledger_person WHERE person_key = %s", [filled.persons[0]])
    assert "event.secret_missing" in codes(checked())


def test_what_is_not_sealed_yet_is_checked_too(filled, damager):
    """An entry changed before it is sealed no longer gives its stored leaf."""
    people.post(people.entry(filled.persons[0]))
    load(filled.persons, 600, gaps=3)
    assert checked(from_scratch=False).waiting["ledger"] == 601
    damager.execute("UPDATE ledger_entry SET base = base + 1 WHERE source_row = 303 AND batch_id = 9")
    (found,) = checked(from_scratch=False).damage
    assert (found.code, found.position) == ("entry.changed", None)


def test_tiles_are_held_against_each_other(filled):
    """A changed or missing tile of any level is named."""
    for path in ("tile/0/001", "tile/1/000.p/4"):
        tile = filled.log / path
        raw = tile.read_bytes()
        tile.write_bytes(raw[:40] + bytes(8) + raw[48:])
        assert {"entry.changed", "checkpoint.root"} & codes(checked()) or "tile.changed" in codes(checked())
        tile.unlink()
        assert codes(checked()) == {"tile.missing"}
        tile.write_bytes(raw)
    assert not checked().damage


def test_a_table_that_cannot_be_read_is_damage(filled, superuser_connection):
    """A table that is gone is damage and no accident of the program."""
    superuser_connection.execute("ALTER TABLE ledger_event RENAME TO gone")
    assert "database.unreadable" in codes(checked())


def test_no_damage_names_a_person(filled, damager):
    """Whatever is found, a person's key is not in it."""
    damager.execute("UPDATE ledger_entry SET base = base + 1")
    damager.execute("UPDATE ledger_event SET type = 'x'")
    said = str([one.as_document() for one in checked().damage])
    assert all(str(key) not in said and f"{key:016x}" not in said for key in filled.persons)
    assert said.count("entry.changed") > 1000


def test_damaged_looks_are_named(filled, damager):
    """The log of looks is held against its own tree."""
    size = seal(LOOKS).checkpoint.size
    assert size > 0
    assert not checked_looks().damage
    damager.execute("UPDATE access_look SET reason = 'nothing' WHERE id = 1")
    assert codes(checked_looks()) == {"look.changed"}
    damager.execute("TRUNCATE access_look CASCADE")
    found = checked_looks().damage
    assert [(one.code, one.position, one.last) for one in found] == [
        ("look.missing", 0, size - 1)
    ] or size == 1


def test_the_incremental_check_goes_on_from_what_was_sound(filled, damager, sealing):
    """Only new leaves are gone over; a history rewritten since is found by its root; damage is not remembered."""
    assert checked(from_scratch=False).checked["ledger"] == filled.size
    assert checked(from_scratch=False).checked["ledger"] == 0
    people.post(people.entry(filled.persons[0]))
    seal(LEDGER)
    damager.execute("UPDATE ledger_entry SET base = base + 1 WHERE batch_id = 8")
    for _ in range(2):
        found = checked(from_scratch=False)
        assert (found.checked["ledger"], len(found.damage)) == (1, 1)
    path = sealing.places.guard / "ledger.checked.json"
    path.write_text(path.read_text().replace('"root": "', '"root": "00'))
    assert codes(checked(from_scratch=False)) == {"memory.rewritten", "entry.changed"}


def test_what_was_unlinked_by_decision_is_no_damage(filled, owner_connection, damager):
    """A secret erased by a recorded decision is counted apart; its rows must still have the leaves that were sealed."""
    person = filled.persons[0]
    told = {"persons": [person.to_bytes(8).hex()]}
    event = NewEvent(SubjectKind.INSTALLATION, 0, "ledger.secret_erased", told)
    actions.append_events(events=[event], source=people.new_source("forgetting"))
    owner_connection.execute("SELECT ledger_erase_secrets(%s)", [[person]])
    (entries,) = damager.execute(
        "SELECT count(*) FROM ledger_entry WHERE person_key = %s", [person]
    ).fetchone()
    found = checked()
    assert not found.damage
    assert found.unlinked["ledger"] == entries + 1
    damager.execute(
        "UPDATE ledger_entry SET leaf_hash = sha256('x') WHERE person_key = %s AND batch_id = 1", [person]
    )
    found = checked()
    assert [(one.code, one.position) for one in found.damage] == [("entry.changed", 0)]
    assert found.unlinked["ledger"] == entries
