"""Sealing: what is acknowledged gets its place, in order, and one root for one size."""

import base64
import datetime as dt
import itertools

import pytest
from django.db import transaction
from tests.ledger import people

from provident.kernel.words import SubjectKind
from provident.ledger import actions, wire
from provident.ledger.posting import BULK_ROWS, posting
from provident.ledger.records import NewEvent
from provident.ledger.seal import notes, tree
from provident.ledger.seal.logs import entries, heads
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.logs.publishing import published
from provident.ledger.seal.refusals import RowsMissing, TreeDamaged
from provident.ledger.seal.sealing import seal


def happen(count=1):
    """Append events about no person."""
    events = [NewEvent(SubjectKind.INSTALLATION, 0, "test.happened", {"at": place}) for place in range(count)]
    return actions.append_events(events=events, source=people.new_source("test"))


def load(persons, count):
    """Post a bulk load."""
    with posting(source=people.new_source(), pack_version=people.PACK, expected_rows=BULK_ROWS) as batch:
        batch.append(people.rows(persons, count))
    return batch.posted


def stored(owner):
    """Return all stored leaves in the order of the log, by plain joins as the owner."""
    rows = owner.execute(
        "SELECT b.position + row_number() OVER (PARTITION BY b.batch_id ORDER BY e.source_row) - 1, e.leaf_hash "
        "FROM ledger_entry e JOIN ledger_batch b USING (batch_id) UNION ALL "
        "SELECT g.position + e.source_row - g.first_row, e.leaf_hash FROM ledger_event e JOIN ledger_event_batch g "
        "ON g.source_hash = e.source_hash AND e.source_row BETWEEN g.first_row AND g.first_row + g.rows - 1 ORDER BY 1"
    ).fetchall()
    assert [position for position, _ in rows] == list(range(len(rows)))
    return b"".join(bytes(leaf) for _, leaf in rows)


def test_an_empty_ledger_is_sealed_as_empty(sealing):
    """The first checkpoint of a new log says size 0 and the root of nothing, and is guarded from then on."""
    made = seal(LEDGER)
    assert (made.checkpoint.size, made.checkpoint.root, made.added) == (0, tree.EMPTY_ROOT, 0)
    assert (sealing.places.guard / "ledger.json").stat().st_mode & 0o777 == 0o600
    assert published(sealing.places.log("ledger")) == made.note


def test_everything_is_placed_in_order_and_the_tiles_are_its_tree(sealing, owner_connection):
    """Small batches, bulk loads and events become one run of leaves whose tree is the published one."""
    persons = people.register(7)
    people.post(*map(people.entry, persons))
    happen(3)
    load(persons, 60_003)
    people.post(people.entry(persons[0]))
    first = seal(LEDGER)
    happen()
    people.post(people.entry(persons[1]), people.entry(persons[2]))
    second = seal(LEDGER)
    leaves = stored(owner_connection)
    assert (first.checkpoint.size, second.checkpoint.size) == (60_014, 60_017)
    assert (first.added, second.added) == (60_014, 3)
    store = sealing.places.tiles("ledger")
    grown = tree.Tree(store, second.checkpoint.size)
    assert grown.leaves(0, 60_017) == leaves
    assert grown.root() == second.checkpoint.root
    assert grown.root(60_014) == first.checkpoint.root


def test_the_note_is_signed_under_the_origin_of_the_installation(sealing):
    """The checkpoint names this installation and log, and the published key verifies it."""
    people.post(people.entry(people.register(1)[0]))
    made = seal(LEDGER)
    (line,) = (sealing.places.log("ledger") / "keys").read_text().splitlines()
    key = notes.VerifierKey.parse(line)
    assert key.name == made.checkpoint.origin == f"provident.{sealing.installation}/ledger"
    assert notes.is_signed_by(made.note, key)
    text = (sealing.places.log("ledger") / "checkpoint").read_text()
    assert text.splitlines()[1:3] == ["1", base64.b64encode(made.checkpoint.root).decode()]


def test_nothing_new_makes_no_new_checkpoint(sealing):
    """A seal that finds nothing says where the log stands."""
    people.post(people.entry(people.register(1)[0]))
    first = seal(LEDGER)
    assert seal(LEDGER).note == first.note
    assert wire.call("SELECT count(*) FROM ledger_checkpoint", ()) == 1


