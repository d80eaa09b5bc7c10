"""The inbox: what others did about the resident's requests, and the requests themselves."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from provident.cases import queries
from provident.cases.records import Request, Step
from provident.portal import texts
from provident.portal.cases import wording
from provident.portal.cases.receipts import shown
from provident.portal.cases.wording import StepLine
from provident.portal.views.record import opened_own

TOLD = frozenset((Step.TAKEN, Step.PUT_BACK, Step.CONFIRMED, Step.ANSWERED))  # of the steps of others
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


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the news, then every request with where it stands."""
    with opened_own(request, ("events",)) as opened:
        found = queries.requests(opened)
    steps = sorted(
        ((step, one) for one in found for step in one.news if step.step in TOLD),
        key=lambda pair: pair[0].at,
        reverse=True,
    )
    news = [
        News(
            shown(one.receipt),
            wording.about(one.kind, one.subject),
            wording.step_line(one, step),
            step.step in (Step.CONFIRMED, Step.ANSWERED),
        )
        for step, one in steps[:_MOST]
    ]
    return render(request, "portal/cases/inbox.html", {"news": news, "requests": [*map(line, found)]})


def line(request: Request) -> RequestLine:
    """Put a request into one line."""
    return RequestLine(
        receipt=shown(request.receipt),
        title=wording.said(wording.rule_of(request.kind).title),
        about=wording.about(request.kind, request.subject),
        sent=wording.day(request.lodged_at),
        state=texts.text(f"request.state_{request.state.value}"),
    )
