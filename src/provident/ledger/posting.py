"""Posting: one source becomes one batch of entries, inside the caller's transaction or one of its own."""

import datetime as dt
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from django.db import transaction

from provident.ledger import wire
from provident.ledger.arrays import COLUMNS, ENTRY_DTYPE, Array, copy_image, entry_ids, leaves
from provident.ledger.form import Heading
from provident.ledger.records import Posted, Source
from provident.ledger.refusals import UnknownPerson, refusing
from provident.ledger.seal.logs import schedule

BULK_ROWS = 50_000  # from here on a posting is a leaf of its own, loaded by COPY
_PIECE = 4096  # rows hashed and sent at a time
_NO_ENTRY = np.void(bytes(16))
_SECRET_DTYPE = np.dtype([("person", ">i8"), ("secret", "u1", 32)])

_INSERT = f"SELECT ledger_insert({', '.join(['%s'] * (len(COLUMNS) + 2))})"
_PARAMETERS = {">i8": wire.Int8Array, ">i4": wire.Int4Array, ">i2": wire.Int2Array}


class Batch:
    """An open batch. After its `with` block `posted` says what came of it."""

    posted: Posted

    def __init__(self, number: int, heading: Heading, load_table: str | None) -> None:
        self.number = number
        self.heading = heading
        self._last_row = -1
        self._stream: wire.CopyStream | None = None
        if load_table:
            columns = ", ".join(name for name, _, _ in COLUMNS)
            self._stream = wire.CopyStream(f"COPY {load_table} ({columns}) FROM STDIN (FORMAT binary)")

    @property
    def posted_at(self) -> dt.datetime:
        """The moment all entries of this batch are posted at."""
        return self.heading.posted_at

    def append(self, entries: Array) -> None:
        """Add an array of ENTRY_DTYPE; `row` must rise over the whole batch, because ids are made from it."""
        if entries.dtype != ENTRY_DTYPE:
            raise TypeError("entries must be an array of ENTRY_DTYPE")
        if not len(entries):
            return
        rows = entries["row"].astype("i8")
        if rows[0] <= self._last_row or (np.diff(rows) <= 0).any() or rows[-1] >= 1 << 31:
            raise ValueError("rows must rise within a batch, below 2**31")
        if self._stream and (entries["reverses"] != _NO_ENTRY).any():
            raise ValueError("a bulk load holds no reversals; use reverse_batch")
        self._last_row = int(rows[-1])
        persons, whose = np.unique(entries["person"], return_inverse=True)
        with self.queries():
            secrets = secrets_of(persons)
        if not self._stream:  # the open leaf's index takes neighbouring keys faster
            order = np.argsort(whose, kind="stable")
            entries, whose = entries[order], whose[order]
        for start in range(0, len(entries), _PIECE):
            piece = slice(start, start + _PIECE)
            self._send(entries[piece], secrets, whose[piece])

    @contextmanager
    def queries(self) -> Iterator[None]:
        """Free the connection for the caller's own queries; the next append goes on."""
        if self._stream:
            self._stream.pause()
        yield

    def _send(self, entries: Array, secrets: Array, whose: Array) -> None:
        ids = entry_ids(self.heading.source_hash, entries["row"])
        hashes = leaves(self.heading, entries, ids, secrets, whose)
        if self._stream:
            self._stream.write(copy_image(entries, ids, hashes))
            return
        given = [_PARAMETERS[kind](entries[field]) for _, field, kind in COLUMNS if field]
        taken_back = wire.UuidArray(entries["reverses"])
        wire.call(_INSERT, (self.number, *given, wire.UuidArray(ids), hashes.tobytes(), taken_back))

    def close(self) -> None:
        """Close the batch: key, count and attach a bulk load, hold reversals against what they reverse."""
        with self.queries():
            rows = wire.call("SELECT ledger_close_batch(%s)", (self.number,))
        self.posted = Posted(self.number, self.posted_at, rows)

    def abandon(self) -> None:
        """Leave the connection free to be rolled back."""
        if self._stream:
            self._stream.abandon()


@contextmanager
def posting(*, source: Source, pack_version: str, expected_rows: int) -> Iterator[Batch]:
    """Post a source. Takes the ledger's one posting lock until the transaction ends.

    All entries carry one moment, later than that of any batch before. An exception inside the
    block, or one the server raises, leaves nothing behind. A bulk load (by `expected_rows`) keeps
    the connection busy between two calls of `append`: see `Batch.queries`.
    """
    with refusing(), transaction.atomic():
        batch = open_batch(source, pack_version, bulk=expected_rows >= BULK_ROWS)
        try:
            yield batch
            batch.close()
        finally:
            batch.abandon()


def open_batch(source: Source, pack_version: str, *, bulk: bool) -> Batch:
    """Open a batch under the posting lock."""
    pack_version = unicodedata.normalize("NFC", pack_version)  # stored as it is hashed
    wire.forget_ahead()
    opened: tuple[Any, ...] = wire.call_row(
        "SELECT * FROM ledger_open_batch(%s, %s, %s, %s, %s)",
        (source.hash, source.kind, pack_version, bulk, schedule.stop()),
    )
    number, posted_at, load_table, installation, currency = opened
    heading = Heading(installation, currency, posted_at.astimezone(dt.UTC), source.hash, pack_version)
    return Batch(number, heading, load_table)


def secrets_of(persons: Array) -> Array:
    """Return the secrets of these persons (rising keys) as 32 bytes each; an unknown one is a refusal."""
    packed: bytes = wire.call("SELECT ledger_secrets(%s)", (wire.Int8Array(persons),))
    found = np.frombuffer(packed, _SECRET_DTYPE)
    found = found[np.argsort(found["person"], kind="stable")]
    if not np.array_equal(found["person"], persons):
        raise UnknownPerson
    secrets: Array = found["secret"]
    return secrets
