"""Whatever is done to a ledger, in whatever order: all that is told of it adds up, and the check finds nothing.

Post, correct, take a batch back, merge, part, seal, erase a secret, kill the sealer at each of its steps. After
every step the entries, the statement, the employers' totals agree with a model of a few lines, an entry's proof
holds and the incremental check finds nothing; at the end of every run so do the exported journal and the check
from scratch. `make test-long` takes 10,000 steps, in two halves that two processors share.
"""

import base64
import os
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import polars as pl
import psycopg
import pytest
from filings import world
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.ledger.check.conftest import checked, checked_looks

from provident.access.door import open_record
from provident.access.look_log import LOOKS
from provident.access.records import OPERATOR
from provident.identity import actions as identity
from provident.identity.queries import find_resident
from provident.kernel.month import Month
from provident.kernel.words import Branch, EntryKind, SubjectKind
from provident.ledger import actions, queries
from provident.ledger.journal.exporting import export_journal
from provident.ledger.records import Legs, NewEntry, NewEvent, Source
from provident.ledger.refusals import NotReversible
from provident.ledger.seal.guard import Guard
from provident.ledger.seal.logs import heads
from provident.ledger.seal.logs.entries import LEDGER, LedgerSource
from provident.ledger.seal.logs.named import places
from provident.ledger.seal.paths import Paths
from provident.ledger.seal.placed import of_id
from provident.ledger.seal.sealing import seal
from provident.statements import queries as statements
from provident.verify.tree import verify_inclusion

LONG = os.environ.get("PROVIDENT_LONG") == "1"
RUNS, STEPS = (160, 50) if LONG else (3, 20)  # of each part; a run may end before its last step
FIELDS = ("name", "numbers", "enrolments", "contributions", "benefits", "account", "events", "receipt")
MONTHS = [Month(2025, 11), Month(2025, 12), Month(2026, 1)]
taken = Counter()  # steps, by what was done


@dataclass
class Posted:
    """An entry as the model remembers it."""

    person: int
    employer: int
    month: Month
    legs: Legs
    stands: bool = True


@dataclass
class Model:
    """What should be."""

    batches: dict[int, list[Posted]] = field(default_factory=dict)
    merged: dict[int, tuple[int, int]] = field(
        default_factory=dict
    )  # alias: the key it stands for, the merge
    forgotten: set[int] = field(default_factory=set)

    def standing(self):
        """Return what was posted and not taken back."""
        return [one for batch in self.batches.values() for one in batch if one.stands]


class Cut(BaseException):
    """The sealer is killed here."""


