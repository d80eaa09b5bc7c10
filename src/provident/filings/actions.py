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
from provident.filings.intake.gathering import Gathered
from provident.filings.intake.taking import MANY, Progress, Taken, read, take
from provident.filings.posting.acting import Act, post
from provident.filings.posting.checking import Question, check
from provident.filings.posting.receipts import receipt_of
from provident.filings.posting.recording import KEPT_AS, KeptReport, Received, record_refused
from provident.filings.posting.registers import Numbers
from provident.filings.posting.turn import Turn
from provident.filings.reading.records import RefusedCells
from provident.filings.records import Incoming, Receipt
from provident.filings.refusals import FileRefused
from provident.filings.report import Report
from provident.filings.withdrawal import withdraw
from provident.kernel.clock import SystemClock
from provident.kernel.keys import AccountId
from provident.kernel.opened import OpenedRun
from provident.kernel.refusal import Refusal
from provident.kernel.refusals import MixedCurrencies

__all__ = ["discard_expired", "ingest", "withdraw"]

_LARGE = 1 << 20  # bytes from which on a file is looked up by its hash before it is read
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
    progress: Progress | None


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
        taken = take(file, held, trial=dry_run)
        errand = _Errand(file, by, system, dry_run, at, taken, progress)
        with open_run(by=by, purpose="filing", fields=FIELDS, system=system) as run:
            outcome = _answer(run, errand)
    if isinstance(outcome, FileRefused):
        raise outcome
    return outcome


def _answer(run: OpenedRun, errand: _Errand) -> Receipt | FileRefused:
    """Read the file, wait for its turn, check and post it: all in the run's transaction."""
    taken = errand.taken
    if taken.size > _LARGE:
        known = queries.posted_with(taken.sha256)
        if known:
            return replace(known, already=True)
    expected_rows = taken.opened.expected_rows if taken.opened else 0
    numbers = Numbers(run, early=expected_rows >= MANY)

    def heard(rows: int, fresh: tuple[str, ...]) -> None:
        numbers.hear(fresh)
        if errand.progress:
            errand.progress("reading", rows, max(rows, expected_rows))

    gathered = read(taken, heard)
    content = None if isinstance(gathered, Refusal) else gathered.content
    turn = Turn.take(errand.by, taken.sha256, content)
    if turn.posted:
        before = queries.filing(turn.posted)
        return replace(before, already=True, same_content=before.sha256 != taken.sha256)
    if isinstance(gathered, Refusal):
        return _refuse(run, errand, None, gathered)
    question = Question(gathered, numbers, errand.at, _expected(errand.file, turn))
    return _decide(run, errand, turn, question)


def _expected(file: Incoming, turn: Turn) -> int | None:
    """Return the total the sender expects, in the agency's currency."""
    if file.expect_total is None:
        return None
    if file.expect_total.currency != turn.currency:
        raise MixedCurrencies(left=file.expect_total.currency, right=turn.currency)
    return file.expect_total.minor


def _decide(run: OpenedRun, errand: _Errand, turn: Turn, question: Question) -> Receipt | FileRefused:
    verdict = check(run, turn, question)
    act = Act(run, turn, _received(errand), verdict, errand.taken.notices)
    outcome: Receipt | Iterable[RefusedCells] = verdict.refused
    if not verdict.refused:
        outcome = receipt_of(0, act.filed(), None) if errand.trial else post(act)
    if isinstance(outcome, Receipt) and not errand.trial:
        if errand.taken.copy:
            errand.taken.copy.settle(errand.taken.sha256)
        return outcome
    keys = verdict.examined.identified.people.keys
    add_run_members(run, np.unique(keys[keys > 0]).tolist())  # no batch names them
    return outcome if isinstance(outcome, Receipt) else _refuse(run, errand, question.gathered, outcome)


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


def _refuse(
    run: OpenedRun, errand: _Errand, gathered: Gathered | None, refused: Refusal | Iterable[RefusedCells]
) -> FileRefused:
    """Write the report, keep it beside the original, and record that a file was refused."""
    path = errand.file.report or originals.scratch()
    with Report(path, language=errand.file.language) as report:
        if isinstance(refused, Refusal):
            report.refuse(refused)
        else:
            report.add(refused)
    filing = 0 if errand.trial else _record_refused(run, errand, gathered, report)
    if path != errand.file.report:
        path.unlink()
        report.path = queries.report_of(filing) if filing else None
    first = report.lines[0]
    return FileRefused(
        report=report,
        filing=filing,
        file=errand.file.name,
        count=report.count,
        row=first.row or "-",
        field=first.field or "-",
    )


def _record_refused(run: OpenedRun, errand: _Errand, gathered: Gathered | None, report: Report) -> int:
    """Keep report and original, and record that a file was refused."""
    taken = errand.taken
    assert report.path is not None  # noqa: S101 - every report here is written to a file
    shown = json.dumps(report.as_document(), ensure_ascii=False).encode()
    kept = KeptReport(report.count, originals.store(report.path.read_bytes()), originals.store(shown))
    kind, rows = (gathered.kind.value, len(gathered)) if gathered else (None, 0)
    filing = record_refused(_received(errand), kind, rows, run.look, kept)
    if taken.copy:
        taken.copy.settle(taken.sha256)
    return filing


def discard_expired(*, at: dt.datetime) -> int:
    """Remove the originals and reports whose time is over, and files no filing names; return how many."""
    named, expired = queries.kept_files(at.date())
    gone = [*expired, *(one for one in originals.orphans(named.__contains__) if one not in expired)]
    for sha256 in gone:
        originals.discard(sha256)
    return len(gone)
