"""The logs a command may be told by name."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from provident.ledger.seal.logs.named import NamedLog


def every_log() -> "tuple[NamedLog, ...]":
    """Return the installation's logs."""
    from provident.jobs.sealing import LOGS

    return LOGS


def log_named(name: str) -> "NamedLog":
    """Return a log by its name; another name is a wrong call."""
    known = {log.name: log for log in every_log()}
    if name not in known:
        raise typer.BadParameter(", ".join(known), param_hint="LOG")
    return known[name]
