"""`provident recover`: how the logs stand after a restore, and the ways out of recovery mode."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from provident.cli.commands.logs import against as older
from provident.cli.commands.logs.checkpoint import shown
from provident.cli.commands.logs.named import every_log, log_named
from provident.cli.installation import installation
from provident.cli.language import told
from provident.cli.session import Session, command

if TYPE_CHECKING:
    from provident.ledger.journal.recovery import Standing
    from provident.ledger.journal.replay import Replayed
    from provident.ledger.seal.sealing import Sealed

_REPLAY = typer.Option(
    metavar="DIR",
    help=told(
        "Put the lost range in again from this export or its journal.", "由此导出或其流水恢复缺失部分。"
    ),
)
_STATEMENT = typer.Option(
    metavar="REASON",
    help=told(
        "Say in public what is lost and why; begins a new epoch.", "公开声明丢失的内容及原因；开始新的纪元。"
    ),
)
_ADOPT = typer.Option(
    metavar="REASON",
    help=told("Take this database as it is where the guard is gone.", "守护记录丢失时，按现状采纳本数据库。"),
)
_SEEN = typer.Option(
    metavar="FILE",
    help=told(
        "A signed checkpoint or a receipt somebody kept, which the guard does not know: it is told.",
        "他人保存、而守护记录未曾见过的签名检查点或回执：将其记入守护记录。",
    ),
)
_LOG = typer.Option(metavar="LOG", help=told("Which log: ledger or looks.", "日志名称：ledger 或 looks。"))


def register(app: typer.Typer) -> None:
    """Add the command."""
    about = told(
        "Show how the logs stand against their guards; after a restore, go on signing.",
        "显示各日志与守护记录的对照情况；恢复数据后，重新开始签名。",
    )
    command(app, "recover", help=about)(recover)


def recover(
    session: Session,
    *,
    replay: Annotated[Path | None, _REPLAY] = None,
    statement: Annotated[str | None, _STATEMENT] = None,
    adopt_guard: Annotated[str | None, _ADOPT] = None,
    seen: Annotated[Path | None, _SEEN] = None,
    log: Annotated[str, _LOG] = "ledger",
) -> None:
    """Show the state, or take one way out."""
    if sum(way is not None for way in (replay, statement, adopt_guard, seen)) > 1:
        raise typer.BadParameter(
            session.text("one way out at a time", "一次只能选择一种方式"), param_hint="--replay"
        )
    kept = older.read(seen.expanduser()) if seen else None
    with installation(session) as found:
        from provident.ledger.journal import recovery, renewing

        if replay is not None:
            done, sealed = recovery.replay_journal(_journal(replay), found.owner_url)
            _replayed(
                session, done, sealed, [one.name for one in every_log() if recovery.standing(one).trouble]
            )
        elif statement is not None:
            _signed(session, recovery.declare(log_named(log), statement))
        elif adopt_guard is not None:
            _signed(session, recovery.adopt(log_named(log), adopt_guard))
        elif kept is not None:
            _show(session, [renewing.remember(log_named(log), kept.raw)])
        else:
            _show(session, [recovery.standing(one) for one in every_log()])


def _journal(given: Path) -> Path:
    """Return the journal in an export, or what was given if it is one itself."""
    place = given.expanduser().absolute()
    inside = place / "journal"
    return inside if inside.is_dir() else place


def _show(session: Session, found: "list[Standing]") -> None:
    lines = []
    for one in found:
        size = one.head.size if one.head else 0
        lines.append(session.text(f"{one.log}: {size} leaves here.", f"{one.log}：此处 {size} 个叶子。"))
        if one.trouble is not None:
            lines += [
                f"  {one.trouble.sentence(session.language)}",
                f"  {one.trouble.remedy(session.language)}",
            ]
    session.answer({"logs": [_document(one) for one in found]}, *lines)
    if any(one.trouble for one in found):
        raise typer.Exit(1)


def _document(one: "Standing") -> dict[str, object]:
    lost = one.lost
    return {
        "log": one.log,
        "here": {"epoch": one.head.epoch, "size": one.head.size} if one.head else None,
        "guarded": {"epoch": one.seen.epoch, "size": one.seen.size} if one.seen else None,
        "lost": {"first": lost.start, "last": lost.end - 1} if lost else None,
        "trouble": one.trouble.as_document() if one.trouble else None,
    }


def _replayed(session: Session, done: "Replayed", sealed: "Sealed", others: list[str]) -> None:
    document = {
        "batches": done.batches,
        "entries": done.entries,
        "events": done.events,
        "sources": [{"kind": kind, "sha256": digest.hex()} for kind, digest in done.sources],
        "checkpoint": str(sealed.note),
    }
    sentence = session.text(
        f"Brought back {done.batches} batches, {done.entries} entries and {done.events} events; "
        "signing goes on.",
        f"已恢复 {done.batches} 批、{done.entries} 条账目、{done.events} 个事件；已重新开始签名。",
    )
    rooms = session.text(
        "The ledger is whole again. Registers, filings and grants of the lost time are not in the journal: "
        "take them from a later backup, or register and grant again.",
        "账本已完整。缺失期间的登记、申报和授权不在流水中：请从较晚的备份取回，或重新登记、授权。",
    )
    again = session.text(
        "A file of the lost time is refused as posted already, because its entries are back. Its "
        "filing is not, so it cannot be withdrawn whole: its entries can only be corrected.",
        "缺失期间的文件会因账目已恢复而被视为已入账、不再接受。由于申报记录不在，该文件不能整体撤回，只能更正账目。",
    )
    behind = [
        session.text(
            f"The log {one} is still in recovery mode: provident recover says what to do.",
            f"日志 {one} 仍处于恢复模式：请运行 provident recover 查看办法。",
        )
        for one in others
    ]
    session.answer(
        {**document, "still_in_recovery": others}, sentence, rooms, again, *behind, str(sealed.note)
    )


def _signed(session: Session, sealed: "Sealed") -> None:
    lines = [
        session.text(
            f"{sealed.log} is signed again, in epoch {sealed.epoch}.",
            f"{sealed.log} 已重新签名，当前纪元为 {sealed.epoch}。",
        )
    ]
    document = {"log": sealed.log, "epoch": sealed.epoch, "published": sealed.published}
    session.answer({**document, "checkpoint": str(sealed.note)}, *lines, *shown(session, sealed))
