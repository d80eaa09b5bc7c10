"""Letting somebody act for one, and taking an authority to act for somebody."""

import datetime as dt
from contextlib import suppress

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from provident.access.actions import end_grant
from provident.access.linking.mandates import offer_mandate, take_mandate, withdraw_offer
from provident.access.linking.queries import grants_on, mandates_held, offers_of
from provident.access.linking.records import Code, NewOffer
from provident.access.refusals import NothingToEnd
from provident.identity.queries import resident
from provident.kernel.clock import SystemClock
from provident.kernel.refusal import Refusal
from provident.ledger.queries import installation
from provident.portal import texts
from provident.portal.linking import wording
from provident.portal.linking.telling import told
from provident.portal.linking.tries import too_many, too_many_page
from provident.portal.linking.wording import ALWAYS
from provident.portal.sections import acting
from provident.portal.views.record import opened_own

CHOICES = ("benefits", "account", "events")


@require_http_methods(["GET", "POST"])
def authorities(request: HttpRequest) -> HttpResponse:
    """Show who may open one's record, and let somebody act for one: what, from when, until when."""
    problems: dict[str, str] = {}
    made: Code | None = None
    if request.method == "POST":
        new, problems = _asked(request)
        if new is not None:
            try:
                made = offer_mandate(new, by=acting(request), name=_own_name(request))
            except Refusal as refusal:
                problems["until"] = told(refusal)
    if made is not None:
        once = {"code": made.code, "expires": wording.moment(made.expires_at)}
        return render(request, "linking/authority_made.html", once)
    grants = [wording.line_on_me(one) for one in grants_on(acting(request))]
    context = {
        "problems": problems,
        "choices": CHOICES,
        "chosen": request.POST.getlist("field"),
        "since": request.POST.get("since", "")[:10] or wording.today().isoformat(),
        "until": request.POST.get("until", "")[:10],
        "open": [one for one in grants if not one.over],
        "over": [one for one in grants if one.over],
        "offers": [wording.line_of_offer(one) for one in offers_of(acting(request))],
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
    if not problems and (days["until"] < days["since"] or days["until"] < wording.today()):
        problems["until"] = texts.text("authority.over_before")
    if not problems and days["until"] > wording.today() + dt.timedelta(days=3660):
        problems["until"] = texts.text("authority.too_long")
    if problems:
        return None, problems
    zone = installation().zone
    fields = ALWAYS + tuple(one for one in CHOICES if one in request.POST.getlist("field"))
    since = dt.datetime.combine(days["since"], dt.time(), zone)
    until = dt.datetime.combine(days["until"] + dt.timedelta(days=1), dt.time(), zone)
    return NewOffer(fields=fields, since=since, until=until), {}


def _own_name(request: HttpRequest) -> str:
    """Return the name the other side is told, as the register has it: nobody passes for somebody else."""
    with opened_own(request, ("name",)) as opened:
        return resident(opened).name or ""


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
            take_mandate(by=acting(request), name=_own_name(request), code=request.POST.get("code", "")[:100])
        except Refusal as refusal:
            problems["code"] = told(refusal)
        else:
            return redirect("represented")
    held = [wording.line_of_mine(one) for one in mandates_held(acting(request))]
    context = {"problems": problems, "held": held}
    return render(request, "linking/represented.html", context, status=400 if problems else 200)
