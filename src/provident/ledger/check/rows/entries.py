"""Entries against their leaves, and both against the tree."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from provident.kernel.keys import entry_id
from provident.ledger.arrays import Array, leaves
from provident.ledger.check.findings import Findings
from provident.ledger.check.rows.batches import Batch, Figures, Installation, hold_figures
from provident.ledger.check.rows.facts import FactSums
from provident.ledger.check.rows.reading import Piece, Tables, pieces
from provident.ledger.check.rows.windows import ABSENT, GOOD, NO_SECRET, OTHER_LEAF, UNLINKED, Window
from provident.ledger.check.snapshot import Snapshot, ahead
from provident.ledger.check.trees import TreeCheck, equal

_NOTHING = np.void(bytes(16))
_AT_ONCE = 8192  # rows hashed at a time: what fits the processor's own memory is faster


@dataclass(slots=True)
class EntryCheck:
    """Goes over batches in the order of the log."""

    snapshot: Snapshot
    installation: Installation
    forgotten: Array  # keys whose secret was erased by a recorded decision, rising
    findings: Findings
    tree: TreeCheck
    tables: Tables
    facts: FactSums | None = None  # where the reading copy is held against the entries, too
    seen: dict[str, int] = field(default_factory=dict)  # rows found so far, by table

    def check(self, batches: Sequence[Batch]) -> None:
        """Check batches that follow each other in the log, or that have no place yet."""
        window, figures = None, Figures()
        for piece in ahead(pieces(self.snapshot, batches, self.tables, self.findings)):
            for batch, rows in self._by_batch(piece):
                if window is None:
                    window, figures = self._window(batch), Figures()
                self._put(batch, rows, piece, window, figures)
                if piece.is_last:
                    self._hold(batch, window, figures)
                    window = None

    def _window(self, batch: Batch) -> Window:
        """Return the window of a batch: as it said when it was sealed, else as its rows are."""
        first, last = batch.first_row, batch.last_row
        if (first is None or last is None) and batch.table in self.tables.names:
            ends = f"SELECT min(source_row), max(source_row) FROM ONLY {batch.table} WHERE batch_id = %s"
            ((first, last),) = self.snapshot.rows(ends, (batch.id,))
        if first is None or last is None:
            return Window(0, 0, batch.rows)
        return Window(first, last - first + 1, batch.rows)

    def _by_batch(self, piece: Piece) -> list[tuple[Batch, Array]]:
        table = piece.batches[0].table
        self.seen[table] = self.seen.get(table, 0) + len(piece.rows)
        if piece.batches[0].leaf:
            batch = piece.batches[0]
            own = piece.rows["batch"] == batch.id
            for stranger in piece.rows[~own]:
                self._surplus(uuid.UUID(bytes=bytes(stranger["id"])))
            return [(batch, piece.rows if own.all() else piece.rows[own])]
        rows = piece.rows[np.argsort(piece.rows["batch"], kind="stable")]
        numbers = rows["batch"].astype("i8")
        ids = np.array([batch.id for batch in piece.batches])
        starts, ends = (np.searchsorted(numbers, ids, side) for side in ("left", "right"))
        return [
            (batch, rows[start:end]) for batch, start, end in zip(piece.batches, starts, ends, strict=True)
        ]

    def _put(self, batch: Batch, rows: Array, piece: Piece, window: Window, figures: Figures) -> None:
        """Hash rows and put them where they belong."""
        for at in range(0, len(rows), _AT_ONCE):
            some = rows[at : at + _AT_ONCE]
            made, states = self._reckoned(batch, some, piece.secrets)
            window.put(some["row"], made, states)
            reversing = some["reverses"] != _NOTHING
            if self.facts is not None and batch.projected:
                self.facts.add_entries(some, reversing)
            _count(figures, some, reversing, batch)

    def _reckoned(self, batch: Batch, rows: Array, secrets: Array) -> tuple[Array, Array]:
        """Return the leaves the rows give and what is to be said of each row."""
        stored = np.frombuffer(np.ascontiguousarray(rows["hash"]).tobytes(), "u1").reshape(-1, 32)
        persons = rows["person"].astype("i8")
        whose = np.searchsorted(secrets["person"], persons).clip(max=max(len(secrets) - 1, 0))
        if not len(secrets):
            return stored, np.full(len(rows), NO_SECRET, "u1")
        salted = np.frombuffer(np.ascontiguousarray(secrets["secret"]).tobytes(), "u1").reshape(-1, 32)
        heading = batch.heading(self.installation)
        made = np.frombuffer(leaves(heading, rows, rows["id"], salted, whose).tobytes(), "u1").reshape(-1, 32)
        states = np.where(equal(made, stored), GOOD, OTHER_LEAF).astype("u1")
        unknown = (secrets["person"][whose] != persons) | (secrets["erased"][whose] != 0)
        if unknown.any():
            known = secrets["person"][whose] == persons
            states[unknown] = np.where(known & np.isin(persons, self.forgotten), UNLINKED, NO_SECRET)[unknown]
            made = np.where(unknown[:, None], stored, made)
        return made, states

    def _hold(self, batch: Batch, window: Window, figures: Figures) -> None:
        """Hold a batch against the tree and against what its row says."""
        hold_figures(self.snapshot, batch, figures, self.findings)
        if batch.position is None:
            self.findings.waiting["ledger"] += window.found
            for rows, _, states in window.blocks():
                self._name(batch, rows, states, np.ones(len(rows), bool), None)
            if window.has_gaps() and window.found < batch.rows:
                self.findings.add("entry.missing", log="ledger", what=f"{batch.id}")
        else:
            self._hold_sealed(batch, window)
        for row in window.surplus:
            self._surplus(entry_id(batch.source_hash, row))

    def _hold_sealed(self, batch: Batch, window: Window) -> None:
        blocks = window.blocks()
        if window.has_gaps() and not self._straight(batch, window):
            blank = np.zeros((batch.rows, 32), "u1")
            blocks = window.aligned(self.tree.peek(0, blank))
        for rows, found, states in blocks:
            start = self.tree.position
            same = self.tree.take(found)
            self._name(batch, rows, states, same, start)

    def _straight(self, batch: Batch, window: Window) -> bool:
        """Say whether the rows that are there are the sealed ones, one after the other."""
        offset = 0
        for _, found, _ in window.blocks():
            if offset + len(found) > batch.rows or not equal(self.tree.peek(offset, found), found).all():
                return False
            offset += len(found)
        return offset == batch.rows

    def _name(self, batch: Batch, rows: Array, states: Array, same: Array, start: int | None) -> None:
        """Name what is wrong in a block of rows; `same` says which have the tree's leaf."""
        self.findings.unlinked["ledger"] += int(((states == UNLINKED) & same).sum())
        sound = ((states == GOOD) | (states == UNLINKED)) & same
        for at in np.flatnonzero(~sound).tolist():
            position = None if start is None else start + at
            if states[at] == ABSENT:
                self.findings.add("entry.missing", log="ledger", position=position)
                continue
            code = "entry.secret_missing" if states[at] == NO_SECRET else "entry.changed"
            id_ = entry_id(batch.source_hash, int(rows[at]))
            self.findings.add(code, log="ledger", position=position, id=str(id_))

    def _surplus(self, id_: uuid.UUID) -> None:
        self.findings.add("entry.surplus", log="ledger", id=str(id_))

    def strangers(self) -> None:
        """Name rows that lie in a table of small batches and belong to none of its batches."""
        for table in sorted(self.tables.names):
            (count,) = self.snapshot.rows(f"SELECT count(*) FROM ONLY {table}")[0]
            if count == self.seen.get(table, 0):
                continue
            unknown = self.snapshot.rows(
                f"SELECT e.entry_id::text FROM ONLY {table} e LEFT JOIN ledger_batch b"
                " ON (b.batch_id, b.posted_month, b.leaf) = (e.batch_id, e.posted_month, e.leaf)"
                " WHERE b.batch_id IS NULL ORDER BY 1"
            )
            for (id_,) in unknown:
                self.findings.add("entry.surplus", log="ledger", id=id_)


