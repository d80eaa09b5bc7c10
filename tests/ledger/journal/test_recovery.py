"""Set back to an earlier time, a ledger signs nothing until it is filled up again or the loss is said."""

import hashlib
import json

import polars as pl
import psycopg
import pytest
from tests.ledger import people

from provident.kernel.words import EntryKind, SubjectKind
from provident.ledger import actions, wire
from provident.ledger.journal import refusals
from provident.ledger.journal.recovery import adopt, declare, replay_journal, standing
from provident.ledger.journal.segments import segments
from provident.ledger.records import NewEvent
from provident.ledger.seal import refusals as seal_refusals
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.sealing import seal
from provident.verify import logs, notes


def happen(*persons, kind="identity.renamed"):
    events = [NewEvent(SubjectKind.PERSON, one, kind, {"why": "测试 ☂"}) for one in persons]
    actions.append_events(events=events, source=people.new_source("act"))


def bulk(persons, count=50_100):
    with actions.posting(source=people.new_source(), pack_version=people.PACK, expected_rows=count) as batch:
        batch.append(people.rows(persons, count))
    return batch.posted


def damage():
    numbers = [number for (number,) in wire.cursor().execute("SELECT batch_id FROM ledger_batch")]
    return [wire.call("SELECT count(*) FROM ledger_damaged(%s)", (number,)) for number in numbers]


def owner_sees(agency, query, *parameters):
    with psycopg.connect(agency.owner_url) as owner:
        return owner.execute(query, parameters).fetchone()[0]


def before(agency):
    """Post and seal some, save everything, then post and seal what will be lost."""
    persons = people.register(4)
    people.post(*(people.entry(one) for one in persons))
    happen(*persons)
    seal(LEDGER)
    agency.save()


def lose(agency, *, journal=True):
    """Let more happen after the copy; return the last checkpoint, and the journal."""
    persons = people.register(6)
    posted = people.post(*(people.entry(one) for one in persons))
    happen(persons[0], persons[1])
    first = seal(LEDGER)
    into = agency.export() if journal else None
    posting = bulk(persons)
    actions.reverse_batch(batch=posted.batch, source=people.new_source("withdrawal"))
    actions.reverse_batch(batch=posting.batch, source=people.new_source("withdrawal"))
    actions.append_events(
        events=[
            NewEvent(SubjectKind.EMPLOYER, 77, "compliance.noticed", {"n": number}) for number in range(3)
        ],
        source=people.new_source("act"),
    )
    last = seal(LEDGER)
    if journal:
        agency.export()
    assert last.checkpoint.size > first.checkpoint.size > 8
    return last, into


def test_what_was_lost_comes_back_with_the_same_root(agency):
    """Backed up, set back, replayed: the same checkpoint is signed again and sealing goes on."""
    before(agency)
    last, journal = lose(agency)
    agency.set_back()
    people.post(people.entry(people.register(1)[0]))
    with pytest.raises(seal_refusals.DatabaseBehindGuard):
        seal(LEDGER)
    found = standing(LEDGER)
    assert (found.lost.start, found.lost.end) == (8, last.checkpoint.size)
    done, sealed = replay_journal(journal, agency.owner_url)
    assert (done.batches, done.entries, done.events) == (4, 6 + 50_100 + 6 + 50_100, 5)
    assert sealed.checkpoint.size == last.checkpoint.size + 1  # and what was posted meanwhile
    assert set(damage()) == {0}
    row = wire.call_row("SELECT root, note FROM ledger_checkpoint WHERE size = %s", (last.checkpoint.size,))
    assert (row[0], row[1]) == (last.checkpoint.root, str(last.note))
    assert standing(LEDGER).trouble is None
    shown = logs.check_log(agency.places.log("ledger"))
    assert shown.signed.checkpoint.size == last.checkpoint.size + 1


def test_what_waited_when_the_copy_was_made_only_gets_its_place(agency):
    """A batch and events that are in the copy, not sealed yet, are not put in twice."""
    before(agency)
    persons = people.register(2)
    people.post(*(people.entry(one) for one in persons))
    happen(*persons)
    agency.save()
    last = seal(LEDGER)
    journal = agency.export()
    agency.set_back()
    done, sealed = replay_journal(journal, agency.owner_url)
    assert (done.batches, done.entries, done.events) == (0, 0, 0)
    assert sealed.note == last.note


def test_joined_persons_are_joined_again(agency):
    """Whom a key belongs to is taken over with the lost range."""
    before(agency)
    one, two = people.register(2)
    people.post(people.entry(one), people.entry(two))
    with people.record_of(one):
        people.open_all(one, two)
        actions.alias_person(key=one, into=two)
    seal(LEDGER)
    journal = agency.export()
    agency.set_back()
    replay_journal(journal, agency.owner_url)
    assert owner_sees(agency, "SELECT into_key FROM ledger_person WHERE person_key = %s", one) == two


