"""A resident's requests: asking, reading where one stands, taking it back."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from provident.access.queries import looks as looks_at
from provident.access.records import Look
from provident.cases import actions, queries
from provident.cases.catalogue import KindRule
from provident.cases.due import due_from
from provident.cases.kept import catalogue as kept
from provident.cases.records import NewRequest, Request, RequestKind, State, Subject
from provident.cases.refusals import AlreadyAsked, NotFound, TooManyOpen, WordsMissing
from provident.kernel.clock import SystemClock, legal_day
from provident.kernel.month import Month
from provident.kernel.opened import Opened
from provident.kernel.refusals import NotAMonth
from provident.kernel.words import Branch
from provident.ledger.queries import installation
from provident.portal import texts
from provident.portal.cases import wording
from provident.portal.cases.receipts import receipt_of, shown
from provident.portal.cases.wording import Row
from provident.portal.linking.telling import told
from provident.portal.views import looks
from provident.portal.views.record import opened_own

_FIELDS = ("events", "looks")


@dataclass(frozen=True, slots=True)
class Typed:
    """What came with the form, as it came."""

    kind: RequestKind
    ground: str
    branch: str
    month: str
    look: str
    field: str
    told: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Typed":
        """Read the form, or the address that leads to it; 404 for a kind there is none of."""
        given = request.POST if request.method == "POST" else request.GET
        try:
            kind = RequestKind(given.get("about", RequestKind.RECORD))
        except ValueError:
            raise Http404 from None
        text = {
            name: given.get(name, "").strip()
            for name in ("ground", "branch", "month", "look", "field", "told")
        }
        return cls(kind, **text)

    def subject(self, problems: dict[str, str]) -> Subject:
        """Return what it is about; what does not fit is added to the problems."""
        if self.kind is RequestKind.LOOK:
            if not (self.look.isascii() and self.look.isdecimal() and len(self.look) < 19):
                raise Http404
            return Subject(look=int(self.look))
        if self.kind is RequestKind.DATA:
            if self.field not in actions.FIELDS:
                problems["field"] = texts.text("request.need_field")
            return Subject(field=self.field)
        return Subject(branch=self._branch(), month=self._month(problems))

    def _branch(self) -> Branch | None:
        try:
            return Branch.from_word(self.branch) if self.branch else None
        except KeyError:
            raise Http404 from None

    def _month(self, problems: dict[str, str]) -> Month | None:
        if not self.month:
            return None
        try:
            return Month.parse(self.month)
        except NotAMonth:
            problems["month"] = texts.text("request.need_month")
            return None


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask: about a month of the record, a look, or something that is kept."""
    typed = Typed.of(request)
    rule = wording.rule_of(typed.kind)
    problems: dict[str, str] = {}
    subject = typed.subject(problems if request.method == "POST" else {})
    if request.method == "POST":
        if typed.ground not in rule.grounds:
            problems["ground"] = texts.text("request.need_ground")
        try:
            actions.words(typed.told, actions.LONGEST_WORDS)
            if not problems:
                return _sent(request, NewRequest(typed.kind, typed.ground, subject, typed.told))
        except WordsMissing as refusal:
            problems["told"] = refusal.sentence(texts.language())
        except (AlreadyAsked, TooManyOpen) as refusal:
            problems["told"] = told(refusal)
    context = {**_form(rule), "typed": typed, "problems": problems, "look": _look(request, subject)}
    return render(request, "portal/cases/request_new.html", context, status=400 if problems else 200)


def _sent(request: HttpRequest, new_request: NewRequest) -> HttpResponse:
    with opened_own(request, _FIELDS) as opened:
        receipt = actions.lodge(opened, new_request)
    return redirect(f"{_address('request', receipt)}?sent=1")


def _address(name: str, receipt: str) -> str:
    return redirect(name, shown(receipt)).url


def _form(rule: KindRule) -> dict[str, Any]:
    today = legal_day(SystemClock().now(), installation().zone)
    return {
        "rule": rule,
        "title": wording.said(rule.title),
        "grounds": [(key, wording.said(title)) for key, title in rule.grounds.items()],
        "branches": tuple(Branch),
        "fields": [(field, wording.field_title(field)) for field in _askable()],
        "rights": wording.rights(rule.kind),
        "due": wording.due(due_from(rule.deadline, today)),
        "longest": actions.LONGEST_WORDS,
    }


def _askable() -> list[str]:
    """Return the fields that can be asked to be corrected, in the order in which they are shown."""
    return [one.field for one in kept() if one.field in actions.FIELDS]


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


def _own(opened: Opened, receipt: str) -> Request:
    """Return the person's request; one that is not theirs is like one that is not there."""
    try:
        return queries.request(opened, receipt)
    except NotFound:
        raise Http404 from None


@require_http_methods(["GET"])
def request(request: HttpRequest, receipt: str) -> HttpResponse:
    """Show a request: where it stands, who answers, until when, what was answered, what was done."""
    number = receipt_of(receipt)
    with opened_own(request, _FIELDS) as opened:
        found = _own(opened, number)
        look = _the_look(opened, found.subject.look) if found.subject.look else None
        actions.seen(opened, receipt=number)
    context = {
        "receipt": receipt,
        "sent": "sent" in request.GET and found.state is State.WAITING,
        "taken_back": found.state is State.TAKEN_BACK,
        "found": found,
        "title": wording.said(wording.rule_of(found.kind).title),
        "rows": _rows(found),
        "look": looks.line(look) if look else None,
        "outcome": _outcome(found),
        "against": wording.against(found),
        "steps": [wording.step_line(found, step) for step in found.steps],
    }
    return render(request, "portal/cases/request.html", context)


def _rows(found: Request) -> list[Row]:
    rule = wording.rule_of(found.kind)
    rows = [
        ("about", wording.about(found.kind, found.subject)),
        ("what", wording.said(rule.grounds[found.ground])),
        ("state", texts.text(f"request.state_{found.state.value}")),
    ]
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
        found = _own(opened, number)
        if request.method == "POST":
            actions.take_back(opened, receipt=number)
    if request.method == "POST" or not found.state.is_open:
        return redirect("request", receipt)
    about = wording.about(found.kind, found.subject)
    return render(request, "portal/cases/take_back.html", {"receipt": receipt, "about": about})
