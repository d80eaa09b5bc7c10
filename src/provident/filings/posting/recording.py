"""Writing down the filing itself: what came in, what became of it, whom it names, what it adds up to."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from provident.filings.checks.findings import Column
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
# The filing, the employers it names and what it adds up to, in one trip to the server.
_POST = f"""
WITH f AS ({_INSERT}), n AS (
    INSERT INTO filings_named_employer SELECT u, f.filing_id FROM f, unnest(%(employers)s) u), t AS (
    INSERT INTO filings_total (employer_key, month, branch, kind, batch_id, filing_id, allocated, rows, owed)
    SELECT u.e, u.m, u.b, u.k, %(batch_id)s, f.filing_id, false, u.r, u.o
    FROM f, unnest(%(employer)s, %(month)s, %(branch)s, %(kinds)s, %(counts)s, %(owed)s) u (e, m, b, k, r, o))
SELECT filing_id FROM f
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
class Filed:
    """A checked file, how it came in, and what its sender should know."""

    received: Received
    examined: Examined
    look: int
    warnings: tuple[Notice, ...]


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


def record_posted(filed: Filed, groups: tuple[Groups, ...], outcome: Outcome) -> int:
    """Write a posted filing, the employers it names and what it adds up to; return its number."""
    identified = filed.examined.identified
    employers = np.unique(identified.employer_keys)
    facts = _facts(
        filed.received,
        kind=identified.gathered.kind.value,
        state=FilingState.POSTED.value,
        content=identified.gathered.content,
        source_hash=outcome.source_hash,
        rows=len(identified.rows),
        totals=sums_document(identified.sums),
        warnings=[{"code": one.code, "en": one.en, "zh": one.zh} for one in filed.warnings],
        look=filed.look,
        posted_at=outcome.posted_at,
        batch_id=outcome.batch,
        entries=outcome.entries,
        events=outcome.events,
        registered=outcome.registered,
    )
    columns = {
        name: _together(groups, name) for name in ("employer", "month", "branch", "kind", "rows", "owed")
    }
    arrays = {
        "employers": wire.Int8Array(employers),
        "employer": wire.Int8Array(columns["employer"]),
        "month": wire.Int4Array(columns["month"]),
        "branch": wire.Int2Array(columns["branch"]),
        "kinds": wire.Int2Array(columns["kind"]),
        "counts": wire.Int4Array(columns["rows"]),
        "owed": wire.Int8Array(columns["owed"]),
    }
    return _number(_POST, facts | arrays)


def _number(statement: str, facts: Mapping[str, Any]) -> int:
    """Return the number of the filing a statement writes."""
    row = wire.cursor().execute(statement, facts).fetchone()
    assert row is not None  # noqa: S101 - RETURNING always returns the row
    return int(row[0])


def _together(groups: tuple[Groups, ...], name: str) -> Column:
    return np.concatenate([np.zeros(0, np.int64), *(getattr(one, name) for one in groups)])


def record_refused(received: Received, kind: str | None, rows: int, look: int, report: "KeptReport") -> int:
    """Write a refused filing; of what was wrong only how much, and where the report lies."""
    facts = _facts(
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
    return _number(_INSERT, facts)


def _facts(received: Received, **own: Any) -> dict[str, Any]:
    counts = dict.fromkeys(("entries", "events", "registered", "faults"), 0)
    facts: dict[str, Any] = dict.fromkeys(_COLUMNS) | counts
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
    return facts


def sums_document(sums: Sums) -> list[Mapping[str, object]]:
    """Return control totals as they are stored: by branch code, 0 for rows that name none."""
    return [
        {"branch": branch, "rows": sums.rows[branch], "minor": dict(minor)}
        for branch, minor in sorted(sums.minor.items())
    ]


def posting_moment() -> dt.datetime:
    """Return the database's present moment: what postings without money entries are dated by."""
    moment: dt.datetime = wire.call("SELECT clock_timestamp()", ())
    return moment.astimezone(dt.UTC)
