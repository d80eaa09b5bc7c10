"""Many entries at once: their ids, forms and leaves as NumPy arrays, byte for byte what form.py writes."""

import hashlib
import struct
from typing import Any

import numpy as np
import numpy.typing as npt

from provident.ledger.form import FAMILY_MONEY, VERSION, Heading, microseconds, text

Array = npt.NDArray[Any]

# What a caller of `posting` hands over. `row` counts within the source and must rise.
ENTRY_DTYPE = np.dtype(
    [
        ("row", "u4"),
        ("person", "i8"),
        ("employer", "i8"),
        ("kind", "i2"),
        ("branch", "i2"),
        ("scheme", "i2"),
        ("region", "i4"),
        ("month", "i4"),
        ("base", "i8"),
        ("employee", "i8"),
        ("employer_share", "i8"),
        ("account", "i8"),
        ("fund", "i8"),
        ("evidence", "i2"),
        ("checked", "i2"),
        ("reverses", "V16"),
    ]
)


def entry_ids(source_hash: bytes, rows: Array) -> Array:
    """Return the ids of these rows of a source, as kernel.keys.entry_id makes them."""
    raw = np.empty((len(rows), 16), "u1")
    raw[:, :12] = np.frombuffer(source_hash[:12], "u1")
    raw[:, 12:] = rows.astype(">u4").view("u1").reshape(-1, 4)
    raw[:, 6] = raw[:, 6] & 0x0F | 0x80
    raw[:, 8] = raw[:, 8] & 0x3F | 0x80
    return raw.view("V16").ravel()


def _form_dtype(heading: Heading) -> np.dtype[np.void]:
    """Lay out a zero byte and the money form; its texts are the same for the whole posting."""
    return np.dtype(
        [
            ("leaf", "u1"),
            ("version", "u1"),
            ("installation", "V16"),
            ("id", "V16"),
            ("family", "u1"),
            ("kind", "u1"),
            ("person", ">i8"),
            ("employer", ">i8"),
            ("branch", "u1"),
            ("scheme", ">u2"),
            ("region", ">u4"),
            ("month", ">u4"),
            ("posted_at", ">i8"),
            ("currency", f"V{len(text(heading.currency))}"),
            ("base", ">i8"),
            ("employee", ">i8"),
            ("employer_share", ">i8"),
            ("account", ">i8"),
            ("fund", ">i8"),
            ("evidence", "u1"),
            ("checked", "u1"),
            ("reverses", "V16"),
            ("source", "V32"),
            ("row", ">u4"),
            ("pack_version", f"V{len(text(heading.pack_version))}"),
            ("salt", "V32"),
        ]
    )


_GIVEN = [name for name in ENTRY_DTYPE.names or () if name != "row"]


def leaves(heading: Heading, entries: Array, ids: Array, secrets: Array, whose: Array) -> Array:
    """Return the leaf hash of each entry; `secrets[whose[i]]` is the secret of entry i's person."""
    forms = np.zeros(len(entries), _form_dtype(heading))
    forms["version"] = VERSION
    forms["installation"] = np.void(heading.installation.bytes)
    forms["id"] = ids
    forms["family"] = FAMILY_MONEY
    for name in _GIVEN:
        forms[name] = entries[name]
    forms["posted_at"] = microseconds(heading.posted_at)
    forms["currency"] = np.void(text(heading.currency))
    forms["source"] = np.void(heading.source_hash)
    forms["row"] = entries["row"]
    forms["pack_version"] = np.void(text(heading.pack_version))
    forms["salt"] = _salts(ids, secrets, whose)
    return _digests(forms.view(f"V{forms.dtype.itemsize}"))


def _salts(ids: Array, secrets: Array, whose: Array) -> Array:
    """Return HMAC-SHA-256 of each id, as two plain hashes: hmac.digest takes three times as long."""
    message = ids
    for padding in (0x36, 0x5C):
        padded = np.full((len(secrets), 64), padding, "u1")
        padded[:, :32] ^= secrets
        blocks = np.empty(len(ids), [("key", "V64"), ("message", message.dtype)])
        blocks["key"] = padded.view("V64").ravel()[whose]
        blocks["message"] = message
        message = _digests(blocks.view(f"V{blocks.dtype.itemsize}"))
    return message


def _digests(blocks: Array) -> Array:
    """Return the SHA-256 of each element."""
    sha256 = hashlib.sha256
    # A void array turns into bytes objects in one go; slicing them out in Python takes twice as long.
    return np.frombuffer(b"".join([sha256(block).digest() for block in blocks.tolist()]), "V32")


# The columns of ledger_entry in the order they are handed over: name, type, bytes, of a bulk load.
COLUMNS = (
    ("person_key", "person", ">i8"),
    ("employer_key", "employer", ">i8"),
    ("base", "base", ">i8"),
    ("employee", "employee", ">i8"),
    ("employer_share", "employer_share", ">i8"),
    ("account", "account", ">i8"),
    ("fund", "fund", ">i8"),
    ("region", "region", ">i4"),
    ("month", "month", ">i4"),
    ("source_row", "row", ">i4"),
    ("kind", "kind", ">i2"),
    ("branch", "branch", ">i2"),
    ("scheme", "scheme", ">i2"),
    ("evidence", "evidence", ">i2"),
    ("checked", "checked", ">i2"),
    ("entry_id", "", "V16"),
    ("leaf_hash", "", "V32"),
)
_IMAGE_DTYPE = np.dtype(
    [("columns", ">i2")]
    + [part for name, _, kind in COLUMNS for part in ((f"{name} bytes", ">i4"), (name, kind))]
)
COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
COPY_TRAILER = struct.pack(">h", -1)


def _empty_row() -> Array:
    row = np.zeros(1, _IMAGE_DTYPE)
    row["columns"] = len(COLUMNS)
    for name, _, kind in COLUMNS:
        row[f"{name} bytes"] = np.dtype(kind).itemsize
    return row


_EMPTY_ROW = _empty_row()


def copy_image(entries: Array, ids: Array, leaf_hashes: Array) -> bytes:
    """Return the entries as they go into COPY in binary format: the array with its lengths is the stream."""
    image = np.repeat(_EMPTY_ROW, len(entries))
    for name, given, _ in COLUMNS:
        if given:
            image[name] = entries[given]
    image["entry_id"] = ids
    image["leaf_hash"] = leaf_hashes
    return image.tobytes()
