"""`provident witness`: the service that countersigns other people's checkpoints."""

import os
import signal
import threading
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from provident.cli.language import told
from provident.cli.session import Session, command, group_command

_DIR = typer.Option(
    "--dir",
    help=told(
        "The witness's own directory; default $XDG_STATE_HOME/provident-witness.",
        "见证方自己的目录；默认为 $XDG_STATE_HOME/provident-witness。",
    ),
)
_LISTEN = typer.Option(metavar="HOST:PORT", help=told("Where to listen.", "监听地址。"))
_NAME = typer.Option(
    help=told(
        "Name of a new witness, e.g. witness.example/w1; part of its key for good.",
        "新见证方的名称，例如 witness.example/w1；永久成为其密钥的一部分。",
    )
)
_ORIGIN = typer.Argument(
    metavar="ORIGIN", help=told("First line of the log's checkpoint.", "日志检查点的首行。")
)
_VKEY = typer.Argument(
    metavar="VKEY", help=told("The log's verifier key: name+id+key.", "日志的验证密钥：名称+编号+密钥。")
)


def register(app: typer.Typer) -> None:
    """Add the group."""
    about = told(
        "Run a witness: a separate service that countersigns checkpoints of logs it trusts.",
        "运行见证方：为其信任的日志联署检查点的独立服务。",
    )
    group = typer.Typer(help=about)
    group_command(group, witness)
    command(group, "add-log", help=told("Trust a key for a log.", "为某一日志信任一个密钥。"))(add_log)
    command(group, "list", help=told("List the trusted logs.", "列出受信任的日志。"))(list_)
    app.add_typer(group, name="witness", help=about)


def witness(
    session: Session,
    context: typer.Context,
    directory: Annotated[Path | None, _DIR] = None,
    listen: Annotated[str, _LISTEN] = "127.0.0.1:8440",
    name: Annotated[str, _NAME] = "",
) -> None:
    """Answer until told to stop."""
    if context.invoked_subcommand is not None:
        return
    from provident.witness import server
    from provident.witness.actions import open_witness

    store, key = open_witness(_place(directory), name)
    with server.listen(listen, store, key) as listening:
        host, port = listening.server_address[:2]
        stop = threading.Event()
        for wish in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wish, lambda *_: stop.set())
        threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        session.answer(
            {
                "verifier_key": str(key.verifier_key),
                "listening": f"{host!s}:{port}",
                "directory": str(store.directory),
                "logs": [log.origin for log in store.logs()],
            },
            session.text("Verifier key, to be given to the logs:", "验证密钥（提供给各日志）："),
            str(key.verifier_key),
            session.text(
                f"Listening on http://{host!s}:{port}{server.ADDRESS} ; Ctrl-C stops.",
                f"正在监听 http://{host!s}:{port}{server.ADDRESS} ；按 Ctrl-C 停止。",
            ),
        )
        stop.wait()
        listening.shutdown()


def add_log(
    session: Session,
    origin: Annotated[str, _ORIGIN],
    vkey: Annotated[str, _VKEY],
    directory: Annotated[Path | None, _DIR] = None,
) -> None:
    """Trust a key for a log; a running witness knows at once."""
    from provident.witness.actions import trust_log

    log = trust_log(_place(directory), origin, vkey)
    session.answer(
        {"origin": log.origin, "keys": list(log.keys), "size": log.size},
        session.text(
            f"{origin} is trusted with {len(log.keys)} keys.",
            f"已信任 {origin}，共 {len(log.keys)} 个密钥。",
        ),
    )


def list_(session: Session, directory: Annotated[Path | None, _DIR] = None) -> None:
    """List the trusted logs: how far each was co-signed, and what is kept against it."""
    from provident.witness.actions import trusted_logs

    key, logs = trusted_logs(_place(directory))
    headings = (("Log", "日志"), ("Keys", "密钥数"), ("Co-signed to", "已联署至"), ("Conflicts", "冲突"))
    table = Table(*(session.text(*pair) for pair in headings))
    for log, conflicts in logs:
        table.add_row(log.origin, str(len(log.keys)), str(log.size), str(conflicts))
    session.answer(
        {
            "verifier_key": str(key.verifier_key),
            "logs": [
                {
                    "origin": log.origin,
                    "keys": list(log.keys),
                    "size": log.size,
                    "root": log.root.hex(),
                    "conflicts": conflicts,
                }
                for log, conflicts in logs
            ],
        },
        str(key.verifier_key),
        table,
    )


def _place(given: Path | None) -> Path:
    """Return the witness's directory: never inside an installation's own."""
    if given is not None:
        return given.expanduser().absolute()
    xdg = os.environ.get("XDG_STATE_HOME", "")
    base = Path(xdg) if xdg and Path(xdg).is_absolute() else Path("~/.local/state").expanduser()
    return (base / "provident-witness").absolute()
