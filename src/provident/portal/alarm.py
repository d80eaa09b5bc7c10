"""The alarm of a sealer that stands still, for whoever in the office can have somebody look after it."""

import datetime as dt

from django.http import HttpRequest

from provident.access.look_log import LOOKS
from provident.access.records import Role
from provident.ledger.seal.logs import schedule
from provident.ledger.seal.logs.entries import LEDGER
from provident.portal import texts
from provident.portal.sections import request_roles

_TOLD = frozenset((Role.AGENCY_CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR))


def seal_alarm(request: HttpRequest) -> str:
    """Return what to tell this account if something has waited too long for its seal; empty if not."""
    if not _TOLD & request_roles(request):
        return ""
    waiting = [since for log in (LEDGER, LOOKS) if (since := log.source().waiting_since())]
    waited = dt.datetime.now(dt.UTC) - min(waiting) if waiting else dt.timedelta(0)
    if waited <= schedule.alarm():
        return ""
    minutes = int(waited.total_seconds() // 60)
    return texts.text("seal_alarm", minutes=minutes, hours=int(schedule.stop().total_seconds() // 3600))
