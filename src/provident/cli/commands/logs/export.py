"""`provident export`: everything out of the house."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import psycopg
import typer

from provident.cli.installation import acting, installation
from provident.cli.language import told
from provident.cli.session import Session, command

if TYPE_CHECKING:
    from provident.ledger.journal.exporting import LogExported
    from provident.ledger.journal.writing import Written

_INTO = typer.Argument(
    metavar="DIR", help=told("New directory, or that of an earlier export.", "新目录，或此前导出所用的目录。")
)
_PUBLIC = typer.Option(
    "--public", help=told("Only what anybody may see: the published logs.", "仅导出可公开的部分：公开日志。")
)
_EVERY = 2.0  # seconds between two words of progress


def register(app: typer.Typer) -> None:
    """Add the command."""
    about = told(
        "Write the published logs, and the confidential journal to replay from; adds to an earlier export.",
        "导出公开日志以及可用于重放的保密流水；可在此前导出的基础上追加。",
    )
    command(app, "export", help=about)(export)


def export(session: Session, into: Annotated[Path, _INTO], public: Annotated[bool, _PUBLIC] = False) -> None:
    """Copy what logs show; then the journal, which takes in everybody, so everybody finds it in the log."""
    place = into.expanduser().absolute()
    with installation(session) as found:
        from provident.access.catalogue import catalogue
        from provident.access.door import open_run
        from provident.ledger.journal.exporting import export_journal, export_logs

        say = _seldom(session)
        logs = export_logs(place, lambda log, files: say(f"{log}: {files} …"))
        written: Written | None = None
        if not public:
            fields = catalogue().purposes["backup"].fields
            with open_run(by=acting(session), purpose="backup", fields=fields, system="cli"):
                pass  # the look is committed before anything is read
            with psycopg.connect(found.owner_url, autocommit=True) as owner:
                written = export_journal(owner, place, lambda done, of: say(f"journal: {done} / {of} …"))
    session.answer(_document(place, logs, written), *_told(session, place, logs, written))


def _seldom(session: Session) -> Callable[[str], None]:
    last = time.monotonic()

    def say(sentence: str) -> None:
        nonlocal last
        if time.monotonic() - last >= _EVERY:
            last = time.monotonic()
            session.say(sentence, sentence)

    return say


def _document(place: Path, logs: "tuple[LogExported, ...]", written: "Written | None") -> dict[str, object]:
    journal = {"start": written.start, "end": written.end, "bytes": written.bytes} if written else None
    return {
        "path": str(place),
        "logs": [{"log": one.name, "size": one.size, "files": one.files} for one in logs],
        "journal": journal,
    }


def _told(
    session: Session, place: Path, logs: "tuple[LogExported, ...]", written: "Written | None"
) -> list[str]:
    lines = [
        session.text(
            f"{place}/log/{one.name}: {one.size} leaves, {one.files} files new.",
            f"{place}/log/{one.name}：{one.size} 个叶子，新增 {one.files} 个文件。",
        )
        for one in logs
    ]
    if written is not None:
        lines += [
            session.text(
                f"{place}/journal: positions {written.start} to {written.end}, {written.bytes} bytes.",
                f"{place}/journal：位置 {written.start} 至 {written.end}，{written.bytes} 字节。",
            ),
            session.text(
                "The journal holds personal data and secrets: keep it as you keep backups.",
                "流水含个人信息和密钥：请按备份的要求保管。",
            ),
        ]
    return lines
