"""Writing the journal: what was sealed since the last time, read past row security by the owner."""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from provident.ledger.arrays import COPY_HEADER, COPY_TRAILER, Array
from provident.ledger.journal import columns
from provident.ledger.journal.refusals import JournalOfAnother
from provident.ledger.journal.segments import SegmentWriter, segments, write_private
from provident.ledger.records import Installation

if TYPE_CHECKING:
    import psycopg

ROWS = 250_000  # of a file
_INSTALLATION = "installation.json"
_IMAGE = columns.image(columns.ENTRIES)

Progress = Callable[[int, int], None]  # positions written, of how many


@dataclass(frozen=True, slots=True)
class Written:
    """What was added to a journal."""

    start: int
    end: int
    bytes: int


def write_journal(
    connection: "psycopg.Connection[Any]", installation: Installation, into: Path, progress: Progress
) -> Written:
    """Add everything sealed since the journal's end; without anything new nothing is written."""
    _require_own(into, installation)
    head = connection.execute(
        "SELECT epoch, size, root, extract(epoch FROM sealed_at)::bigint FROM ledger_checkpoint"
        " WHERE log = 'ledger' ORDER BY epoch DESC, size DESC LIMIT 1"
    ).fetchone()
    if head is None:
        return Written(0, 0, 0)
    epoch, end, root, sealed_at = head
    folder = into / "ledger" / str(epoch)
    start = _start(connection, into / "ledger", epoch)
    if start >= end:
        return Written(end, end, 0)
    writer = SegmentWriter(folder, start, end)
    _Reading(connection, writer, start, end, progress).write()
    size = writer.finish(
        {
            "installation": str(installation.id),
            "log": "ledger",
            "epoch": epoch,
            "start": start,
            "end": end,
            "root": base64.b64encode(root).decode(),
            "sealed_at": sealed_at,
        }
    )
    return Written(start, end, size)


def _start(connection: "psycopg.Connection[Any]", log: Path, epoch: int) -> int:
    """Return where the journal goes on: an epoch goes on where the one before was kept to, or sooner."""
    own = segments(log / str(epoch))
    if own or epoch == 1:
        return own[-1].end if own else 0
    row = connection.execute(
        "SELECT min(size) FROM ledger_checkpoint WHERE log = 'ledger' AND epoch = %s", (epoch,)
    ).fetchone()
    kept: int = row[0] if row else 0
    before = [end for number in range(1, epoch) for end in [one.end for one in segments(log / str(number))]]
    return max((end for end in before if end <= kept), default=0)


def _require_own(into: Path, installation: Installation) -> None:
    """Refuse to mix two installations' journals."""
    path = into / _INSTALLATION
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = {
        "format": columns.FORMAT,
        "installation": str(installation.id),
        "agency": {"en": installation.agency_en, "zh": installation.agency_zh},
        "currency": installation.currency,
        "zone": installation.zone.key,
        "home_region": installation.home_region,
    }
    if not path.exists():
        write_private(path, json.dumps(own, ensure_ascii=False, indent=1).encode() + b"\n")
    elif installation_of(into) != str(installation.id):
        raise JournalOfAnother(path=into)


