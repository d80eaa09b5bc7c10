"""Writing down the filing itself: what came in, what became of it, whom it names, what it adds up to."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from provident.filings.checks.totals import Sums
from provident.filings.checks.whole import Examined
from provident.filings.posting.earlier import Groups
from provident.filings.reading.records import Format, Notice
from provident.filings.records import FilingState
from provident.kernel.keys import AccountId
from provident.law import Retention
from provident.ledger import wire

KEPT_AS = "filing_original"  # the kind of record whose retention the law pack states

_COLUMNS = (
    "kind",
    "state",
    "file_name",
    "format",
    "size",
    "sha256",
    "content",
    "source_hash",
    "rows",
    "totals",
    "warnings",
    "pack_version",
    "filed_by",
    "system",
    "look",
    "received_at",
    "posted_at",
    "batch_id",
    "entries",
    "events",
    "registered",
    "faults",
    "report_sha256",
    "shown_sha256",
    "keep_until",
    "keep_basis",
)
_INSERT = (
    f"INSERT INTO filings_filing ({', '.join(_COLUMNS)}) "
    f"VALUES ({', '.join(f'%({name})s' for name in _COLUMNS)}) RETURNING filing_id"
)


_TOTALS = """
INSERT INTO filings_total (employer_key, month, branch, kind, batch_id, filing_id, allocated, rows, owed)
SELECT u.e, u.m, u.b, u.k, %s, %s, false, u.r, u.o
FROM unnest(%s, %s, %s, %s, %s, %s) u (e, m, b, k, r, o)
"""


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it came in, whatever becomes of it."""

    file_name: str
    format: Format | None  # None where the bytes are of no kind we read
    size: int
    sha256: bytes
    by: AccountId
    system: str
    at: dt.datetime
    pack_version: str
    retention: Retention

    @property
    def keep_until(self) -> dt.date | None:
        """The first day the file need not be kept; counted from 1 January after it came in."""
        years = self.retention.years
        return None if years is None else dt.date(self.at.year + 1 + years, 1, 1)


@dataclass(frozen=True, slots=True)
class KeptReport:
    """The report on a refused file as it lies in the store: all of it, and its first lines."""

    faults: int
    whole: bytes
    shown: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a posted file came to."""

    source_hash: bytes
    posted_at: dt.datetime
    batch: int | None = None
    entries: int = 0
    events: int = 0
    registered: int = 0


def record_posted(
    received: Received, examined: Examined, outcome: Outcome, look: int, warnings: tuple[Notice, ...]
) -> int:
    """Write a posted filing and the employers it names; return its number."""
    identified = examined.identified
    filing = _insert(
        received,
        kind=identified.gathered.kind.value,
        state=FilingState.POSTED.value,
        content=identified.gathered.content,
        source_hash=outcome.source_hash,
        rows=len(identified.rows),
        totals=sums_document(identified.sums),
        warnings=_warnings(warnings),
        look=look,
        posted_at=outcome.posted_at,
        batch_id=outcome.batch,
        entries=outcome.entries,
        events=outcome.events,
        registered=outcome.registered,
    )
    wire.cursor().execute(
        "INSERT INTO filings_named_employer SELECT u, %s FROM unnest(%s) u",
        (filing, wire.Int8Array(np.unique(identified.employer_keys))),
    )
    return filing


def record_refused(received: Received, kind: str | None, rows: int, look: int, report: "KeptReport") -> int:
    """Write a refused filing; of what was wrong only how much, and where the report lies."""
    return _insert(
        received,
        kind=kind,
        state=FilingState.REFUSED.value,
        rows=rows,
        totals=[],
        warnings=[],
        look=look,
        faults=report.faults,
        report_sha256=report.whole,
        shown_sha256=report.shown,
    )


def _insert(received: Received, **own: Any) -> int:
    facts: dict[str, Any] = dict.fromkeys(_COLUMNS) | dict.fromkeys(
        ("entries", "events", "registered", "faults"), 0
    )
    facts |= {
        "file_name": received.file_name,
        "format": received.format.value if received.format else None,
        "size": received.size,
        "sha256": received.sha256,
        "pack_version": received.pack_version,
        "filed_by": received.by,
        "system": received.system,
        "received_at": received.at,
        "keep_until": received.keep_until,
        "keep_basis": str(received.retention.citation),
    } | own
    facts["totals"], facts["warnings"] = json.dumps(facts["totals"]), json.dumps(facts["warnings"])
    cursor = wire.cursor()
    cursor.execute(_INSERT, facts)
    row = cursor.fetchone()
    assert row is not None  # noqa: S101 - RETURNING always returns the row
    return int(row[0])


def record_totals(filing: int, batch: int, groups: Groups) -> None:
    """Write what a batch holds of each employer, month, branch and kind."""
    wire.cursor().execute(
        _TOTALS,
        (
            batch,
            filing,
            wire.Int8Array(groups.employer),
            wire.Int4Array(groups.month),
            wire.Int2Array(groups.branch),
            wire.Int2Array(groups.kind),
            wire.Int4Array(groups.rows),
            wire.Int8Array(groups.owed),
        ),
    )


def sums_document(sums: Sums) -> list[Mapping[str, object]]:
    """Return control totals as they are stored: by branch code, 0 for rows that name none."""
    return [
        {"branch": branch, "rows": sums.rows[branch], "minor": dict(minor)}
        for branch, minor in sorted(sums.minor.items())
    ]


def _warnings(notices: tuple[Notice, ...]) -> list[Mapping[str, str]]:
    return [{"code": one.code, "en": one.en, "zh": one.zh} for one in notices]


def posting_moment() -> dt.datetime:
    """Return the database's present moment: what postings without money entries are dated by."""
    moment: dt.datetime = wire.call("SELECT clock_timestamp()", ())
    return moment.astimezone(dt.UTC)
