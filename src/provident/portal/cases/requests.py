"""A resident's requests: asking, reading where one stands, taking it back."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from provident.access.linking.queries import grants_on
from provident.access.queries import looks as looks_at
from provident.access.records import Look
from provident.cases import actions, queries
from provident.cases.records import NewRequest, Request, State, Subject, shown
from provident.cases.refusals import NotFound
from provident.kernel.keys import AccountId
from provident.kernel.opened import Opened
from provident.portal import texts
from provident.portal.cases import wording
from provident.portal.cases.asking import Form, Typed
from provident.portal.cases.receipts import receipt_of
from provident.portal.cases.wording import Row, Side
from provident.portal.linking.wording import holder_named
from provident.portal.sections import acting
from provident.portal.views import looks
from provident.portal.views.record import opened_own

_FIELDS = ("events", "looks")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask: about a month of the record, a look, or something that is kept."""
    typed = Typed.of(request)
    form = Form.begun(request, typed, wording.rule_of(typed.kind))

    def lodge(asked: NewRequest) -> str:
        with opened_own(request, _FIELDS) as opened:
            return actions.lodge(opened, asked)

    if request.method == "POST" and (receipt := form.send(lodge)):
        return redirect(f"{_address('request', receipt)}?sent=1")
    context = {**form.context(), "look": _look(request, form.subject), "acting": None}
    return render(request, "portal/cases/request_new.html", context, status=400 if form.problems else 200)


def _address(name: str, receipt: str) -> str:
    return redirect(name, shown(receipt)).url


def _look(request: HttpRequest, subject: Subject) -> "looks.LookLine | None":
    """Return the look a question is about, in words; 404 where the person's list has no such line."""
    if subject.look is None:
        return None
    with opened_own(request, ("looks",)) as opened:
        found = _the_look(opened, subject.look)
    if found is None:
        raise Http404
    return looks.line(found)


def _the_look(opened: Opened, number: int) -> Look | None:
    found = looks_at(opened, before=number + 1, at_most=1)
    return found[0] if found and found[0].id == number else None


def the_request(opened: Opened, receipt: str) -> Request:
    """Return a request the look shows; one that is not the asker's is like one that is not there."""
    try:
        return queries.request(opened, receipt)
    except NotFound:
        raise Http404 from None


@require_GET
def request(request: HttpRequest, receipt: str) -> HttpResponse:
    """Show a request: where it stands, who answers, until when, what was answered, what was done."""
    number = receipt_of(receipt)
    with opened_own(request, _FIELDS) as opened:
        found = the_request(opened, number)
        look = _the_look(opened, found.subject.look) if found.subject.look else None
        actions.seen(opened, receipt=number)
    context = {
        **told_of(found, sides(acting(request), [found])[found.receipt]),
        "sent": "sent" in request.GET and found.state is State.WAITING,
        "look": looks.line(look) if look else None,
        "against": wording.against(found),
        "acting": None,
    }
    return render(request, "portal/cases/request.html", context)


def sides(account: AccountId, found: list[Request] | tuple[Request, ...]) -> dict[str, Side]:
    """Return how the person is told of each request; who sent it for them is looked up once, if anybody."""
    names: dict[int, str] = {}
    if any(one.mandate is not None for one in found):
        names = {grant.id: holder_named(grant) for grant in grants_on(account)}
    return {
        one.receipt: Side(one.mandate is None, names.get(one.mandate or 0, texts.text("account_holder")))
        for one in found
    }


def told_of(found: Request, side: Side) -> dict[str, Any]:
    """Return what the page says of a request to one of the two who read it."""
    return {
        "receipt": shown(found.receipt),
        "taken_back": found.state is State.TAKEN_BACK,
        "found": found,
        "title": wording.said(wording.rule_of(found.kind).title),
        "rows": _rows(found, side),
        "sender": side.sender,
        "outcome": _outcome(found),
        "steps": [wording.step_line(found, step, side) for step in found.steps],
    }


def _rows(found: Request, side: Side) -> list[Row]:
    rule = wording.rule_of(found.kind)
    rows = [
        ("about", wording.about(found.kind, found.subject)),
        ("what" if side.sender else "said", wording.said(rule.grounds[found.ground])),
        ("state", texts.text(f"request.state_{found.state.value}")),
    ]
    if not side.sender:
        rows.insert(0, ("by", texts.text("request.sent_by", who=side.other)))
    if found.state.is_open or found.office:
        rows.append(("who", wording.who_answers(found)))
    if found.state.is_open:
        rows.append(("due", f"{wording.due(found.due)} {texts.text('request.due_always')}"))
        if rule.four_eyes:
            rows.append(("eyes", texts.text("request.four_eyes")))
    rows.append(("right", wording.rights(found.kind)))
    return [Row(texts.text(f"request.row_{key}"), value) for key, value in rows]


def _outcome(found: Request) -> str:
    """Return what was found; empty until it is sent, because a draft is no answer."""
    if found.state is not State.ANSWERED or found.answer is None:
        return ""
    return wording.said(wording.rule_of(found.kind).outcomes[found.answer.outcome])


@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, receipt: str) -> HttpResponse:
    """Ask whether to take a request back, and do it."""
    number = receipt_of(receipt)
    with opened_own(request, ("events",)) as opened:
        found = the_request(opened, number)
        if request.method == "POST":
            actions.take_back(opened, receipt=number)
    if request.method == "POST" or not found.state.is_open:
        return redirect("request", receipt)
    context = {"receipt": receipt, "about": wording.about(found.kind, found.subject), "acting": None}
    return render(request, "portal/cases/take_back.html", context)
