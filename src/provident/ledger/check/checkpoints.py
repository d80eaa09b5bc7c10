"""What was said of a log: its checkpoints, their signatures, the guard, what is published."""

import re
import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from provident.kernel.refusal import Refusal
from provident.ledger.check.findings import Findings
from provident.ledger.check.snapshot import Snapshot
from provident.ledger.check.trees import Said
from provident.ledger.seal.guard import Guard, require_last
from provident.ledger.seal.logs import heads
from provident.ledger.seal.logs.named import Places, origin_of
from provident.ledger.seal.logs.publishing import published
from provident.ledger.seal.notes import Beginning, Checkpoint, Note, VerifierKey, is_signed_by
from provident.ledger.seal.rotation import Keyring
from provident.ledger.seal.tree import Frontier

if TYPE_CHECKING:
    import datetime as dt

_ROWS = """
    SELECT epoch, size, root, frontier, sealed_at, note FROM ledger_checkpoint
    WHERE log = %s AND size >= %s ORDER BY epoch, size"""


@dataclass(frozen=True, slots=True)
class Named:
    """A log, where it lies, and whose it is."""

    log: str
    installation: uuid.UUID
    places: Places


def hold_guard(named: Named, guard: Guard, findings: Findings) -> None:
    """Hold the database's last checkpoint against the guard; call it with the guard locked."""
    head = heads.last(named.log)
    try:
        require_last(guard, head, origin_of(named.installation, named.log, head.epoch if head else 1))
    except Refusal as refusal:
        say_guard(named.log, refusal, findings)


def say_guard(log: str, refusal: Refusal, findings: Findings) -> None:
    """Name what the guard refused."""
    findings.add("guard", log=log, what=refusal.sentence("en"), what_zh=refusal.sentence("zh-hans"))


def last_size(snapshot: Snapshot, log: str) -> tuple[int, int] | None:
    """Return a log's epoch and size; None if it was never sealed."""
    rows = snapshot.rows(
        "SELECT epoch, size FROM ledger_checkpoint WHERE log = %s ORDER BY epoch DESC, size DESC LIMIT 1",
        (log,),
    )
    return rows[0] if rows else None


def hold_checkpoints(snapshot: Snapshot, named: Named, start: int, findings: Findings) -> list[Said]:
    """Check each checkpoint from a size on, by itself; return what they say of the tree."""
    rows = snapshot.rows(_ROWS, (named.log, start))
    said = []
    keys: dict[int, list[tuple[VerifierKey, int | None]]] = {}
    before: dt.datetime | None = None
    for at, (epoch, size, root, frontier, sealed_at, note) in enumerate(rows):
        if epoch not in keys:
            keys[epoch] = _keys(named, epoch, findings, is_last=epoch == rows[-1][0])
        time = int(sealed_at.timestamp())
        checkpoint = Checkpoint(origin_of(named.installation, named.log, epoch), size, root, time)
        ordered = before is None or sealed_at >= before
        if not ordered or not _is_root(size, root, frontier):
            findings.add("checkpoint.changed", log=named.log, what=str(size))
        if note is not None:
            _hold_note(checkpoint, note, keys[epoch], named.log, findings)
        elif at < len(rows) - 1:  # the very last may be on its way to be signed
            findings.add("checkpoint.unsigned", log=named.log, what=str(size))
        said.append(Said(size, root))
        before = sealed_at
    if rows:
        _hold_published(snapshot, named, rows[-1][0], findings)
        _hold_beginning(snapshot, named, rows[-1][0], keys[rows[-1][0]], findings)
    return said


def _is_root(size: int, root: bytes, frontier: bytes) -> bool:
    with suppress(ValueError):
        return Frontier.unpacked(size, frontier).root() == root
    return False


def _hold_note(
    checkpoint: Checkpoint,
    note: str,
    keys: list[tuple[VerifierKey, int | None]],
    log: str,
    findings: Findings,
) -> None:
    """Check a checkpoint's text and signature."""
    try:
        parsed = Note.parse(note)
    except ValueError:
        parsed = Note("", ())
    if parsed.text != checkpoint.text():
        findings.add("checkpoint.changed", log=log, what=str(checkpoint.size))
    good = [key for key, until in keys if until is None or checkpoint.size <= until]
    if not keys:
        findings.add("checkpoint.unproven", log=log)
    elif not any(is_signed_by(parsed, key) for key in good):
        findings.add("checkpoint.unsigned", log=log, what=str(checkpoint.size))