def test_a_load_whose_rows_lie_in_another_order_is_sealed_by_row(sealing, owner_connection, monkeypatch):
    """Pages out of order are noticed while they are read, and the leaves still follow the rows."""
    monkeypatch.setattr(entries, "_PAGES", 64)
    monkeypatch.setattr(entries, "_ROWS_UNSORTED", 20_000)
    persons = people.register(3)
    posted = load(persons, 50_000)
    table = f"ledger_entry_{posted.posted_at:%Y%m}_{posted.batch}"
    owner_connection.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {table} ORDER BY sha256(leaf_hash)")
    owner_connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    owner_connection.execute(f"TRUNCATE {table}")
    owner_connection.execute(f"INSERT INTO {table} SELECT * FROM kept ORDER BY sha256(leaf_hash)")
    owner_connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    made = seal(LEDGER)
    assert tree.Tree(sealing.places.tiles("ledger"), 50_000).leaves(0, 50_000) == stored(owner_connection)
    assert made.checkpoint.size == 50_000


def test_rows_with_gaps_keep_their_order(sealing, owner_connection):
    """A source whose rows are not numbered without gaps says its first and last row."""
    array = people.rows(people.register(1), 5, first=10)
    array["row"] = [10, 11, 17, 18, 40]
    with posting(source=people.new_source(), pack_version=people.PACK, expected_rows=5) as batch:
        batch.append(array)
    seal(LEDGER)
    assert wire.call_row("SELECT position, first_row, last_row, rows FROM ledger_batch", ()) == (0, 10, 40, 5)
    assert tree.Tree(sealing.places.tiles("ledger"), 5).leaves(0, 5) == stored(owner_connection)


def test_a_place_is_given_once(sealing, owner_connection):
    """Not even the owner moves a batch or events in the log, or takes a checkpoint back."""
    people.post(people.entry(people.register(1)[0]))
    happen()
    seal(LEDGER)
    for change in (
        "UPDATE ledger_batch SET position = 1",
        "UPDATE ledger_batch SET position = NULL, first_row = NULL, last_row = NULL",
        "UPDATE ledger_batch SET first_row = 1",
        "UPDATE ledger_event_batch SET position = 0",
        "UPDATE ledger_event_batch SET rows = 2",
        "DELETE FROM ledger_event_batch",
        "UPDATE ledger_checkpoint SET root = sha256('')",
        "UPDATE ledger_checkpoint SET note = 'another'",
        "UPDATE ledger_checkpoint SET note = NULL",
        "DELETE FROM ledger_checkpoint",
        "TRUNCATE ledger_checkpoint",
    ):
        with pytest.raises(Exception, match=r"stands|append-only|has its place|is closed"):
            owner_connection.execute(change)
    owner_connection.execute("UPDATE ledger_checkpoint SET note = note || '— more AAAAAAAA'")


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("SELECT ledger_place(0, '{2}', '{0}', '{0}', '{}')", "the next place"),
        ("SELECT ledger_place(1, '{1}', '{0}', '{0}', '{}')", "has its place"),
        ("SELECT ledger_place(1, '{}', '{}', '{}', '{99}')", "has its place"),
        ("SELECT ledger_add_checkpoint('ledger', 1, 1, sha256(''), sha256(''), now())", "cannot follow"),
        (
            "SELECT ledger_add_checkpoint('ledger', 1, 2, sha256(''), sha256(''), date_trunc('second', now()))",
            "cannot",
        ),
        (
            "SELECT ledger_add_checkpoint('ledger', 3, 1, sha256(''), sha256(''), date_trunc('second', now()))",
            "cannot",
        ),
        (
            "SELECT ledger_add_checkpoint('ledger', 2, 1, sha256(''), sha256(''), date_trunc('second', now()))",
            "cannot",
        ),
        (
            "SELECT ledger_add_checkpoint('looks', 2, 5, sha256(''), '', date_trunc('second', now()))",
            "cannot follow",
        ),
    ],
)
def test_the_application_cannot_say_what_does_not_follow(sealing, statement, wrong):
    """Places follow one another, sizes follow places, epochs follow epochs, whoever calls."""
    people.post(people.entry(people.register(1)[0]))
    seal(LEDGER)
    happen()
    with pytest.raises(Exception, match=wrong), transaction.atomic():
        wire.call(statement, ())


