"""The ways out of recovery mode, in which nothing is positioned or signed.

`replay` fills the log up again from the journal until it is what the guard has seen. `declare` says in
public what is lost and begins a new epoch. `adopt` takes the database for the latest where only the
guard is gone. Each can be called again after it was cut off.
"""

import base64
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.db import transaction

from provident.kernel.words import SubjectKind
from provident.ledger import actions, queries
from provident.ledger.journal.refusals import NothingToRecover, ReasonMissing, ReplayDiffers, ReplayUnfit
from provident.ledger.journal.replay import Range, Replayed, replay
from provident.ledger.records import Installation, NewEvent, Source
from provident.ledger.seal.guard import Guard, Guarded, require_last
from provident.ledger.seal.logs import heads
from provident.ledger.seal.logs.entries import LEDGER, LedgerSource
from provident.ledger.seal.logs.heads import Head
from provident.ledger.seal.logs.named import NamedLog, Places, StartAgain, origin_of, places
from provident.ledger.seal.logs.publishing import publish_key
from provident.ledger.seal.notes import Note, VerifierKey, signed_by
from provident.ledger.seal.refusals import (
    DatabaseBehindGuard,
    DatabaseForked,
    GuardMissing,
    RecoveryMode,
    TileMissing,
)
from provident.ledger.seal.rotation import Keyring
from provident.ledger.seal.sealing import Sealed, rebuild_tiles, seal
from provident.ledger.seal.tiles import TileStore, publish
from provident.ledger.seal.tree import EMPTY_ROOT, Frontier, Growth

RECOVERY = "recovery"
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """How a log stands between the database and its guard."""

    log: str
    head: Head | None
    seen: Guarded | None
    trouble: RecoveryMode | None  # None: it can be sealed

    @property
    def lost(self) -> Range | None:
        """The positions that were signed and are not here; None where that cannot be said."""
        if not isinstance(self.trouble, DatabaseBehindGuard) or self.seen is None:
            return None
        if self.head is not None and self.head.epoch != self.seen.epoch:
            return None
        return Range(self.seen.epoch, self.head.size if self.head else 0, self.seen.size)


def standing(log: NamedLog) -> Standing:
    """Hold the database against the guard, changing nothing."""
    own = queries.installation()
    with Guard(places(own.id).guard, log.name) as guard:
        return standing_of(log.name, own, guard)


def standing_of(log: str, own: Installation, guard: Guard) -> Standing:
    """Hold the database against a guard that is held already."""
    head = heads.last(log)
    try:
        seen = require_last(guard, head, origin_of(own.id, log, head.epoch if head else 1))
    except RecoveryMode as trouble:
        return Standing(log, head, guard.read(), trouble)
    return Standing(log, head, seen, None)


def replay_journal(journal: Path, owner_url: str) -> tuple[Replayed, Sealed]:
    """Put the lost range of the log `ledger` in again from its journal, then go on sealing.

    All of it or nothing: what is put in must give the root the guard has seen.
    """
    own = queries.installation()
    with Guard(places(own.id).guard, LEDGER.name) as guard:
        at = standing_of(LEDGER.name, own, guard)
        if at.trouble is None:
            raise NothingToRecover(log=LEDGER.name)
        if at.lost is None or at.seen is None:
            raise ReplayUnfit(log=LEDGER.name)
        store = places(own.id).tiles(LEDGER.name, at.seen.epoch)
        with psycopg.connect(owner_url) as owner:
            owner.execute("SELECT ledger_take_sealing_lock(%s)", (LEDGER.name,))
            done = replay(owner, own, journal, at.lost)
            grown = _regrow(LedgerSource(owner.cursor()), store, at.head, at.lost)
            if grown.root().hex() != at.seen.root:
                raise ReplayDiffers(what=f"the root at {at.seen.size} leaves")
            owner.execute(
                "SELECT ledger_add_checkpoint(%s, %s, %s, %s, %s, %s)",
                (
                    LEDGER.name,
                    at.seen.epoch,
                    at.seen.size,
                    grown.root(),
                    grown.packed(),
                    Head(LEDGER.name, 1, grown.size, grown.root(), grown, at.seen.time, None).moment(),
                ),
            )
    return done, seal(LEDGER)


def _regrow(source: LedgerSource, store: TileStore, head: Head | None, lost: Range) -> Frontier:
    """Grow the tree by what was put in; provisional until the checkpoint is committed."""
    kept = head.frontier if head else Frontier(0)
    try:
        growth = Growth(store, kept.size)
        fits = growth.frontier() == kept
    except TileMissing:
        fits = False
    if not fits:
        rebuild_tiles(source, store, kept, LEDGER.name)
        growth = Growth(store, kept.size)
    while True:
        try:
            for group in source.groups(lost.start, lost.end):
                for leaves in source.leaves(group):
                    growth.add(leaves)
        except StartAgain:
            growth = Growth(store, kept.size)
            continue
        return growth.finish()


