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
from provident.filings.posting.receipts import receipt_of
from provident.filings.posting.recording import Filed, Outcome, Received, posting_moment, record_posted
from provident.filings.posting.spreading import Paid
from provident.filings.posting.turn import Turn
from provident.filings.reading.records import FileKind, Notice
from provident.filings.records import Receipt
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
    """One file on its way into the ledger, in its turn."""

    run: OpenedRun
    turn: Turn
    received: Received
    verdict: Verdict
    warnings: tuple[Notice, ...]  # of reading

    @property
    def source(self) -> Source:
        """What entries and events carry: the file's SHA-256; after a withdrawal, one made from it.

        The same file posted anew needs entry ids of its own.
        """
        sha256, attempts = self.received.sha256, self.turn.attempts
        if attempts:
            again = b"provident filing again\0" + sha256 + attempts.to_bytes(4, "big")
            sha256 = hashlib.sha256(again).digest()
        return Source(sha256, self.verdict.examined.identified.gathered.kind.value)

    def filed(self, *more: Notice) -> Filed:
        """Return what is written down of the file, with whatever else its sender should know."""
        warnings = (*self.warnings, *self.verdict.warnings, *more)
        return Filed(self.received, self.verdict.examined, self.run.look, warnings)


def post(act: Act) -> Receipt | tuple[Finding, ...]:
    """Post a checked file and return its receipt, or what stood in the way at the last moment."""
    if act.verdict.examined.identified.gathered.kind is FileKind.PAYMENTS:
        return _post_payments(act)
    source, examined = act.source, act.verdict.examined
    keys, problems = register_newcomers(examined, source, act.received.at)
    if problems:
        return tuple(problems)
    posted = _post_entries(act, source, keys)
    events, registered = count_of(examined.changes), len(examined.identified.people.newcomers)
    outcome = _outcome(source, posted, events, registered)
    filed = act.filed()
    filing = record_posted(filed, act.verdict.groups if posted else (), outcome)
    record_enrolments(examined, keys, filing, source, outcome.posted_at)
    if posted:
        name_run_batch(act.run, batch=posted.batch)
    _tell_noticed(act, keys)
    owing = [groups.employer[groups.kind == EntryKind.DECLARED] for groups in act.verdict.groups]
    if act.turn.credit and owing:
        payments.allocate_credit(filing, np.concatenate(owing), source.hash, _pack(act))
    return receipt_of(filing, filed, outcome)


def _outcome(source: Source, posted: Posted | None, events: int = 0, registered: int = 0) -> Outcome:
    if posted is None:
        return Outcome(source.hash, posting_moment(), events=events, registered=registered)
    return Outcome(source.hash, posted.posted_at, posted.batch, posted.rows, events, registered)


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


def _post_payments(act: Act) -> Receipt:
    source, identified = act.source, act.verdict.examined.identified
    rows, employers = identified.rows, identified.employer_keys[identified.employer]
    months, branches = np.maximum(rows.month, 0), np.maximum(rows.branch, 0)
    columns: tuple[Column, ...] = (rows.row, employers, months, branches, rows.amount.minor)
    paid = [Paid(*numbers) for numbers in zip(*(column.tolist() for column in columns), strict=True)]
    allocated = payments.allocate(paid, source, _pack(act))
    filed = act.filed(*_credit(paid, allocated))
    outcome = _outcome(source, allocated.posted)
    filing = record_posted(filed, (), outcome)
    facts = (
        wire.Int4Array(rows.row),
        wire.Int8Array(employers),
        wire.Int4Array(months),
        wire.Int2Array(branches),
        wire.Int8Array(rows.amount.minor),
    )
    references = [rows.reference.text(place) for place in range(len(rows))]
    days = rows.paid_on.astype("datetime64[D]").tolist()
    cursor = wire.cursor()
    cursor.execute(_PAYMENTS, (filing, *facts, days, references))
    payments.record_allocations(filing, allocated, dict(cursor.fetchall()))
    if allocated.posted:
        name_run_batch(act.run, batch=allocated.posted.batch)
    return receipt_of(filing, filed, outcome)


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


def _pack(act: Act) -> str:
    return act.received.pack_version
