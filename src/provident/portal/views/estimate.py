"""How the resident's own pension is worked out: an estimate, with every step of its working."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from provident.kernel.words import Language
from provident.portal import texts
from provident.portal.views.record import opened_own
from provident.statements.estimates import queries
from provident.statements.estimates.facts import FIELDS
from provident.statements.estimates.telling import Telling, tell

CALCULATION = "cn.pension.old_age"
CATEGORIES = ("male60", "female55", "female50")


@require_GET
def estimate(request: HttpRequest) -> HttpResponse:
    """Ask for the category, which no record holds; work the pension out for it. Nothing is stored."""
    category = request.GET.get("category", "")
    known = category in CATEGORIES
    asked = "category" in request.GET
    context = {
        "categories": CATEGORIES,
        "category": category if known else "",
        "told": _told(request, category) if known else None,
        "problems": {"category": texts.text("estimate.need_category")} if asked and not known else {},
    }
    return render(request, "portal/estimate.html", context)


def _told(request: HttpRequest, category: str) -> Telling:
    with opened_own(request, FIELDS) as opened:
        found = queries.estimate(opened, CALCULATION, {"category": category})
    return tell(found, Language(texts.language()))
