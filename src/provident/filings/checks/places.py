"""The question of time and place: months that have begun, regions the law covers."""

from collections.abc import Callable

import numpy as np

from provident.filings.checks.findings import Finding, compact, finding
from provident.filings.checks.registers import Registers
from provident.filings.reading.records import Chunk
from provident.filings.refusals import MonthTooLate, PaidInFuture, RegionNotCovered


def months(rows: Chunk, registers: Registers) -> list[Finding]:
    """Refuse months that have not begun."""
    late = np.flatnonzero(rows.month > registers.latest.code)
    if not len(late):
        return []
    latest = [str(registers.latest)] * len(late)
    return [finding(rows, "month", MonthTooLate, late, latest=latest)]


def regions(rows: Chunk, covered: Callable[[int], bool], pack: str) -> list[Finding]:
    """Refuse regions outside the law pack."""
    codes, distinct = compact(rows.region, 1_000_000)
    bad = [place for place, region in enumerate(distinct.tolist()) if region >= 0 and not covered(region)]
    if not bad:
        return []
    where = np.flatnonzero(np.isin(codes, bad))
    return [finding(rows, "region", RegionNotCovered, where, pack=[pack] * len(where))]


def paid_days(rows: Chunk, registers: Registers) -> list[Finding]:
    """Refuse payments that have not happened."""
    ahead = np.flatnonzero(rows.paid_on > np.datetime64(registers.day))
    return [finding(rows, "paid_on", PaidInFuture, ahead)] if len(ahead) else []
