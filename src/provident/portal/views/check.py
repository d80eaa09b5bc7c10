"""Check a receipt in the browser: the page hands out the check and its words, and is sent nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from provident.portal import texts
from provident.verify.verdicts import words


@require_GET
def check(request: HttpRequest) -> HttpResponse:
    """Show the page; what is checked stays in the browser."""
    return render(request, "portal/check.html", {"words": words(texts.language())})
