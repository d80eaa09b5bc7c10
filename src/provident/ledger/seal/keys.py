"""The keys that sign a log: files only their owner can read, or a command of the operator's.

Never in the database, never in the data directory, never in a backup.
"""

import base64
import os
import shlex
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from provident.host.locks import open_private
from provident.ledger.seal.notes import Signer
from provident.ledger.seal.refusals import SigningKeyMissing, SigningKeyOpen, SigningKeyUnusable

SIGNER = "PROVIDENT_LOG_SIGNER"
_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A key in a file."""

    name: str
    _key: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message."""
        return self._key.sign(message)


@dataclass(frozen=True, slots=True)
class SigningCommand:
    """A key only a command can use.

    `COMMAND public NAME` prints the public key in base64; `COMMAND sign NAME` reads what is to be
    signed and prints the signature in base64.
    """

    name: str
    command: str

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self._asked("public", b"", 32)

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message."""
        return self._asked("sign", message, 64)

    def _asked(self, what: str, given: bytes, length: int) -> bytes:
        try:
            done = subprocess.run(  # noqa: S603 - the operator's own command
                [*shlex.split(self.command), what, self.name],
                input=given,
                capture_output=True,
                timeout=_PATIENCE,
                check=True,
            )
            answer = base64.b64decode(done.stdout.strip(), validate=True)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            raise SigningKeyUnusable(path=self.command, reason=type(error).__name__) from error
        if len(answer) != length:
            raise SigningKeyUnusable(path=self.command, reason=f"{len(answer)} bytes, not {length}")
        return answer


def signer(origin: str, path: Path, *, signed_before: bool) -> Signer:
    """Return who signs for a log: the command if one is set, else the key file, made on first use.

    A log that was signed before gets no new key by itself: a lost key is the operator's to know.
    """
    if command := os.environ.get(SIGNER, ""):
        return SigningCommand(origin, command)
    if not path.exists():
        if signed_before:
            raise SigningKeyMissing(log=origin, path=path)
        make_key(path)
    return KeyFile(origin, read_key(path))


def make_key(path: Path) -> None:
    """Make a key in a new file; of two at once, both then read the same."""
    raw = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    with os.fdopen(open_private(fresh, os.O_WRONLY | os.O_TRUNC), "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()


def read_key(path: Path) -> Ed25519PrivateKey:
    """Return the key of a file that only its owner can read."""
    try:
        if path.stat().st_mode & 0o077:
            raise SigningKeyOpen(path=path)
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise SigningKeyUnusable(path=path, reason=type(error).__name__) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyUnusable(path=path, reason="not an Ed25519 key")
    return key
