"""Killed at any moment, a filing is posted whole or not at all."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from provident.host.cluster import DATABASE
from provident.host.server import running

from . import world

PEOPLE, CLIENTS, SERVERS, MOST_TRIES = 60, 30, 5, 110
ROOT = Path(__file__).parents[2]


class Clerk:
    """The process in killed.py, and the server it works on."""

    def __init__(self, state, server):
        self.state, self.server = state, server
        environment = {
            **os.environ,
            "PROVIDENT_DATA": str(state.directory),
            "PROVIDENT_DATABASE_URL": server.application_url,
            "PROVIDENT_OWNER_DATABASE_URL": server.owner_url,
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.filings.killed"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env=environment,
        )

    def begin(self, word, path):
        """Start something; return the number of the process that does it."""
        self.process.stdin.write(f"{word} {path}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def end(self):
        """Wait for its end; return how it ended: 0 if it was done."""
        return int(self.process.stdout.readline())

    def ask(self, question, *facts):
        """Read from the database as the superuser, waiting while the server recovers."""
        for _ in range(300):
            try:
                with psycopg.connect(self.server.superuser_url(DATABASE)) as connection:
                    return connection.execute(question, facts).fetchall()
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise AssertionError("the server did not come back")


@pytest.fixture
def clerk(installation):
    with running(installation) as server:
        clerk = Clerk(installation, server)
        with clerk.process:
            clerk.begin("agency", "-")
            assert clerk.end() == 0
            yield clerk


def payroll(folder, point):
    """Return a file that registers, enrols and declares people nobody knows yet."""
    month = f"{2010 + point // 12}-{point % 12 + 1:02d}"
    people = range(point * PEOPLE, (point + 1) * PEOPLE)
    rows = [row | {"event": "enrol"} for row in world.declare(people, month, base="4400.00")]
    return world.Desk(folder).file(rows, name=f"{point}.csv").path


def state_of(clerk, path):
    """Return what the database holds of a file, table by table, and whether the original is kept."""
    sha256 = hashlib.sha256(path.read_bytes()).digest()
    ((filing, batch),) = clerk.ask(
        "SELECT max(filing_id), max(batch_id) FROM filings_filing WHERE sha256 = %s", sha256
    )
    ((batches,),) = clerk.ask("SELECT count(*) FROM ledger_batch WHERE source_hash = %s AND closed", sha256)
    counts = [
        clerk.ask(f"SELECT count(*) FROM {table} WHERE {column} = %s", value)[0][0]
        for table, column, value in (
            ("ledger_entry", "batch_id", batch),
            ("filings_enrolment", "recorded_by", filing),
            ("filings_total", "filing_id", filing),
            ("access_look_batch", "batch", batch),
        )
    ]
    kept = (clerk.state.originals / sha256.hex()[:2] / sha256.hex()).is_file()
    return filing is not None, batches, counts, kept


def everything(clerk):
    """Return how much there is in all: what a half-done filing would leave behind shows here."""
    ((count,),) = clerk.ask(
        "SELECT (SELECT count(*) FROM identity_resident) + (SELECT count(*) FROM ledger_person)"
        " + (SELECT count(*) FROM ledger_entry) + (SELECT count(*) FROM ledger_event)"
        " + (SELECT count(*) FROM ledger_batch) + (SELECT count(*) FROM filings_enrolment)"
        " + (SELECT count(*) FROM pg_class WHERE starts_with(relname, 'ledger_entry'))"
    )
    return count


def test_a_filing_killed_at_any_moment_is_whole_or_absent(clerk, tmp_path):
    """The client dies at 30 moments and the server's process at 5, in bulk loads too: all or nothing."""
    chance = random.Random(20260320)
    trial = payroll(tmp_path, 119)
    started = time.monotonic()
    clerk.begin("ingest", trial)
    assert clerk.end() == 0
    usual = time.monotonic() - started
    whole = (True, 1, [PEOPLE, PEOPLE, 1, 1], True)
    assert state_of(clerk, trial) == whole
    absent, killed, point = 0, 0, 0
    while killed < CLIENTS + SERVERS:
        assert point < MOST_TRIES
        path, before = payroll(tmp_path, point), everything(clerk)
        child = clerk.begin("load" if point % 3 == 0 else "ingest", path)
        time.sleep(chance.uniform(0, usual))
        kill_client(child) if killed < CLIENTS else kill_backend(clerk)
        killed += clerk.end() != 0
        found = settled(clerk, path)
        if found[0]:
            assert found == whole
        else:
            absent += 1
            assert found[1:3] == (0, [0, 0, 0, 0])
            assert everything(clerk) == before
        point += 1
    assert absent >= CLIENTS // 2
    for again in range(point):
        clerk.begin("ingest", tmp_path / f"{again}.csv")
        assert clerk.end() == 0
        assert state_of(clerk, tmp_path / f"{again}.csv") == whole


def kill_client(child):
    """Kill the process that takes the file in; it may be done by now."""
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


def kill_backend(clerk):
    """Kill the server's process behind the filing, if there is one yet; the server recovers from its log."""
    found = clerk.ask("SELECT pid FROM pg_stat_activity WHERE usename = 'provident_app' LIMIT 1")
    for (pid,) in found:
        os.kill(pid, signal.SIGKILL)


def settled(clerk, path):
    """Return what there is once the server has noticed that its client is gone."""
    for _ in range(200):
        if not clerk.ask("SELECT FROM pg_stat_activity WHERE usename = 'provident_app'"):
            break
        time.sleep(0.01)
    return state_of(clerk, path)
