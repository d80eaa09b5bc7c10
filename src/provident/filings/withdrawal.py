"""Taking a filing back in one act: its entries reversed, its payments and enrolments undone."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from provident.access.actions import add_run_members, name_run_batch
from provident.access.door import open_run
from provident.filings import queries
from provident.filings.posting.payments import allocate_credit
from provident.filings.posting.recording import posting_moment
from provident.filings.posting.turn import Turn
from provident.filings.records import FilingState, Receipt
from provident.filings.refusals import LaterFilingDepends, NotPosted, NotYourFiling, ReasonMissing
from provident.kernel.keys import AccountId
from provident.kernel.opened import OpenedRun
from provident.kernel.words import Branch, SubjectKind
from provident.ledger import actions as ledger
from provident.ledger import wire
from provident.ledger.records import NewEvent, Source

FIELDS = ("enrolments", "contributions")

_FILING = "SELECT kind, source_hash, batch_id, entries, pack_version FROM filings_filing WHERE filing_id = %s"
_OTHERS = """
SELECT EXISTS (SELECT FROM access_account a JOIN filings_named_employer n ON n.employer_key <> a.employer_key
               WHERE a.id = %s AND n.filing_id = %s)
"""
# A payment that came later and went to a month and branch this filing declared.
_PAID_LATER = """
SELECT a.filing_id FROM filings_total t
JOIN filings_payment p ON p.employer_key = t.employer_key
JOIN filings_allocation a ON a.payment_id = p.payment_id AND a.month = t.month AND a.branch = t.branch
WHERE t.filing_id = %(filing)s AND t.kind = 1 AND NOT t.withdrawn AND NOT a.withdrawn
  AND a.filing_id > %(filing)s
ORDER BY a.filing_id DESC LIMIT 1
"""
# Everything allocated when this filing was posted, and wherever else its own payments went.
_BATCHES = """
SELECT DISTINCT a.batch_id FROM filings_allocation a JOIN filings_payment p USING (payment_id)
WHERE (a.filing_id = %(filing)s OR p.filing_id = %(filing)s) AND NOT a.withdrawn AND a.batch_id <> %(own)s
ORDER BY 1
"""
_TAKE_BACK_ALLOCATIONS = """
WITH gone AS (
    UPDATE filings_allocation SET withdrawn = true WHERE batch_id = ANY (%s) AND NOT withdrawn
    RETURNING payment_id, amount)
UPDATE filings_payment p SET allocated = p.allocated - g.amount
FROM (SELECT payment_id, sum(amount)::bigint AS amount FROM gone GROUP BY payment_id) g
WHERE p.payment_id = g.payment_id
"""
_MARK_WITHDRAWN = """
UPDATE filings_filing SET state = 'withdrawn', withdrawn_at = %s, withdrawn_by = %s, withdrawn_reason = %s
WHERE filing_id = %s
"""


@dataclass(frozen=True, slots=True)
class _Posted:
    """The filing as it was posted."""

    number: int
    kind: str
    source_hash: bytes
    batch: int | None
    entries: int
    pack_version: str


def withdraw(*, filing: int, by: AccountId, reason: str, system: str = "console") -> Receipt:
    """Take a posted filing back as if it had never come, and return its receipt with the withdrawal.

    Refused while a later filing rests on it. Withdrawing it again changes nothing. Residents the
    filing registered stay registered.
    """
    if not reason.strip():
        raise ReasonMissing
    with open_run(by=by, purpose="filing", fields=FIELDS, system=system) as run:
        Turn.take(by, b"", None)
        receipt = queries.filing(filing)
        if receipt.state is FilingState.REFUSED:
            raise NotPosted(filing=filing)
        if wire.call(_OTHERS, (by, filing)):
            raise NotYourFiling(filing=filing)
        if receipt.state is FilingState.POSTED:
            posted = _Posted(filing, *wire.call_row(_FILING, (filing,)))
            _refuse_if_needed(posted)
            _take_back(run, posted, reason.strip())
    return queries.filing(filing)


def _refuse_if_needed(posted: _Posted) -> None:
    """Refuse while something later rests on the filing."""
    paid = _rows(_PAID_LATER, {"filing": posted.number})
    if paid:
        raise LaterFilingDepends(
            filing=posted.number, later=paid[0][0], what="a payment for it", what_zh="对应的缴款"
        )
    for later, declares in _rows("SELECT later, declares FROM filings_rests_on(%s)", [posted.number]):
        what = (
            ("a declaration under its enrolment", "依其参保关系的申报")
            if declares
            else ("a change of its enrolment", "对其参保关系的变更")
        )
        raise LaterFilingDepends(filing=posted.number, later=later, what=what[0], what_zh=what[1])


def _take_back(run: OpenedRun, posted: _Posted, reason: str) -> None:
    at = posting_moment()
    source = Source(_made("withdrawal", posted.source_hash), "withdrawal")
    batches = [batch for (batch,) in _rows(_BATCHES, {"filing": posted.number, "own": posted.batch or 0})]
    if posted.batch and posted.entries:
        batches.append(posted.batch)
    for batch in batches:
        made = Source(_made(f"withdrawal {batch}", posted.source_hash), "withdrawal")
        name_run_batch(run, batch=ledger.reverse_batch(batch=batch, source=made).batch)
    _execute(_TAKE_BACK_ALLOCATIONS, [batches])
    _execute("UPDATE filings_total SET withdrawn = true WHERE batch_id = ANY (%s)", [batches])
    _execute("UPDATE filings_payment SET withdrawn = true WHERE filing_id = %s", [posted.number])
    events = _undo_enrolments(run, posted.number, at)
    withdrawn = {
        "batches": [str(batch) for batch in batches],
        "reason": reason,
        "source": posted.source_hash.hex(),
    }
    events.append(NewEvent(SubjectKind.FILING, posted.number, "filings.withdrawn", withdrawn))
    ledger.append_events(events=events, source=source)
    _execute(_MARK_WITHDRAWN, [at, run.actor, reason, posted.number])
    if posted.kind == "payments":
        # The claims this money had paid are open again: credit of other payments may go there.
        employers = _rows(
            "SELECT employer_key FROM filings_named_employer WHERE filing_id = %s", [posted.number]
        )
        keys = np.array([key for (key,) in employers], np.int64)
        allocate_credit(posted.number, keys, source.hash, posted.pack_version)


def _undo_enrolments(run: OpenedRun, filing: int, at: dt.datetime) -> list[NewEvent]:
    """Undo what the filing changed; return an event for everyone concerned."""
    undone = _rows("SELECT * FROM filings_undo_enrolments(%s, %s)", [filing, at])
    if undone:
        add_run_members(run, sorted({person for person, *_ in undone}))
    return [
        NewEvent(
            SubjectKind.PERSON,
            person,
            "filings.enrolment_withdrawn",
            {
                "employer": str(employer),
                "branches": [branch.word for branch in Branch if bits >> branch & 1],
                "since": since,
                "until": until,
            },
        )
        for person, employer, bits, since, until in undone
    ]


def _made(act: str, source_hash: bytes) -> bytes:
    return hashlib.sha256(f"provident {act}\0".encode() + source_hash).digest()


def _rows(statement: str, facts: Any) -> list[tuple[Any, ...]]:
    return wire.cursor().execute(statement, facts).fetchall()


def _execute(statement: str, facts: Any) -> None:
    wire.cursor().execute(statement, facts)