def test_a_number_given_out_again_is_no_obstacle(agency):
    """Batches posted after the restore keep their numbers; the lost ones get others where they clash."""
    before(agency)
    last, journal = lose(agency)
    agency.set_back()
    persons = people.register(3)
    for one in persons:
        people.post(people.entry(one, EntryKind.PAID))
    _, sealed = replay_journal(journal, agency.owner_url)
    assert sealed.checkpoint.size == last.checkpoint.size + 3
    assert set(damage()) == {0}


def test_a_source_posted_again_is_no_replay(agency):
    """The same file filed once more after the restore cannot be the one that was signed."""
    before(agency)
    source, (person,) = people.new_source(), people.register(1)
    people.post(people.entry(person), source=source)
    seal(LEDGER)
    journal = agency.export()
    agency.set_back()
    (person,) = people.register(1)
    people.post(people.entry(person), source=source)
    with pytest.raises(refusals.PostedAgain):
        replay_journal(journal, agency.owner_url)
    assert standing(LEDGER).lost is not None


def test_a_journal_that_ends_too_early_is_refused(agency):
    """All of it or nothing: what is missing is told."""
    before(agency)
    last, _ = lose(agency, journal=False)
    agency.set_back()
    journal = agency.export()
    with pytest.raises(refusals.JournalTooShort) as refused:
        replay_journal(journal, agency.owner_url)
    assert (refused.value.facts["end"], refused.value.facts["guarded"]) == (8, last.checkpoint.size)


def test_a_changed_journal_is_refused(agency):
    """A file that is not what was written; and one rewritten with its hashes, whose leaves do not fit."""
    before(agency)
    _, journal = lose(agency)
    agency.set_back()
    folder = segments(journal / "ledger" / "1")[-1].path
    entries = folder / "entries-0001.parquet"
    kept = entries.read_bytes()
    entries.write_bytes(kept[:-1] + b"x")
    with pytest.raises(refusals.JournalDamaged):
        replay_journal(journal, agency.owner_url)
    pl.read_parquet(kept).with_columns(pl.col("base_minor") + 1).write_parquet(entries)
    _hash_again(folder, entries)
    with pytest.raises(refusals.ReplayDiffers):
        replay_journal(journal, agency.owner_url)
    entries.write_bytes(kept)
    events = folder / "events-0001.parquet"
    pl.read_parquet(events).with_columns(pl.lit('{"n":9}').alias("payload")).write_parquet(events)
    _hash_again(folder, entries, events)
    with pytest.raises(refusals.ReplayDiffers):
        replay_journal(journal, agency.owner_url)
    assert wire.call("SELECT count(*) FROM ledger_batch", ()) == 1


def _hash_again(folder, *files):

    said = json.loads((folder / "segment.json").read_text())
    for path in files:
        said["files"][path.name]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "segment.json").write_text(json.dumps(said))


def test_another_installations_journal_is_refused(agency, tmp_path):
    """Whose journal it is stands in it."""
    before(agency)
    lose(agency)
    agency.set_back()
    (tmp_path / "other").mkdir()
    (tmp_path / "other/installation.json").write_text(
        '{"installation": "00000000-0000-0000-0000-000000000000"}'
    )
    for journal in (tmp_path / "other", tmp_path / "nothing"):
        with pytest.raises(refusals.JournalOfAnother):
            replay_journal(journal, agency.owner_url)


def test_a_statement_begins_a_new_epoch(agency):
    """Signed and public: what was kept, what is lost, why; the log goes on under a new origin."""
    before(agency)
    last, _ = lose(agency, journal=False)
    old_keys = notes.parse_keys((agency.places.log("ledger") / "keys").read_bytes())
    agency.set_back()
    sealed = declare(LEDGER, "disk  failure;\nno export")
    assert (sealed.epoch, sealed.checkpoint.size) == (2, 9)
    assert sealed.checkpoint.origin == f"{last.checkpoint.origin}/2"
    assert sealed.checkpoint.time >= last.checkpoint.time
    said = notes.parse_note((agency.places.log("ledger") / "recovery").read_bytes())
    lines = said.text.splitlines()
    assert lines[:3] == [
        "provident-recovery/1",
        f"log {last.checkpoint.origin}",
        f"now {sealed.checkpoint.origin}",
    ]
    assert lines[3].startswith("kept 8 ")
    assert lines[4].startswith(f"signed {last.checkpoint.size} ")
    assert lines[5] == f"lost 8 {last.checkpoint.size - 1}"
    assert lines[7] == "reason disk failure; no export"
    new_keys = notes.parse_keys((agency.places.log("ledger", 2) / "keys").read_bytes())
    held, unknown = notes.verify_note(said, (*old_keys, *new_keys))
    assert (len(held), unknown) == (2, ())
    # Both epochs check, each in its own place, and a new loss is seen in the new one.
    assert logs.check_log(agency.places.log("ledger")).signed.checkpoint.size == 8
    assert logs.check_log(agency.places.log("ledger", 2)).signed.checkpoint.size == 9
    assert standing(LEDGER).trouble is None
    (payload,) = (
        wire.cursor()
        .execute("SELECT payload FROM ledger_event WHERE type = 'ledger.recovery_declared'")
        .fetchone()
    )
    assert json.loads(payload)["reason"] == "disk failure; no export"
    with pytest.raises(refusals.NothingToRecover):
        declare(LEDGER, "again")


