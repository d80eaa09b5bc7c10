"""A small log made in the plainest way: recursive hashing as RFC 9162 writes it, tiles, notes, receipts."""

import base64
import hashlib
import json
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.ledger import sample_entry as sample

from provident.kernel.keys import EntryId, entry_id
from provident.ledger import form
from provident.ledger.records import NewEntry, NewEvent

ORIGIN = f"provident.{sample.HEADING.installation}/ledger"
WITNESS = "witness.example/w1"
TIME = 1775118000  # 2026-04-02 08:20:00 UTC


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def split(leaves: list[bytes]) -> int:
    return 1 << (len(leaves) - 1).bit_length() - 1


def root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha(b"")
    k = split(leaves)
    return sha(b"\1" + root(leaves[:k]) + root(leaves[k:]))


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 9162, 2.1.3.1."""
    if len(leaves) < 2:
        return []
    k = split(leaves)
    if m < k:
        return [*path(m, leaves[:k]), root(leaves[k:])]
    return [*path(m - k, leaves[k:]), root(leaves[:k])]


def consistency(m: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 9162, 2.1.4.1."""
    if m == len(leaves):
        return [] if whole else [root(leaves)]
    k = split(leaves)
    if m <= k:
        return [*consistency(m, leaves[:k], whole), root(leaves[k:])]
    return [*consistency(m - k, leaves[k:], False), root(leaves[:k])]


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


@dataclass(frozen=True)
class Key:
    """A signing key from a seed, under a name."""

    name: str = ORIGIN
    seed: bytes = bytes(range(32))
    kind: int = 1

    @property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def id(self) -> bytes:
        return sha(self.name.encode() + b"\n" + bytes([self.kind]) + self.public)[:4]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64(bytes([self.kind]) + self.public)}"

    def line(self, text: str, time: int = TIME) -> str:
        if self.kind == 1:
            return f"— {self.name} {b64(self.id + self.private.sign(text.encode()))}\n"
        signed = self.private.sign(f"cosignature/v1\ntime {time}\n{text}".encode())
        return f"— {self.name} {b64(self.id + time.to_bytes(8, 'big') + signed)}\n"


LOG = Key()
NEXT = Key(seed=bytes([7] * 32))
SECOND = Key(f"{ORIGIN}/2", seed=bytes([7] * 32))
WITNESSING = Key(WITNESS, bytes([9] * 32), 4)


def checkpoint(leaves: list[bytes], keys=(LOG, WITNESSING), origin: str = ORIGIN, time: int = TIME) -> str:
    text = f"{origin}\n{len(leaves)}\n{b64(root(leaves))}\ntime {time}\n"
    return text + "\n" + "".join(key.line(text) for key in keys)


def beginning(leaves: list[bytes], lost: str = "", **changed: str) -> str:
    """Return the text by which the second epoch says that it began with these leaves."""
    lines = {
        "provident-beginning/1": "",
        "log": f" {ORIGIN}",
        "now": f" {SECOND.name}",
        "size": f" {len(leaves)}",
        "root": f" {root(leaves).hex()}",
        "cause": f" key lost{lost}",
        "time": f" {TIME}",
        "reason": " The disk with the key failed.",
    } | changed
    return "".join(f"{name}{value}\n" for name, value in lines.items() if value is not None)


def moment(heading=sample.HEADING) -> str:
    return heading.posted_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def hex_key(key: int) -> str:
    return (key & (1 << 64) - 1).to_bytes(8, "big").hex()


def money(entry: NewEntry = sample.ENTRY, row: int = sample.ROW, heading=sample.HEADING):
    """Return the named fields of an entry and its leaf by the ledger's own code."""
    id_ = entry_id(heading.source_hash, row)
    salt = form.entry_salt(sample.SECRET, id_)
    legs = entry.legs
    fields = {
        "version": 1,
        "installation": str(heading.installation),
        "entry_id": str(id_),
        "kind": entry.kind.name.lower(),
        "person_key": hex_key(entry.person),
        "employer_key": hex_key(entry.employer) if entry.employer else None,
        "branch": entry.branch.name.lower(),
        "scheme": entry.scheme.name.lower(),
        "region": entry.region,
        "month": f"{entry.month.year:04d}-{entry.month.month:02d}" if entry.month else None,
        "posted_at": moment(heading),
        "currency": heading.currency,
        "base": legs.base,
        "employee": legs.employee,
        "employer": legs.employer,
        "account": legs.account,
        "fund": legs.fund,
        "evidence": entry.evidence.name.lower(),
        "checked": entry.checked.name.lower(),
        "reverses": str(entry.reverses) if entry.reverses else None,
        "source_hash": heading.source_hash.hex(),
        "row": row,
        "pack_version": heading.pack_version,
        "salt": salt.hex(),
    }
    return fields, form.leaf_hash(form.money_form(heading, EntryId(id_), row, entry, salt))


