"""Checkpoints as signed notes (C2SP tlog-checkpoint, signed-note and tlog-cosignature).

provident.<installation>/ledger        origin, which is the key's name
1234                                   size
qrvM3e7/ABEiM0RVZneImaq7zN3u/w==...    root
time 1795305600                        never earlier than in the checkpoint before

— provident.<installation>/ledger <base64 of 4 bytes of key id and the signature>
"""

import base64
import binascii
import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519 = 0x01
COSIGNATURE = 0x04
_DASH = "— "


class Signer(Protocol):
    """Somebody who signs for a log."""

    @property
    def name(self) -> str:
        """The key's name; for a log's own key, its origin."""

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of a message."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name, as `name+key id+base64` says it."""

    name: str
    public: bytes
    kind: int = ED25519

    @property
    def id(self) -> bytes:
        """The four bytes that name the key in a signature."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        key = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{key}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read a verifier key; a ValueError says what is wrong with it."""
        name, id_, key = text.strip().split("+", 2)
        raw = base64.b64decode(key, validate=True)
        if not name or len(raw) != 33 or raw[0] not in {ED25519, COSIGNATURE}:
            raise ValueError("this is no Ed25519 verifier key")
        made = cls(name, raw[1:], raw[0])
        if made.id.hex() != id_:
            raise ValueError("the key id does not belong to the key")
        return made


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How long a log is, what its tree's root is, and when that was said."""

    origin: str
    size: int
    root: bytes
    time: int

    def text(self) -> str:
        """Return the text that is signed."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\ntime {self.time}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the signed text; a ValueError says that it is none of ours."""
        lines = text.split("\n")
        if len(lines) != 5 or lines[4] or not lines[3].startswith("time "):
            raise ValueError("this is no checkpoint of ours")
        made = cls(
            lines[0],
            int(lines[1]),
            base64.b64decode(lines[2], validate=True),
            int(lines[3].removeprefix("time ")),
        )
        if made.text() != text or len(made.root) != 32 or not made.origin:
            raise ValueError("this is no checkpoint of ours")
        return made


@dataclass(frozen=True, slots=True)
class Beginning:
    """How an epoch began because a key was lost (docs/spec/checkpoint.md)."""

    log: str  # the origin that stopped
    now: str
    size: int
    root: bytes
    lost: str  # `, lost FIRST LAST` or `, forked` where the database too had lost something; else empty
    time: int
    reason: str

    def text(self) -> str:
        """Return the text that is signed."""
        lines = (
            "provident-beginning/1",
            f"log {self.log}",
            f"now {self.now}",
            f"size {self.size}",
            f"root {self.root.hex()}",
            f"cause key lost{self.lost}",
            f"time {self.time}",
            f"reason {self.reason}",
        )
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"

    @classmethod
    def parse(cls, line: str) -> "Signature":
        """Read a line; a ValueError says that it is none."""
        name, _, encoded = line.removeprefix(_DASH).rstrip("\n").partition(" ")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise ValueError("the signature is not base64") from error
        if not line.startswith(_DASH) or not name or len(raw) < 5:
            raise ValueError("this is no signature line")
        return cls(name, raw[:4], raw[4:])


@dataclass(frozen=True, slots=True)
class Note:
    """A signed text."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    def checkpoint(self) -> Checkpoint:
        """Return what the note says."""
        return Checkpoint.parse(self.text)

    def and_signed_by(self, more: Iterable[Signature]) -> "Note":
        """Return the note with further signatures, each once."""
        known = dict.fromkeys((*self.signatures, *more))
        return replace(self, signatures=tuple(known))

    @classmethod
    def parse(cls, raw: str) -> "Note":
        """Read a note; nothing is verified. A ValueError says that it is none."""
        text, blank, under = raw.rpartition("\n\n")
        if not blank or not under.endswith("\n"):
            raise ValueError("a note is text, an empty line and signatures")
        return cls(f"{text}\n", tuple(map(Signature.parse, under.splitlines())))


def sign(checkpoint: Checkpoint, *signers: Signer) -> Note:
    """Return the checkpoint as a note signed by its log; by two keys where one takes over from the other."""
    text = checkpoint.text()
    return Note(text, tuple(signed_by(text, signer) for signer in signers))


def signed_by(text: str, signer: Signer) -> Signature:
    """Return somebody's signature line for a text."""
    key = VerifierKey(signer.name, signer.public)
    return Signature(key.name, key.id, signer.sign(text.encode()))


def is_signed_by(note: Note, key: VerifierKey) -> bool:
    """Say whether a log's own key signed the note."""
    return any(
        _verifies(key, one.value, note.text.encode())
        for one in note.signatures
        if (one.name, one.key_id) == (key.name, key.id)
    )


def cosigned_at(note: Note, witness: VerifierKey) -> int | None:
    """Return when a witness co-signed the note, in Unix seconds, or None if it did not."""
    for one in note.signatures:
        if (one.name, one.key_id) == (witness.name, witness.id) and len(one.value) == 72:
            (time,) = struct.unpack(">Q", one.value[:8])
            if _verifies(witness, one.value[8:], cosigned_message(note.text, time)):
                return int(time)
    return None


def cosigned_message(text: str, time: int) -> bytes:
    """Return what a witness signs."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _verifies(key: VerifierKey, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except InvalidSignature:
        return False
    return True
