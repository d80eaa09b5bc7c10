"""A look's payload and leaf, written from docs/spec/look-form.md alone, and the sample it opens with."""

import hashlib
import hmac
import json
import struct

INSTALLATION = bytes.fromhex("01890a5dac96774bbcceb302099a8057")
SECRET = bytes(range(32))
LOOK = 7
MEMBERS = [(1 << 62) + 2, (1 << 62) + 1]
BATCHES = [42]
# The row as the table has it, `at` as PostgreSQL reads it.
ROW = {
    "at": "2026-03-02 08:15:30.123456+00",
    "actor": 31,
    "office_en": "Counter Hall, Room 2",
    "office_zh": "办事大厅二号窗口",
    "role": "agency_clerk",
    "system": "portal",
    "purpose": "counter_service",
    "article_en": "Social Insurance Law (2018), art. 74",
    "article_zh": "《中华人民共和国社会保险法（2018年修正）》第74条",
    "fields": ["name", "contributions"],
    "person_key": (1 << 62) + 1,
    "keys": [(1 << 62) + 1, (1 << 62) + 2],
    "answered": True,
    "refusal": "",
    "reason": 'asked about "March"\n\x7f\t\\',
    "override": True,
    "grant_id": 5,
    "counted": True,
    "run": False,
}
MOMENT = 1_772_439_330_123_456


def numbers(of):
    """Hash keys or batch numbers, 8 bytes each; None for none."""
    return hashlib.sha256(b"".join(struct.pack(">q", one) for one in of)).hexdigest() if of else None


def payload(row, moment, members=(), batches=()):
    """Write a row as the canonical JSON that is hashed."""
    told = {
        "actor": str(row["actor"]),
        "answered": row["answered"],
        "article_en": row["article_en"],
        "article_zh": row["article_zh"],
        "at": moment,
        "batches": numbers(sorted(batches)),
        "counted": row["counted"],
        "fields": row["fields"],
        "grant": None if row["grant_id"] is None else str(row["grant_id"]),
        "keys": numbers(row["keys"]),
        "members": numbers(sorted(members)),
        "office_en": row["office_en"],
        "office_zh": row["office_zh"],
        "override": row["override"],
        "person": None if row["person_key"] is None else struct.pack(">q", row["person_key"]).hex(),
        "purpose": row["purpose"],
        "reason": row["reason"],
        "refusal": row["refusal"],
        "role": row["role"],
        "run": row["run"],
        "system": row["system"],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def parts(installation, look, said, secret):
    """Return the form's parts by name, in order."""
    return {
        "version": b"\x01",
        "installation": installation,
        "family": b"\x03",
        "look": struct.pack(">q", look),
        "payload hash": hashlib.sha256(said.encode()).digest(),
        "salt": hmac.digest(secret, struct.pack(">q", look), "sha256"),
    }


def leaf(installation, look, said, secret):
    """Return the leaf of a look."""
    return hashlib.sha256(b"\0" + b"".join(parts(installation, look, said, secret).values())).digest()


def sample():
    """Return the sample as the manual prints it: the payload, then the form and its leaf."""
    said = payload(ROW, MOMENT, MEMBERS, BATCHES)
    shown = [f"{name:13} {raw.hex()}" for name, raw in parts(INSTALLATION, LOOK, said, SECRET).items()]
    shown.append(f"{'leaf':13} {leaf(INSTALLATION, LOOK, said, SECRET).hex()}")
    return said, "\n".join(shown)
