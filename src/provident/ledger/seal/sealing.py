"""The sealer. It may be cut off anywhere; the next seal goes on from there.

1. lock the log: the guard's file here, an advisory lock in the database
2. hold the last checkpoint against the guard, or refuse: recovery mode
3. read what waits, hash it, write the tiles, bring them to the disk
4. commit the places and the checkpoint, unsigned
5. move the guard to it
6. sign it, keep the note, ask the witnesses, publish
"""

import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from django.db import transaction

from provident.ledger import queries, wire
from provident.ledger.seal import witnesses
from provident.ledger.seal.guard import Guard, Guarded, require_last
from provident.ledger.seal.logs import heads
from provident.ledger.seal.logs.heads import Head
from provident.ledger.seal.logs.named import LogSource, NamedLog, Places, StartAgain, origin_of, places
from provident.ledger.seal.logs.publishing import publish_checkpoint, publish_key, published
from provident.ledger.seal.notes import Checkpoint, Note, VerifierKey, sign
from provident.ledger.seal.refusals import TileMissing, TreeDamaged
from provident.ledger.seal.rotation import Keyring
from provident.ledger.seal.tiles import TileStore
from provident.ledger.seal.tree import Frontier, Growth, Tree

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A log as it stands after a seal."""

    log: str
    epoch: int
    checkpoint: Checkpoint
    note: Note
    added: int  # leaves that were given their places
    answers: tuple[witnesses.Asked, ...]  # of the witnesses asked by this seal
    published: bool  # whether the note has the co-signatures the policy asks for


def seal(log: NamedLog, *, clock: Clock = time.time) -> Sealed:
    """Give what waits its places and sign how far the log goes; with nothing new, say where it stands."""
    installation = queries.installation().id
    sealer = _Sealer(log, installation, places(installation), witnesses.policy(), clock)
    with Guard(sealer.places.guard, log.name) as guard:
        added = 0
        while True:
            head, grown = sealer.advance(guard)
            added += grown
            if not grown and head.note is not None:
                return sealer.publish(head, added)
            sealer.finish(head, guard)


@dataclass(frozen=True, slots=True)
class _Sealer:
    log: NamedLog
    installation: uuid.UUID
    places: Places
    policy: witnesses.Policy
    clock: Clock

    def origin(self, head: Head | None) -> str:
        return origin_of(self.installation, self.log.name, head.epoch if head else 1)

    def advance(self, guard: Guard) -> tuple[Head, int]:
        """Take steps 2 to 4. Return the last checkpoint and how many leaves it added.

        One that was cut off before it was signed is returned first, without a note.
        """
        with transaction.atomic(durable=True):
            wire.call("SELECT ledger_take_sealing_lock(%s)", (self.log.name,))
            head = heads.last(self.log.name)
            store = self.places.tiles(self.log.name, head.epoch if head else 1)
            source = self.log.source()
            frontier = head.frontier if head else Frontier(0)
            seen = require_last(guard, head, self.origin(head))
            _require_tiles(source, store, frontier, self.log.name)
            if head is not None and (head.note is None or seen != Guarded.of(head, self.origin(head))):
                return replace(head, note=None), 0
            grown = _grow(source, store, frontier.size)
            if head is not None and grown.size == head.size:
                return head, 0
            source.place(frontier.size)
            made = self._head(head, grown)
            heads.add(made)
        return made, grown.size - frontier.size

    def _head(self, before: Head | None, grown: Frontier) -> Head:
        now = max(int(self.clock()), before.time if before else 0)
        epoch = before.epoch if before else 1
        return Head(self.log.name, epoch, grown.size, grown.root(), grown, now, None)

    def finish(self, head: Head, guard: Guard) -> None:
        """Take steps 5 and 6 up to the note, which is the only one there will be for this size."""
        origin = self.origin(head)
        guard.swap(guard.read(), Guarded.of(head, origin))
        checkpoint = Checkpoint(origin, head.size, head.root, head.time)
        before, ring = heads.last_signed(self.log.name), self.ring(head)
        ring.settle(before, self.places.log(self.log.name, head.epoch))
        signers = ring.signers(head.size, signed_before=before is not None)
        heads.keep_note(head, sign(checkpoint, *signers))

    def ring(self, head: Head) -> Keyring:
        return Keyring(self.origin(head), self.places.key(self.log.name))

    def publish(self, head: Head, added: int) -> Sealed:
        """End step 6: ask witnesses that have not co-signed yet, and show the note once enough have."""
        note, store = head.note, self.places.tiles(self.log.name, head.epoch)
        if note is None:
            raise ValueError("only a signed checkpoint is published")
        ring = self.ring(head)
        ring.settle(head, store.directory)
        shown, signer = published(store.directory), ring.signers(head.size)[-1]
        key = VerifierKey(signer.name, signer.public)
        if shown is None:  # a witness has to be given the key before it co-signs anything
            publish_key(store.directory / "keys", key, head.size)
        answers: tuple[witnesses.Asked, ...] = ()
        if not self.policy.satisfied(note) or (added and self.policy.witnesses):
            answers = witnesses.ask(self.policy, note, shown, Tree(store, head.size).consistency)
            note = note.and_signed_by(one.signature for one in answers if one.signature)
            if note != head.note:
                heads.keep_note(head, note)
        enough = self.policy.satisfied(note)
        if enough:
            publish_checkpoint(store.directory, note, key)
            if shown is not None:
                store.drop_partials(shown.checkpoint().size, head.size)
        return Sealed(self.log.name, head.epoch, note.checkpoint(), note, added, answers, enough)


def _grow(source: LogSource, store: TileStore, size: int) -> Frontier:
    """Take step 3: hash what waits while the next of it is being read."""
    while True:
        growth = Growth(store, size)
        try:
            for leaves in _ahead(source.waiting()):
                growth.add(leaves)
        except StartAgain:
            continue
        return growth.finish()


def _require_tiles(source: LogSource, store: TileStore, frontier: Frontier, log: str) -> None:
    """Make the tiles anew if they are not those of the last checkpoint; a restored backup has none."""
    try:
        if Growth(store, frontier.size).frontier() == frontier:
            return
    except TileMissing:
        pass
    rebuild_tiles(source, store, frontier, log)


def rebuild_tiles(source: LogSource, store: TileStore, frontier: Frontier, log: str) -> None:
    """Write a log's tiles anew from what is stored, which must give the same tree."""
    while True:
        growth = Growth(store, 0)
        try:
            for leaves in _ahead(source.sealed(frontier.size)):
                growth.add(leaves)
        except StartAgain:
            continue
        break
    if growth.size != frontier.size or growth.finish() != frontier:
        raise TreeDamaged(log=log, size=frontier.size)


def _ahead(runs: Iterator[bytes]) -> Iterator[bytes]:
    """Read one run ahead in a thread of its own: the server works while we hash."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, runs, None)
        while (run := coming.result()) is not None:
            coming = reader.submit(next, runs, None)
            yield run
