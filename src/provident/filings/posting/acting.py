"""Posting a file nothing speaks against: ledger, filing, enrolments, payments, in this order."""

import hashlib
from dataclasses import dataclass

import numpy as np

from provident.access.actions import add_run_members, name_run_batch
from provident.filings.checks.findings import Column, Finding, Ints
from provident.filings.posting import payments
from provident.filings.posting.checking import Verdict
from provident.filings.posting.enrolling import count_of, record_enrolments, register_newcomers
from provident.filings.posting.entries import entries_of
from provident.filings.posting.payments import Allocated
from provident.filings.posting.recording import (
    Outcome,
    Received,
    posting_moment,
    record_posted,
    record_totals,
)
from provident.filings.posting.spreading import Paid
from provident.filings.reading.records import FileKind, Notice
from provident.kernel.opened import OpenedRun
from provident.kernel.words import EntryKind
from provident.ledger import wire
from provident.ledger.posting import posting
from provident.ledger.records import Posted, Source

_PAYMENTS = """
INSERT INTO filings_payment (filing_id, source_row, employer_key, month, branch, amount, paid_on, reference)
SELECT %s, u.r, u.e, nullif(u.m, 0), nullif(u.b, 0), u.a, u.d, u.x
FROM unnest(%s, %s, %s, %s, %s, %s::date[], %s::text[]) u (r, e, m, b, a, d, x)
RETURNING source_row, payment_id
"""


@dataclass(frozen=True, slots=True)
class Act:
    """One file on its way into the ledger."""

    run: OpenedRun
    received: Received
    verdict: Verdict
    warnings: tuple[Notice, ...]  # of reading

    @property
    def source(self) -> Source:
        """What entries and events carry: the file's SHA-256, or one made from it if it was posted before."""
        kind = self.verdict.examined.identified.gathered.kind.value
        return Source(_source_hash(self.received.sha256), kind)


def _source_hash(sha256: bytes) -> bytes:
    """Return the file's own hash; after a withdrawal the same file needs entry ids of its own."""
    before = wire.call(
        "SELECT count(*) FROM filings_filing WHERE sha256 = %s AND state <> 'refused'", (sha256,)
    )
    if not before:
        return sha256
    return hashlib.sha256(b"provident filing again\0" + sha256 + int(before).to_bytes(4, "big")).digest()


def post(act: Act) -> int | tuple[Finding, ...]:
    """Post a checked file and return the filing's number, or what stood in the way at the last moment."""
    if act.verdict.examined.identified.gathered.kind is FileKind.PAYMENTS:
        return _post_payments(act)
    source, examined = act.source, act.verdict.examined
    keys, problems = register_newcomers(examined, source, act.received.at)
    if problems:
        return tuple(problems)
    posted = _post_entries(act, source, keys)
    outcome = Outcome(
        source_hash=source.hash,
        posted_at=posted.posted_at if posted else posting_moment(),
        batch=posted.batch if posted else None,
        entries=posted.rows if posted else 0,
        events=count_of(examined.changes),
        registered=len(examined.identified.people.newcomers),
    )
    filing = record_posted(act.received, examined, outcome, act.run.look, _all_warnings(act))
    record_enrolments(examined, keys, filing, source, outcome.posted_at)
    if posted:
        for groups in act.verdict.groups:
            record_totals(filing, posted.batch, groups)
        name_run_batch(act.run, batch=posted.batch)
    _tell_noticed(act, keys)
    owing = [groups.employer[groups.kind == EntryKind.DECLARED] for groups in act.verdict.groups]
    payments.allocate_credit(filing, np.concatenate([*owing, np.zeros(0, np.int64)]), source.hash, _pack(act))
    return filing


def _post_entries(act: Act, source: Source, keys: Ints) -> Posted | None:
    examined = act.verdict.examined
    count = len(examined.lines.place) + len(examined.stated.place)
    if not count:
        return None
    with posting(source=source, pack_version=_pack(act), expected_rows=count) as batch:
        for entries in entries_of(examined, keys):
            batch.append(entries)
    return batch.posted


def _tell_noticed(act: Act, keys: Ints) -> None:
    """Make everyone an enrol or leave row speaks of a member of the run."""
    identified = act.verdict.examined.identified
    noticed = identified.people.person[np.flatnonzero(identified.shapes.noticing)]
    if len(noticed):
        add_run_members(act.run, keys[np.unique(noticed)].tolist())


def _post_payments(act: Act) -> int:
    source, identified = act.source, act.verdict.examined.identified
    rows, employers = identified.rows, identified.employer_keys[identified.employer]
    months, branches = np.maximum(rows.month, 0), np.maximum(rows.branch, 0)
    columns: tuple[Column, ...] = (rows.row, employers, months, branches, rows.amount.minor)
    paid = [Paid(*numbers) for numbers in zip(*(column.tolist() for column in columns), strict=True)]
    allocated = payments.allocate(paid, source, _pack(act))
    posted = allocated.posted
    outcome = Outcome(
        source_hash=source.hash,
        posted_at=posted.posted_at if posted else posting_moment(),
        batch=posted.batch if posted else None,
        entries=posted.rows if posted else 0,
    )
    warnings = (*_all_warnings(act), *_credit(paid, allocated))
    filing = record_posted(act.received, act.verdict.examined, outcome, act.run.look, warnings)
    cursor = wire.cursor()
    references = [rows.reference.text(place) for place in range(len(rows))]
    days = rows.paid_on.astype("datetime64[D]").tolist()
    facts = (
        wire.Int4Array(rows.row),
        wire.Int8Array(employers),
        wire.Int4Array(months),
        wire.Int2Array(branches),
        wire.Int8Array(rows.amount.minor),
    )
    cursor.execute(_PAYMENTS, (filing, *facts, days, references))
    payments.record_allocations(filing, allocated, dict(cursor.fetchall()))
    if posted:
        name_run_batch(act.run, batch=posted.batch)
    return filing


def _credit(paid: list[Paid], allocated: Allocated) -> tuple[Notice, ...]:
    """Say what of the payments went nowhere yet."""
    left = sum(one.minor for one in paid) - sum(one.minor for one in allocated.allocations)
    if not left:
        return ()
    amount = f"{left // 100}.{left % 100:02d}"
    return (
        Notice(
            "filings.credit",
            f"{amount} could not be allocated to any open claim; it stays the employers' credit.",
            f"{amount} 没有可对应的应缴款项，暂作单位预缴款，待后续申报时自动分配。",
        ),
    )


def _all_warnings(act: Act) -> tuple[Notice, ...]:
    return (*act.warnings, *act.verdict.warnings)


def _pack(act: Act) -> str:
    return act.received.pack_version
