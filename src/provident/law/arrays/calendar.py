"""Days as years, months and days of the month for many at once, from one table made once."""

from functools import cache
from typing import Any

import numpy as np

FIRST = -25567  # 1900-01-01, as days since 1970
_DAYS = 73414  # until the end of 2100


@cache
def table() -> tuple[Any, Any]:
    """Return the counted month and the day of the month of each day of the table."""
    days = np.arange(FIRST, FIRST + _DAYS).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    return (
        (months.astype(np.int64) + 1970 * 12).astype(np.int16),
        ((days - months.astype("datetime64[D]")).astype(np.int64) + 1).astype(np.int8),
    )


def month_of(days: Any) -> Any:
    """Return the counted month of each day."""
    at = _places(days)
    if at is None:
        return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return table()[0].take(at).astype(np.int64)


def year_of(days: Any) -> Any:
    """Return the year of each day."""
    return month_of(days) // 12


def day_of(days: Any) -> Any:
    """Return the number of each day within its month."""
    at = _places(days)
    if at is None:
        dates = days.astype("datetime64[D]")
        return (dates - dates.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    return table()[1].take(at).astype(np.int64)


def _places(days: Any) -> Any:
    """Return where each day is in the table; None if any is not in it."""
    at = days - FIRST
    return at if not at.size or at.view(np.uint64).max() < _DAYS else None
