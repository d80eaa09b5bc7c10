"""Recovery mode: a database that is not the one sealed last signs nothing and says why."""

import json
import shutil
from contextlib import closing

import psycopg
import pytest
from django.db import connections
from tests.ledger import people

from provident.ledger import wire
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.logs.publishing import published
from provident.ledger.seal.refusals import (
    DatabaseBehindGuard,
    DatabaseForked,
    GuardMissing,
    GuardOfAnotherLog,
    GuardUnreadable,
    RecoveryMode,
    SealPlaceUnusable,
)
from provident.ledger.seal.sealing import seal


class Saved:
    """The whole data directory, put away: the database and what lies beside it."""

    def __init__(self, test_server, sealing, name, as_name):
        self.url = test_server.server.superuser_url()
        self.name, self.as_name = name, as_name
        self.data, self.kept = sealing.base / "data", sealing.base / as_name
        self._run(f"CREATE DATABASE {as_name} TEMPLATE {name} OWNER provident_owner")
        shutil.copytree(self.data, self.kept)

    def restore(self):
        """Put everything back as it was."""
        self._run(
            f"DROP DATABASE {self.name} WITH (FORCE)", f"ALTER DATABASE {self.as_name} RENAME TO {self.name}"
        )
        shutil.rmtree(self.data)
        shutil.copytree(self.kept, self.data)

    def _run(self, *statements):
        connections.close_all()
        with closing(psycopg.connect(self.url, autocommit=True)) as superuser:
            for statement in statements:
                superuser.execute(statement)


@pytest.fixture
def save(test_server, sealing, lasting_ledger):
    """Put the data directory away under a name."""
    made = []

    def saving(number=0):
        made.append(Saved(test_server, sealing, lasting_ledger, f"{lasting_ledger}_saved{number}"))
        return made[-1]

    yield saving
    with closing(psycopg.connect(test_server.server.superuser_url(), autocommit=True)) as superuser:
        for one in made:
            superuser.execute(f"DROP DATABASE IF EXISTS {one.as_name} WITH (FORCE)")


@pytest.fixture
def person(sealing):
    """Register one person and seal their first entry."""
    key = people.register(1)[0]
    people.post(people.entry(key))
    seal(LEDGER)
    return key


def signed():
    """Return how many checkpoints are signed."""
    return wire.call("SELECT count(note) FROM ledger_checkpoint", ())


def test_a_restored_data_directory_signs_nothing(sealing, person, save):
    """After a restore and new postings there is no signature, and the refusal names what is lost and both ways out."""
    saved = save()
    people.post(people.entry(person), people.entry(person))
    lost = seal(LEDGER)
    assert lost.checkpoint.size == 3
    saved.restore()
    people.post(people.entry(person), people.entry(person), people.entry(person))
    with pytest.raises(DatabaseBehindGuard) as refused:
        seal(LEDGER)
    for language, lost_range in (("en", "Positions 1 to 2"), ("zh-hans", "位置 1 至 2")):
        assert lost_range in refused.value.sentence(language)
        assert "--replay" in refused.value.remedy(language)
        assert "--statement" in refused.value.remedy(language)
    assert signed() == 1
    assert wire.call("SELECT count(*) FROM ledger_batch WHERE position IS NULL", ()) == 1
    assert published(sealing.places.log("ledger")).checkpoint().size == 1


def test_a_database_from_before_the_first_seal_is_behind_too(sealing, save):
    """A database that knows of no checkpoint does not start a second log under the same guard."""
    key = people.register(1)[0]
    (sealing.base / "data").mkdir()
    saved = save()
    people.post(people.entry(key))
    seal(LEDGER)
    saved.restore()
    people.post(people.entry(key), people.entry(key))
    with pytest.raises(DatabaseBehindGuard, match="Positions 0 to 0"):
        seal(LEDGER)
    assert signed() == 0