def _keys(
    named: Named, epoch: int, findings: Findings, *, is_last: bool = False
) -> list[tuple[VerifierKey, int | None]]:
    """Return the keys that sign, and up to which size: those published, and those we sign with.

    The key of an epoch that is over may have been lost: what we sign with now is held against the last only.
    """
    found: list[tuple[VerifierKey, int | None]] = []
    path = named.places.log(named.log, epoch) / "keys"
    with suppress(OSError, ValueError):
        for line in path.read_text(encoding="utf-8").splitlines():
            key, _, until = line.partition(" # until ")
            found.append((VerifierKey.parse(key), int(until) if until else None))
    origin = origin_of(named.installation, named.log, epoch)
    with suppress(Refusal):
        signers = Keyring(origin, named.places.key(named.log)).signers(0, signed_before=True)
        own = [VerifierKey(one.name, one.public) for one in signers]
        if found and not any(key in own for key, _ in found):
            if not is_last:
                return found
            findings.add("keys.changed", log=named.log)
            return [(key, None) for key in own]
        found += [(key, None) for key in own if all(key != one for one, _ in found)]
    return found


def keys_of(named: Named, epoch: int) -> list[VerifierKey]:
    """Return the keys a log's notes of an epoch may be signed by."""
    head = heads.last(named.log)
    is_last = head is None or head.epoch == epoch
    return [key for key, _ in _keys(named, epoch, Findings(), is_last=is_last)]


def _hold_published(snapshot: Snapshot, named: Named, epoch: int, findings: Findings) -> None:
    """See that what the log shows is one of the checkpoints that were sealed."""
    with suppress(ValueError):
        shown = published(named.places.log(named.log, epoch))
        if shown is None:
            return
        notes = snapshot.rows(
            "SELECT note FROM ledger_checkpoint WHERE (log, epoch, size) = (%s, %s, %s)",
            (named.log, epoch, shown.checkpoint().size),
        )
        if notes and notes[0][0] is not None and Note.parse(notes[0][0]).text == shown.text:
            return
    findings.add("checkpoint.published", log=named.log)


def _hold_beginning(
    snapshot: Snapshot,
    named: Named,
    epoch: int,
    keys: list[tuple[VerifierKey, int | None]],
    findings: Findings,
) -> None:
    """See that what an epoch says of its beginning is how it began, and goes on from the one before."""
    path = named.places.log(named.log, epoch) / "beginning"
    if epoch == 1 or not path.exists():
        return
    size, root, sealed_at = snapshot.rows(
        "SELECT size, root, sealed_at FROM ledger_checkpoint WHERE (log, epoch) = (%s, %s) "
        "ORDER BY size LIMIT 1",
        (named.log, epoch),
    )[0]
    try:
        note = Note.parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        note = Note("", ())
    lost = re.search(r"^cause key lost(|, forked|, lost [0-9]+ [0-9]+)$", note.text, re.MULTILINE)
    reason = re.search(r"^reason (.+)$", note.text, re.MULTILINE)
    made = Beginning(
        origin_of(named.installation, named.log, epoch - 1),
        origin_of(named.installation, named.log, epoch),
        size,
        root,
        lost[1] if lost else "",
        int(sealed_at.timestamp()),
        reason[1] if reason else "",
    )
    good = [key for key, until in keys if until is None or size <= until]
    if note.text != made.text() or not any(is_signed_by(note, key) for key in good):
        findings.add("beginning.changed", log=named.log, what=str(epoch))
    elif not lost or not lost[1]:
        _hold_before(snapshot, named, epoch, size, findings)


def _hold_before(snapshot: Snapshot, named: Named, epoch: int, size: int, findings: Findings) -> None:
    """See that the epoch begins with all that the one before has shown."""
    with suppress(ValueError):
        shown = published(named.places.log(named.log, epoch - 1))
        if shown is None:
            return
        last = shown.checkpoint()
        roots = snapshot.rows(
            "SELECT root FROM ledger_checkpoint WHERE (log, epoch, size) = (%s, %s, %s)",
            (named.log, epoch - 1, last.size),
        )
        if last.size <= size and [bytes(root) for (root,) in roots] == [last.root]:
            return
    findings.add("beginning.broken", log=named.log, what=str(epoch))
