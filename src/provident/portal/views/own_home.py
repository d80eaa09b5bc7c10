"""The resident's home: what is there, what is missing and from whom, and what can be done, in one screen."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from provident.kernel.words import Branch
from provident.portal.views.record import GapLine, own_overview, shown
from provident.statements.records import INCOMPLETE


def own_home(request: HttpRequest) -> HttpResponse:
    """Show the signed-in resident their record in one screen."""
    record = own_overview(request)
    seen = shown(record, Branch.PENSION, own=True)
    gaps: list[GapLine] = sorted(seen["gaps"], key=lambda gap: gap.last, reverse=True)
    context = {
        "record": record,
        "pension_months": seen["pension_months"],
        "missing_months": seen["missing_months"],
        "gaps": gaps,
        "to_do": [one.value for one in INCOMPLETE if any(gap.status is one for gap in gaps)],
    }
    return render(request, "portal/own_home.html", context)
