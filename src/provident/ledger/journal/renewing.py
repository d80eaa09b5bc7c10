"""Going on where the log can no longer be signed under its origin as it stands.

`replace_key`: the signing key is lost, so nothing can announce another one. A new epoch begins with the same
tree and a new key; the key that is lost is answered for in a statement, and every old proof stays good.

`remember`: somebody outside holds a checkpoint this log signed that the guard does not know of, because the
guard was lost or an old database was adopted. The guard is taught it: from there the ordinary ways out lead.
"""

import os
import time
from collections.abc import Callable

from django.db import transaction

from provident.ledger import queries
from provident.ledger.journal.recovery import Standing, one_line, standing_of, tell
from provident.ledger.journal.refusals import CheckpointUnfit, KeyNotLost, NothingToRecover
from provident.ledger.records import Installation
from provident.ledger.seal.guard import Guard, Guarded
from provident.ledger.seal.keys import SIGNER, make_key
from provident.ledger.seal.keys import signer as signer_of
from provident.ledger.seal.logs import heads
from provident.ledger.seal.logs.heads import Head
from provident.ledger.seal.logs.named import NamedLog, Places, origin_of, places
from provident.ledger.seal.notes import Note, Signer, VerifierKey, is_signed_by, signed_by
from provident.ledger.seal.sealing import Sealed, seal
from provident.ledger.seal.tiles import publish

BEGINNING = "beginning"


def replace_key(log: NamedLog, reason: str, *, clock: Callable[[], float] = time.time) -> Sealed:
    """Begin a new epoch under a new key, because the old key is lost; called again, it goes on."""
    told = one_line(reason)
    own = queries.installation()
    at = places(own.id)
    with Guard(at.guard, log.name) as guard:
        found = standing_of(log.name, own, guard)
        last = heads.last_signed(log.name)
        if found.trouble is not None:
            raise found.trouble
        if found.head is None or found.seen is None or last is None:
            raise NothingToRecover(log=log.name)
        if not _begun(found.head, last, at):
            _begin(found, last, told, (own, at, max(int(clock()), found.head.time)), guard)
    return seal(log, clock=clock)


def _begun(head: Head, last: Head, at: Places) -> bool:
    """Say whether this was cut off before: the epoch and its key are there, the first signature is not."""
    told = at.log(head.log, head.epoch) / BEGINNING
    has_key = bool(os.environ.get(SIGNER)) or at.key(head.log).exists()
    return head.epoch > last.epoch and told.exists() and has_key


def _begin(
    found: Standing, last: Head, reason: str, facts: tuple[Installation, Places, int], guard: Guard
) -> None:
    """Make the key, publish the statement, commit the epoch, move the guard: in this order."""
    own, at, now = facts
    before = found.head
    assert before is not None  # noqa: S101 - the caller has looked
    origin, path = origin_of(own.id, found.log, before.epoch + 1), at.key(found.log)
    if not path.exists() and not os.environ.get(SIGNER):
        make_key(path)
    coming = signer_of(origin, path, signed_before=True)
    if last.note is not None and is_signed_by(
        last.note, VerifierKey(origin_of(own.id, found.log, last.epoch), coming.public)
    ):
        raise KeyNotLost(log=found.log)
    head = Head(found.log, before.epoch + 1, before.size, before.root, before.frontier, now, None)
    _publish(at, origin_of(own.id, found.log, before.epoch), head, coming, reason)
    payload = {
        "log": found.log,
        "epoch": head.epoch,
        "size": head.size,
        "root": head.root.hex(),
        "new": str(VerifierKey(coming.name, coming.public)),
        "reason": reason,
    }
    with transaction.atomic():
        heads.add(head)
        tell("ledger.key_lost", payload)
    guard.swap(found.seen, Guarded.of(head, origin))


def _publish(at: Places, ended: str, head: Head, coming: Signer, reason: str) -> None:
    """Publish how the epoch began, beside its checkpoints: only its own key can sign that."""
    lines = (
        "provident-beginning/1",
        f"log {ended}",
        f"now {coming.name}",
        f"size {head.size}",
        f"root {head.root.hex()}",
        "cause key lost",
        f"time {head.time}",
        f"reason {reason}",
    )
    text = "".join(f"{line}\n" for line in lines)
    publish(at.log(head.log, head.epoch) / BEGINNING, str(Note(text, (signed_by(text, coming),))))


def remember(log: NamedLog, checkpoint: str) -> Standing:
    """Teach the guard a checkpoint of this log that somebody kept; return how the log stands then.

    It must bear a signature of the log's own key in its present epoch, and this history must not go on
    from it: what is one of our own checkpoints needs no remembering.
    """
    own = queries.installation()
    at = places(own.id)
    with Guard(at.guard, log.name) as guard:
        found = standing_of(log.name, own, guard)
        epoch = found.head.epoch if found.head else 1
        try:
            note = Note.parse(checkpoint)
            kept = note.checkpoint()
        except ValueError as error:
            raise CheckpointUnfit(log=log.name) from error
        keys = _keys(at, log.name, epoch, kept.origin)
        if kept.origin != origin_of(own.id, log.name, epoch) or not any(
            is_signed_by(note, key) for key in keys
        ):
            raise CheckpointUnfit(log=log.name)
        ours = heads.at_size(log.name, kept.size)
        if ours is not None and ours.root == kept.root:
            raise NothingToRecover(log=log.name)
        seen = guard.read()
        if seen is None or (seen.epoch, seen.size) < (epoch, kept.size) or found.trouble is None:
            guard.swap(seen, Guarded(kept.origin, epoch, kept.size, kept.root.hex(), kept.time))
        return standing_of(log.name, own, guard)


def _keys(at: Places, log: str, epoch: int, origin: str) -> list[VerifierKey]:
    """Return the keys that may have signed this epoch: those published, and the one at hand."""
    path = at.log(log, epoch) / "keys"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    keys = [VerifierKey.parse(line.partition(" #")[0]) for line in lines]
    if os.environ.get(SIGNER) or at.key(log).exists():
        now = signer_of(origin, at.key(log), signed_before=True)
        keys.append(VerifierKey(now.name, now.public))
    return keys
