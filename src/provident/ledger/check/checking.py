"""Going over a log, from its beginning or from where it was found sound the last time.

1. lock the guard, hold the database's last checkpoint against it, take a snapshot, let the guard go
2. the checkpoints by themselves: text, signature, time
3. the rows, in the order of the log: each gives a leaf, which must be the stored one and the tree's
4. the tree: every tile follows from those below it, every checkpoint has the root of its size
5. what has no place yet: rows against their stored leaves
6. from the beginning only: rows nobody knows of, the reading copy
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace

import numpy as np
import psycopg

from provident.kernel.refusal import Refusal
from provident.ledger import queries
from provident.ledger.check import checkpoints, memory
from provident.ledger.check.checkpoints import Named
from provident.ledger.check.database import hold_database
from provident.ledger.check.findings import Findings
from provident.ledger.check.rows import batches, events
from provident.ledger.check.rows.batches import Batch, Group
from provident.ledger.check.rows.entries import EntryCheck
from provident.ledger.check.rows.events import EventCheck
from provident.ledger.check.rows.facts import FactSums
from provident.ledger.check.rows.reading import Tables
from provident.ledger.check.snapshot import Snapshot, snapshot
from provident.ledger.check.trees import TreeCheck
from provident.ledger.seal.guard import Guard
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.logs.named import origin_of, places
from provident.ledger.seal.refusals import TileMissing
from provident.ledger.seal.tree import HASH

_BLOCK = 1 << 16
_RUN = 4096  # batches or groups handed on together


@dataclass(slots=True)
class Going:
    """A log that is being gone over: the moment, the tree, where it begins."""

    named: Named
    snapshot: Snapshot
    tree: TreeCheck
    start: int
    epoch: int
    findings: Findings

    def skip(self, until: int) -> None:
        """Go past positions at which nothing is."""
        while self.tree.position < min(until, self.tree.size):
            count = min(_BLOCK, until - self.tree.position, self.tree.size - self.tree.position)
            self.tree.take(np.zeros((count, HASH), "u1"))


LogRows = Callable[[Going, bool], None]  # step 3, 5 and 6 of one log


def check_log(log: str, rows: LogRows, owner_url: str, findings: Findings, *, from_scratch: bool) -> None:
    """Go over one log; what is wrong goes into the findings. Remembers how far it was found sound."""
    installation = queries.installation().id
    named = Named(log, installation, places(installation))
    before = len(findings.damage)
    with ExitStack() as stack:
        try:
            held = _snapshot(named, owner_url, stack, findings)
            if log == LEDGER.name:
                hold_database(held, findings)
            going = _begin(named, held, findings, from_scratch=from_scratch)
            rows(going, from_scratch)
        except psycopg.Error as error:  # a table or column that is gone, or closed to its owner
            findings.add("database.unreadable", log=log, what=type(error).__name__)
            return
        going.skip(going.tree.size)
        going.tree.finish()
    if len(findings.damage) == before and going.epoch:
        _remember(named, going)


def _snapshot(named: Named, owner_url: str, stack: ExitStack, findings: Findings) -> Snapshot:
    """Take step 1. No seal happens between what the guard says and the snapshot."""
    try:
        with Guard(named.places.guard, named.log) as guard:
            checkpoints.hold_guard(named, guard, findings)
            return stack.enter_context(snapshot(owner_url))
    except Refusal as refusal:
        checkpoints.say_guard(named.log, refusal, findings)
        return stack.enter_context(snapshot(owner_url))


def _begin(named: Named, held: Snapshot, findings: Findings, *, from_scratch: bool) -> Going:
    """Take step 2, and find out where to begin."""
    epoch, size = checkpoints.last_size(held, named.log) or (0, 0)
    origin = origin_of(named.installation, named.log, epoch or 1)
    sound = memory.last_sound(named.places.guard, named.log)
    start = 0
    if sound is not None and sound.origin == origin and not from_scratch:
        start = sound.size
        if sound.size > size:
            findings.add("memory.rewritten", log=named.log, what=str(sound.size))
            start = 0
    said = checkpoints.hold_checkpoints(held, named, start, findings)
    directory = named.places.log(named.log, epoch or 1)
    if start and sound is not None:
        try:
            tree = TreeCheck(named.log, directory, findings, said, start)
            if tree.root().hex() == sound.root:
                return Going(named, held, tree, start, epoch, findings)
            findings.add("memory.rewritten", log=named.log, what=str(start))
        except TileMissing as missing:
            findings.add("tile.missing", log=named.log, what=str(missing.facts["path"]))
        said = checkpoints.hold_checkpoints(held, named, 0, Findings())
    return Going(named, held, TreeCheck(named.log, directory, findings, said), 0, epoch, findings)


def _remember(named: Named, going: Going) -> None:
    origin = origin_of(named.installation, named.log, going.epoch)
    sound = memory.Sound(origin, going.tree.size, going.tree.root().hex())
    memory.remember(named.places.guard, named.log, sound)


def ledger_rows(going: Going, from_scratch: bool) -> None:
    """Go over entries and events."""
    held, findings, tree = going.snapshot, going.findings, going.tree
    installation, forgotten = batches.installation(held), events.forgotten(held)
    tables = Tables(held)
    facts = FactSums() if from_scratch else None
    entries = EntryCheck(held, installation, forgotten, findings, tree, tables, facts)
    happened = EventCheck(held, installation, forgotten, findings, tree)
    found = _in_place(going, batches.sealed(held, going.start))
    waiting = batches.unsealed(held)
    for some in itertools.chain(_alike(found), _alike(waiting)):
        if isinstance(some[0], _Gap):
            going.skip(some[0].until)
        elif isinstance(some[0], Batch):
            entries.check([one for one in some if isinstance(one, Batch)])
        else:
            happened.check([one for one in some if isinstance(one, Group)])
    if facts is not None:
        entries.strangers()
        happened.strangers()
        facts.take_years(held)
        facts.differing(findings)


@dataclass(frozen=True, slots=True)
class _Gap:
    """Positions at which nothing is, up to this one."""

    until: int


_Item = Batch | Group | _Gap


def _in_place(going: Going, found: Iterator[Batch | Group]) -> Iterator[_Item]:
    """Yield what lies where the one before ended; name gaps, and what is placed over something else."""
    reached, size, add = going.start, going.tree.size, going.findings.add
    log = going.named.log
    one = next(found, None)
    while one is not None:
        other = next(found, None)
        position, rows = one.position or 0, _rows_of(one, other, size)
        name = f"{'batch' if isinstance(one, Batch) else 'events'} {one.id}"
        if rows != one.rows:
            add("batch.changed", log=log, what=f"{one.id}: rows")
        if not rows or position < reached or position + rows > size:
            if rows:
                add("log.overlap", log=log, position=position, what=name)
            yield replace(one, position=None)
        else:
            if position > reached:
                add("log.gap", log=log, position=reached, last=position - 1)
                yield _Gap(position)
            yield replace(one, rows=rows)
            reached = position + rows
        one = other
    if reached < size:
        add("log.gap", log=log, position=reached, last=size - 1)


def _rows_of(one: Batch | Group, other: Batch | Group | None, size: int) -> int:
    """Return how many rows it has: by its neighbour, where its ends agree with that and not with its word."""
    end = size if other is None else other.position or 0
    if isinstance(one, Batch) and one.first_row is not None and one.last_row is not None:
        span = end - (one.position or 0)
        if span != one.rows and span == one.last_row - one.first_row + 1:
            return span
    return one.rows


def _alike(found: Iterator[_Item]) -> Iterator[list[_Item]]:
    """Cut into runs of one kind; a gap stands alone."""
    run: list[_Item] = []
    for one in found:
        if run and (type(one) is not type(run[0]) or len(run) == _RUN or isinstance(one, _Gap)):
            yield run
            run = []
        run.append(one)
    if run:
        yield run
