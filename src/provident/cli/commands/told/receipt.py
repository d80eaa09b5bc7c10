"""`provident receipt`: what a person keeps to prove, without us, what the ledger holds of them."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from provident.cli.commands.record import PERSON, opened_person
from provident.cli.installation import installation
from provident.cli.language import told
from provident.cli.session import Session, command
from provident.kernel.refusal import Refusal

if TYPE_CHECKING:
    from provident.statements.receipts import Receipt

_ENTRY = typer.Option(
    metavar="ID",
    help=told("Only the entry or event with this id.", "仅限此编号的账目或事件。"),
)
_OUT = typer.Option(
    metavar="FILE",
    help=told("File to write; default receipt.json here.", "输出文件；默认为当前目录的 receipt.json。"),
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    about = told(
        "Write a receipt: a person's entries with the proof that they are in the ledger.",
        "生成回执：个人账目及其已载入账目日志的证明。",
    )
    command(app, "receipt", help=about)(receipt)


def receipt(
    session: Session,
    person: Annotated[str, PERSON],
    entry: Annotated[UUID | None, _ENTRY] = None,
    out: Annotated[Path | None, _OUT] = None,
) -> None:
    """Seal what waits, open the record, which the person will see, and write the receipt."""
    path = (out or Path("receipt.json")).expanduser().absolute()
    with installation(session):
        from provident.statements.manifest import write_whole
        from provident.statements.receipts import FIELDS, Receipts

        seal_what_waits(session)
        receipts = Receipts.newest()
        with opened_person(session, person, FIELDS) as opened:
            made = receipts.of_entry(opened, entry) if entry else receipts.of_person(opened)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, made.raw)
    sha256 = hashlib.sha256(made.raw).hexdigest()
    session.answer({"file": str(path), "sha256": sha256, **made.document()}, *_shown(session, made, path))


def seal_what_waits(session: Session) -> None:
    """Seal, so that a receipt holds everything posted; where that cannot be, say why and go on."""
    from provident.ledger.seal.logs.entries import LEDGER
    from provident.ledger.seal.sealing import seal

    try:
        sealed = seal(LEDGER)
    except Refusal as refusal:
        session.say(refusal.sentence("en"), refusal.sentence("zh-hans"))
        session.say(refusal.remedy("en"), refusal.remedy("zh-hans"))
        return
    if not sealed.published:
        session.say(
            "The newest checkpoint waits for co-signatures; receipts rest on the last one published.",
            "最新检查点尚待见证方联署；回执依据最近一次发布的检查点。",
        )


def _shown(session: Session, made: "Receipt", path: Path) -> list[str]:
    size, time = made.size, f"{made.time:%Y-%m-%d %H:%M:%S} UTC"
    lines = [
        session.text(f"Receipt of {made.entries} entries: {path}", f"{made.entries} 条账目的回执：{path}"),
        session.text(
            f"Proven against the checkpoint of {time}, {size} entries in the ledger.",
            f"依据 {time} 的检查点（日志共 {size} 条账目）。",
        ),
        session.text(f"Check it with: provident-verify {path}", f"核验方法：provident-verify {path}"),
    ]
    if made.unlinked:
        lines.append(
            session.text(
                f"{made.unlinked} entries are unlinked: their content can no longer be checked.",
                f"{made.unlinked} 条账目已脱钩：其内容不再可核验。",
            )
        )
    if made.waiting:
        lines.append(
            session.text(
                "Not in the receipt yet, because no published checkpoint holds them:",
                "以下账目尚未载入已公布的检查点，因此不在回执中：",
            )
        )
        lines += [f"  {one}" for one in made.waiting]
    return lines
