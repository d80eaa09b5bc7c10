"""`provident doctor`: what is wrong with the set-up, and what to do."""

from collections.abc import Iterator

import typer
from rich.text import Text

from provident.cli.installation import Installation, point_django
from provident.cli.language import told
from provident.cli.session import Session, command
from provident.config import schema
from provident.host.doctor import Finding, Level, examine

_MARKS = {Level.WELL: ("✓", "green"), Level.ODD: ("!", "yellow"), Level.WRONG: ("✗", "red")}


def register(app: typer.Typer) -> None:
    """Add the command."""
    help_text = told(
        "Explain what is wrong with the set-up and what to do.", "检查环境，说明问题及处理办法。"
    )
    command(app, "doctor", help=help_text)(doctor)


def doctor(session: Session) -> None:
    """Look at everything the installation rests on; exit 1 if something is wrong."""

    def tables(application_url: str, owner_url: str) -> Iterator[Finding]:
        point_django(Installation(session.state, application_url, owner_url, server=None))
        pending = schema.pending()
        yield _tables(pending)
        if not pending:
            from provident.jobs.sealing import LOGS
            from provident.ledger.seal.logs.cosigning import examine_witnesses
            from provident.ledger.seal.logs.examining import examine_logs

            yield from examine_logs(LOGS)
            yield from examine_witnesses(LOGS)

    findings = list(examine(session.state, tables))
    wrong = any(finding.level is Level.WRONG for finding in findings)
    document = {"well": not wrong, "findings": [_document(finding) for finding in findings]}
    session.answer(document, *(_shown(session, finding) for finding in findings))
    if wrong:
        raise typer.Exit(1)


def _tables(pending: tuple[str, ...]) -> Finding:
    if not pending:
        return Finding("tables", Level.WELL, "The tables are up to date.", "数据表已是最新。")
    return Finding(
        "tables",
        Level.ODD,
        f"{len(pending)} changes to the tables are waiting, the first is {pending[0]}.",
        f"有 {len(pending)} 项数据表变更待执行，首项为 {pending[0]}。",
        "Run provident backup with the version that runs now; the next command of this version makes them.",
        "请先用当前运行的版本执行 provident backup；本版本的下一个命令会执行这些变更。",
    )


def _document(finding: Finding) -> dict[str, object]:
    return {
        "check": finding.check,
        "level": finding.level,
        "message": {"en": finding.en, "zh": finding.zh},
        "remedy": {"en": finding.remedy_en, "zh": finding.remedy_zh},
    }


def _shown(session: Session, finding: Finding) -> Text:
    mark, colour = _MARKS[finding.level]
    line = Text(f"{mark} ", style=colour)
    line.append(finding.sentence(session.language), style="" if finding.level is Level.WELL else "bold")
    remedy = finding.remedy(session.language)
    if remedy:
        line.append(f"\n  {remedy}", style="default")
    return line
