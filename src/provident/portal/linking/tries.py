"""How often codes may be tried from one address. Names are never blocked: that would lock people out."""

from allauth.core.ratelimit import consume
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from provident.portal import texts


def too_many(request: HttpRequest) -> bool:
    """Count a try; say whether there were too many from this address."""
    return not consume(request, action="code")


def too_many_page(request: HttpRequest) -> HttpResponse:
    """Say that there were too many tries, and when to come back."""
    context = {
        "heading": texts.text("tries.title"),
        "sentence": texts.text("tries.sentence"),
        "remedy": texts.text("tries.remedy"),
    }
    return render(request, "portal/problem.html", context, status=429)