def installation_of(journal: Path) -> str:
    """Return the id of the installation whose journal this is; empty if it is none."""
    try:
        said = json.loads((journal / _INSTALLATION).read_bytes())
        return str(said["installation"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


@dataclass(slots=True)
class _Reading:
    connection: "psycopg.Connection[Any]"
    writer: SegmentWriter
    start: int
    end: int
    progress: Progress
    _done: int = 0

    def write(self) -> None:
        batches = self._rows("ledger_batch", columns.BATCHES)
        groups = self._rows("ledger_event_batch", columns.EVENT_BATCHES)
        self.writer.add("batches.parquet", batches)
        self.writer.add("event_batches.parquet", groups)
        keys = [np.empty(0, "i8"), *self._entries(batches), *self._events(groups)]
        self._persons(np.unique(np.concatenate(keys)))

    def _rows(self, table: str, wanted: tuple[columns.Column, ...]) -> pl.DataFrame:
        query = (
            f"SELECT {columns.selected(wanted)} FROM {table}"
            " WHERE position >= %s AND position + rows <= %s ORDER BY position, rows"
        )
        return self._frame(wanted, self.connection.execute(query, (self.start, self.end)).fetchall())

    def _frame(self, wanted: tuple[columns.Column, ...], rows: Sequence[Any]) -> pl.DataFrame:
        return pl.DataFrame(rows, schema=columns.schema(wanted), orient="row")

    def _entries(self, batches: pl.DataFrame) -> Iterator[Array]:
        """Write the entries, batches side by side until a file is full; yield the keys of their persons."""
        piece: list[bytes] = []
        number = 0
        for batch in batches["batch"]:
            for row in self._entry_rows(batch):
                piece.append(row)
                if len(piece) == ROWS:
                    number += 1
                    yield self._entry_file(number, piece)
                    piece = []
        if piece:
            yield self._entry_file(number + 1, piece)

    def _entry_rows(self, batch: int) -> Iterator[bytes]:
        """Yield a batch's rows as COPY sends them, by row of the source."""
        found = self.connection.execute(
            "SELECT posted_month, leaf FROM ledger_batch WHERE batch_id = %s", (batch,)
        ).fetchone()
        query = (
            f"COPY (SELECT {columns.selected(columns.ENTRIES)} FROM ledger_entry WHERE posted_month = %s"
            " AND leaf = %s AND batch_id = %s ORDER BY source_row) TO STDOUT (FORMAT binary)"
        )
        with self.connection.cursor() as cursor, cursor.copy(query, (*(found or ()), batch)) as copy:
            for block in copy:
                row = bytes(block)
                row = row.removeprefix(COPY_HEADER)
                if row and row != COPY_TRAILER:
                    yield row

    def _entry_file(self, number: int, piece: list[bytes]) -> Array:
        rows = np.frombuffer(b"".join(piece), _IMAGE)
        made = {
            column.name: pl.Series(_plain(rows[column.name]), dtype=column.kind) for column in columns.ENTRIES
        }
        self.writer.add(f"entries-{number:04d}.parquet", pl.DataFrame(made))
        self._done += len(rows)
        self.progress(self._done, self.end - self.start)
        persons: Array = np.unique(rows["person"].astype("i8"))
        return persons

    def _events(self, groups: pl.DataFrame) -> Iterator[Array]:
        """Write the events of the groups; yield the keys of the persons they are about."""
        number, piece = 0, []
        query = (
            f"SELECT {columns.selected(columns.EVENTS)} FROM ledger_event WHERE event_id BETWEEN"
            " ledger_entry_id(sha256('\\x02'::bytea || %s), %s) AND"
            " ledger_entry_id(sha256('\\x02'::bytea || %s), %s) ORDER BY source_row"
        )
        for source, first, rows in groups.select("source", "first_row", "rows").iter_rows():
            ends = (source, first, source, first + rows - 1)
            piece += self.connection.execute(query, ends, binary=True).fetchall()
            if len(piece) >= ROWS:
                number += 1
                yield self._event_file(number, piece)
                piece = []
        if piece:
            yield self._event_file(number + 1, piece)

    def _event_file(self, number: int, piece: list[Any]) -> Array:
        frame = self._frame(columns.EVENTS, piece)
        self.writer.add(f"events-{number:04d}.parquet", frame)
        self._done += len(frame)
        self.progress(self._done, self.end - self.start)
        about: Array = frame.filter(pl.col("subject_kind") == 1)["subject"].unique().to_numpy()
        return about

    def _persons(self, keys: Array) -> None:
        """Write the persons, and those they were joined to."""
        query = (
            f"SELECT {columns.selected(columns.PERSONS)} FROM ledger_person WHERE person_key IN ("
            "SELECT unnest(%s::bigint[]) UNION"
            " SELECT into_key FROM ledger_person WHERE person_key = ANY (%s)) ORDER BY person_key"
        )
        wanted = keys.tolist()
        rows = self.connection.execute(query, (wanted, wanted), binary=True).fetchall()
        self.writer.add("persons.parquet", self._frame(columns.PERSONS, rows))


def _plain(values: Array) -> Any:
    """Return a column of a COPY image as a frame takes it."""
    return values.tolist() if values.dtype.kind == "V" else values.astype(values.dtype.newbyteorder("="))