def test_a_guard_from_another_branch_is_seen(sealing, person, save):
    """Two copies of one database that went on apart do not sign under each other's guard."""
    saved, kept = save(), sealing.base / "guard-kept"
    shutil.copytree(sealing.places.guard, kept)
    people.post(people.entry(person))
    seal(LEDGER)
    other = sealing.base / "guard-other"
    shutil.copytree(sealing.places.guard, other)
    saved.restore()
    shutil.copy(kept / "ledger.json", sealing.places.guard / "ledger.json")
    people.post(people.entry(person), people.entry(person))
    seal(LEDGER)
    shutil.copy(other / "ledger.json", sealing.places.guard / "ledger.json")
    people.post(people.entry(person))
    with pytest.raises(DatabaseForked, match="first 2 leaves"):
        seal(LEDGER)
    assert signed() == 2


def test_a_branch_of_the_same_size_is_seen(sealing, person, save):
    """The same number of leaves with another root is a fork, not the same history."""
    saved, kept = save(), sealing.base / "guard-kept"
    shutil.copytree(sealing.places.guard, kept)
    people.post(people.entry(person))
    seal(LEDGER)
    theirs = (sealing.places.guard / "ledger.json").read_text()
    saved.restore()
    shutil.copy(kept / "ledger.json", sealing.places.guard / "ledger.json")
    people.post(people.entry(person))
    seal(LEDGER)
    (sealing.places.guard / "ledger.json").write_text(theirs)
    with pytest.raises(DatabaseForked):
        seal(LEDGER)


def test_a_lost_guard_is_recovery_mode(sealing, person):
    """Without the guard nobody can say whether this is the latest, so nothing is signed."""
    (sealing.places.guard / "ledger.json").unlink()
    people.post(people.entry(person))
    with pytest.raises(GuardMissing) as refused:
        seal(LEDGER)
    assert "--adopt-guard" in refused.value.remedy("en")
    assert "--adopt-guard" in refused.value.remedy("zh-hans")
    assert isinstance(refused.value, RecoveryMode)
    assert signed() == 1
    assert not (sealing.places.guard / "ledger.json").exists()


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"origin": 1, "epoch": "x", "size": 1, "root": "", "time": 1}', "\xff"]
)
def test_a_garbled_guard_is_named(sealing, person, text):
    """A guard that is not what we wrote stops everything."""
    (sealing.places.guard / "ledger.json").write_text(text, encoding="latin-1")
    with pytest.raises(GuardUnreadable, match=r"ledger\.json"):
        seal(LEDGER)


def test_a_log_does_not_change_its_name(sealing, person, monkeypatch):
    """Under another name witnesses would see another log, so a changed name is refused."""
    monkeypatch.setenv("PROVIDENT_LOG_NAME", "log.agency.example")
    with pytest.raises(GuardOfAnotherLog, match=r"log\.agency\.example/ledger"):
        seal(LEDGER)


def test_a_guard_that_has_seen_more_of_the_same_tree_is_believed(sealing, person):
    """A guard ahead of the database is never taken for a mistake of the guard's."""
    path = sealing.places.guard / "ledger.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "size": 5}))
    with pytest.raises(DatabaseBehindGuard):
        seal(LEDGER)


def test_a_guard_that_cannot_be_kept_is_refused(sealing, monkeypatch, tmp_path):
    """Where the guard cannot be written nothing is sealed."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("PROVIDENT_GUARD", str(tmp_path / "file"))
    with pytest.raises(SealPlaceUnusable, match="cannot be used"):
        seal(LEDGER)


def test_the_installation_may_move(sealing, person, monkeypatch):
    """Guard and keys are found by the installation, wherever its data directory is."""
    moved = sealing.base / "elsewhere"
    shutil.move(sealing.base / "data", moved)
    monkeypatch.setenv("PROVIDENT_DATA", str(moved))
    people.post(people.entry(person))
    assert seal(LEDGER).checkpoint.size == 2
