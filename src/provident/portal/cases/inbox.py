"""The inbox: what others did about the resident's requests, and the requests themselves."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from provident.cases import queries
from provident.cases.records import Request, Step, shown
from provident.portal import texts
from provident.portal.cases import wording
from provident.portal.cases.requests import sides
from provident.portal.cases.wording import StepLine
from provident.portal.sections import acting
from provident.portal.views.record import opened_own

# Of the steps of others; sending and taking back are one's own, unless somebody acts for one.
TOLD = frozenset((Step.LODGED, Step.TAKEN, Step.PUT_BACK, Step.CONFIRMED, Step.ANSWERED, Step.TAKEN_BACK))
_MOST = 20


@dataclass(frozen=True, slots=True)
class News:
    """Something that was done, and about which request."""

    receipt: str
    about: str
    step: StepLine
    answer: bool


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request in the list."""

    receipt: str
    title: str
    about: str
    sent: str
    state: str
    by: str = ""  # who sent it, where that was not the reader


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the news, then every request with where it stands."""
    with opened_own(request, ("events",)) as opened:
        found = queries.requests(opened)
    told = sides(acting(request), found)
    steps = sorted(
        ((step, one) for one in found for step in one.news if step.step in TOLD),
        key=lambda pair: pair[0].at,
        reverse=True,
    )
    news = [
        News(
            shown(one.receipt),
            wording.about(one.kind, one.subject),
            wording.step_line(one, step, told[one.receipt]),
            step.step in (Step.CONFIRMED, Step.ANSWERED),
        )
        for step, one in steps[:_MOST]
    ]
    lines = [line(one, by="" if told[one.receipt].sender else told[one.receipt].other) for one in found]
    return render(request, "portal/cases/inbox.html", {"news": news, "requests": lines})


def line(request: Request, by: str = "") -> RequestLine:
    """Put a request into one line."""
    return RequestLine(
        receipt=shown(request.receipt),
        title=wording.said(wording.rule_of(request.kind).title),
        about=wording.about(request.kind, request.subject),
        sent=wording.day(request.lodged_at),
        state=texts.text(f"request.state_{request.state.value}"),
        by=by,
    )
