"""What stands in the journal's files, column by column. docs/spec/journal.md is the text."""

from dataclasses import dataclass

import numpy as np
import polars as pl

FORMAT = "provident-journal/1"
NO_REVERSAL = bytes(16)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the file, where it comes from, its type there and in COPY's binary form."""

    name: str
    sql: str
    kind: pl.DataType | type[pl.DataType]
    image: str = ""  # NumPy's word for the bytes, where rows have a fixed length


ENTRIES = (
    Column("batch", "batch_id", pl.Int64, ">i8"),
    Column("row", "source_row", pl.Int32, ">i4"),
    Column("entry", "entry_id", pl.Binary, "V16"),
    Column("person", "person_key", pl.Int64, ">i8"),
    Column("employer", "employer_key", pl.Int64, ">i8"),
    Column("kind", "kind", pl.Int16, ">i2"),
    Column("branch", "branch", pl.Int16, ">i2"),
    Column("scheme", "scheme", pl.Int16, ">i2"),
    Column("region", "region", pl.Int32, ">i4"),
    Column("month", "month", pl.Int32, ">i4"),
    Column("base_minor", "base", pl.Int64, ">i8"),
    Column("employee_minor", "employee", pl.Int64, ">i8"),
    Column("employer_minor", "employer_share", pl.Int64, ">i8"),
    Column("account_minor", "account", pl.Int64, ">i8"),
    Column("fund_minor", "fund", pl.Int64, ">i8"),
    Column("evidence", "evidence", pl.Int16, ">i2"),
    Column("checked", "checked", pl.Int16, ">i2"),
    Column("reverses", "coalesce(reverses, '00000000-0000-0000-0000-000000000000')", pl.Binary, "V16"),
    Column("leaf", "leaf_hash", pl.Binary, "V32"),
)

_MICROSECONDS = "(extract(epoch FROM posted_at) * 1000000)::bigint"

BATCHES = (
    Column("batch", "batch_id", pl.Int64),
    Column("position", "position", pl.Int64),
    Column("rows", "rows", pl.Int32),
    Column("first_row", "first_row", pl.Int32),
    Column("last_row", "last_row", pl.Int32),
    Column("source", "source_hash", pl.Binary),
    Column("source_kind", "source_kind", pl.String),
    Column("pack_version", "pack_version", pl.String),
    Column("posted_at", _MICROSECONDS, pl.Int64),
    Column("bulk", "leaf <> 0", pl.Boolean),
    Column("reversing", "reversing", pl.Int32),
    Column("min_month", "min_month", pl.Int32),
    Column("max_month", "max_month", pl.Int32),
    Column("employer", "employer_key", pl.Int64),
    Column("reverses_batch", "reverses_batch", pl.Int64),
)

EVENT_BATCHES = (
    Column("position", "position", pl.Int64),
    Column("rows", "rows", pl.Int32),
    Column("first_row", "first_row", pl.Int32),
    Column("source", "source_hash", pl.Binary),
    Column("posted_at", _MICROSECONDS, pl.Int64),
)

EVENTS = (
    Column("event", "uuid_send(event_id)", pl.Binary),
    Column("subject_kind", "subject_kind", pl.Int16),
    Column("subject", "subject_key", pl.Int64),
    Column("type", "type", pl.String),
    Column("posted_at", _MICROSECONDS, pl.Int64),
    Column("source", "source_hash", pl.Binary),
    Column("row", "source_row", pl.Int32),
    Column("payload", "payload", pl.String),
    Column("leaf", "leaf_hash", pl.Binary),
)

PERSONS = (
    Column("person", "person_key", pl.Int64),
    Column("secret", "secret", pl.Binary),
    Column("into", "into_key", pl.Int64),
)

FILES = {
    "persons": PERSONS,
    "batches": BATCHES,
    "entries": ENTRIES,
    "event_batches": EVENT_BATCHES,
    "events": EVENTS,
}


def selected(columns: tuple[Column, ...]) -> str:
    """Return the columns as a query names them."""
    return ", ".join(f"{column.sql} AS {column.name}" for column in columns)


def schema(columns: tuple[Column, ...]) -> dict[str, pl.DataType | type[pl.DataType]]:
    """Return the columns as a frame names them."""
    return {column.name: column.kind for column in columns}


def image(columns: tuple[Column, ...]) -> np.dtype[np.void]:
    """Return the layout of a row in COPY's binary format: a count, then each value after its length."""
    parts = [("columns", ">i2")]
    for column in columns:
        parts += [(f"{column.name} bytes", ">i4"), (column.name, column.image)]
    return np.dtype(parts)
