"""The witness's own key: a name and an Ed25519 seed in a file only its owner may read."""

import base64
import re
import struct
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from provident.verify import notes
from provident.witness.refusals import (
    LogKeyUnfit,
    WitnessDamaged,
    WitnessKeyOpen,
    WitnessMissing,
    WitnessNamed,
)
from provident.witness.store import write_whole

_KIND = bytes([notes.COSIGNATURE])
_FILE = "witness.key"
_LINE = re.compile(r"PRIVATE\+KEY\+(?P<name>[^\s+]+)\+(?P<id>[0-9a-f]{8})\+(?P<key>[A-Za-z0-9+/]+=*)\n?")


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A key that co-signs."""

    name: str
    private: Ed25519PrivateKey

    @property
    def verifier_key(self) -> notes.VerifierKey:
        """What whoever trusts this witness writes down."""
        return notes.VerifierKey(self.name, notes.COSIGNATURE, self.private.public_key().public_bytes_raw())

    def cosign(self, text: str, now: int) -> bytes:
        """Return the signature line of a C2SP co-signature over a checkpoint's text."""
        signed = self.private.sign(notes.cosigned(text, now))
        payload = base64.b64encode(self.verifier_key.id + struct.pack(">Q", now) + signed).decode()
        return f"— {self.name} {payload}\n".encode()


def make_key(directory: Path, name: str) -> WitnessKey:
    """Make a new witness's key."""
    if not notes.is_name(name):
        raise LogKeyUnfit(given=name, reason="a name has no spaces and no plus sign")
    key = WitnessKey(name, Ed25519PrivateKey.generate())
    secret = base64.b64encode(_KIND + key.private.private_bytes_raw()).decode()
    write_whole(directory / _FILE, f"PRIVATE+KEY+{name}+{key.verifier_key.id.hex()}+{secret}\n".encode())
    return key


def read_key(directory: Path) -> WitnessKey:
    """Return the key of the witness in this directory; refuse one that others can read."""
    path = directory / _FILE
    try:
        mode = path.stat().st_mode
        line = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise WitnessMissing(path=directory) from None
    except (OSError, UnicodeDecodeError) as error:
        raise WitnessDamaged(path=path, reason=type(error).__name__) from error
    if mode & 0o077:
        raise WitnessKeyOpen(path=path)
    found = _LINE.fullmatch(line)
    secret = base64.b64decode(found["key"]) if found else b""
    if not found or len(secret) != 33 or secret[:1] != _KIND:
        raise WitnessDamaged(path=path, reason="it is not a witness's key")
    key = WitnessKey(found["name"], Ed25519PrivateKey.from_private_bytes(secret[1:]))
    if key.verifier_key.id.hex() != found["id"]:
        raise WitnessDamaged(path=path, reason="its name and its key do not belong together")
    return key


def key_of(directory: Path, name: str = "") -> WitnessKey:
    """Return the witness's key; `name`, if given, must be its name."""
    key = read_key(directory)
    if name and key.name != name:
        raise WitnessNamed(path=directory, found=key.name, wanted=name)
    return key
