"""The clerk's counter: open a record by official number, with a reason, always logged."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from provident.identity.queries import open_by_number
from provident.kernel.words import Branch
from provident.portal import texts
from provident.portal.sections import acting
from provident.portal.views.record import FIELDS, shown
from provident.statements.overview.queries import overview


@require_http_methods(["GET", "POST"])
def counter(request: HttpRequest) -> HttpResponse:
    """Ask for a number and a reason; answer with the record, or with the refusal.

    The number travels in the body and never in an address, so that no log or history keeps it.
    """
    number = request.POST.get("number", "").strip()
    reason = request.POST.get("reason", "").strip()[:300]
    problems: dict[str, str] = {}
    if request.method == "POST":
        if not number:
            problems["number"] = texts.text("counter.need_number")
        if not reason:
            problems["reason"] = texts.text("counter.need_reason")
        if not problems:
            with open_by_number(
                number,
                by=acting(request),
                purpose="counter_service",
                fields=FIELDS,
                system="portal",
                reason=reason,
            ) as opened:
                found = overview(opened)
            return render(request, "portal/record.html", shown(found, Branch.PENSION, own=False))
    context = {"number": number, "reason": reason, "problems": problems}
    return render(request, "portal/counter.html", context, status=400 if problems else 200)
