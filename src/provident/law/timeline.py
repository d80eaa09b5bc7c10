"""Finding the element of a timeline that covers a day."""

import datetime as dt
from bisect import bisect_right

from provident.law.records import DatedValue, KnownGap

Timeline = tuple[DatedValue | KnownGap, ...]


def in_force(timeline: Timeline, day: dt.date) -> DatedValue | KnownGap | None:
    """Return the element of an ordered timeline that covers a day, if one does."""
    index = bisect_right(timeline, day, key=lambda element: element.since) - 1
    if index < 0:
        return None
    element = timeline[index]
    return element if element.until is None or day <= element.until else None
