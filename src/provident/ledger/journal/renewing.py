"""Going on where the log can no longer be signed under its origin as it stands.

`replace_key`: the signing key is lost, so nothing can announce another one. A new epoch begins with the same
tree and a new key; the key that is lost is answered for in a statement, and every old proof stays good. Where
the database, too, lost what was signed, the statement says that as well.

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
from provident.ledger.seal.logs.publishing import published
from provident.ledger.seal.notes import Beginning, Note, Signer, VerifierKey, is_signed_by, signed_by
from provident.ledger.seal.refusals import DatabaseBehindGuard, DatabaseForked
from provident.ledger.seal.sealing import Sealed, seal
from provident.ledger.seal.tiles import publish
from provident.ledger.seal.tree import Frontier

BEGINNING = "beginning"


def replace_key(log: NamedLog, reason: str, *, clock: Callable[[], float] = time.time) -> Sealed:
    """Begin a new epoch under a new key, because the old key is lost; called again, it goes on.

    Where the database, too, is behind its guard or differs, this is the way out as well: there is no key
    that could sign a recovery statement, so the beginning says what is lost.
    """
    told = one_line(reason)
    own = queries.installation()
    at = places(own.id)
    with Guard(at.guard, log.name) as guard:
        found = standing_of(log.name, own, guard)
        if found.trouble is not None and not isinstance(found.trouble, DatabaseBehindGuard | DatabaseForked):
            raise found.trouble
        last = heads.last_signed(log.name)
        if found.seen is None or (found.trouble is None and (found.head is None or last is None)):
            raise NothingToRecover(log=log.name)
        if found.trouble is not None or not _begun(found.head, last, at):
            _begin(found, (own, at, _ended(found, own)), told, max(int(clock()), found.seen.time), guard)
    return seal(log, clock=clock)


def _ended(found: Standing, own: Installation) -> Guarded:
    """Return what stops: what the guard has seen, or further, the database's last checkpoint."""
    assert found.seen is not None  # noqa: S101 - the caller has looked
    if found.trouble is not None or found.head is None:
        return found.seen
    return Guarded.of(found.head, origin_of(own.id, found.log, found.head.epoch))


def _begun(head: Head | None, last: Head | None, at: Places) -> bool:
    """Say whether this was cut off before: the epoch and its key are there, the first signature is not."""
    if head is None or (last is not None and head.epoch <= last.epoch):
        return False
    has_key = bool(os.environ.get(SIGNER)) or at.key(head.log).exists()
    return (at.log(head.log, head.epoch) / BEGINNING).exists() and has_key


def _begin(
    found: Standing, facts: tuple[Installation, Places, Guarded], reason: str, now: int, guard: Guard
) -> None:
    """Make the key, publish the statement, commit the epoch, move the guard: in this order."""
    own, at, ended = facts
    head, is_new = _first(found, ended, now)
    path = at.key(found.log)
    if not path.exists() and not os.environ.get(SIGNER):
        make_key(path)
    coming = signer_of(origin_of(own.id, found.log, head.epoch), path, signed_before=True)
    _require_lost(own, at, ended.epoch, coming, found.log)
    told = Beginning(ended.origin, coming.name, head.size, head.root, _lost(found, head), head.time, reason)
    note = Note(told.text(), (signed_by(told.text(), coming),))
    publish(at.log(head.log, head.epoch) / BEGINNING, str(note))
    if is_new:
        payload = {
            "log": found.log,
            "epoch": head.epoch,
            "size": head.size,
            "root": head.root.hex(),
            "signed": ended.size,
            "signed_root": ended.root,
            "new": str(VerifierKey(coming.name, coming.public)),
            "reason": reason,
        }
        with transaction.atomic():
            heads.add(head)
            tell("ledger.key_lost", payload)
    guard.swap(found.seen, Guarded.of(head, coming.name))


def _first(found: Standing, ended: Guarded, now: int) -> tuple[Head, bool]:
    """Return the first checkpoint of the epoch that begins, and whether it is still to be committed."""
    before = found.head
    if found.trouble is not None and before is not None and before.epoch > ended.epoch:
        if before.note is not None:  # signed, and not what the guard has seen: no beginning of ours
            raise found.trouble
        return before, False  # cut off after it was committed and before the guard moved
    kept = before.frontier if before else Frontier(0)
    then = max(now, before.time if before else 0)
    return Head(found.log, ended.epoch + 1, kept.size, kept.root(), kept, then, None), True


def _lost(found: Standing, head: Head) -> str:
    """Return what the beginning adds to its cause where the database, too, is not what was signed."""
    if found.trouble is None or found.seen is None:
        return ""
    return f", lost {head.size} {found.seen.size - 1}" if found.seen.size > head.size else ", forked"


def _require_lost(own: Installation, at: Places, epoch: int, coming: Signer, log: str) -> None:
    """Refuse where the key at hand is the one that signed last, as the database or the directory has it."""
    last, shown = heads.last_signed(log), published(at.log(log, epoch))
    notes = [(last.epoch, last.note)] if last is not None and last.note is not None else []
    notes += [(epoch, shown)] if shown is not None else []
    for signed_in, note in notes:
        if is_signed_by(note, VerifierKey(origin_of(own.id, log, signed_in), coming.public)):
            raise KeyNotLost(log=log)


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
