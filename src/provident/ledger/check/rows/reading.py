"""Entries as the tables hold them, in pieces, with the secrets their leaves are salted with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from provident.ledger import wire
from provident.ledger.arrays import Array
from provident.ledger.check.findings import Findings
from provident.ledger.check.rows.batches import Batch
from provident.ledger.check.snapshot import Snapshot, image_dtype

_PAGES = 1024
_ROWS = 32_768

_NOTHING = "'00000000-0000-0000-0000-000000000000'"
_ZEROS = "decode(repeat('00', 32), 'hex')"

# SQL, field of ENTRY_DTYPE (or one of our own), NumPy's word for the bytes.
_COLUMNS = (
    ("batch_id", "batch", ">i8"),
    ("posted_month - date '2000-01-01'", "posted", ">i4"),
    ("leaf", "leaf", ">i4"),
    ("source_row", "row", ">i4"),
    ("person_key", "person", ">i8"),
    ("employer_key", "employer", ">i8"),
    ("kind", "kind", ">i2"),
    ("branch", "branch", ">i2"),
    ("scheme", "scheme", ">i2"),
    ("region", "region", ">i4"),
    ("month", "month", ">i4"),
    ("base", "base", ">i8"),
    ("employee", "employee", ">i8"),
    ("employer_share", "employer_share", ">i8"),
    ("account", "account", ">i8"),
    ("fund", "fund", ">i8"),
    ("evidence", "evidence", ">i2"),
    ("checked", "checked", ">i2"),
    (f"coalesce(reverses, {_NOTHING})", "reverses", "V16"),
    ("entry_id", "id", "V16"),
    ("leaf_hash", "hash", "V32"),
)
_SECRETS = (
    ("person_key", "person", ">i8"),
    (f"substring(coalesce(secret, '') || {_ZEROS} FOR 32)", "secret", "V32"),
    ("(secret IS NULL)::integer", "erased", ">i4"),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of one table: of one bulk load, or all rows of some small batches."""

    batches: tuple[Batch, ...]
    rows: Array
    secrets: Array  # of the rows' persons, by rising key
    is_last: bool  # of its batches


class Tables:
    """The tables that are part of the ledger."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        found = snapshot.rows(
            "SELECT relid::regclass::text FROM pg_partition_tree('ledger_entry') WHERE isleaf"
            " AND relid <> 'ledger_entry'::regclass"
        )
        self.names = {str(name) for (name,) in found}
        self._pages: dict[str, int] = {}

    def pages(self, table: str) -> int:
        """Return how many pages a table has."""
        size: int = self._snapshot.value(
            "SELECT pg_relation_size(%s::regclass) / current_setting('block_size')::int", (table,)
        )
        return size


def pieces(
    snapshot: Snapshot, batches: Sequence[Batch], tables: Tables, findings: Findings
) -> Iterator[Piece]:
    """Yield the rows of batches that follow each other in the log, in their order."""
    run: list[Batch] = []
    for batch in batches:
        if run and (
            batch.leaf or batch.table != run[0].table or sum(one.rows for one in run) + batch.rows > _ROWS
        ):
            yield _small(snapshot, run)
            run = []
        if batch.table not in tables.names:
            if batch.rows:
                findings.add("batch.table", log="ledger", what=str(batch.id))
            yield Piece((batch,), np.empty(0, _empty().dtype), np.empty(0), is_last=True)
        elif batch.leaf:
            yield from _bulk(snapshot, batch, tables.pages(batch.table))
        else:
            run.append(batch)
    if run:
        yield _small(snapshot, run)


def _empty() -> Array:
    return np.empty(0, image_dtype(_COLUMNS))


def _bulk(snapshot: Snapshot, batch: Batch, pages: int) -> Iterator[Piece]:
    for page in range(0, max(pages, 1), _PAGES):
        where = f"ctid >= '({page},0)' AND ctid < '({page + _PAGES},0)'"
        rows = snapshot.image(batch.table, _COLUMNS, where)
        yield Piece((batch,), rows, _secrets(snapshot, rows), is_last=page + _PAGES >= pages)


def _small(snapshot: Snapshot, run: Sequence[Batch]) -> Piece:
    ids = [batch.id for batch in run]
    where = "batch_id BETWEEN %s AND %s AND batch_id = ANY (%s)"
    rows = snapshot.image(run[0].table, _COLUMNS, where, (min(ids), max(ids), ids))
    return Piece(tuple(run), rows, _secrets(snapshot, rows), is_last=True)


def _secrets(snapshot: Snapshot, rows: Array) -> Array:
    persons = np.unique(rows["person"].astype("i8"))
    found = snapshot.image("ledger_person", _SECRETS, "person_key = ANY (%s)", (wire.Int8Array(persons),))
    return found[np.argsort(found["person"], kind="stable")]
