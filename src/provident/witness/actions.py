"""What an operator does with a witness."""

import uuid
from pathlib import Path

from provident.verify import notes
from provident.verify.verdicts import NotProven
from provident.witness.keys import WitnessKey, key_of, make_key
from provident.witness.refusals import LogKeyUnfit, WitnessMissing
from provident.witness.store import Store, TrustedLog

_LONGEST_ORIGIN = 255


def open_witness(directory: Path, name: str = "") -> tuple[Store, WitnessKey]:
    """Return the witness of a directory, made if there is none yet; `name`, if given, must be its name."""
    store = Store(directory)
    store.prepare()
    try:
        return store, key_of(directory, name)
    except WitnessMissing:
        if store.logs():
            raise  # it was one, and lost its key
        return store, make_key(directory, name or f"provident-witness.{uuid.uuid4()}")


def trust_log(directory: Path, origin: str, verifier_key: str) -> TrustedLog:
    """Trust a key for a log from now on."""
    key_of(directory)
    if not notes.is_name(origin) or len(origin) > _LONGEST_ORIGIN:
        raise LogKeyUnfit(given=origin, reason="an origin is one line without spaces")
    try:
        key = notes.parse_key(verifier_key)
    except NotProven as fault:
        raise LogKeyUnfit(given=verifier_key, reason=fault.sentence.say("en")) from fault
    if key.kind != notes.ED25519:
        raise LogKeyUnfit(given=verifier_key, reason="it is a witness's key, not a log's")
    return Store(directory).trust(origin, verifier_key)


def trusted_logs(directory: Path) -> tuple[WitnessKey, tuple[tuple[TrustedLog, int], ...]]:
    """Return the witness's key, and each trusted log with how much is kept against it."""
    key, store = key_of(directory), Store(directory)
    return key, tuple((log, len(store.evidence(log.origin))) for log in store.logs())
