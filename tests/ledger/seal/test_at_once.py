"""Many writers and sealers at once, and sealers cut off between any two steps."""

import itertools
import random
import threading
import time
from collections import defaultdict
from contextlib import contextmanager

import pytest
from django.db import connection
from tests.ledger import people

from provident.kernel.words import SubjectKind
from provident.ledger import actions, wire
from provident.ledger.records import NewEvent
from provident.ledger.seal import guard as guards
from provident.ledger.seal import sealing as sealer
from provident.ledger.seal import tiles, tree
from provident.ledger.seal.logs import heads
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.logs.publishing import published
from provident.ledger.seal.refusals import GuardMoved, GuardUnreadable
from provident.ledger.seal.sealing import seal
from provident.verify.notes import parse_checkpoint, parse_key, parse_note, verify_note
from provident.verify.tree import verify_consistency, verify_inclusion

WRITERS = 20
TURNS = 6
PAUSE = 0.2


class Cut(BaseException):
    """The sealer is cut off here."""


@contextmanager
def together(*works):
    """Run each work in a thread of its own with a connection of its own; raise what any of them raised."""
    raised = []

    def run(work):
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - shown in the test's own thread
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()
    assert not raised, raised


def append_event():
    """Append an event, as its id."""
    event = NewEvent(SubjectKind.INSTALLATION, 0, "test.happened", {})
    return actions.append_events(events=[event, event], source=people.new_source("test"))


def test_every_acknowledged_entry_is_in_the_next_checkpoint(sealing):
    """Twenty writers, a seal every 200 ms: whatever was acknowledged before a seal began, that seal proves."""
    persons = people.register(WRITERS)
    acknowledged, seals, done = [], [], threading.Event()

    def write(person, seed):
        chance = random.Random(seed)
        for turn in range(TURNS):
            time.sleep(chance.random() * 2 * PAUSE)
            if (turn + seed) % 3:
                posted = people.post(people.entry(person), people.entry(person))
                acknowledged.append((time.monotonic(), "batch", posted.batch))
            else:
                (first, _) = append_event()
                acknowledged.append((time.monotonic(), "event", first))

    def keep_sealing():
        while not done.wait(PAUSE):
            began = time.monotonic()
            seals.append((began, seal(LEDGER)))

    writers = [lambda p=person, n=number: write(p, n) for number, person in enumerate(persons)]
    with together(keep_sealing):
        with together(*writers):
            pass
        done.set()
    seals.append((time.monotonic(), seal(LEDGER)))
    assert len(acknowledged) == WRITERS * TURNS
    assert len({made.checkpoint.size for _, made in seals}) > 1
    proven = defaultdict(list)
    for moment, what, which in acknowledged:
        proven[next(place for place, (began, _) in enumerate(seals) if began > moment)].append((what, which))
    for place, group in proven.items():
        prove(sealing, seals[place][1], [leaves_of(what, which) for what, which in group])
    assert seals[-1][1].checkpoint.size == 2 * len(acknowledged)
    follow(sealing, [made for _, made in seals])


def leaves_of(what, which):
    """Return the first position and the stored leaves of a batch, or of events appended together."""
    if what == "batch":
        position = wire.call("SELECT position FROM ledger_batch WHERE batch_id = %s", (which,))
        rows = "SELECT hashes FROM ledger_leaves_of_rows(%s, 0, 2147483647)"
        return position, wire.call(rows, (which,))
    group, position = wire.call_row(
        "SELECT g.id, g.position FROM ledger_event_batch g JOIN ledger_event e USING (source_hash) "
        "WHERE e.event_id = %s",
        (which,),
    )
    return position, wire.call("SELECT hashes FROM ledger_leaves_of_events(ARRAY[%s::bigint])", (group,))


def prove(sealing, made, runs):
    """Let the stand-alone checker prove runs of leaves against a signed checkpoint."""
    key = parse_key((sealing.places.log("ledger") / "keys").read_text().splitlines()[0])
    note = parse_note(str(made.note).encode())
    signed, unknown = verify_note(note, (key,))
    assert len(signed) == 1
    assert unknown == ()
    checkpoint = parse_checkpoint(note.text)
    grown = tree.Tree(sealing.places.tiles("ledger"), checkpoint.size)
    for position, leaves in runs:
        for place, at in enumerate(range(0, len(leaves), 32), position):
            proof = grown.inclusion(place)
            assert verify_inclusion(leaves[at : at + 32], place, checkpoint.size, checkpoint.root, proof)


