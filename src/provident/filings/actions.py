"""What can be done with filings: take a file in, take one back, let originals go when their time is over.

A file is read, checked, posted and told; everything after the reading is one transaction.
"""

import datetime as dt
import json
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace

import numpy as np

from provident import law
from provident.access.actions import add_run_members
from provident.access.door import open_run
from provident.filings import queries
from provident.filings.intake import originals
from provident.filings.intake.taking import Progress, Taken, take
from provident.filings.posting.acting import Act, post
from provident.filings.posting.checking import Verdict, check
from provident.filings.posting.recording import KEPT_AS, KeptReport, Received, record_refused
from provident.filings.reading.records import RefusedCells
from provident.filings.records import FilingState, Incoming, Receipt
from provident.filings.refusals import FileRefused
from provident.filings.report import Report
from provident.filings.withdrawal import take_turn, withdraw
from provident.kernel.clock import SystemClock
from provident.kernel.keys import AccountId
from provident.kernel.opened import OpenedRun
from provident.kernel.refusals import MixedCurrencies
from provident.ledger import queries as ledger

__all__ = ["discard_expired", "ingest", "withdraw"]

FIELDS = ("name", "numbers", "enrolments", "contributions")  # what a filing reads of the people in it


@dataclass(frozen=True, slots=True)
class _Errand:
    """One file, who sends it, and how."""

    file: Incoming
    by: AccountId
    system: str
    trial: bool
    at: dt.datetime
    taken: Taken


def ingest(
    file: Incoming,
    *,
    by: AccountId,
    system: str = "console",
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Receipt:
    """Take a file in: post all of it and return the receipt, or refuse all of it with a report.

    A file posted before, byte for byte or row for row in another format, changes nothing and gives
    the first receipt. A dry run asks every question, posts nothing and keeps nothing; the look at
    the people in the file is written all the same.
    """
    at = SystemClock().now()
    with ExitStack() as held:
        taken = take(file, held, trial=dry_run, progress=progress)
        errand = _Errand(file, by, system, dry_run, at, taken)
        with open_run(by=by, purpose="filing", fields=FIELDS, system=system) as run:
            outcome = _decide(run, errand)
    if isinstance(outcome, FileRefused):
        raise outcome
    return outcome


def _decide(run: OpenedRun, errand: _Errand) -> Receipt | FileRefused:
    """Check and post inside the run's transaction. One filing at a time: what is checked stays true."""
    take_turn()
    taken = errand.taken
    content = taken.gathered.content if taken.gathered else None
    before = taken.already or queries.posted_with(sha256=taken.sha256, content=content)
    if before:
        return replace(before, already=True, same_content=before.sha256 != taken.sha256)
    if taken.gathered is None:
        return _refuse(run, errand, ())
    installation = ledger.installation()
    expected = errand.file.expect_total
    if expected and expected.currency != installation.currency:
        raise MixedCurrencies(left=expected.currency, right=installation.currency)
    verdict = check(run, taken.gathered, installation, errand.at, expected.minor if expected else None)
    if verdict.refused:
        _tell_everyone(run, verdict)
        return _refuse(run, errand, verdict.refused)
    if errand.trial:
        _tell_everyone(run, verdict)
        return _trial_receipt(errand, verdict)
    posted = post(Act(run, _received(errand), verdict, taken.notices))
    if not isinstance(posted, int):
        _tell_everyone(run, verdict)
        return _refuse(run, errand, posted)
    if taken.copy:
        taken.copy.settle(taken.sha256)
    return queries.filing(posted)


def _received(errand: _Errand) -> Received:
    book, taken = law.book(), errand.taken
    return Received(
        file_name=taken.file_name,
        format=taken.format,
        size=taken.size,
        sha256=taken.sha256,
        by=errand.by,
        system=errand.system,
        at=errand.at,
        pack_version=book.pack_version,
        retention=book.retention(KEPT_AS),
    )


def _refuse(run: OpenedRun, errand: _Errand, refused: Iterable[RefusedCells]) -> FileRefused:
    """Write the report, keep it beside the original, and record that a file was refused."""
    taken = errand.taken
    path = errand.file.report or originals.scratch()
    with Report(path, language=errand.file.language) as report:
        report.add(refused)
        if taken.refusal:
            report.refuse(taken.refusal)
    filing = 0 if errand.trial else _record_refused(run, errand, report)
    if path != errand.file.report:
        path.unlink()
        report.path = queries.report_of(filing) if filing else None
    first = report.lines[0]
    return FileRefused(
        report=report,
        filing=filing,
        file=taken.file_name,
        count=report.count,
        row=first.row or "-",
        field=first.field or "-",
    )


def _record_refused(run: OpenedRun, errand: _Errand, report: Report) -> int:
    """Keep report and original, and record that a file was refused."""
    taken = errand.taken
    assert report.path is not None  # noqa: S101 - every report here is written to a file
    shown = json.dumps(report.as_document(), ensure_ascii=False).encode()
    kept = KeptReport(report.count, originals.store(report.path.read_bytes()), originals.store(shown))
    kind, rows = (taken.gathered.kind.value, len(taken.gathered)) if taken.gathered else (None, 0)
    filing = record_refused(_received(errand), kind, rows, run.look, kept)
    if taken.copy:
        taken.copy.settle(taken.sha256)
    return filing


def _tell_everyone(run: OpenedRun, verdict: Verdict) -> None:
    """Make everyone whose number was found a member of the run, where no batch names them."""
    keys = verdict.examined.identified.people.keys
    add_run_members(run, np.unique(keys[keys > 0]).tolist())


def _trial_receipt(errand: _Errand, verdict: Verdict) -> Receipt:
    received, identified = _received(errand), verdict.examined.identified
    sums = queries.control_sums(identified.sums)
    return Receipt(
        filing=0,
        state=FilingState.CHECKED,
        kind=identified.gathered.kind,
        file_name=received.file_name,
        sha256=received.sha256,
        rows=len(identified.rows),
        entries=0,
        events=0,
        registered=0,
        batch=None,
        pack_version=received.pack_version,
        received_at=received.at,
        posted_at=None,
        totals=sums,
        whole_minor=queries.whole_of(identified.gathered.kind, sums),
        warnings=(*errand.taken.notices, *verdict.warnings),
        keep_until=None,
        keep_basis=str(received.retention.citation),
    )


def discard_expired(*, at: dt.datetime) -> int:
    """Remove the originals and reports whose time is over, and files no filing names; return how many."""
    named, expired = queries.kept_files(at.date())
    gone = [*expired, *(one for one in originals.orphans(named.__contains__) if one not in expired)]
    for sha256 in gone:
        originals.discard(sha256)
    return len(gone)
