"""Letting somebody act for one, and acting for somebody: within the fields and dates of an authority."""

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from provident import access
from provident.access.actions import end_grant
from provident.access.catalogue import catalogue
from provident.access.linking.mandates import offer_mandate, take_mandate, withdraw_offer
from provident.access.linking.queries import grants_on, mandates_held, offers_of
from provident.access.linking.records import Code, GrantOnMe, MandateHeld, NewOffer
from provident.access.refusals import NothingToEnd
from provident.kernel.clock import SystemClock, legal_day
from provident.kernel.refusal import Refusal
from provident.kernel.words import Language
from provident.ledger.queries import installation
from provident.portal import texts
from provident.portal.linking.telling import told
from provident.portal.linking.tries import too_many, too_many_page
from provident.portal.sections import acting
from provident.portal.views.record import branch_named, shown
from provident.statements.overview.queries import overview
from provident.statements.phrases import phrases

ALWAYS = ("name", "numbers", "enrolments", "contributions")  # without these there is no record to show
CHOICES = ("benefits", "account")


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


@require_http_methods(["GET", "POST"])
def authorities(request: HttpRequest) -> HttpResponse:
    """Show who may open one's record, and let somebody act for one: what, from when, until when."""
    problems: dict[str, str] = {}
    made: Code | None = None
    if request.method == "POST":
        new, problems = _asked(request)
        if new is not None:
            try:
                made = offer_mandate(new, by=acting(request))
            except Refusal as refusal:
                problems["until"] = told(refusal)
    if made is not None:
        once = {"code": made.code, "expires": _moment(made.expires_at)}
        return render(request, "linking/authority_made.html", once)
    grants = [_line(one) for one in grants_on(acting(request))]
    context = {
        "problems": problems,
        "choices": CHOICES,
        "chosen": request.POST.getlist("field"),
        "since": request.POST.get("since", "")[:10] or _today().isoformat(),
        "until": request.POST.get("until", "")[:10],
        "open": [one for one in grants if not one.over],
        "over": [one for one in grants if one.over],
        "offers": [
            GrantLine(one.id, "", "", _fields(one.fields), _day(one.since), _last_day(one.until), False, True)
            for one in offers_of(acting(request))
        ],
    }
    return render(request, "linking/authorities.html", context, status=400 if problems else 200)


def _asked(request: HttpRequest) -> tuple[NewOffer | None, dict[str, str]]:
    days: dict[str, dt.date] = {}
    problems: dict[str, str] = {}
    for field in ("since", "until"):
        try:
            days[field] = dt.date.fromisoformat(request.POST.get(field, ""))
        except ValueError:
            problems[field] = texts.text(f"authority.need_{field}")
    if not problems and (days["until"] < days["since"] or days["until"] < _today()):
        problems["until"] = texts.text("authority.over_before")
    if not problems and days["until"] > _today() + dt.timedelta(days=3660):
        problems["until"] = texts.text("authority.too_long")
    if problems:
        return None, problems
    zone = installation().zone
    fields = ALWAYS + tuple(one for one in CHOICES if one in request.POST.getlist("field"))
    since = dt.datetime.combine(days["since"], dt.time(), zone)
    until = dt.datetime.combine(days["until"] + dt.timedelta(days=1), dt.time(), zone)
    return NewOffer(fields=fields, since=since, until=until), {}


@require_POST
def end_authority(request: HttpRequest, grant: int) -> HttpResponse:
    """End what opens one's record to somebody, or lay down what opens somebody's to oneself; at once."""
    own = {one.id for one in grants_on(acting(request))}
    held = {one.id for one in mandates_held(acting(request))}
    if grant not in own | held:
        raise Http404
    with suppress(NothingToEnd):  # a second click: it is over already
        end_grant(by=acting(request), grant=grant, at=SystemClock().now())
    return redirect("authorities" if grant in own else "represented")


@require_POST
def end_offer(request: HttpRequest, offer: int) -> HttpResponse:
    """Take back an offer nobody has taken."""
    if offer not in {one.id for one in offers_of(acting(request))}:
        raise Http404
    withdraw_offer(by=acting(request), offer=offer)
    return redirect("authorities")


@require_http_methods(["GET", "POST"])
def represented(request: HttpRequest) -> HttpResponse:
    """List whom one may act for, and take an authority with its code."""
    problems: dict[str, str] = {}
    if request.method == "POST":
        if too_many(request):
            return too_many_page(request)
        try:
            take_mandate(by=acting(request), code=request.POST.get("code", "")[:100])
        except Refusal as refusal:
            problems["code"] = told(refusal)
        else:
            return redirect("represented")
    held = [_held_line(one) for one in mandates_held(acting(request))]
    context = {"problems": problems, "held": held}
    return render(request, "linking/represented.html", context, status=400 if problems else 200)


@require_GET
def represented_record(request: HttpRequest, grant: int) -> HttpResponse:
    """Show the record of somebody one acts for: what the authority names, and nothing else."""
    found = next((one for one in mandates_held(acting(request)) if one.id == grant), None)
    if found is None or not found.covers(ALWAYS):  # a page of half a record would say that things are missing
        raise Http404
    branch = branch_named(request.GET.get("branch", "pension"))
    with access.open_record(
        found.person, by=acting(request), purpose="representation", fields=found.fields, system="portal"
    ) as opened:
        record = overview(opened)
    if "benefits" not in found.fields:
        record = replace(record, benefits=())
    if "account" not in found.fields:
        record = replace(record, accounts=())
    context = shown(record, branch, own=False) | {"authority": _held_line(found)}
    return render(request, "linking/represented_record.html", context)


def _line(one: GrantOnMe) -> GrantLine:
    purpose = catalogue().purposes.get(one.purpose)
    return GrantLine(
        id=one.id,
        who=one.holder.text(texts.language()),
        purpose=purpose.title.text(texts.language()) if purpose else one.purpose,
        fields=_fields(one.fields),
        since=_day(one.since),
        until=_last_day(one.until),
        over=one.until <= SystemClock().now(),
        begun=one.since <= SystemClock().now(),
    )


def _held_line(one: MandateHeld) -> GrantLine:
    return GrantLine(
        id=one.id,
        who=one.name.text(texts.language()) or one.basis,
        purpose="",
        fields=_fields(one.fields),
        since=_day(one.since),
        until=_last_day(one.until),
        over=False,
        begun=one.since <= SystemClock().now() and one.covers(ALWAYS),
    )


def _fields(fields: tuple[str, ...]) -> str:
    titles = [catalogue().fields[field].text(texts.language()) for field in fields]
    return phrases(texts.language()).listed(titles)


def _today() -> dt.date:
    return legal_day(SystemClock().now(), installation().zone)


def _day(moment: dt.datetime) -> str:
    return phrases(Language(texts.language())).day(legal_day(moment, installation().zone))


def _last_day(until: dt.datetime) -> str:
    return _day(until - dt.timedelta(microseconds=1))


def _moment(at: dt.datetime) -> str:
    return phrases(texts.language()).moment(at, installation().zone.key)