def declare(log: NamedLog, reason: str, *, clock: Callable[[], float] = time.time) -> Sealed:
    """Say in public, signed, what was lost and why, and begin a new epoch with what is here."""
    told = one_line(reason)
    own = queries.installation()
    at = places(own.id)
    with Guard(at.guard, log.name) as guard:
        found = standing_of(log.name, own, guard)
        if not isinstance(found.trouble, DatabaseBehindGuard | DatabaseForked) or found.seen is None:
            raise NothingToRecover(log=log.name) if found.trouble is None else found.trouble
        # Before anything is committed; without the key the way out is `replace_key`.
        Keyring(found.seen.origin, at.key(log.name)).signers(0)
        begun = found.head if found.head and found.head.epoch > found.seen.epoch else None
        head = begun or _begin(found, found.seen, told, max(int(clock()), found.seen.time))
        _publish_statement(at, own, found.seen, head, told)
        guard.swap(found.seen, Guarded.of(head, origin_of(own.id, log.name, head.epoch)))
    return seal(log, clock=clock)


def _begin(found: Standing, seen: Guarded, reason: str, now: int) -> Head:
    """Commit the new epoch and the event that tells of it."""
    kept = found.head.frontier if found.head else Frontier(0)
    head = Head(found.log, seen.epoch + 1, kept.size, kept.root(), kept, now, None)
    payload = {
        "log": found.log,
        "epoch": head.epoch,
        "kept": kept.size,
        "kept_root": kept.root().hex(),
        "signed": seen.size,
        "signed_root": seen.root,
        "reason": reason,
    }
    with transaction.atomic():
        heads.add(head)
        tell("ledger.recovery_declared", payload)
    return head


def statement(seen: Guarded, head: Head, origins: tuple[str, str], reason: str) -> str:
    """Return the text of a recovery statement (docs/spec/checkpoint.md)."""
    lines = (
        "provident-recovery/1",
        f"log {origins[0]}",
        f"now {origins[1]}",
        f"kept {head.size} {_base64(head.root if head.size else EMPTY_ROOT)}",
        f"signed {seen.size} {_base64(bytes.fromhex(seen.root))}",
        f"lost {head.size} {seen.size - 1}" if seen.size > head.size else "forked",
        f"time {head.time}",
        f"reason {reason}",
    )
    return "".join(f"{line}\n" for line in lines)


def _publish_statement(at: Places, own: Installation, seen: Guarded, head: Head, reason: str) -> None:
    """Publish the statement where the epoch that ended was shown, signed under both origins."""
    origins = (seen.origin, origin_of(own.id, head.log, head.epoch))
    text = statement(seen, head, origins, reason)
    directory = at.log(head.log, seen.epoch)
    rings = [Keyring(name, at.key(head.log)) for name in origins]
    signers = [ring.signers(0)[0] for ring in rings]
    # What was put back may be older than the key.
    publish_key(directory / "keys", VerifierKey(signers[0].name, signers[0].public), seen.size)
    publish(directory / RECOVERY, str(Note(text, tuple(signed_by(text, one) for one in signers))))


def adopt(log: NamedLog, reason: str) -> Sealed:
    """Take the database as it is for the latest: the guard is gone, and somebody answers for it."""
    told = one_line(reason)
    own = queries.installation()
    with Guard(places(own.id).guard, log.name) as guard:
        found = standing_of(log.name, own, guard)
        if not isinstance(found.trouble, GuardMissing) or found.head is None:
            raise NothingToRecover(log=log.name) if found.trouble is None else found.trouble
        head = found.head
        tell(
            "ledger.guard_adopted",
            {
                "log": log.name,
                "epoch": head.epoch,
                "size": head.size,
                "root": head.root.hex(),
                "reason": told,
            },
        )
        guard.swap(None, Guarded.of(head, origin_of(own.id, log.name, head.epoch)))
    return seal(log)


def tell(kind: str, payload: dict[str, object]) -> None:
    """Append an event about the installation: what was done to its logs is in its ledger."""
    event = NewEvent(SubjectKind.INSTALLATION, 0, kind, payload)
    actions.append_events(events=[event], source=Source.of_act(kind.replace(".", "_")))


def one_line(reason: str) -> str:
    """Return a reason as the line it is published as."""
    told = " ".join(unicodedata.normalize("NFC", reason).split())
    if not told or len(told) > _LONGEST_REASON or not told.isprintable():
        raise ReasonMissing(most=_LONGEST_REASON)
    return told


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
