"""Where in the log an opened person's entries and events lie, and what they say."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from provident.kernel.clock import end_of_legal_day
from provident.kernel.opened import Opened
from provident.ledger import wire
from provident.ledger.queries import ENTRY_COLUMNS, EVENT_COLUMNS, entry_of, event_of, installation
from provident.ledger.records import Entry, Event
from provident.ledger.seal.paths import Paths

_ENTRIES = f"""
    SELECT {ENTRY_COLUMNS}, b.position, b.first_row, b.last_row, b.rows
    FROM ledger_entry e JOIN ledger_batch b ON b.batch_id = e.batch_id
    WHERE e.person_key = ANY (%s) AND b.posted_at <= %s AND e.posted_month <= %s AND {{}}"""

_OF_YEAR = "(e.month BETWEEN %s AND %s OR e.month = 0 AND b.posted_at > %s AND b.posted_at <= %s)"

_EVENTS = f"""
    SELECT {EVENT_COLUMNS}, g.position + e.source_row - g.first_row
    FROM ledger_event e CROSS JOIN LATERAL (
        SELECT b.position, b.first_row FROM ledger_event_batch b
        WHERE b.source_hash = e.source_hash AND b.first_row <= e.source_row
        ORDER BY b.first_row DESC LIMIT 1) g
    WHERE e.subject_kind = 1 AND e.subject_key = ANY (%s) AND {{}}"""

_EVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry or an event, and the positions between which it lies; None while it has none.

    Rows of a file need not be without gaps, so where some are missing only the leaf itself tells.
    """

    what: Entry | Event
    low: int | None
    high: int = 0
    near: int = 0

    def position(self, leaf: bytes, paths: Paths) -> int | None:
        """Return where the leaf lies in the log; None if it is not where it must be."""
        if self.low is None:
            return None
        if self.low == self.high:
            return self.low if paths.leaf(self.low) == leaf else None
        return paths.find(leaf, self.low, min(self.high, paths.size - 1), self.near)

    def waits_for(self, size: int) -> bool:
        """Say whether a checkpoint of that size does not hold it yet."""
        return self.low is None or self.low >= size


def of_person(opened: Opened) -> Iterator[Placed]:
    """Yield every entry of the person and every event about them."""
    yield from _entries(opened, "true")
    yield from _events(opened, "true")


def of_year(opened: Opened, year: int, *, known_on: dt.datetime) -> Iterator[Placed]:
    """Yield the entries that concern months of a year, and those of no month that were posted in it."""
    zone = installation().zone
    before, end = (end_of_legal_day(dt.date(of, 12, 31), zone) for of in (year - 1, year))
    yield from _entries(opened, _OF_YEAR, year * 100, year * 100 + 99, before, end, known_on=known_on)


def of_id(opened: Opened, id_: uuid.UUID) -> Iterator[Placed]:
    """Yield the person's entry, or the event about them, that has this id; nothing if there is none."""
    yield from _entries(opened, "e.entry_id = %s", id_)
    yield from _events(opened, "e.event_id = %s", id_)


def _entries(
    opened: Opened, which: str, *parameters: object, known_on: dt.datetime = _EVER
) -> Iterator[Placed]:
    month = known_on.astimezone(dt.UTC).date().replace(day=1)
    given = (list(opened.keys), known_on, month, *parameters)
    for *columns, position, first_row, last_row, rows in _rows(_ENTRIES.format(which), given):
        yield _placed(entry_of(*columns), position, first_row, last_row, rows)


def _placed(entry: Entry, position: int | None, first_row: int, last_row: int, rows: int) -> Placed:
    if position is None:
        return Placed(entry, None)
    span = last_row - first_row + 1
    before = entry.row - first_row  # rows there could be in front of it
    low = position + max(0, before - (span - rows))
    return Placed(entry, low, position + min(before, rows - 1), position + before * rows // span)


def _events(opened: Opened, which: str, *parameters: object) -> Iterator[Placed]:
    for *columns, position in _rows(_EVENTS.format(which), (list(opened.keys), *parameters)):
        if position is None:
            yield Placed(event_of(*columns), None)
        else:
            yield Placed(event_of(*columns), position, position, position)


def _rows(statement: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
    return wire.cursor().execute(statement, parameters, binary=True).fetchall()
