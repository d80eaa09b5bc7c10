"""`provident verify`: whether what is stored is still what was sealed."""

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from provident.cli.commands.logs import against as older
from provident.cli.installation import acting, installation
from provident.cli.language import told
from provident.cli.session import Session, command

if TYPE_CHECKING:
    from provident.ledger.check.findings import Findings

NOT_VERIFIED = 3
_EVERY = 2.0  # seconds between two words of progress
_SCRATCH = typer.Option(
    "--from-scratch",
    help=told(
        "Go over everything and the reading copy; otherwise only what is new since the last sound check.",
        "核对全部内容及查询副本；否则只核对上次核对无误之后的新内容。",
    ),
)
_AGAINST = typer.Option(
    metavar="FILE",
    help=told(
        "An older checkpoint, or a receipt, kept elsewhere: this history must go on from it.",
        "在别处保存的旧检查点或回执：当前历史须由其延续而来。",
    ),
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    about = told(
        "Check that what is stored is still what was sealed: entries, events and looks.",
        "核对所存内容是否仍与封存时一致：账目、事件与查询记录。",
    )
    command(app, "verify", help=about)(verify)


def verify(
    session: Session,
    from_scratch: Annotated[bool, _SCRATCH] = False,
    against: Annotated[Path | None, _AGAINST] = None,
) -> None:
    """Go over both logs and list all damage; exit 3 if there is any."""
    given = older.read(against.expanduser()) if against else None
    with installation(session) as found:
        from provident.access.catalogue import catalogue
        from provident.access.door import open_run
        from provident.access.look_check import look_rows
        from provident.ledger.check.checking import check_log, ledger_rows
        from provident.ledger.check.findings import Findings

        findings = Findings(progress=_progress(session))
        # Whose rows are new nobody knows before they are read: first comes the look, which everybody finds.
        fields = catalogue().purposes["integrity_check"].fields
        with open_run(by=acting(session), purpose="integrity_check", fields=fields, system="cli"):
            pass
        for log, rows in (("ledger", ledger_rows), ("looks", look_rows)):
            check_log(log, rows, found.owner_url, findings, from_scratch=from_scratch)
        if given is not None:
            older.hold(given, findings)
    session.answer(_document(findings, from_scratch, against), *_shown(session, findings, against))
    if findings.damage:
        raise typer.Exit(NOT_VERIFIED)


def _progress(session: Session) -> Callable[[str, int, int], None]:
    last = time.monotonic()

    def said(log: str, done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _EVERY:
            last = time.monotonic()
            session.say(f"{log}: {done} / {of} …", f"{log}：{done} / {of} ……")

    return said


def _document(findings: "Findings", from_scratch: bool, against: Path | None) -> dict[str, object]:
    return {
        "sound": not findings.damage,
        "from_scratch": from_scratch,
        "against": str(against) if against else None,
        "checked": dict(findings.checked),
        "waiting": dict(findings.waiting),
        "unlinked": {log: count for log, count in findings.unlinked.items() if count},
        "damage": [one.as_document() for one in findings.damage],
    }


def _shown(session: Session, findings: "Findings", against: Path | None) -> list[str]:
    lines = [one.sentence(session.language) for one in findings.damage]
    for log in ("ledger", "looks"):
        counts = (findings.checked[log], findings.waiting[log], findings.unlinked[log])
        lines.append(
            session.text(
                "{}: {} leaves held against the tree, {} more not sealed yet; {} unlinked by decision.",
                "{}：{} 个叶子已与树核对，另有 {} 个尚未封存；{} 个依决定脱钩。",
            ).format(log, *counts)
        )
    if findings.damage:
        kinds = Counter(one.code for one in findings.damage)
        said = ", ".join(f"{code} {count}" for code, count in sorted(kinds.items()))
        return [*lines, session.text(f"DAMAGED: {said}", f"存在损坏：{said}")]
    if against is not None:
        lines.append(session.text(f"The history goes on from {against}.", f"当前历史由 {against} 延续而来。"))
    return [*lines, session.text("Sound: nothing wrong was found.", "完好：未发现问题。")]