def _count(figures: Figures, rows: Array, reversing: Array, batch: Batch) -> None:
    """Add rows to what a batch's rows add up to."""
    if not len(rows):
        return
    figures.count += len(rows)
    figures.reversing += int(reversing.sum())
    months = rows["month"][rows["month"] != 0]
    if len(months):
        known = [month for month in figures.months if month is not None]
        known += [int(months.min()), int(months.max())]
        figures.months = (min(known), max(known))
    low, high = int(rows["employer"].min()), int(rows["employer"].max())
    before = figures.employers or (low, high)
    figures.employers = (min(before[0], low), max(before[1], high))
    first, last = int(rows["row"].min()), int(rows["row"].max())
    figures.first_row = first if figures.first_row is None else min(figures.first_row, first)
    figures.last_row = last if figures.last_row is None else max(figures.last_row, last)
    if batch.reverses_batch is not None:
        taken = np.frombuffer(np.ascontiguousarray(rows["reverses"]).tobytes(), "u1").reshape(-1, 16)
        sources = {part.tobytes() for part in np.unique(taken[:, :12], axis=0)}
        figures.reversed_sources |= sources
        same_row = taken[:, 12:].copy().view(">u4").ravel() == rows["row"]
        figures.mirrored = figures.mirrored and bool(same_row.all())
