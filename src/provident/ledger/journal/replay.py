"""Back from the journal: the lost end of the log is put in again, byte for byte, or nothing is.

Runs as the owner in the caller's transaction. What was posted before the database was saved and sealed
after it is there already and only gets its place. Numbers of batches may differ from the lost ones where
they were given out again; no form holds them.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from provident.kernel.keys import PersonKey
from provident.kernel.words import SubjectKind
from provident.ledger.arrays import COPY_HEADER, COPY_TRAILER, Array
from provident.ledger.form import NO_SALT, Heading, entry_salt, event_form, leaf_hash, payload_hash
from provident.ledger.journal import columns
from provident.ledger.journal.refusals import (
    JournalOfAnother,
    JournalTooShort,
    PostedAgain,
    ReplayDiffers,
)
from provident.ledger.journal.segments import SegmentReader, segments
from provident.ledger.journal.writing import installation_of
from provident.ledger.records import Installation, NewEvent

if TYPE_CHECKING:
    import psycopg

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_DAY_ZERO = dt.date(2000, 1, 1)  # of PostgreSQL's binary dates
_FIELDS = tuple(column for column in columns.ENTRIES if column.name not in {"batch", "reverses"})


@dataclass(frozen=True, slots=True)
class Range:
    """The positions that are lost: from what the database holds up to what was signed."""

    epoch: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was brought back."""

    batches: int
    entries: int
    events: int
    sources: tuple[tuple[str, bytes], ...]  # kind and hash of each batch


def replay(
    connection: "psycopg.Connection[Any]", installation: Installation, journal: Path, lost: Range
) -> Replayed:
    """Put the lost positions in again; the caller compares the root and commits."""
    if installation_of(journal) != str(installation.id):
        raise JournalOfAnother(path=journal)
    every = segments(journal / "ledger" / str(lost.epoch))
    if not every or every[0].start > lost.start or every[-1].end < lost.end:
        end = every[-1].end if every else 0
        raise JournalTooShort(path=journal, end=end, guarded=lost.end, found=lost.start)
    connection.execute("SELECT ledger_take_posting_lock()")
    work = _Replay(connection, installation, lost)
    for one in every:
        if one.end > lost.start and one.start < lost.end:
            work.segment(SegmentReader(one))
    work.finish()
    return Replayed(work.batches, work.entries, work.events, tuple(work.sources))


