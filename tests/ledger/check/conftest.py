"""Fixtures of the check's tests: a small sealed ledger of every kind of row, and whoever changes it."""

import os
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from tests.ledger import people
from tests.ledger.seal.conftest import sealing  # noqa: F401 - a fixture

from provident.access.look_check import look_rows
from provident.kernel.words import EntryKind, SubjectKind
from provident.ledger import actions, queries
from provident.ledger.check.checking import check_log, ledger_rows
from provident.ledger.check.findings import Findings
from provident.ledger.posting import BULK_ROWS, posting
from provident.ledger.records import NewEvent, Source
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.sealing import seal

BULK = 600


def checked(*, from_scratch: bool = True) -> Findings:
    """Check the log of entries and events."""
    findings = Findings()
    check_log(
        "ledger", ledger_rows, os.environ["PROVIDENT_OWNER_DATABASE_URL"], findings, from_scratch=from_scratch
    )
    return findings


def checked_looks() -> Findings:
    """Check the log of looks."""
    findings = Findings()
    check_log("looks", look_rows, os.environ["PROVIDENT_OWNER_DATABASE_URL"], findings, from_scratch=True)
    return findings


def codes(findings: Findings) -> set[str]:
    """Return what kinds of damage were found."""
    return {one.code for one in findings.damage}


def happen(person: int, count: int = 1) -> None:
    """Append events about a person and about nobody."""
    about = NewEvent(SubjectKind.PERSON, person, "test.happened", {"n": "一"})
    events = [
        about,
        *(NewEvent(SubjectKind.INSTALLATION, 0, "test.happened", {"n": n}) for n in range(count)),
    ]
    actions.append_events(events=events, source=people.new_source("test"))


def load(persons: list, count: int, *, gaps: int = 1) -> None:
    """Post a bulk load; its rows are numbered from 3, every `gaps`-th one."""
    rows = people.rows(persons, count)
    rows["row"] = 3 + rows["row"] * gaps
    with posting(source=people.new_source(), pack_version=people.PACK, expected_rows=BULK_ROWS) as batch:
        batch.append(rows)


@dataclass(frozen=True)
class Filled:
    """A sealed ledger."""

    persons: list
    size: int
    log: Path


@pytest.fixture
def filled(sealing) -> Filled:  # noqa: F811 - given by name
    """Small batches, bulk loads with and without gaps, events, a correction, a batch taken back; all sealed."""
    persons = people.register(4)
    people.post(*(people.entry(one) for one in persons))
    load(persons, BULK)
    happen(persons[0], 3)
    seal(LEDGER)
    load(persons, BULK, gaps=2)
    taken_back = people.post(
        people.entry(persons[1], EntryKind.PAID), people.entry(persons[2], EntryKind.PAID)
    )
    with people.record_of(persons[0]) as opened:
        wrong = queries.entries(opened)[0]
    actions.reverse_entries(
        entries=[wrong],
        instead=[people.entry(persons[0], EntryKind.ADJUSTMENT)],
        source=people.new_source(),
        pack_version=people.PACK,
    )
    actions.reverse_batch(batch=taken_back.batch, source=Source(os.urandom(32), "withdrawal"))
    actions.project_record_years()
    happen(persons[1])
    people.post(people.entry(persons[3]))
    size = seal(LEDGER).checkpoint.size
    return Filled(persons, size, sealing.places.log("ledger"))


@pytest.fixture
def damager(superuser_connection: psycopg.Connection) -> psycopg.Connection:
    """Return a superuser's session in which no trigger and no key stands in the way."""
    superuser_connection.execute("SET session_replication_role = replica")
    return superuser_connection
