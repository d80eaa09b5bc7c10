"""`provident checkpoint`: seal what waits, and show what was signed."""

import base64
import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from provident.cli.installation import installation
from provident.cli.language import told
from provident.cli.session import Session, command

if TYPE_CHECKING:
    from provident.ledger.seal.sealing import Sealed

_LOG = typer.Option(
    "--log",
    metavar="LOG",
    help=told("Seal only this log; default all of them.", "只封存该日志；默认全部。"),
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    about = told(
        "Seal what waits and print each log's checkpoint: size, root, time, signatures.",
        "封存等待的内容，并输出各日志的检查点：大小、根、时间、签名。",
    )
    command(app, "checkpoint", help=about)(checkpoint)


def checkpoint(session: Session, log: Annotated[str, _LOG] = "") -> None:
    """Seal; exit 1 if a checkpoint lacks the co-signatures it needs to be published."""
    with installation(session):
        from provident.jobs.sealing import LOGS
        from provident.ledger.seal.sealing import seal
        from provident.ledger.seal.witnesses import policy

        known = {one.name: one for one in LOGS}
        if log and log not in known:
            raise typer.BadParameter(", ".join(known), param_hint="--log")
        asked = policy()
        sealed = [seal(one) for name, one in known.items() if log in {"", name}]
        documents = [{**_document(one), "cosigned_by": list(asked.cosigners(one.note))} for one in sealed]
    session.answer({"checkpoints": documents}, *(part for one in sealed for part in shown(session, one)))
    if not all(one.published for one in sealed):
        raise typer.Exit(1)


def _document(sealed: "Sealed") -> dict[str, object]:
    said = sealed.checkpoint
    return {
        "log": sealed.log,
        "origin": said.origin,
        "epoch": sealed.epoch,
        "size": said.size,
        "root": base64.b64encode(said.root).decode(),
        "time": _time(sealed).isoformat(),
        "added": sealed.added,
        "witnesses": [{"witness": one.witness, "outcome": one.outcome} for one in sealed.answers],
        "published": sealed.published,
        "note": str(sealed.note),
    }


def _time(sealed: "Sealed") -> dt.datetime:
    return dt.datetime.fromtimestamp(sealed.checkpoint.time, dt.UTC)


def shown(session: Session, sealed: "Sealed") -> list[str]:
    """Return a sealed log in words: how far it goes, who co-signed or why not, and the note."""
    said, language = sealed.checkpoint, str(session.language)
    size, added, at = f"{said.size:,}", f"{sealed.added:,}", f"{_time(sealed):%Y-%m-%d %H:%M:%S} UTC"
    lines = [
        session.text(
            f"{sealed.log}: {size} leaves, {added} of them new, {at}",
            f"{sealed.log}：共 {size} 个叶子，新增 {added} 个，{at}",
        ),
        *(f"  {one.witness}: {one.told(language)}" for one in sealed.answers),
    ]
    if not sealed.published:
        lines.append(
            session.text(
                "Not published: it lacks co-signatures. The next seal asks again.",
                "尚未发布：联署不足。下次封存将再次请求。",
            )
        )
    return [*lines, "", str(sealed.note)]
