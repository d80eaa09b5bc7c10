"""The desk: requests that wait, taking one on, reading what it is about, answering, checking an answer."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from provident.access.queries import looks as looks_at
from provident.cases import actions, queries
from provident.cases.records import Answer, Request, RequestKind, State, WorkLine, shown
from provident.cases.refusals import WordsMissing
from provident.identity import queries as identity
from provident.kernel.keys import AccountId
from provident.kernel.opened import Opened
from provident.portal import texts
from provident.portal.cases import material, wording
from provident.portal.cases.receipts import receipt_of
from provident.portal.sections import acting
from provident.portal.views import looks


@dataclass(frozen=True, slots=True)
class DeskLine:
    """A request in the desk's list."""

    receipt: str
    title: str
    what: str
    received: str
    due: str
    takes: bool
    opens: bool


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a form: where to go, or what is wrong with it."""

    goes_on: bool  # stays with the request
    problems: dict[str, str]


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """List the open requests: one's own, answers to be checked, those that wait, those others hold."""
    found = queries.worklist(acting(request))
    parts = {
        "mine": [one for one in found if one.mine and one.state is State.IN_HAND],
        "checks": [one for one in found if one.checks],
        "waiting": [one for one in found if one.takes],
        "sent": [one for one in found if one.mine and one.state is State.PROPOSED],
        "held": [one for one in found if one.frees and not one.mine],
    }
    shown = [(key, [*map(_line, part)]) for key, part in parts.items() if part]
    return render(request, "portal/cases/desk.html", {"parts": shown})


def _line(one: WorkLine) -> DeskLine:
    rule = wording.rule_of(one.kind)
    return DeskLine(
        receipt=shown(one.receipt),
        title=wording.said(rule.title),
        what=wording.said(rule.grounds[one.ground]),
        received=wording.day(one.lodged_at),
        due=wording.due_short(one.due),
        takes=one.takes,
        opens=one.opens or one.frees,
    )


@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, receipt: str) -> HttpResponse:
    """Show one request with what it is about, and do what the form says; opening it is a look."""
    by, number = acting(request), receipt_of(receipt)
    line = next((one for one in queries.worklist(by) if one.receipt == number), None)
    if line is None:
        raise Http404
    action, problems = request.POST.get("action", ""), {}
    if request.method == "POST":
        done = _do(action, line, by, request)
        if not done.problems:
            return redirect("case", receipt) if done.goes_on else redirect("cases")
        problems = done.problems
    context = {
        "receipt": receipt,
        "line": line,
        "title": wording.said(wording.rule_of(line.kind).title),
        "due": wording.due(line.due),
        "problems": problems,
        "typed": {name: request.POST.get(name, "") for name in ("outcome", "reasons", "note")},
        **(_shown(line, by) if line.opens else {"found": None}),
    }
    return render(request, "portal/cases/case.html", context, status=400 if problems else 200)


def _do(action: str, line: WorkLine, by: AccountId, request: HttpRequest) -> Done:
    """Do what was asked; words that are missing come back as a problem of their field."""
    outcome, reasons, note = (request.POST.get(name, "") for name in ("outcome", "reasons", "note"))
    if action == "answer" and outcome not in wording.rule_of(line.kind).outcomes:
        return Done(True, {"outcome": texts.text("case.need_outcome")})
    try:
        match action:
            case "take":
                actions.take(by=by, receipt=line.receipt)
            case "put_back":
                actions.put_back(by=by, receipt=line.receipt, note=note)
            case "answer":
                with queries.open_behind(line, by=by) as opened:
                    found = queries.request(opened, line.receipt)
                    actions.answer(opened, found, Answer(outcome, reasons))
            case "confirm":
                with queries.open_behind(line, by=by) as opened:
                    actions.confirm(opened, receipt=line.receipt)
            case "send_back":
                with queries.open_behind(line, by=by) as opened:
                    actions.send_back(opened, receipt=line.receipt, note=note)
            case _:
                raise Http404
    except WordsMissing as refusal:
        field = "reasons" if action == "answer" else "note"
        return Done(True, {field: refusal.sentence(texts.language())})
    return Done(action == "take", {})


def _shown(line: WorkLine, by: AccountId) -> dict[str, Any]:
    """Open the record behind the request and put what it is about into words."""
    with queries.open_behind(line, by=by) as opened:
        found = queries.request(opened, line.receipt)
        resident = identity.resident(opened)
        about = material.of(opened, found, resident)
        look, who = _look(opened, found)
    rule = wording.rule_of(line.kind)
    number = resident.number
    side = wording.Side(sender=found.mandate is None, other="", desk=True)
    return {
        "found": found,
        "person": resident.name or "",
        "number": number.masked if number else "",
        "about": wording.about(found.kind, found.subject),
        "what": wording.said(rule.grounds[found.ground]),
        "rights": wording.rights(found.kind),
        "material": about,
        "look": look,
        "looker": who,
        "outcomes": [(key, wording.said(title)) for key, title in rule.outcomes.items()],
        "draft": wording.said(rule.outcomes[found.answer.outcome]) if found.answer else "",
        "four_eyes": rule.four_eyes,
        "longest": actions.LONGEST_REASONS,
        "for_person": found.mandate is not None,
        "steps": [wording.step_line(found, step, side) for step in found.steps],
    }


def _look(opened: Opened, found: Request) -> tuple["looks.LookLine | None", str]:
    """Return the look a question is about, and whose account made it."""
    if found.kind is not RequestKind.LOOK or found.subject.look is None:
        return None, ""
    at = looks_at(opened, before=found.subject.look + 1, at_most=1)
    who = queries.looker(opened, found.receipt)
    named = texts.text("case.looker", name=wording.said(who.label), sign_in=who.sign_in) if who else ""
    return (looks.line(at[0]) if at else None), named