def follow(sealing, all_made):
    """Let the stand-alone checker follow each checkpoint from the one before."""
    for one, two in itertools.pairwise(made.checkpoint for made in all_made):
        proof = tree.Tree(sealing.places.tiles("ledger"), two.size).consistency(one.size)
        assert verify_consistency(one.size, one.root, two.size, two.root, proof)
        assert one.time <= two.time


def one_root_for_each_size(notes):
    """Require that no two notes say different things of one size."""
    said = defaultdict(set)
    for note in notes:
        said[note.checkpoint().size].add(note.text)
    assert all(len(texts) == 1 for texts in said.values())


@pytest.mark.parametrize("locked", [True, False], ids=["one machine", "without the file's lock"])
def test_two_sealers_never_sign_two_roots_for_one_size(sealing, monkeypatch, locked):
    """Sealers at once sign the same or refuse, even where the guard's file cannot be locked."""
    if not locked:
        monkeypatch.setattr(guards.fcntl, "flock", lambda *_: None)
    signed, refused, done = [], [], threading.Event()
    keep = heads.keep_note

    def seen(head, note):
        signed.append(note)
        keep(head, note)

    monkeypatch.setattr(heads, "keep_note", seen)
    person = people.register(1)[0]

    def keep_sealing():
        while not done.is_set():
            try:
                seal(LEDGER)
            except (GuardMoved, GuardUnreadable, FileNotFoundError) as refusal:
                refused.append(refusal)

    seal(LEDGER)
    with together(*[keep_sealing] * 4):
        for _ in range(40):
            people.post(people.entry(person))
            append_event()
        done.set()
    assert not locked or not refused
    seal(LEDGER)
    one_root_for_each_size(signed)
    assert published(sealing.places.log("ledger")).checkpoint().size == 120
    assert wire.call("SELECT count(*) FROM ledger_checkpoint WHERE note IS NULL", ()) == 0


CUTS = {
    "before the tiles are on the disk": (tiles.TileStore, "sync", "before"),
    "before the places are given": (heads, "add", "before"),
    "before the commit": (heads, "add", "after"),
    "before the guard moves": (guards.Guard, "swap", "before"),
    "while the guard moves": (guards, "sync_file", "before"),
    "before the signature": (sealer, "sign", "before"),
    "before the note is kept": (heads, "keep_note", "before"),
    "before publishing": (heads, "keep_note", "after"),
    "while publishing": (sealer, "publish_checkpoint", "before"),
    "before old tiles go": (tiles.TileStore, "drop_partials", "before"),
}


@pytest.mark.parametrize(
    ("cut", "first"),
    [(cut, False) for cut in CUTS] + [(cut, True) for cut in CUTS if cut != "before old tiles go"],
)
def test_a_seal_cut_off_anywhere_is_taken_up_by_the_next(sealing, monkeypatch, cut, first):
    """Whatever step a sealer dies before, the next one signs the same root for that size and goes on."""
    persons = people.register(3)
    if not first:
        people.post(*map(people.entry, persons))
        seal(LEDGER)
    signed, keep = [], heads.keep_note
    people.post(*map(people.entry, persons))
    append_event()
    where, name, when = CUTS[cut]
    act = getattr(where, name)

    def cut_off(*given):
        if when == "after":
            act(*given)
        raise Cut

    with monkeypatch.context() as patched:
        patched.setattr(where, name, cut_off)
        with pytest.raises(Cut):
            seal(LEDGER)
    append_event()
    people.post(people.entry(persons[0]))
    monkeypatch.setattr(heads, "keep_note", lambda head, note: (signed.append(note), keep(head, note)))
    made = seal(LEDGER)
    assert made.checkpoint.size == (8 if first else 11)
    assert published(sealing.places.log("ledger")) == made.note
    rows = wire.cursor().execute("SELECT note, root FROM ledger_checkpoint ORDER BY size").fetchall()
    assert all(note is not None for note, _ in rows)
    one_root_for_each_size([*signed, *(sealer.Note.parse(note) for note, _ in rows)])
    grown = tree.Tree(sealing.places.tiles("ledger"), made.checkpoint.size)
    for note, root in rows:
        assert grown.root(sealer.Note.parse(note).checkpoint().size) == bytes(root)