@dataclass(slots=True)
class _Replay:
    connection: "psycopg.Connection[Any]"
    installation: Installation
    lost: Range
    batches: int = 0
    entries: int = 0
    events: int = 0
    sources: list[tuple[str, bytes]] = field(default_factory=list)
    _numbers: dict[int, int] = field(default_factory=dict)  # of batches: in the journal, here
    _made: dict[int, dict[str, Any]] = field(default_factory=dict)  # batches to be filled, by number here
    _filled: list[int] = field(default_factory=list)
    _erased: set[int] = field(default_factory=set)  # persons whose secret is no more

    def segment(self, reader: SegmentReader) -> None:
        """Bring back what of a segment is lost."""
        for frame in reader.frames("persons"):
            self._persons(frame)
        self._made.clear()
        for frame in reader.frames("batches"):
            for row in self._lost(frame):
                self._batch(row)
        for frame in reader.frames("entries"):
            self._entries(frame)
        for number, row in self._made.items():
            self._close(number, row)
        for frame in reader.frames("event_batches"):
            fresh = {
                (row["source"], row["first_row"] + place): row["posted_at"]
                for row in self._lost(frame)
                if self._event_batch(row)
                for place in range(row["rows"])
            }
        for frame in reader.frames("events"):
            self._events([row for row in frame.iter_rows(named=True) if (row["source"], row["row"]) in fresh])

    def finish(self) -> None:
        """Erase the secrets that were erased by decision, then hold every row against its leaf."""
        self.connection.execute(
            "UPDATE ledger_person SET secret = NULL WHERE person_key = ANY (%s) AND secret IS NOT NULL"
            " AND person_key = ANY (ledger_forgotten())",
            (list(self._erased),),
        )
        for number in self._filled:
            damaged = self._rows("SELECT * FROM ledger_damaged(%s)", (number,))
            if damaged:
                raise ReplayDiffers(what=f"entry {damaged[0][0]}")

    def _lost(self, frame: pl.DataFrame) -> list[dict[str, Any]]:
        end = pl.col("position") + pl.col("rows")
        lost = frame.filter((pl.col("position") >= self.lost.start) & (end <= self.lost.end))
        return list(lost.iter_rows(named=True))

    def _persons(self, frame: pl.DataFrame) -> None:
        """Register who is missing; take over to whom somebody was joined since."""
        wanted = [frame[name].to_list() for name in ("person", "secret", "into")]
        self._erased |= set(frame.filter(pl.col("secret").is_null())["person"])
        self.connection.execute(
            "INSERT INTO ledger_person (person_key, secret, into_key)"
            " SELECT * FROM unnest(%s::bigint[], %s::bytea[], %s::bigint[]) ON CONFLICT DO NOTHING",
            wanted,
        )
        self.connection.execute(
            "UPDATE ledger_person p SET into_key = u.into_key"
            " FROM unnest(%s::bigint[], %s::bigint[]) u (person_key, into_key)"
            " WHERE u.person_key = p.person_key AND p.into_key IS DISTINCT FROM u.into_key",
            (wanted[0], wanted[2]),
        )

    def _batch(self, row: dict[str, Any]) -> None:
        here = self._row(
            "SELECT batch_id, posted_at, rows, position FROM ledger_batch WHERE source_hash = %s",
            (row["source"],),
        )
        moment = _moment(row["posted_at"])
        if here is not None:
            number, posted_at, rows, position = here
            if (posted_at, rows) != (moment, row["rows"]):
                raise PostedAgain(what=f"{row['source_kind']} {row['source'].hex()}")
            self._numbers[row["batch"]] = number
            if position is None:
                self._place(number, row)
            return
        number = self._number(row["batch"])
        self._numbers[row["batch"]] = number
        self._made[number] = row
        self.batches += 1
        self.sources.append((row["source_kind"], row["source"]))
        self._make(number, row, moment)

    def _number(self, wanted: int) -> int:
        """Return the number a batch had, or a new one if that was given out again."""
        number, taken = wanted, True
        while taken:
            ((taken,),) = self._rows(
                "SELECT EXISTS (SELECT FROM ledger_batch WHERE batch_id = %s)", (number,)
            )
            if taken:
                ((number,),) = self._rows("SELECT nextval('ledger_batch_number')", ())
        self._rows(
            "SELECT setval('ledger_batch_number', greatest(%s, last_value)) FROM ledger_batch_number",
            (number,),
        )
        return number

    def _make(self, number: int, row: dict[str, Any], moment: dt.datetime) -> None:
        """Put the batch's own row in, open, with somewhere for its entries to go."""
        month = moment.astimezone(dt.UTC).date().replace(day=1)
        taken_back = row["reverses_batch"]
        self.connection.execute(
            "INSERT INTO ledger_batch (batch_id, source_hash, source_kind, pack_version, posted_at,"
            " posted_month, leaf, reverses_batch) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            (
                number,
                row["source"],
                row["source_kind"],
                row["pack_version"],
                moment,
                month,
                number if row["bulk"] else 0,
                taken_back and self._numbers.get(taken_back, taken_back),
            ),
        )
        self._rows("SELECT ledger_ensure_month(%s)", (month,))
        if row["bulk"]:
            self._rows("SELECT ledger_make_load_table(b) FROM ledger_batch b WHERE batch_id = %s", (number,))

    def _entries(self, frame: pl.DataFrame) -> None:
        """Copy entries in: those of each table together, reversals apart."""
        journal = frame["batch"].to_numpy()
        here = {old: new for old, new in self._numbers.items() if new in self._made}
        for old in np.unique(journal):
            number = here.get(int(old))
            if number is None:
                continue
            rows = frame.filter(pl.col("batch") == old)
            plain = pl.col("reverses") == pl.lit(columns.NO_REVERSAL)
            self._copy(number, rows.filter(plain), reversing=False)
            self._copy(number, rows.filter(~plain), reversing=True)
            self.entries += len(rows)

    def _copy(self, number: int, frame: pl.DataFrame, *, reversing: bool) -> None:
        if frame.is_empty():
            return
        made = self._made[number]
        month = _moment(made["posted_at"]).date().replace(day=1)
        leaf = number if made["bulk"] else 0
        fixed = {"batch_id": (number, ">i8"), "posted_month": ((month - _DAY_ZERO).days, ">i4")}
        fixed["leaf"] = (leaf, ">i4")
        fields = [*_FIELDS, columns.ENTRIES[-2]] if reversing else [*_FIELDS]
        names = ", ".join([*fixed, *(_stored(column) for column in fields)])
        table = f"ledger_entry_{month:%Y%m}_{leaf}"
        with (
            self.connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)") as copy,
        ):
            copy.write(COPY_HEADER + _image(frame, fixed, fields) + COPY_TRAILER)

    def _close(self, number: int, row: dict[str, Any]) -> None:
        """Finish a batch as its posting did."""
        if row["bulk"]:
            self._rows("SELECT ledger_attach(b) FROM ledger_batch b WHERE batch_id = %s", (number,))
        self.connection.execute(
            "UPDATE ledger_batch SET closed = true, projected = (%(rows)s = 0), rows = %(rows)s,"
            " reversing = %(reversing)s, min_month = %(min_month)s, max_month = %(max_month)s,"
            " employer_key = %(employer)s WHERE batch_id = %(number)s",
            {**row, "number": number},
        )
        self._place(number, row)
        self._filled.append(number)

    def _place(self, number: int, row: dict[str, Any]) -> None:
        self.connection.execute(
            "UPDATE ledger_batch SET position = %s, first_row = %s, last_row = %s WHERE batch_id = %s",
            (row["position"], row["first_row"], row["last_row"], number),
        )

    def _event_batch(self, row: dict[str, Any]) -> bool:
        """Give a group of events its place; say whether its events are missing."""
        moment, key = _moment(row["posted_at"]), (row["source"], row["first_row"])
        here = self._row(
            "SELECT posted_at, rows, position FROM ledger_event_batch"
            " WHERE source_hash = %s AND first_row = %s",
            key,
        )
        if here is None:
            self.connection.execute(
                "INSERT INTO ledger_event_batch (source_hash, first_row, rows, posted_at, position)"
                " VALUES (%s, %s, %s, %s, %s)",
                (*key, row["rows"], moment, row["position"]),
            )
            return True
        if here[:2] != (moment, row["rows"]):
            raise PostedAgain(what=f"events {row['source'].hex()}")
        if here[2] is None:
            self.connection.execute(
                "UPDATE ledger_event_batch SET position = %s WHERE source_hash = %s AND first_row = %s",
                (row["position"], *key),
            )
        return False

    def _events(self, rows: list[dict[str, Any]]) -> None:
        """Put events in; each must give its leaf."""
        secrets = self._secrets([row["subject"] for row in rows if row["subject_kind"] == SubjectKind.PERSON])
        for row in rows:
            unlinked = row["subject_kind"] == SubjectKind.PERSON and row["subject"] in self._erased
            if not unlinked and self._leaf(row, secrets) != row["leaf"]:
                raise ReplayDiffers(what=f"event {uuid.UUID(bytes=row['event'])}")
        told = [
            (
                row["subject_kind"],
                row["subject"],
                uuid.UUID(bytes=row["event"]),
                row["type"],
                _moment(row["posted_at"]),
                row["source"],
                row["row"],
                row["payload"],
                payload_hash(row["payload"]),
                row["leaf"],
            )
            for row in rows
        ]
        with self.connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO ledger_event (subject_kind, subject_key, event_id, type, posted_at, source_hash,"
                " source_row, payload, payload_hash, leaf_hash)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                told,
            )
        self.events += len(rows)

    def _leaf(self, row: dict[str, Any], secrets: dict[int, bytes]) -> bytes:
        id_, kind = uuid.UUID(bytes=row["event"]), SubjectKind(row["subject_kind"])
        secret = secrets.get(row["subject"]) if kind is SubjectKind.PERSON else None
        salt = entry_salt(secret, id_) if secret else NO_SALT
        heading = Heading(self.installation.id, "", _moment(row["posted_at"]), row["source"], "")
        event = NewEvent(kind, PersonKey(row["subject"]), row["type"], {})
        hashed = payload_hash(row["payload"])
        return leaf_hash(event_form(heading, id_, row["row"], event, hashed=hashed, salt=salt))

    def _secrets(self, persons: list[int]) -> dict[int, bytes]:
        found = self._rows(
            "SELECT person_key, secret FROM ledger_person WHERE person_key = ANY (%s)", (persons,)
        )
        return {key: bytes(secret) for key, secret in found if secret is not None}

    def _rows(self, statement: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        return self.connection.execute(statement, parameters, binary=True).fetchall()

    def _row(self, statement: str, parameters: Sequence[object]) -> tuple[Any, ...] | None:
        rows = self._rows(statement, parameters)
        return rows[0] if rows else None


def _moment(microseconds: int) -> dt.datetime:
    return _EPOCH + dt.timedelta(microseconds=microseconds)


def _stored(column: columns.Column) -> str:
    """Return the name a column has in the table."""
    return "reverses" if column.name == "reverses" else column.sql


def _image(frame: pl.DataFrame, fixed: dict[str, tuple[int, str]], fields: list[columns.Column]) -> bytes:
    """Return rows as they go into COPY in binary format: a count, then each value after its length."""
    kinds = [(name, kind) for name, (_, kind) in fixed.items()]
    kinds += [(_stored(column), column.image) for column in fields]
    parts = [
        ("columns", ">i2"),
        *(part for name, kind in kinds for part in ((f"{name} bytes", ">i4"), (name, kind))),
    ]
    image: Array = np.zeros(len(frame), np.dtype(parts))
    image["columns"] = len(kinds)
    for name, kind in kinds:
        image[f"{name} bytes"] = np.dtype(kind).itemsize
    for name, (value, _) in fixed.items():
        image[name] = value
    for column in fields:
        values = frame[column.name]
        if column.image.startswith("V"):
            image[_stored(column)] = np.frombuffer(b"".join(values.to_list()), column.image)
        else:
            image[_stored(column)] = values.to_numpy()
    return image.tobytes()
