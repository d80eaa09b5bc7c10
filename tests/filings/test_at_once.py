"""Two at once, bulk loads, merged persons, originals whose time is over: the rarer ways of a filing."""

import datetime as dt
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from provident.filings import queries
from provident.filings.actions import discard_expired, ingest, withdraw
from provident.filings.intake import originals, taking
from provident.filings.intake.gathering import ahead
from provident.filings.refusals import FileRefused
from provident.identity import actions as identity
from provident.ledger import posting
from provident.ledger import queries as ledger

from .rows import chunk
from .world import NOW, OPERATOR, PAYMENTS, Desk, agency, declare, enrol, key_of, opened, pay


@pytest.fixture
def committed(fresh_database, stopped, tmp_path, monkeypatch):
    """Make an agency whose filings are committed in earnest."""
    monkeypatch.setenv("PROVIDENT_DATA", str(tmp_path / "state"))
    agency(2)
    return Desk(tmp_path)


def test_two_uploads_at_once_have_one_effect(committed):
    """Of four senders of one file, one posts it and three get its receipt."""
    committed.send(enrol([1, 2], "2026-01"))
    file = committed.file(declare([1, 2], "2026-01"))
    together = threading.Barrier(4)

    def send():
        together.wait()
        try:
            return ingest(file, by=OPERATOR)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as senders:
        found = [one.result() for one in [senders.submit(send) for _ in range(4)]]
    assert len({receipt.filing for receipt in found}) == 1
    assert sorted(receipt.already for receipt in found) == [False, True, True, True]
    with opened(1) as look:
        assert len(ledger.entries(look)) == 1


def test_two_different_files_at_once_never_both_declare_a_month(committed):
    """What was checked stays true until the commit: those who come second are refused."""
    committed.send(enrol([1], "2026-01"))
    files = [committed.file(declare([1], "2026-01", base=f"{9000 + at}.00")) for at in range(3)]
    together = threading.Barrier(3)

    def send(file):
        together.wait()
        try:
            return ingest(file, by=OPERATOR).entries
        except FileRefused as refusal:
            return refusal.report.lines[0].refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as senders:
        found = sorted(map(str, senders.map(send, files)))
    assert found == ["1", "filings.already_in_ledger", "filings.already_in_ledger"]


def test_a_bulk_load_is_the_same_filing(committed, monkeypatch):
    """Loaded by COPY into a table of its own, with its payment and its withdrawal."""
    monkeypatch.setattr(posting, "BULK_ROWS", 5)
    monkeypatch.setattr(taking, "MANY", 5)
    people = list(range(20))
    committed.send(enrol(people, "2026-01"))
    declared = committed.send(declare(people, "2026-01"))
    paid = committed.send([pay("48000.00", "2026-01")], PAYMENTS)
    assert (declared.entries, paid.entries) == (20, 20)
    assert ledger.damaged(declared.batch) == ledger.damaged(paid.batch) == ()
    withdraw(filing=paid.filing, by=OPERATOR, reason="Mistake")
    withdraw(filing=declared.filing, by=OPERATOR, reason="Mistake")
    with opened(7) as look:
        assert not any(year.branches() for year in ledger.record_years(look))


def test_merged_numbers_are_one_person_to_every_question(committed):
    """Enrolled under one number, declared under the other; the same month under both is refused."""
    committed.send(enrol([1, 2], "2026-01"))
    committed.send(enrol([2], "2026-01", event="leave"))
    other = key_of(2)
    with opened(1) as look:
        identity.merge(look, other=other, reason="One person", system="tests", at=NOW)
    committed.send(declare([1], "2026-02"))
    (row,) = declare([2], "2026-02")
    with pytest.raises(FileRefused) as error:
        committed.send([row])
    assert [line.refusal.code for line in error.value.report.lines] == ["filings.already_in_ledger"]
    (row,) = declare([2], "2026-03")
    assert committed.send([row | {"name": "Person 1"}]).entries == 1


def test_originals_go_when_their_time_is_over(desk):
    """Not a day earlier; files no filing names go after a day."""
    receipt = desk.send(enrol([1], "2026-01"))
    stray = originals.store(b"nobody's")
    path = originals.find(stray)
    before = receipt.keep_until - dt.timedelta(days=1)
    assert discard_expired(at=dt.datetime.combine(before, dt.time(), dt.UTC)) == 0
    old = time.time() - 2 * 86400
    os.utime(path, (old, old))
    assert discard_expired(at=NOW) == 1
    assert originals.find(receipt.sha256)
    assert discard_expired(at=dt.datetime.combine(receipt.keep_until, dt.time(), dt.UTC)) == 1
    assert originals.find(receipt.sha256) is None


def test_reading_ahead_yields_what_is_read_and_raises_what_is_raised():
    """Chunks come in order; a reader's failure and a caller's end both stop the thread."""
    chunks = [chunk({"name": str(at)}) for at in range(9)]
    assert list(ahead(chunks)) == chunks

    def failing():
        yield chunks[0]
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        list(ahead(failing()))
    some = ahead(iter(chunks * 100))
    assert next(some) is chunks[0]
    some.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "filings-reader"]


def test_a_mover_leaves_one_region_and_enrols_in_another(desk):
    """A row that names a region other than the enrolment's is refused."""
    (row,) = enrol([1], "2026-01")
    desk.send([row | {"region": "990100"}])
    (declared,) = declare([1], "2026-01")
    with pytest.raises(FileRefused) as error:
        desk.send([declared | {"region": "990000"}])
    assert [line.refusal.code for line in error.value.report.lines] == ["filings.region_differs"]
    desk.send([declared])
    with opened(1) as look:
        (entry,) = ledger.entries(look)
    assert entry.region == 990100
    assert queries.posted_with(bytes(32)) is None
