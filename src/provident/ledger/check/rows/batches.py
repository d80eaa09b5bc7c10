"""Batches and groups of events as they say they are: what the log is made of, in order."""

import datetime as dt
import heapq
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from provident.kernel.keys import entry_id
from provident.ledger.check.findings import Findings
from provident.ledger.check.snapshot import Snapshot
from provident.ledger.form import Heading

_BATCHES = """
    SELECT batch_id, position, rows, source_hash, pack_version, posted_at, posted_month, leaf, closed,
        reversing, min_month, max_month, employer_key, reverses_batch, projected, first_row, last_row
    FROM ledger_batch WHERE {} ORDER BY {}"""
_GROUPS = """
    SELECT id, position, rows, source_hash, posted_at, first_row
    FROM ledger_event_batch WHERE {} ORDER BY {}"""


@dataclass(frozen=True, slots=True)
class Batch:
    """One posting as its row says."""

    id: int
    position: int | None
    rows: int
    source_hash: bytes
    pack_version: str
    posted_at: dt.datetime
    posted_month: dt.date
    leaf: int
    closed: bool
    reversing: int
    min_month: int | None
    max_month: int | None
    employer: int | None
    reverses_batch: int | None
    projected: bool
    first_row: int | None
    last_row: int | None

    @property
    def table(self) -> str:
        """The name of the table its rows lie in."""
        return f"ledger_entry_{self.posted_month:%Y%m}_{self.leaf}"

    def heading(self, of: "Installation") -> Heading:
        """Return what its entries share in their forms."""
        return Heading(
            of.id, of.currency, self.posted_at.astimezone(dt.UTC), self.source_hash, self.pack_version
        )


@dataclass(frozen=True, slots=True)
class Group:
    """Events appended together, as their row says."""

    id: int
    position: int | None
    rows: int
    source_hash: bytes
    posted_at: dt.datetime
    first_row: int


@dataclass(frozen=True, slots=True)
class Installation:
    """What every form begins with."""

    id: uuid.UUID
    currency: str


def installation(snapshot: Snapshot) -> Installation:
    """Return the installation."""
    ((id_, currency),) = snapshot.rows("SELECT installation_id, currency FROM ledger_installation")
    return Installation(id_, currency)


def sealed(snapshot: Snapshot, start: int) -> Iterator[Batch | Group]:
    """Yield what has its place from a size of the log on, in order.

    Both kinds are read in pieces, so a ledger of millions of small postings takes no room.
    """
    batches = _in_pieces(snapshot, _BATCHES, Batch, start)
    groups = _in_pieces(snapshot, _GROUPS, Group, start)
    yield from _merged(batches, groups)


def unsealed(snapshot: Snapshot) -> Iterator[Batch | Group]:
    """Yield what has no place yet."""
    for row in snapshot.rows(_BATCHES.format("position IS NULL", "batch_id")):
        yield Batch(*row)
    for row in snapshot.rows(_GROUPS.format("position IS NULL", "id")):
        yield Group(*row)


def of_number(snapshot: Snapshot, number: int) -> Batch | None:
    """Return one batch."""
    rows = snapshot.rows(_BATCHES.format("batch_id = %s", "batch_id"), (number,))
    return Batch(*rows[0]) if rows else None


def _in_pieces(
    snapshot: Snapshot, query: str, kind: type[Batch] | type[Group], start: int
) -> Iterator[Batch | Group]:
    key = "batch_id" if kind is Batch else "id"
    past: tuple[int, int, int] = (start, -1, -1)
    where = f"position >= {start} AND (position, rows, {key}) > (%s, %s, %s)"
    while True:
        rows = snapshot.rows(f"{query.format(where, f'position, rows, {key}')} LIMIT 10000", past)
        for row in rows:
            yield kind(*row)
        if len(rows) < 10_000:
            return
        past = (rows[-1][1], rows[-1][2], rows[-1][0])


def _merged(left: Iterator[Batch | Group], right: Iterator[Batch | Group]) -> Iterator[Batch | Group]:
    """Merge two runs by position; what is empty comes before what it shares its position with."""
    return heapq.merge(left, right, key=lambda one: (one.position or 0, one.rows))


def hold_figures(snapshot: Snapshot, batch: Batch, figures: "Figures", findings: Findings) -> None:
    """Hold what a batch says about its rows against the rows."""
    expected = [figures.reversing, figures.months, figures.employer]
    if batch.reverses_batch is not None:
        old = of_number(snapshot, batch.reverses_batch)
        if old is None or not figures.mirrors(old):
            findings.add("batch.changed", log="ledger", what=f"{batch.id}: reverses_batch")
        elif batch.leaf == 0:  # copied from what was taken back, part of which no longer stood
            expected[1:] = [(old.min_month, old.max_month), old.employer]
    said = [batch.reversing, (batch.min_month, batch.max_month), batch.employer]
    names = ("reversing", "min_month, max_month", "employer_key")
    for name, is_said, is_so in zip(names, said, expected, strict=True):
        if is_said != is_so:
            findings.add("batch.changed", log="ledger", what=f"{batch.id}: {name}")
    if not batch.closed:
        findings.add("batch.open", log="ledger", what=str(batch.id))
    if batch.posted_month != batch.posted_at.astimezone(dt.UTC).date().replace(day=1):
        findings.add("batch.changed", log="ledger", what=f"{batch.id}: posted_month")
    ends = (figures.first_row, figures.last_row)
    if batch.position is not None and batch.rows and (batch.first_row, batch.last_row) != ends:
        findings.add("batch.changed", log="ledger", what=f"{batch.id}: first_row, last_row")
    if figures.count != batch.rows:
        findings.add("batch.changed", log="ledger", what=f"{batch.id}: rows")


@dataclass(slots=True)
class Figures:
    """What the rows of a batch add up to."""

    count: int = 0
    reversing: int = 0
    months: tuple[int | None, int | None] = (None, None)
    employers: tuple[int, int] | None = None
    first_row: int | None = None
    last_row: int | None = None
    reversed_sources: frozenset[bytes] = frozenset()  # the parts of reversed ids that come from their source
    mirrored: bool = True  # each reversal has the row of what it reverses

    @property
    def employer(self) -> int | None:
        """The employer of every row."""
        same = self.employers is not None and self.employers[0] == self.employers[1]
        return self.employers[0] if self.employers is not None and same else None

    def mirrors(self, old: Batch) -> bool:
        """Say whether every row takes back the row of that number of another batch."""
        sources = frozenset({entry_id(old.source_hash, 0).bytes[:12]})
        return (
            self.mirrored and self.reversing == self.count and self.reversed_sources in {sources, frozenset()}
        )