class Ledger(RuleBasedStateMachine):
    """One run: persons and employers of its own, in a ledger that all runs share."""

    employers: list
    folder: Path
    numbers = iter(range(100_000))

    def __init__(self):
        super().__init__()
        self.model = Model()
        self.persons = [self.register() for _ in range(4)]
        self.last = self.persons[0]
        self.is_projected = False
        self.before = self.totals()

    def register(self):
        number = world.number(next(self.numbers))
        identity.register_resident(name="王小明", number=number, at=world.NOW)
        return find_resident(number, by=OPERATOR, purpose="console", system="cli")

    def totals(self):
        """Return each employer's declared legs by month."""
        return {
            (employer, total.month): total.legs
            for employer in self.employers
            for total in queries.employer_totals(employer)
        }

    def opened(self, person):
        return open_record(person, by=OPERATOR, purpose="console", fields=FIELDS, system="cli", reason="test")

    def keys(self, person):
        return {person, *(alias for alias, (into, _) in self.model.merged.items() if into == person)}

    def usable(self):
        return [one for one in self.persons if one not in self.model.forgotten]

    @precondition(lambda self: self.usable())
    @rule(data=st.data(), count=st.integers(1, 4))
    def post(self, data, count):
        """Post a batch of declarations."""
        posted = [self.declared(data) for _ in range(count)]
        made = actions.append(
            entries=[self.new(one) for one in posted],
            source=Source(os.urandom(32), "payroll"),
            pack_version="cn 1",
        )
        self.model.batches[made.batch] = posted
        self.done("post", posted[0].person)

    def declared(self, data, person=None, month=None):
        employee = data.draw(st.integers(1, 10**7), "employee")
        legs = Legs(
            base=employee * 12, employee=employee, employer=2 * employee, account=employee, fund=2 * employee
        )
        return Posted(
            person or data.draw(st.sampled_from(self.usable()), "person"),
            data.draw(st.sampled_from(self.employers), "employer"),
            month or data.draw(st.sampled_from(MONTHS), "month"),
            legs,
        )

    def new(self, one):
        return NewEntry(
            person=one.person, kind=EntryKind.DECLARED, branch=Branch.PENSION, legs=one.legs, region=world.REGION,
            month=one.month, employer=one.employer,
        )  # fmt: skip

    @precondition(lambda self: any(one.person in self.usable() for one in self.model.standing()))
    @rule(data=st.data())
    def correct(self, data):
        """Take one entry back and post another in its place."""
        old = data.draw(
            st.sampled_from([one for one in self.model.standing() if one.person in self.usable()])
        )
        with self.opened(old.person) as opened:
            entries = queries.entries(opened)
        gone = {entry.reverses for entry in entries}
        same = [
            entry for entry in entries
            if entry.reverses is None and entry.id not in gone
            and (entry.person, entry.employer, entry.month, entry.legs) == (old.person, old.employer, old.month, old.legs)
        ]  # fmt: skip
        instead = self.declared(data, old.person, old.month)
        made = actions.reverse_entries(
            entries=[same[0]], instead=[self.new(instead)], source=Source(os.urandom(32), "correction"),
            pack_version="cn 1",
        )  # fmt: skip
        twin = next(one for one in self.model.batches[same[0].batch] if one.stands and one == old)
        twin.stands = False
        self.model.batches[made.batch] = [instead]
        self.done("correct", old.person)

    @precondition(lambda self: self.model.batches)
    @rule(data=st.data())
    def take_back(self, data):
        """Take a whole batch back; what cannot be is refused and changes nothing."""
        number = data.draw(st.sampled_from(sorted(self.model.batches)))
        batch = self.model.batches[number]
        if any(one.person in self.model.forgotten for one in batch):
            return
        try:
            actions.reverse_batch(batch=number, source=Source(os.urandom(32), "withdrawal"))
        except NotReversible:
            return
        for one in batch:
            one.stands = False
        self.done("take back", batch[0].person)

    @precondition(lambda self: len(self.free()) > 1)
    @rule(data=st.data())
    def merge(self, data):
        """Join two records."""
        into, other = data.draw(st.permutations(self.free()))[:2]
        with self.opened(into) as opened:
            number = identity.merge(opened, other=other, reason="test", system="cli", at=world.NOW)
        self.model.merged[other] = (into, number)
        self.done("merge", into)

    def free(self):
        joined = {key for alias, (into, _) in self.model.merged.items() for key in (alias, into)}
        return [one for one in self.usable() if one not in joined]

    @precondition(lambda self: self.model.merged)
    @rule(data=st.data())
    def part(self, data):
        """Part two records again."""
        alias = data.draw(st.sampled_from(list(self.model.merged)))
        into, number = self.model.merged.pop(alias)
        with self.opened(into) as opened:
            identity.undo(opened, join=number, reason="test", system="cli", at=world.NOW)
        self.done("part", alias)

    @precondition(lambda self: len(self.free()) > 2)
    @rule(data=st.data())
    def erase(self, data):
        """Erase a secret by a recorded decision; the entries stay under the bare key."""
        person = data.draw(st.sampled_from(self.free()))
        told = {"persons": [person.to_bytes(8).hex()]}
        event = NewEvent(SubjectKind.INSTALLATION, 0, "ledger.secret_erased", told)
        actions.append_events(events=[event], source=Source(os.urandom(32), "forgetting"))
        with psycopg.connect(os.environ["PROVIDENT_OWNER_DATABASE_URL"], autocommit=True) as owner:
            owner.execute("SELECT ledger_erase_secrets(%s)", [[person]])
        self.model.forgotten.add(person)
        self.persons.append(self.register())
        self.done("erase", person)

    @precondition(lambda self: not self.is_projected)
    @rule()
    def project(self):
        """Bring the reading copy up to date."""
        actions.project_record_years()
        self.done("project", self.last)
        self.is_projected = True

    @rule()
    def seal(self):
        """Seal the log."""
        seal(LEDGER)
        self.done("seal", self.last)

    @rule(where=st.sampled_from([(LedgerSource, "place"), (Guard, "swap"), (heads, "keep_note")]))
    def kill(self, where):
        """Kill the sealer before its places are given, before the guard moves, before the note is kept."""
        try:
            with patch.object(*where, side_effect=Cut):
                seal(LEDGER)
        except Cut:
            pass
        self.done(f"kill {where[1]}", self.last)

    def done(self, what, person):
        taken[what] += 1
        self.is_projected = False
        self.last = self.model.merged.get(person, (person, 0))[0]

    @invariant()
    def all_agrees(self):
        """Entries, statement and employers' totals say what the model says; a proof holds; nothing is damaged."""
        keys = self.keys(self.last)
        standing = [one for one in self.model.standing() if one.person in keys]
        with self.opened(self.last) as opened:
            entries = queries.entries(opened)
            told = statements.record(opened, as_of=Month(2026, 2))
            self.prove(opened, entries)
        assert {entry.person for entry in entries} <= keys
        assert total(entry.legs for entry in entries) == total(one.legs for one in standing)
        assert total(declared(told)) == total(one.legs for one in standing)
        should = dict(self.before)
        for one in self.model.standing():
            place = (one.employer, one.month)
            should[place] = should.get(place, Legs()) + one.legs
        assert {k: v for k, v in self.totals().items() if v != Legs()} == {
            k: v for k, v in should.items() if v != Legs()
        }
        assert not checked(from_scratch=False).damage

    def prove(self, opened, entries):
        """Prove the last of a person's entries that is sealed, by the stranger's code."""
        head = heads.last_signed("ledger")
        paths = (
            Paths(places(queries.installation().id).tiles("ledger", head.epoch), head.size) if head else None
        )
        for entry in reversed(entries):
            (placed,) = of_id(opened, entry.id)
            if paths is not None and not placed.waits_for(head.size):
                at = placed.position(entry.leaf_hash, paths)
                proof = [base64.b64decode(one) for one in paths.inclusion(at)]
                assert verify_inclusion(entry.leaf_hash, at, head.size, head.root, proof)
                return

    def teardown(self):
        """Hold the exported journal against the totals, and everything from scratch."""
        seal(LEDGER)
        seal(LOOKS)
        with psycopg.connect(os.environ["PROVIDENT_OWNER_DATABASE_URL"], autocommit=True) as owner:
            export_journal(owner, self.folder, lambda done, of: None)
        frames = [pl.read_parquet(path) for path in sorted(self.folder.rglob("entries-*.parquet"))]
        legs = ("base", "employee", "employer", "account", "fund")
        exported = tuple(sum(int(frame[f"{leg}_minor"].sum()) for frame in frames) for leg in legs)
        assert exported == total(self.totals().values())
        assert not checked().damage
        assert not checked_looks().damage
        if LONG:
            print(taken.total(), end=" ", flush=True)


