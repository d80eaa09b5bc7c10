"""`provident key`: who signs the logs, and changing that in public."""

from typing import TYPE_CHECKING, Annotated

import typer

from provident.cli.commands.logs.checkpoint import shown
from provident.cli.commands.logs.named import every_log, log_named
from provident.cli.installation import installation
from provident.cli.language import told
from provident.cli.session import Session, command

if TYPE_CHECKING:
    from provident.ledger.journal.rotating import LogKeys

_REASON = typer.Argument(
    metavar="REASON",
    help=told("What happened, in one line; it will be public.", "发生了什么，限一行；将予公开。"),
)
_LOG = typer.Argument(metavar="LOG", help=told("Which log: ledger or looks.", "日志名称：ledger 或 looks。"))


def register(app: typer.Typer) -> None:
    """Add the group."""
    about = told("The keys that sign the logs, and changing them.", "日志的签名密钥及其更换。")
    group = typer.Typer(no_args_is_help=True, help=about)
    command(group, "show", help=told("Show the verifier keys.", "显示验证密钥。"))(show)
    about = told(
        "Change a log's key: announced in the ledger, then one checkpoint signed by both keys.",
        "更换日志密钥：先在账本中公告，随后一个检查点由新旧密钥共同签名。",
    )
    command(group, "rotate", help=about)(rotate)
    about = told(
        "Go on under a new key because a log's key is lost: begins a new epoch, and says so in public.",
        "日志密钥已丢失时改用新密钥：开始新的纪元，并公开说明。",
    )
    command(group, "replace", help=about)(replace)
    app.add_typer(group, name="key")


def show(session: Session) -> None:
    """Show every log's keys."""
    with installation(session):
        from provident.ledger.journal.rotating import keys_of

        found = [keys_of(log) for log in every_log()]
    none = session.text(
        "no key yet: the first provident checkpoint makes it",
        "尚无密钥：首次运行 provident checkpoint 时生成",
    )
    lines = [
        line for one in found for line in (one.origin, *(f"  {key}" for key in one.published or (none,)))
    ]
    session.answer({"logs": [_document(one) for one in found]}, *lines)


def rotate(session: Session, log: Annotated[str, _LOG] = "ledger") -> None:
    """Change the key of a log."""
    with installation(session):
        from provident.ledger.journal.rotating import rotate as rotate_key

        found = rotate_key(log_named(log))
    waits = session.text(
        "The next checkpoint of this log is signed by both keys.",
        "该日志的下一个检查点将由新旧密钥共同签名。",
    )
    give = session.text(
        "Give the new key to your witnesses, who trust it with:",
        "请将新密钥告知各见证方，由其运行以下命令予以信任：",
    )
    trust = f"provident witness add-log {found.origin} {found.coming or found.published[0]}"
    session.answer(_document(found), *([waits] if found.coming else []), give, trust)


def replace(session: Session, reason: Annotated[str, _REASON], log: Annotated[str, _LOG] = "ledger") -> None:
    """Begin a new epoch under a new key."""
    with installation(session):
        from provident.ledger.journal.renewing import replace_key
        from provident.ledger.journal.rotating import keys_of

        sealed = replace_key(log_named(log), reason)
        found = keys_of(log_named(log))
    begun = session.text(
        f"{sealed.log} is signed again under a new key, in epoch {sealed.epoch}. "
        "What the lost key signed stays good.",
        f"{sealed.log} 已用新密钥重新签名，当前纪元为 {sealed.epoch}。已丢失的密钥此前所签内容仍然有效。",
    )
    give = session.text(
        "Tell your witnesses, who trust the new origin and key with:",
        "请告知各见证方，由其运行以下命令信任新的日志名称与密钥：",
    )
    trust = f"provident witness add-log {found.origin} {found.published[0]}"
    document = {**_document(found), "epoch": sealed.epoch, "published": sealed.published}
    session.answer(document, begun, give, trust, *shown(session, sealed))


def _document(found: "LogKeys") -> dict[str, object]:
    return {
        "log": found.log,
        "origin": found.origin,
        "keys": list(found.published),
        "coming": found.coming or None,
    }
