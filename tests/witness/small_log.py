"""A log as simple as a log can be: all leaves in a list, hashed anew each time."""

import base64
import hashlib
import os
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from provident.verify.notes import ED25519, VerifierKey


def root_of(leaves):
    """RFC 9162, section 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root_of(leaves[:split]) + root_of(leaves[split:])).digest()


def consistency(old, leaves, *, whole=True):
    """RFC 9162, section 2.1.4.1, word for word."""
    if old == len(leaves):
        return [] if whole else [root_of(leaves)]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= split:
        return [*consistency(old, leaves[:split], whole=whole), root_of(leaves[split:])]
    return [*consistency(old - split, leaves[split:], whole=False), root_of(leaves[:split])]


@dataclass
class SmallLog:
    """A log with a key of its own."""

    origin: str = "log.example/small"
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    leaves: list = field(default_factory=list)

    @property
    def key(self):
        return VerifierKey(self.origin, ED25519, self.private.public_key().public_bytes_raw())

    def grow(self, count):
        self.leaves += [os.urandom(32) for _ in range(count)]
        return self

    def note(self, size=None):
        leaves = self.leaves if size is None else self.leaves[:size]
        root = base64.b64encode(root_of(leaves)).decode()
        text = f"{self.origin}\n{len(leaves)}\n{root}\ntime 1700000000\n"
        signed = base64.b64encode(self.key.id + self.private.sign(text.encode())).decode()
        return f"{text}\n— {self.origin} {signed}\n".encode()

    def request(self, old, size=None, proof=None):
        leaves = self.leaves if size is None else self.leaves[:size]
        if proof is None:
            proof = consistency(old, leaves) if 0 < old <= len(leaves) else []
        lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof)]
        return "\n".join(lines).encode() + b"\n\n" + self.note(size)
