"""Receipts: what the sender of a file is told, as it was written down."""

from collections.abc import Mapping

from provident.filings.checks.totals import WHOLE, Sums
from provident.filings.posting.recording import Filed, Outcome
from provident.filings.reading.records import FileKind
from provident.filings.records import ControlSum, FilingState, Receipt
from provident.kernel.words import Branch


def receipt_of(filing: int, filed: Filed, outcome: Outcome | None) -> Receipt:
    """Return the receipt of a file just posted, or of a trial, which has no outcome."""
    received, identified = filed.received, filed.examined.identified
    kind, sums = identified.gathered.kind, control_sums(identified.sums)
    return Receipt(
        filing=filing,
        state=FilingState.POSTED if outcome else FilingState.CHECKED,
        kind=kind,
        file_name=received.file_name,
        sha256=received.sha256,
        rows=len(identified.rows),
        entries=outcome.entries if outcome else 0,
        events=outcome.events if outcome else 0,
        registered=outcome.registered if outcome else 0,
        batch=outcome.batch if outcome else None,
        pack_version=received.pack_version,
        received_at=received.at,
        posted_at=outcome.posted_at if outcome else None,
        totals=sums,
        whole_minor=whole_of(kind, sums),
        warnings=filed.warnings,
        keep_until=received.keep_until,
        keep_basis=str(received.retention.citation),
    )


def control_sums(sums: Sums) -> tuple[ControlSum, ...]:
    """Return what a file adds up to, branch by branch."""
    return tuple(control_sum(code, sums.rows[code], minor) for code, minor in sorted(sums.minor.items()))


def control_sum(branch: int, rows: int, minor: Mapping[str, int]) -> ControlSum:
    """Return one branch's sums; branch 0 stands for rows that name none."""
    return ControlSum(Branch(branch) if branch else None, rows, minor)


def whole_of(kind: FileKind | None, sums: tuple[ControlSum, ...]) -> int:
    """Return the one total of a file: what it says is owed, paid or taken over in all."""
    return sum(one.minor.get(field, 0) for one in sums for field in WHOLE[kind]) if kind else 0
