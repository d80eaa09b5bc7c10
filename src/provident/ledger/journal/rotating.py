"""Changing the key of a log, as an act: announced in the ledger, taken over in the checkpoint after."""

import os
from dataclasses import dataclass

from provident.kernel.words import SubjectKind
from provident.ledger import actions, queries
from provident.ledger.journal.refusals import NextSignerMissing
from provident.ledger.records import NewEvent, Source
from provident.ledger.seal.keys import SigningCommand
from provident.ledger.seal.logs import heads
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.logs.named import NamedLog, origin_of, places
from provident.ledger.seal.notes import Signer, VerifierKey
from provident.ledger.seal.rotation import NEXT_SIGNER, Keyring
from provident.ledger.seal.sealing import seal


@dataclass(frozen=True, slots=True)
class LogKeys:
    """The keys of a log, as verifier keys."""

    log: str
    origin: str
    published: tuple[
        str, ...
    ]  # lines of `keys`: the current one, then earlier ones with how far they are good
    coming: str  # announced or made, not signing alone yet; empty for none


def keys_of(log: NamedLog) -> LogKeys:
    """Return a log's keys, making none."""
    ring, epoch = _ring(log)
    path = places(queries.installation().id).log(log.name, epoch) / "keys"
    lines = tuple(path.read_text(encoding="utf-8").splitlines()) if path.exists() else ()
    coming = ring.coming()
    told = str(_key(coming)) if coming else ""
    return LogKeys(log.name, ring.origin, lines, "" if lines and lines[0] == told else told)


def rotate(log: NamedLog) -> LogKeys:
    """Change a log's key; called again after it was cut off, it goes on."""
    pending = _ring(log)[0].announced() is not None
    seal(log)
    ring, _ = _ring(log)
    if not pending:
        _announce(log, ring)
    elif ring.announced() is None:  # the seal just now ended it
        return keys_of(log)
    _tell("ledger.key_taken_over", {"log": log.name})
    seal(LEDGER)
    if log is not LEDGER:
        seal(log)
    return keys_of(log)


def _announce(log: NamedLog, ring: Keyring) -> None:
    """Make the next key, name it in an event and seal that under the old one."""
    last = heads.last_signed(log.name)
    old = ring.signers(last.size if last else 0)[0]
    if isinstance(old, SigningCommand) and not os.environ.get(NEXT_SIGNER):
        raise NextSignerMissing(log=log.name)
    coming = ring.prepare()
    if coming.public == old.public:
        raise NextSignerMissing(log=log.name)
    _tell("ledger.key_announced", {"log": log.name, "old": str(_key(old)), "new": str(_key(coming))})
    announcing = seal(LEDGER)
    last = heads.last_signed(log.name)
    ring.announce(last.size if last else announcing.checkpoint.size)


def _ring(log: NamedLog) -> tuple[Keyring, int]:
    own = queries.installation().id
    head = heads.last(log.name)
    epoch = head.epoch if head else 1
    return Keyring(origin_of(own, log.name, epoch), places(own).key(log.name)), epoch


def _key(signer: Signer) -> VerifierKey:
    return VerifierKey(signer.name, signer.public)


def _tell(kind: str, payload: dict[str, object]) -> None:
    event = NewEvent(SubjectKind.INSTALLATION, 0, kind, payload)
    actions.append_events(events=[event], source=Source.of_act(kind.replace(".", "_")))