def test_a_statement_after_everything_was_lost(agency):
    """A database without a single checkpoint begins the new epoch empty."""
    agency.places.log("ledger").mkdir(parents=True)
    agency.save()
    before_size = seal_some()
    agency.set_back()
    sealed = declare(LEDGER, "everything is gone")
    assert (sealed.epoch, sealed.checkpoint.size) == (2, 1)
    said = (agency.places.log("ledger") / "recovery").read_text()
    assert f"\nlost 0 {before_size - 1}\n" in said


def seal_some():
    people.post(*(people.entry(one) for one in people.register(3)))
    return seal(LEDGER).checkpoint.size


def test_the_journal_goes_on_in_the_new_epoch(agency):
    """Exported before and after a statement: the second epoch can be replayed as well."""
    before(agency)
    lose(agency)
    agency.set_back()
    declare(LEDGER, "no journal at hand")
    agency.save()
    persons = people.register(2)
    people.post(*(people.entry(one) for one in persons))
    last = seal(LEDGER)
    journal = agency.export()
    assert [(one.start, one.end) for one in segments(journal / "ledger" / "2")] == [(0, 11)]
    agency.set_back()
    _, sealed = replay_journal(journal, agency.owner_url)
    assert sealed.note == last.note


def test_a_lost_guard_is_adopted_with_a_reason(agency):
    """Without a guard nothing is signed; somebody answers for taking the database as it is."""
    before(agency)
    for path in agency.places.guard.iterdir():
        path.unlink()
    with pytest.raises(seal_refusals.GuardMissing):
        seal(LEDGER)
    with pytest.raises(refusals.ReasonMissing):
        adopt(LEDGER, " \n ")
    sealed = adopt(LEDGER, "the disk with the guard failed; compared with the published checkpoint")
    assert (sealed.epoch, sealed.checkpoint.size) == (1, 9)
    with pytest.raises(refusals.NothingToRecover):
        adopt(LEDGER, "again")


def test_a_database_behind_its_guard_is_not_adopted(agency):
    """Adopting is for a missing guard; a loss is replayed or said."""
    before(agency)
    lose(agency, journal=False)
    agency.set_back()
    with pytest.raises(seal_refusals.DatabaseBehindGuard):
        adopt(LEDGER, "let me")


def test_without_trouble_there_is_nothing_to_recover(agency):
    """Every way out says so."""
    before(agency)
    journal = agency.export()
    assert standing(LEDGER).lost is None
    with pytest.raises(refusals.NothingToRecover):
        replay_journal(journal, agency.owner_url)
    with pytest.raises(refusals.NothingToRecover):
        declare(LEDGER, "just so")


def test_what_was_forgotten_stays_forgotten(agency):
    """A secret erased in the lost range is erased again; its entries are unlinked, not damaged."""
    before(agency)
    old, new = people.register(2)
    people.post(people.entry(old))
    seal(LEDGER)
    agency.save()
    people.post(people.entry(old), people.entry(new))
    happen(old, new)
    told = {"persons": [f"{key:016x}" for key in (old, new)]}
    erased = NewEvent(SubjectKind.INSTALLATION, 0, "ledger.secret_erased", told)
    actions.append_events(events=[erased], source=people.new_source("act"))
    with psycopg.connect(agency.owner_url) as owner:
        owner.execute("UPDATE ledger_person SET secret = NULL WHERE person_key = ANY (%s)", ([old, new],))
    last = seal(LEDGER)
    journal = agency.export()
    agency.set_back()
    _, sealed = replay_journal(journal, agency.owner_url)
    assert sealed.note == last.note
    missing = "SELECT count(*) FROM ledger_person WHERE secret IS NULL AND person_key IN (%s, %s)"
    assert owner_sees(agency, missing, old, new) == 2
    assert set(damage()) == {0}
