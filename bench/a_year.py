"""Receipts of one year for the statements' yardstick: a log of 192,000 leaves, and people in it.

Each of the people has twelve months in five branches, declared and paid, as a payroll of 8,000 rows and
its payments post them: 120 entries, which lie in 24 places of the log.
"""

import datetime as dt
import hashlib
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from provident.kernel.keys import EmployerKey, EntryId, PersonKey, entry_id
from provident.kernel.month import Month
from provident.kernel.words import Branch, EntryKind
from provident.ledger.form import entry_salt
from provident.ledger.records import Entry, Installation, Legs, Source
from provident.ledger.seal.keys import KeyFile
from provident.ledger.seal.notes import Checkpoint, VerifierKey, sign
from provident.ledger.seal.paths import Paths
from provident.ledger.seal.placed import Placed
from provident.ledger.seal.tiles import TileStore
from provident.ledger.seal.tree import Growth
from provident.statements.receipts.fields import leaf_of
from provident.statements.receipts.making import Receipts

_ROWS = 8_000
_BATCHES = 24
_POSTED = dt.datetime(2026, 1, 8, tzinfo=dt.UTC)
_SECRET = bytes(range(32))


def people(count: int) -> tuple[Receipts, list[list[tuple[Placed, bytes]]]]:
    """Return a log that is sealed, and what is in it of each of some people, with the salts."""
    installation = Installation(uuid.uuid4(), "A", "甲", "CNY", ZoneInfo("Asia/Shanghai"), 990000)
    store = TileStore(Path(tempfile.mkdtemp(prefix="provident-bench-log-")))
    having = [list(_entries(one)) for one in range(count)]
    leaves = {
        placed.low: leaf_of(installation, placed.what, salt) for person in having for placed, salt in person
    }
    growth = Growth(store, 0)
    for start in range(0, _ROWS * _BATCHES, _ROWS):
        other = (hashlib.sha256(at.to_bytes(8, "big")).digest() for at in range(start, start + _ROWS))
        growth.add(b"".join(leaves.get(at, leaf) for at, leaf in enumerate(other, start)))
    frontier = growth.finish()
    key = KeyFile(f"provident.{installation.id}/ledger", Ed25519PrivateKey.generate())
    checkpoint = Checkpoint(key.name, frontier.size, frontier.root(), 1_790_000_000)
    note, paths = sign(checkpoint, key), Paths(store, frontier.size)
    return Receipts(installation, note, (VerifierKey(key.name, key.public),), checkpoint, paths), having


def _entries(who: int) -> Iterator[tuple[Placed, bytes]]:
    """Yield a person's entries; nobody's are neighbours of somebody else's."""
    for batch in range(_BATCHES):
        source = Source(hashlib.sha256(f"payroll {batch}".encode()).digest(), "payroll")
        for branch in Branch:
            row = who * 1009 % 1600 * 5 + branch.value - 1
            id_ = EntryId(entry_id(source.hash, row))
            entry = Entry(
                person=PersonKey(10**15 + who),
                kind=EntryKind.PAID if batch % 2 else EntryKind.DECLARED,
                branch=branch,
                legs=Legs(800_000, 64_000, 128_000, 64_000, 128_000),
                region=990000,
                month=Month(2025, 1 + batch // 2),
                employer=EmployerKey(10**15),
                id=id_,
                row=row,
                batch=batch,
                posted_at=_POSTED + dt.timedelta(days=batch),
                source=source,
                pack_version="cn 0.1.0",
                leaf_hash=b"",
            )
            position = batch * _ROWS + row
            yield Placed(entry, position, position, position), entry_salt(_SECRET, id_)
