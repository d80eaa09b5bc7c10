"""C2SP tlog-witness: what is asked, in the order the protocol asks it, and what is answered.

Nothing here knows HTTP beyond its status codes.
"""

import re
from dataclasses import dataclass, replace

from provident.verify import notes, tree
from provident.verify.verdicts import NotProven
from provident.witness.keys import WitnessKey
from provident.witness.store import Store, TrustedLog

LARGEST_REQUEST = 64 * 1024
_MOST_PROOF_LINES = 63
_MOST_ENTRIES = 1 << 63
_OLD = re.compile(rb"old (0|[1-9][0-9]{0,18})")
_TEXT, _SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the witness answers."""

    status: int
    body: bytes
    kind: str = _TEXT


@dataclass(frozen=True, slots=True)
class Submission:
    """What a log submits: its checkpoint, and the proof that it grew from the size before."""

    old: int
    proof: tuple[bytes, ...]
    note: notes.Note
    checkpoint: notes.Checkpoint
    raw: bytes  # the note as it came


class Malformed(ValueError):  # noqa: N818 - said to the log, never shown as a failure
    """Not what the protocol says a request is."""


def add_checkpoint(store: Store, key: WitnessKey, request: bytes, now: int) -> Answer:
    """Co-sign a checkpoint, or say why not."""
    try:
        asked = parse(request)
    except Malformed as fault:
        return _said(400, str(fault))
    log = store.log(asked.checkpoint.origin)
    if log is None:
        return _said(404, "this log is not known here")
    if not _signed(asked, log):
        return _said(403, "no signature by a key trusted for this log")
    if asked.old > asked.checkpoint.size:
        return _said(400, "the old size is larger than the checkpoint")
    # From here on nobody else changes what we remember of this log.
    with store.turn(log.origin) as turn:
        held = turn.held or log
        if asked.old != held.size:
            return _conflict(held)
        refused = _misfit(held, asked)
        if refused is not None:
            store.keep_evidence(held.origin, asked.checkpoint.size, asked.checkpoint.root, request)
            return refused
        if asked.checkpoint.size != held.size or not held.note:
            root, note = asked.checkpoint.root, asked.raw.decode()
            turn.keep(replace(held, size=asked.checkpoint.size, root=root, note=note))
    return Answer(200, key.cosign(asked.note.text, now))


def parse(request: bytes) -> Submission:
    """Read a request; anything the protocol does not allow is Malformed."""
    head, blank, note = request.partition(b"\n\n")
    if not blank:
        raise Malformed("no empty line before the checkpoint")
    first, *lines = head.split(b"\n")
    old = _OLD.fullmatch(first)
    if not old or int(old[1]) >= _MOST_ENTRIES:
        raise Malformed("the first line is not the old size")
    if len(lines) > _MOST_PROOF_LINES:
        raise Malformed("more than 63 lines of proof")
    try:
        parsed = notes.parse_note(note)
        checkpoint = notes.parse_checkpoint(parsed.text)
    except NotProven as fault:
        raise Malformed(fault.sentence.say("en")) from fault
    proof = tuple(map(_hash, lines))
    return Submission(int(old[1]), proof, parsed, checkpoint, note)


def _hash(line: bytes) -> bytes:
    found = notes.decode_base64(line.decode("ascii", "replace"))
    if found is None or len(found) != 32:
        raise Malformed("a line of the proof is not the base64 of a hash")
    return found


def _signed(asked: Submission, log: TrustedLog) -> bool:
    """Say whether a trusted key signed, and none of them wrongly; what others signed is not looked at."""
    try:
        held, _ = notes.verify_note(asked.note, map(notes.parse_key, log.keys))
    except NotProven:
        return False
    return bool(held)


def _misfit(held: TrustedLog, asked: Submission) -> Answer | None:
    """Say how a signed checkpoint does not continue what was co-signed before."""
    new = asked.checkpoint
    if new.size == held.size and new.root != held.root:
        return _conflict(held)
    fits = tree.verify_consistency(held.size, held.root, new.size, new.root, asked.proof)
    return None if fits else _said(422, "the proof does not lead from the old size to this checkpoint")


def _conflict(held: TrustedLog) -> Answer:
    return Answer(409, f"{held.size}\n".encode(), _SIZE)


def _said(status: int, sentence: str) -> Answer:
    return Answer(status, f"{sentence}\n".encode())
