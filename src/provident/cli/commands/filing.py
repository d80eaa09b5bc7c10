"""`provident ingest` and `provident withdraw`: files in, and a file posted by mistake back out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType
from rich.progress import Progress
from rich.table import Table

from provident.cli.installation import acting, installation
from provident.cli.language import told
from provident.cli.session import Session, command, err_console
from provident.filings.columns import COLUMNS
from provident.kernel.money import Money
from provident.kernel.refusal import Refusal

if TYPE_CHECKING:
    from provident.filings.intake.taking import Progress as Told
    from provident.filings.records import Receipt
    from provident.filings.report import Report

_FILES = typer.Argument(
    metavar="FILE...",
    exists=True,
    dir_okay=False,
    readable=True,
    help=told("CSV, XLSX or Parquet; English or Chinese headings.", "CSV、XLSX 或 Parquet；中文或英文表头。"),
)
_DRY_RUN = typer.Option(help=told("Check everything, post nothing.", "只检查，不入账。"))
_REPORT = typer.Option(
    metavar="FILE",
    help=told("Where the report on a refused file goes (CSV).", "退回文件的报告保存位置（CSV）。"),
)
_EXPECT = typer.Option(
    metavar="AMOUNT",
    help=told("What the file adds up to, as its sender says.", "报送方申明的文件合计金额。"),
)
_FILING = typer.Argument(metavar="FILING", min=1, help=told("Number on the receipt.", "回执上的编号。"))
_REASON = typer.Option(help=told("Why it is taken back; kept and shown.", "撤回原因，将保存并展示。"))

_STEPS = {"reading": ("Reading", "读取"), "checking": ("Checking", "检查"), "posting": ("Posting", "入账")}
_STATES = {
    "posted": ("posted as filing {filing}", "已入账，编号 {filing}"),
    "checked": ("every check passed; nothing was posted", "检查全部通过；未入账"),
    "withdrawn": ("filing {filing} is withdrawn", "编号 {filing} 已撤回"),
    "refused": ("refused as filing {filing}", "已退回，编号 {filing}"),
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    about = told(
        "Take files in: declarations, enrolments, payments, old records. All or nothing per file.",
        "接收文件：申报、参保登记、缴款、旧记录。每个文件要么全部入账，要么全部退回。",
    )
    command(app, "ingest", help=about)(ingest)
    about = told("Take back a filing posted by mistake, in one act.", "一次性撤回误报的文件。")
    command(app, "withdraw", help=about)(withdraw)


def ingest(
    session: Session,
    files: Annotated[list[Path], _FILES],
    *,
    dry_run: Annotated[bool, _DRY_RUN] = False,
    report: Annotated[Path | None, _REPORT] = None,
    expect_total: Annotated[str, _EXPECT] = "",
) -> None:
    """Ingest each file on its own; exit 1 if one is refused."""
    documents: list[dict[str, object]] = []
    shown: list[RenderableType] = []
    refused: list[Refusal] = []
    with installation(session):
        from provident.filings.actions import ingest as take_in
        from provident.filings.records import Incoming
        from provident.ledger import queries

        by, currency = acting(session), queries.installation().currency
        expected = Money.parse(expect_total, currency) if expect_total else None
        for place, file in enumerate(files):
            into = _report_path(report, place)
            given = Incoming(file, file.name, expected, into, session.language)
            try:
                with _progress(file.name, session) as progress:
                    receipt = take_in(file=given, by=by, system="cli", dry_run=dry_run, progress=progress)
            except Refusal as refusal:
                refused.append(refusal)
                documents.append(_refused_document(file, refusal))
                shown += _shown_refusal(session, refusal)
            else:
                documents.append(receipt.as_document(currency))
                shown += _shown(session, receipt, currency)
    # The first refusal stands at the top as well, as it would if it were the only file.
    session.answer({"files": documents, **(refused[0].as_document() if refused else {})}, *shown)
    if refused:
        raise typer.Exit(1)


def withdraw(session: Session, filing: Annotated[int, _FILING], reason: Annotated[str, _REASON]) -> None:
    """Reverse everything a filing posted; refused while a later filing rests on it."""
    with installation(session):
        from provident.filings.actions import withdraw as take_back
        from provident.ledger import queries

        receipt = take_back(filing=filing, by=acting(session), reason=reason, system="cli")
        currency = queries.installation().currency
    session.answer(receipt.as_document(currency), *_shown(session, receipt, currency))


def _report_path(report: Path | None, place: int) -> Path | None:
    """Give each file after the first a report of its own."""
    if report is None or place == 0:
        return report
    return report.with_name(f"{report.stem}-{place + 1}{report.suffix}")


@contextmanager
def _progress(name: str, session: Session) -> "Iterator[Told]":
    """Show how far a file is, on standard error; nothing where that is no terminal."""
    console = err_console()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)

        def progress(step: str, done: int, expected: int) -> None:
            words = session.text(*_STEPS.get(step, (step, step)))
            bar.update(task, description=f"{name} · {words}", completed=done, total=expected or None)

        yield progress


def _shown(session: Session, receipt: "Receipt", currency: str) -> Iterator[RenderableType]:
    sentence = session.text(*_STATES[receipt.state]).format(filing=receipt.filing)
    if receipt.already:
        sentence += session.text("; it was there before, nothing has changed", "；此前已入账，未作任何更改")
    yield f"{receipt.file_name}: {sentence}" + session.text(".", "。")
    counted = session.text(
        f"{receipt.rows} rows, {receipt.entries} entries, {receipt.events} enrolments and leavers, "
        f"{receipt.registered} residents registered. Pack {receipt.pack_version}.",
        f"{receipt.rows} 行，{receipt.entries} 条记录，{receipt.events} 项增减变动，"
        f"新登记 {receipt.registered} 人。法规包 {receipt.pack_version}。",
    )
    yield counted
    yield _totals(session, receipt, currency)
    for warning in receipt.warnings:
        yield "! " + warning.sentence(session.language)
    if receipt.withdrawal:
        yield session.text("Reason: ", "原因：") + receipt.withdrawal.reason
    yield f"SHA-256 {receipt.sha256.hex()}"


def _totals(session: Session, receipt: "Receipt", currency: str) -> Table:
    """Lay out the control totals, one row for each branch."""
    from provident.statements.phrases import phrases

    say = phrases(session.language).say
    headings = {column.name: session.text(column.name, column.zh) for column in COLUMNS}
    shown = [name for name in headings if any(name in one.minor for one in receipt.totals)]
    table = Table(headings["branch"], session.text("rows", "行数"))
    for name in shown:
        table.add_column(headings[name], justify="right")
    for one in receipt.totals:
        sums = (str(Money(one.minor[name], currency)) if name in one.minor else "" for name in shown)
        table.add_row(say(f"branch.{one.branch.word}") if one.branch else "", str(one.rows), *sums)
    return table


def _report_of(refusal: Refusal) -> "Report | None":
    from provident.filings.refusals import FileRefused

    return refusal.report if isinstance(refusal, FileRefused) else None


def _shown_refusal(session: Session, refusal: Refusal) -> Iterator[RenderableType]:
    report = _report_of(refusal)
    yield refusal.sentence(session.language)
    yield report.summary() if report else refusal.remedy(session.language)


def _refused_document(file: Path, refusal: Refusal) -> dict[str, object]:
    report = _report_of(refusal)
    document = {"file": file.name, "state": "refused", **refusal.as_document()}
    return {**document, "report": report.as_document() if report else None}