def total(legs) -> tuple[int, ...]:
    """Return five sums."""
    rows = [(one.base, one.employee, one.employer, one.account, one.fund) for one in legs]
    return tuple(map(sum, zip(*rows, strict=True))) if rows else (0,) * 5


def declared(told):
    """Return a statement's declared sums of each year, in minor units."""
    for year in told.years:
        if (sums := year.declared) is not None:
            amounts = (sums.base, sums.employee, sums.employer, sums.account, sums.fund)
            yield Legs(*(one.minor for one in amounts))


@pytest.mark.timeout(14_400)
@pytest.mark.parametrize("_part", range(2 if LONG else 1))
def test_everything_adds_up_whatever_is_done(fresh_database, tmp_path, monkeypatch, _part):
    """Runs of many steps in any order; LONG takes 5,000 steps in each of its parts."""
    for setting in ("DATA", "GUARD", "LOG_KEYS"):
        monkeypatch.setenv(f"PROVIDENT_{setting}", str(tmp_path / setting.lower()))
    Ledger.employers = sorted(world.agency(3).values())
    taken.clear()
    with tempfile.TemporaryDirectory() as folder:
        Ledger.folder = Path(folder)
        run_state_machine_as_test(
            Ledger,
            settings=settings(
                max_examples=RUNS,
                stateful_step_count=STEPS,
                deadline=None,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
                database=None,
            ),
        )
    print(f"{taken.total()} steps: {dict(taken)}")
    assert taken.total() >= (5_000 if LONG else 15)
