"""Everyone who looked at the signed-in resident's record, or tried to, one plain sentence each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from provident.access.queries import looks as looks_at
from provident.access.records import Look
from provident.cases import queries as cases
from provident.cases.records import shown
from provident.kernel.clock import legal_day
from provident.ledger.queries import installation
from provident.portal import texts
from provident.portal.views.record import opened_own
from provident.statements.phrases import phrases

_PAGE = 50


@dataclass(frozen=True, slots=True)
class LookLine:
    """One look in the words of the page's language, or several in a row that say the same."""

    id: int
    when: str
    sentence: str
    own: bool
    answered: bool
    details: tuple[tuple[str, str], ...]
    asked: str = ""  # the receipt number of an open question about it


@require_GET
def looks(request: HttpRequest) -> HttpResponse:
    """List the looks, newest first; seeing them is itself a look."""
    given = request.GET.get("before", "")
    before = int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None
    with opened_own(request, ("looks", "events")) as opened:
        found = looks_at(opened, before=before, at_most=_PAGE) if before else looks_at(opened, at_most=_PAGE)
        asked: dict[int | None, str] = {
            one.subject.look: shown(one.receipt)
            for one in cases.requests(opened)
            if one.subject.look is not None and one.state.is_open
        }
    older = found[-1].id if len(found) == _PAGE else None
    return render(request, "portal/looks.html", {"looks": [*lines(found, asked)], "older": older})


def lines(found: Iterable[Look], asked: dict[int | None, str]) -> Iterator[LookLine]:
    """Put looks into words; those that follow each other and say the same become one line."""
    for _, alike in groupby(found, key=lambda one: (_same(one), asked.get(one.id))):
        row = [*alike]
        yield line(row[0], *row[1:], asked=asked.get(row[0].id, ""))


def line(look: Look, *more: Look, asked: str = "") -> LookLine:
    """Put a look into words, together with earlier ones that say the same."""
    words, zone = phrases(texts.language()), installation().zone
    when = words.moment(look.at, zone.key)
    if more:
        first, last = (words.day(legal_day(one.at, zone)) for one in (more[-1], look))
        span = last if first == last else texts.text("looks.span", first=first, last=last)
        when = texts.text("looks.times", count=len(more) + 1, span=span)
    details = tuple(_details(look, {one: None for each in (look, *more) for one in _fields(each)}))
    return LookLine(look.id, when, _sentence(look), look.own, look.answered, details, asked)


def _same(look: Look) -> object:
    """Return what looks told as one have alike: one's own for one purpose, and runs of one kind."""
    if look.own:
        return look.purpose
    return (look.office, look.purpose, look.fields) if look.run and look.answered else look.id


def _sentence(look: Look) -> str:
    told = look.in_words(texts.language())
    if look.own:
        return texts.text("looks.own")
    if not look.answered:
        return texts.text("looks.was_refused", who=told.who, refusal=told.refusal)
    return texts.text("looks.opened_run" if look.run else "looks.opened", who=told.who)


def _fields(look: Look) -> tuple[str, ...]:
    return look.in_words(texts.language()).fields


def _details(look: Look, fields: Iterable[str]) -> Iterator[tuple[str, str]]:
    told, words = look.in_words(texts.language()), phrases(texts.language())
    shown = words.listed([*fields])
    rows = (
        ("why", "" if look.own and look.purpose == "own_record" else told.purpose),
        ("reason", look.reason if look.override or not look.answered else ""),
        ("article", told.article),
        ("shown" if look.answered else "wanted", shown),
        ("through", told.system),
    )
    for key, value in rows:
        if value:
            yield texts.text(f"looks.{key}"), value
