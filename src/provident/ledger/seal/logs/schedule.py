"""How often logs are sealed, and how long something may wait before it alarms and before posting stops."""

import datetime as dt
import os

from provident.ledger.seal.refusals import SettingUnusable

SECONDS = "PROVIDENT_SEAL_SECONDS"
ALARM = "PROVIDENT_SEAL_ALARM_MINUTES"
STOP = "PROVIDENT_SEAL_STOP_HOURS"


def interval() -> dt.timedelta:
    """Return the time between two seals."""
    return dt.timedelta(seconds=_number(SECONDS, 10))


def alarm() -> dt.timedelta:
    """Return how long something may wait before somebody is told."""
    return dt.timedelta(minutes=_number(ALARM, 15))


def stop() -> dt.timedelta:
    """Return how long something may wait before nothing more is posted."""
    return dt.timedelta(hours=_number(STOP, 24))


def _number(setting: str, default: int) -> int:
    given = os.environ.get(setting, "")
    if given and not (given.isascii() and given.isdecimal() and 0 < int(given) <= 100_000):
        raise SettingUnusable(setting=setting, given=given)
    return int(given or default)
