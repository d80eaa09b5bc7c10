"""Authorities in the words of the page's language."""

import datetime as dt
from dataclasses import dataclass

from provident.access.catalogue import catalogue
from provident.access.linking.records import GrantOnMe, MandateHeld, Offer
from provident.kernel.clock import SystemClock, legal_day
from provident.kernel.words import Language
from provident.ledger.queries import installation
from provident.portal import texts
from provident.statements.phrases import phrases

ALWAYS = ("name", "numbers", "enrolments", "contributions")  # without these there is no record to show


@dataclass(frozen=True, slots=True)
class GrantLine:
    """An authority, offer or case in the words of the page's language."""

    id: int
    who: str
    purpose: str
    fields: str
    since: str
    until: str
    over: bool
    begun: bool


def line_on_me(one: GrantOnMe) -> GrantLine:
    """Say who may open one's own record."""
    purpose = catalogue().purposes.get(one.purpose)
    return GrantLine(
        id=one.id,
        who=holder_named(one),
        purpose=purpose.title.text(texts.language()) if purpose else one.purpose,
        fields=fields_named(one.fields),
        since=day(one.since),
        until=last_day(one.until),
        over=one.until <= SystemClock().now(),
        begun=one.since <= SystemClock().now(),
    )


def line_of_offer(one: Offer) -> GrantLine:
    """Say what was offered to whoever takes it."""
    return GrantLine(
        one.id, "", "", fields_named(one.fields), day(one.since), last_day(one.until), False, True
    )


def line_of_mine(one: MandateHeld) -> GrantLine:
    """Say whom one may act for."""
    return GrantLine(
        id=one.id,
        who=person_named(one),
        purpose="",
        fields=fields_named(one.fields),
        since=day(one.since),
        until=last_day(one.until),
        over=False,
        begun=one.since <= SystemClock().now() and one.covers(ALWAYS),
    )


def holder_named(one: GrantOnMe) -> str:
    """Return the name or office of whoever holds an authority, or words for one who told no name."""
    return one.holder.text(texts.language()) or texts.text("account_holder")


def person_named(one: MandateHeld) -> str:
    """Return the name of whom one acts for; where none was told, what the authority rests on."""
    return one.name or one.basis


def fields_named(fields: tuple[str, ...]) -> str:
    """List parts of a record."""
    titles = [catalogue().fields[field].text(texts.language()) for field in fields]
    return phrases(texts.language()).listed(titles)


def today() -> dt.date:
    """Return the legal day."""
    return legal_day(SystemClock().now(), installation().zone)


def day(at: dt.datetime) -> str:
    """Write the legal day of a moment."""
    return phrases(Language(texts.language())).day(legal_day(at, installation().zone))


def last_day(until: dt.datetime) -> str:
    """Write the last day before something ends."""
    return day(until - dt.timedelta(microseconds=1))


def moment(at: dt.datetime) -> str:
    """Write a moment in the legal time zone."""
    return phrases(texts.language()).moment(at, installation().zone.key)
