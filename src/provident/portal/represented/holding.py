"""The authority behind a page: found, in force, and enough for what the page shows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.http import Http404, HttpRequest

from provident import access
from provident.access.linking.queries import mandates_held
from provident.access.linking.records import MandateHeld
from provident.access.records import Asking
from provident.kernel.clock import SystemClock
from provident.kernel.opened import Opened
from provident.portal.linking.wording import ALWAYS, fields_named, last_day, person_named
from provident.portal.sections import acting
from provident.portal.views.record import FIELDS

PURPOSE = "representation"


@dataclass(frozen=True, slots=True)
class Acting:
    """For whom a page is, until when, and what the authority is enough for."""

    id: int
    who: str
    until: str
    fields: str
    account: bool
    statements: bool
    asks: bool


def holding(request: HttpRequest, grant: int, fields: Sequence[str] = ALWAYS) -> MandateHeld:
    """Return the authority; 404 alike where there is none, or it is not begun, over, or too narrow."""
    known = getattr(request.user, "mandates_now", None)  # read along with the session
    mandates = mandates_held(acting(request)) if known is None else known
    found = next((one for one in mandates if one.id == grant), None)
    # Whatever the page, it rests on the months: half a record would say that things are missing.
    if found is None or found.since > SystemClock().now() or not found.covers((*ALWAYS, *fields)):
        raise Http404
    return found


def acting_for(held: MandateHeld) -> Acting:
    """Put the authority into words for the page."""
    return Acting(
        id=held.id,
        who=person_named(held),
        until=last_day(held.until),
        fields=fields_named(held.fields),
        account="account" in held.fields,
        statements=held.covers(FIELDS),
        asks="events" in held.fields,
    )


def asking_for(request: HttpRequest, held: MandateHeld, fields: Sequence[str]) -> Asking:
    """Return as what these parts of the record are asked for, as far as the authority names them."""
    named = tuple(field for field in fields if field in held.fields)
    return Asking(acting(request), PURPOSE, named, system="portal")


@contextmanager
def opened_for(request: HttpRequest, held: MandateHeld, fields: Sequence[str]) -> Iterator[Opened]:
    """Open, of these parts of the record, those the authority names; the person reads the look."""
    asking = asking_for(request, held, fields)
    with access.open_record(
        held.person, by=asking.by, purpose=asking.purpose, fields=asking.fields, system=asking.system
    ) as opened:
        yield opened
