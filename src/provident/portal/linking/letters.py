"""The sign-in letter: made at the counter, for whoever stands there with their identity document."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from provident.access.linking.actions import give_letter_code
from provident.access.refusals import LetterNeedsAnother
from provident.identity.queries import open_by_number, resident
from provident.ledger.queries import installation
from provident.portal import texts
from provident.portal.sections import acting
from provident.statements.phrases import phrases


@require_http_methods(["GET", "POST"])
def letter(request: HttpRequest) -> HttpResponse:
    """Make a letter for the person with this number; that stands in their log, with the reason."""
    if request.method == "GET":
        return redirect("counter")
    number, reason = request.POST.get("number", "").strip(), request.POST.get("reason", "").strip()[:300]
    asked = {"number": number, "reason": reason}
    problems = {field: texts.text(f"counter.need_{field}") for field, given in asked.items() if not given}
    if problems:
        return render(request, "portal/counter.html", {**asked, "problems": problems}, status=400)
    with open_by_number(
        number,
        by=acting(request),
        purpose="sign_in_letter",
        fields=("name",),
        system="portal",
        reason=reason,
    ) as opened:
        name = resident(opened).name or ""
        code = give_letter_code(opened)
    if code is None:
        raise LetterNeedsAnother
    agency = installation()
    context = {
        "name": name,
        "code": code.code,
        "expires": {one: phrases(one).moment(code.expires_at, agency.zone.key) for one in ("en", "zh-hans")},
        "agency": {"en": agency.agency_en, "zh-hans": agency.agency_zh},
        "address": settings.PORTAL_URL + reverse("activate"),
        "say": lambda language, key, **facts: texts.sentences(language)[f"letter.{key}"].format(**facts),
        "languages": sorted(("en", "zh-hans"), key=lambda one: one != texts.language()),
    }
    return render(request, "linking/letter.html", context)