def event(about: NewEvent = sample.EVENT, row: int = sample.EVENT_ROW, heading=sample.HEADING):
    """Return the named fields of an event, its payload and its leaf by the ledger's own code."""
    id_ = form.event_id(heading.source_hash, row)
    salt = form.entry_salt(sample.SECRET, id_)
    payload = form.canonical(about.payload)
    fields = {
        "version": 1,
        "installation": str(heading.installation),
        "event_id": str(id_),
        "subject_kind": about.subject_kind.name.lower(),
        "subject_key": hex_key(about.subject_key),
        "type": about.type,
        "posted_at": moment(heading),
        "source_hash": heading.source_hash.hex(),
        "row": row,
        "payload_hash": sha(payload.encode()).hex(),
        "salt": salt.hex(),
    }
    raw = form.event_form(heading, uuid.UUID(str(id_)), row, about, hashed=sha(payload.encode()), salt=salt)
    return fields, payload, form.leaf_hash(raw)


def others(count: int) -> list[bytes]:
    """Return leaves of which nothing is known."""
    return [sha(f"leaf {n}".encode()) for n in range(count)]


@dataclass(frozen=True)
class SmallLog:
    """Leaves, of which two are the sample's entry (position 2) and event (position 5)."""

    leaves: list[bytes] = field(default_factory=list)

    @classmethod
    def of(cls, size: int = 7) -> "SmallLog":
        leaves = others(size)
        leaves[2], leaves[5] = money()[1], event()[2]
        return cls(leaves)

    def proof(self, position: int) -> list[str]:
        return [b64(node) for node in path(position, self.leaves)]

    def receipt(self, note: str | None = None, *, unlinked: int | None = 4) -> dict:
        fields, payload, _ = event()
        return {
            "format": "provident-receipt/1",
            "origin": ORIGIN,
            "keys": [LOG.vkey, WITNESSING.vkey],
            "checkpoint": note or checkpoint(self.leaves),
            "entries": [
                {"family": "money", "position": 2, "form": money()[0], "proof": self.proof(2)},
                {
                    "family": "event",
                    "position": 5,
                    "form": fields,
                    "payload": payload,
                    "proof": self.proof(5),
                },
            ],
            "unlinked": []
            if unlinked is None
            else [{"position": unlinked, "leaf": b64(self.leaves[unlinked]), "proof": self.proof(unlinked)}],
        }

    def longer(self, by: int) -> "SmallLog":
        return replace(self, leaves=[*self.leaves, *others(len(self.leaves) + by)[len(self.leaves) :]])

    def publish(self, folder: Path, *, note: str | None = None, keys: str | None = None) -> Path:
        """Write checkpoint, keys and tiles of all levels."""
        level, nodes = 0, self.leaves
        while nodes:
            for first in range(0, len(nodes), 256):
                tile = nodes[first : first + 256]
                name = folder / tile_name(level, first // 256, len(tile))
                name.parent.mkdir(parents=True, exist_ok=True)
                name.write_bytes(b"".join(tile))
            nodes = [root(nodes[at : at + 256]) for at in range(0, len(nodes) // 256 * 256, 256)]
            level += 1
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "checkpoint").write_text(note or checkpoint(self.leaves), encoding="utf-8")
        (folder / "keys").write_text(keys or f"{LOG.vkey}\n{WITNESSING.vkey}\n", encoding="utf-8")
        return folder


def tile_name(level: int, index: int, width: int) -> str:
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([f"x{part}" for part in parts[:-1]] + parts[-1:])
    return f"tile/{level}/{name}" + ("" if width == 256 else f".p/{width}")


def written(receipt: dict) -> bytes:
    """Return a receipt as the manual prints it."""
    return (json.dumps(receipt, ensure_ascii=False, indent=1) + "\n").encode()
