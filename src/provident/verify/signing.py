"""Who vouches for a checkpoint: the log's key, and witnesses; and how we come to know those keys."""

from dataclasses import dataclass

from .notes import (
    COSIGNATURE,
    ED25519,
    Checkpoint,
    Note,
    Signature,
    Signed,
    VerifierKey,
    parse_checkpoint,
    verify_note,
)
from .verdicts import NotProven


@dataclass(frozen=True, slots=True)
class Trust:
    """Keys we were given by whoever asks, and keys that the file or the log's directory only names itself."""

    given: tuple[VerifierKey, ...] = ()
    named: tuple[VerifierKey, ...] = ()

    def all(self) -> tuple[VerifierKey, ...]:
        """Return every key once, with the bound on its use if anybody names one."""
        known: dict[tuple[str, bytes], VerifierKey] = {}
        for key in (*self.given, *self.named):
            kept = known.setdefault((key.name, key.id), key)
            if kept.until is None and key.until is not None:
                known[key.name, key.id] = key
        return tuple(known.values())


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint whose signatures hold."""

    note: Note
    checkpoint: Checkpoint
    logs: tuple[Signed, ...]
    witnesses: tuple[Signed, ...]
    unknown: tuple[Signature, ...]
    confirmed: bool  # the log's key is one we were given
    source: str  # who named the key if it is not confirmed: receipt, directory
    given: tuple[VerifierKey, ...]


def check_checkpoint(note: Note, trust: Trust, source: str) -> SignedCheckpoint:
    """Check a checkpoint's signatures; at least the log's own must be there, by a key we know."""
    checkpoint = parse_checkpoint(note.text)
    held, unknown = verify_note(note, trust.all())
    own = tuple(one for one in held if one.key.kind == ED25519 and one.key.name == checkpoint.origin)
    if not own:
        raise NotProven(
            "key_unknown",
            origin=checkpoint.origin,
            keys=", ".join(f"{one.name} {one.key_id.hex()}" for one in note.signatures),
        )
    fit = [one for one in own if one.key.until is None or checkpoint.size <= one.key.until]
    if not fit:
        raise NotProven("key_retired", key=own[0].key.id.hex(), until=own[0].key.until, size=checkpoint.size)
    given = {(key.name, key.id) for key in trust.given}
    asked = any(key.kind == ED25519 for key in trust.given)
    confirmed = any((one.key.name, one.key.id) in given for one in fit)
    if asked and not confirmed:
        raise NotProven("key_not_given", key=fit[0].key.id.hex(), origin=checkpoint.origin)
    witnesses = tuple(one for one in held if one.key.kind == COSIGNATURE)
    return SignedCheckpoint(note, checkpoint, tuple(fit), witnesses, unknown, confirmed, source, trust.given)
