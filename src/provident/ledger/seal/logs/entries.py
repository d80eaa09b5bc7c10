"""The log `ledger`: batches of money entries, then appended events, in the order they get their places."""

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from provident.ledger import wire
from provident.ledger.seal.logs.named import NamedLog, StartAgain
from provident.ledger.seal.refusals import RowsMissing

_PAGES = 1024  # of a bulk load, read at a time
_ROWS = 65_536  # of small batches or events, read at a time
_ROWS_UNSORTED = 1 << 22  # of a load that must be read by rows: each piece reads the whole leaf

_BATCHES = """
    SELECT batch_id, rows, leaf <> 0, posted_month, position FROM ledger_batch
    WHERE {} ORDER BY batch_id"""
_EVENTS = "SELECT id, rows, position FROM ledger_event_batch WHERE {} ORDER BY id"


@dataclass(frozen=True, slots=True)
class Group:
    """Leaves that lie side by side in the log: a batch of entries, or events appended together."""

    id: int
    rows: int
    month: dt.date | None  # the month posted, of a batch; None for events
    bulk: bool = False
    position: int | None = None

    @property
    def holds_entries(self) -> bool:
        """Whether these are money entries."""
        return self.month is not None


@dataclass(slots=True)
class LedgerSource:
    """Reads leaves and gives places."""

    # Taken where the source is made: a thread that reads ahead has no connection of its own.
    cursor: Any = field(default_factory=wire.cursor)
    _batches: list[tuple[int, int, int]] = field(default_factory=list)  # id, first and last row
    _events: list[int] = field(default_factory=list)
    _unsorted: set[int] = field(default_factory=set)

    def waiting(self) -> Iterator[bytes]:
        """Yield the leaves without a place: entries in the order posted, then events as appended."""
        self._batches.clear()
        self._events.clear()
        yield from self._of_batches(self._groups(_BATCHES, "position IS NULL AND closed"), self._batches)
        yield from self._of_events(self._groups(_EVENTS, "position IS NULL"), self._events)

    def place(self, start: int) -> None:
        """Give what was yielded its places."""
        ids, first_rows, last_rows = zip(*self._batches, strict=True) if self._batches else ((), (), ())
        self._rows(
            "SELECT ledger_place(%s, %s::bigint[], %s::integer[], %s::integer[], %s::bigint[])",
            (start, list(ids), list(first_rows), list(last_rows), self._events),
        )

    def sealed(self, size: int) -> Iterator[bytes]:
        """Yield the leaves of the first places as they are stored now."""
        groups = self.groups(0, size)
        for of_entries, together in itertools.groupby(groups, lambda group: group.holds_entries):
            some = list(together)
            yield from self._of_batches(some, []) if of_entries else self._of_events(some, [])

    def groups(self, start: int, end: int) -> list[Group]:
        """Return the groups that have places between two sizes the log was sealed at, by place."""
        where = f"position >= {start:d} AND position + rows <= {end:d} AND rows > 0"
        found = [*self._groups(_BATCHES, where), *self._groups(_EVENTS, where)]
        return sorted(found, key=lambda group: group.position or 0)

    def leaves(self, group: Group) -> Iterator[bytes]:
        """Yield the leaves of one group as they are stored now, in the order of their places."""
        yield from self._of_batches([group], []) if group.holds_entries else self._of_events([group], [])

    def waiting_since(self) -> dt.datetime | None:
        """Return when the oldest thing without a place was posted."""
        ((since,),) = self._rows("SELECT ledger_unsealed_since()", ())
        return since  # type: ignore[no-any-return]

    def _rows(self, statement: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.cursor.execute(statement, parameters, binary=True).fetchall()
        return found

    def _groups(self, statement: str, where: str) -> list[Group]:
        rows = self._rows(statement.format(where), ())
        if statement is _EVENTS:
            return [Group(id_, count, None, position=position) for id_, count, position in rows]
        return [Group(id_, count, month, bulk, position) for id_, count, bulk, month, position in rows]

    def _of_batches(self, groups: Sequence[Group], read: list[tuple[int, int, int]]) -> Iterator[bytes]:
        """Yield the leaves of batches; note each batch read, with its first and last row."""
        for (bulk, month), some in itertools.groupby(groups, lambda group: (group.bulk, group.month)):
            if bulk:
                for group in some:
                    yield from self._of_bulk_load(group, read)
            else:
                for few in _runs(list(some)):
                    yield self._of_small_batches(month, few, read)

    def _of_bulk_load(self, group: Group, read: list[tuple[int, int, int]]) -> Iterator[bytes]:
        """Yield a load's leaves page by page, or by rows once the pages turned out not to be in order."""
        if group.id in self._unsorted:
            yield from self._of_unsorted_load(group, read)
            return
        ((pages,),) = self._rows("SELECT ledger_leaf_pages(%s)", (group.id,))
        by_page = "SELECT * FROM ledger_leaves_of_pages(%s, %s, %s)"
        found, first, last = 0, -1, -1
        for page in range(0, pages, _PAGES):
            ((hashes, count, low, high),) = self._rows(by_page, (group.id, page, page + _PAGES))
            if not count:
                continue
            if low <= last:
                self._unsorted.add(group.id)
                raise StartAgain
            found, first, last = found + count, low if first < 0 else first, high
            yield hashes
        _require(group, found)
        read.append((group.id, first, last))

    def _of_unsorted_load(self, group: Group, read: list[tuple[int, int, int]]) -> Iterator[bytes]:
        found, first, last = 0, -1, -1
        by_row = "SELECT * FROM ledger_leaves_of_rows(%s, %s, %s)"
        for row in range(0, 1 << 31, _ROWS_UNSORTED):
            if found >= group.rows:
                break
            ((hashes, count, low, high),) = self._rows(by_row, (group.id, row, row + _ROWS_UNSORTED - 1))
            if count:
                found, first, last = found + count, low if first < 0 else first, high
                yield hashes
        _require(group, found)
        read.append((group.id, first, last))

    def _of_small_batches(
        self, month: dt.date | None, groups: Sequence[Group], read: list[tuple[int, int, int]]
    ) -> bytes:
        rows = self._rows(
            "SELECT * FROM ledger_leaves_of_batches(%s, %s, %s)", (month, groups[0].id, groups[-1].id)
        )
        found = {id_: (hashes, count, low, high) for id_, hashes, count, low, high in rows}
        runs = []
        for group in groups:
            hashes, count, low, high = found.get(group.id, (b"", 0, 0, 0))
            _require(group, count)
            read.append((group.id, low, high))
            runs.append(hashes)
        return b"".join(runs)

    def _of_events(self, groups: Sequence[Group], read: list[int]) -> Iterator[bytes]:
        for few in _runs(groups):
            rows = self._rows(
                "SELECT * FROM ledger_leaves_of_events(%s::bigint[])", ([group.id for group in few],)
            )
            for group, (_, _, count) in zip(few, rows, strict=True):
                _require(group, count)
                read.append(group.id)
            yield b"".join(hashes for _, hashes, _ in rows)


def _runs(groups: Sequence[Group]) -> Iterator[list[Group]]:
    """Cut groups into runs of a size that is read at once."""
    run: list[Group] = []
    rows = 0
    for group in groups:
        if run and rows + group.rows > _ROWS:
            yield run
            run, rows = [], 0
        run.append(group)
        rows += group.rows
    if run:
        yield run


def _require(group: Group, found: int) -> None:
    """Refuse to seal a group from which rows are gone."""
    if found != group.rows:
        what = "ledger_batch" if group.holds_entries else "ledger_event_batch"
        raise RowsMissing(what=what, id=group.id, rows=group.rows, found=found)


LEDGER = NamedLog("ledger", LedgerSource)
