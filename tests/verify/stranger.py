"""Rebuilds a log's root from its published directory: written from docs/spec/tree.md and checkpoint.md alone."""

import base64
import hashlib
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def tile(level, number):
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03d}")
    return f"tile/{level}/" + "/".join(groups)


def root(hashes):
    if len(hashes) <= 1:
        return hashes[0] if hashes else hashlib.sha256(b"").digest()
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return hashlib.sha256(b"\x01" + root(hashes[:k]) + root(hashes[k:])).digest()


def check(folder):
    text, _, signatures = (folder / "checkpoint").read_text(encoding="utf-8").rpartition("\n\n")
    origin, size, stated, _time = text.split("\n")
    name, _, key = (folder / "keys").read_text(encoding="utf-8").split("\n")[0].split("+", 2)
    line = next(one for one in signatures.split("\n") if one.startswith(f"— {name} "))
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[1:])
    public.verify(base64.b64decode(line.split(" ")[2])[4:], (text + "\n").encode())  # raises if it is wrong
    leaves, count = b"", int(size)
    for number in range((count + 255) // 256):
        width = min(256, count - number * 256)
        leaves += (folder / (tile(0, number) + (f".p/{width}" if width < 256 else ""))).read_bytes()
    found = root([leaves[at : at + 32] for at in range(0, count * 32, 32)])
    return origin == name and found == base64.b64decode(stated)


if __name__ == "__main__":
    sys.exit(0 if check(Path(sys.argv[1])) else 3)
