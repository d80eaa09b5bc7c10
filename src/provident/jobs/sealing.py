"""Sealing on a schedule: every named log in turn, and the alarm when something has waited too long."""

import datetime as dt
import logging

from provident.access.look_log import LOOKS
from provident.kernel.refusal import Refusal
from provident.ledger.seal.logs import schedule
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.logs.named import NamedLog
from provident.ledger.seal.sealing import seal

LOGS: tuple[NamedLog, ...] = (LEDGER, LOOKS)

_alarm = logging.getLogger("provident.seal")


def seal_logs() -> None:
    """Seal every log; one that refuses is told and does not hold up the others."""
    for log in LOGS:
        try:
            seal(log)
        except Refusal as refusal:
            _alarm.error("%s %s [%s]", refusal.sentence("en"), refusal.remedy("en"), refusal.code)
        sound_alarm(log)


def sound_alarm(log: NamedLog) -> None:
    """Tell whoever reads the log of errors when something has waited for longer than the alarm allows."""
    since = log.source().waiting_since()
    if since is not None and dt.datetime.now(dt.UTC) - since > schedule.alarm():
        _alarm.critical(
            "The log %s holds what has waited for its seal since %s.", log.name, since.isoformat()
        )


def cron() -> str:
    """Return the schedule as a cron line whose last field is seconds."""
    seconds = int(schedule.interval().total_seconds())
    return f"* * * * * */{seconds}" if seconds < 60 else f"*/{min(seconds // 60, 59)} * * * *"
