"""How the resident's own pension is worked out: an estimate, with every step of its working."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from provident.kernel.month import Month
from provident.kernel.refusal import Refusal
from provident.kernel.words import Language
from provident.portal import texts
from provident.portal.views.record import opened_own
from provident.statements.estimates import queries
from provident.statements.estimates.facts import FIELDS
from provident.statements.estimates.outlook import case_of, working
from provident.statements.estimates.telling import reason, tell
from provident.statements.references import reference_of

CALCULATION = "cn.pension.old_age"
CATEGORIES = ("male60", "female55", "female50")


@require_GET
def estimate(request: HttpRequest) -> HttpResponse:
    """Ask for the category, which no record holds; work the pension out for it. Nothing is stored."""
    category = request.GET.get("category", "")
    known = category in CATEGORIES
    month = _month(request.GET.get("month", ""))
    asked = "category" in request.GET
    context: dict[str, object] = {
        "categories": CATEGORIES,
        "category": category if known else "",
        "month": month,
        "told": None,
        "unanswered": None,
        "problems": {"category": texts.text("estimate.need_category")} if asked and not known else {},
    }
    if known:
        context |= _answered(request, category, month)
    status = 400 if context["unanswered"] else 200
    return render(request, "portal/estimate.html", context, status=status)


def _answered(request: HttpRequest, category: str, month: Month | None) -> dict[str, object]:
    """Return what the page tells of the record, or why it has no answer for the month asked for."""
    with opened_own(request, FIELDS) as opened:
        if month is None:
            found = queries.estimate(opened, CALCULATION, {"category": category})
        else:
            case, reference = case_of(opened, category), reference_of(opened.person)
            try:
                found = working(case, month, going_on="going" in request.GET, reference=reference)
            except Refusal as refusal:
                return {"unanswered": reason(refusal, case.law, Language(texts.language()))}
    return {"told": tell(found, Language(texts.language())), "going": found.months_ahead > 0}


def _month(text: str) -> Month | None:
    """Return the month of retirement asked for; None if there is none, or it is no month."""
    try:
        return Month.parse(text)
    except Refusal:
        return None
