"""Saying for somebody that something in their record is wrong, and reading what became of it."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from provident.access.linking.records import MandateHeld
from provident.cases import actions, queries
from provident.cases.catalogue import KindRule
from provident.cases.records import NewRequest, RequestKind, State, shown
from provident.portal import texts
from provident.portal.cases import inbox, wording
from provident.portal.cases.asking import Form, Typed
from provident.portal.cases.receipts import receipt_of
from provident.portal.cases.requests import the_request, told_of
from provident.portal.cases.wording import Side
from provident.portal.linking.wording import person_named
from provident.portal.represented.holding import acting_for, holding, opened_for

_KIND = RequestKind.RECORD  # looks and what is kept are the person's own matter
_NEEDED = queries.mandate_fields(_KIND, "")
_FIELDS = (*_NEEDED, "benefits")


@require_GET
def requests(request: HttpRequest, grant: int) -> HttpResponse:
    """List what one has asked for the person."""
    held = holding(request, grant, _NEEDED)
    with opened_for(request, held, _FIELDS) as opened:
        found = queries.requests(opened)
    context = {"acting": acting_for(held), "requests": [*map(inbox.line, found)]}
    return render(request, "represented/requests.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, grant: int) -> HttpResponse:
    """Say that something is wrong."""
    held, typed = holding(request, grant, _NEEDED), Typed.of(request)
    if typed.kind is not _KIND:
        raise Http404
    form = Form.begun(request, typed, _rule(held))

    def lodge(asked: NewRequest) -> str:
        with opened_for(request, held, queries.mandate_fields(asked.kind, asked.ground)) as opened:
            return actions.lodge(opened, asked)

    if request.method == "POST" and (receipt := form.send(lodge)):
        return redirect(f"{redirect('represented-request', grant, shown(receipt)).url}?sent=1")
    context = {**form.context(), "title": _title(held), "look": None, "acting": acting_for(held)}
    return render(request, "represented/request_new.html", context, status=400 if form.problems else 200)


def _rule(held: MandateHeld) -> KindRule:
    """Return the rule with the grounds for which the authority is enough."""
    rule = wording.rule_of(_KIND)
    enough = {
        key: title for key, title in rule.grounds.items() if held.covers(queries.mandate_fields(_KIND, key))
    }
    return replace(rule, grounds=enough)


def _title(held: MandateHeld) -> str:
    return texts.text("represented.request_title", who=person_named(held))


@require_GET
def one_request(request: HttpRequest, grant: int, receipt: str) -> HttpResponse:
    """Show a request one has made for the person: where it stands, what was answered."""
    held, number = holding(request, grant, _NEEDED), receipt_of(receipt)
    with opened_for(request, held, _FIELDS) as opened:
        found = the_request(opened, number)
    context = {
        **told_of(found, Side(True, person_named(held))),
        "title": _title(held),
        "sent": "sent" in request.GET and found.state is State.WAITING,
        "look": None,
        "against": [],
        "acting": acting_for(held),
    }
    return render(request, "represented/request.html", context)


@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, grant: int, receipt: str) -> HttpResponse:
    """Ask whether to take back what one has asked for the person, and do it."""
    held, number = holding(request, grant, _NEEDED), receipt_of(receipt)
    with opened_for(request, held, _FIELDS) as opened:
        found = the_request(opened, number)
        if request.method == "POST":
            actions.take_back(opened, receipt=number)
    if request.method == "POST" or not found.state.is_open:
        return redirect("represented-request", grant, receipt)
    about = wording.about(found.kind, found.subject)
    context = {"receipt": receipt, "about": about, "acting": acting_for(held)}
    return render(request, "represented/take_back.html", context)