def test_rows_that_are_gone_before_the_seal_are_named(sealing, owner_connection):
    """A batch that has fewer rows than it was acknowledged with is not sealed, and nothing after it is."""
    persons = people.register(2)
    people.post(*map(people.entry, persons))
    owner_connection.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
    owner_connection.execute("DELETE FROM ledger_entry WHERE source_row = 1")
    owner_connection.execute("ALTER TABLE ledger_entry ENABLE TRIGGER USER")
    with pytest.raises(RowsMissing, match="2 rows, but 1"):
        seal(LEDGER)
    assert heads.last("ledger") is None


def test_lost_tiles_are_made_anew_from_the_entries(sealing):
    """A restored backup has no tiles: the next seal writes them again and they are the same."""
    persons = people.register(3)
    load(persons, 50_100)
    happen(4)
    first = seal(LEDGER)
    log = sealing.places.log("ledger")
    before = {path: path.read_bytes() for path in log.rglob("tile/**/*") if path.is_file()}
    for path in before:
        path.unlink()
    people.post(people.entry(persons[0]))
    second = seal(LEDGER)
    assert second.checkpoint.size == first.checkpoint.size + 1
    assert all(path.exists() for path in before if ".p" not in str(path))
    assert all(path.read_bytes() == raw for path, raw in before.items() if path.exists())
    assert (
        tree.Tree(sealing.places.tiles("ledger"), second.checkpoint.size).root(first.checkpoint.size)
        == first.checkpoint.root
    )


def test_tiles_are_not_made_anew_from_changed_entries(sealing, superuser_connection):
    """When the entries no longer give the signed root, nothing is sealed on top of them."""
    persons = people.register(3)
    people.post(*map(people.entry, persons))
    seal(LEDGER)
    superuser_connection.execute("SET session_replication_role = replica")
    superuser_connection.execute("UPDATE ledger_entry SET leaf_hash = sha256('x') WHERE source_row = 1")
    for path in sealing.places.log("ledger").rglob("tile/**/*"):
        if path.is_file():
            path.unlink()
    people.post(people.entry(persons[0]))
    with pytest.raises(TreeDamaged, match="first 3 leaves"):
        seal(LEDGER)


def test_a_clock_moved_back_never_makes_an_older_checkpoint(sealing):
    """The time of a checkpoint is that of the last one or later, whatever the clock says."""
    person = people.register(1)[0]
    times = []
    for clock in (2_000_000_000, 1_000, 1_999_999_999, 2_000_000_001):
        people.post(people.entry(person))
        times.append(seal(LEDGER, clock=lambda said=clock: float(said)).checkpoint.time)
    assert times == [2_000_000_000, 2_000_000_000, 2_000_000_000, 2_000_000_001]
    assert all(a <= b for a, b in itertools.pairwise(times))


def test_a_named_installation_signs_under_its_name(sealing, monkeypatch):
    """PROVIDENT_LOG_NAME gives the log the address it is published under."""
    monkeypatch.setenv("PROVIDENT_LOG_NAME", "log.agency.example")
    assert seal(LEDGER).checkpoint.origin == "log.agency.example/ledger"


def test_tiles_take_little_room(sealing):
    """Old partial tiles go once they are filled."""
    person = people.register(1)[0]
    for _ in range(6):
        load([person], 50)
        seal(LEDGER)
    tiles = sealing.places.log("ledger") / "tile"
    assert sorted(str(path.relative_to(tiles)) for path in tiles.rglob("*") if path.is_file()) == [
        "0/000",
        "0/001.p/44",
        "1/000.p/1",
    ]


def test_what_waits_is_known_by_its_age(sealing):
    """The oldest thing without a place is told, entries and events alike; after a seal there is none."""
    source = LEDGER.source()
    assert source.waiting_since() is None
    before = dt.datetime.now(dt.UTC)
    happen()
    since = source.waiting_since()
    assert before <= since <= dt.datetime.now(dt.UTC)
    people.post(people.entry(people.register(1)[0]))
    assert source.waiting_since() == since
    seal(LEDGER)
    assert source.waiting_since() is None
