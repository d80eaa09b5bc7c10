"""The front door: the start page, the sample sign-in, signing out, and what a refusal looks like."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import escape
from django.views.decorators.http import require_GET, require_POST

from provident.access.queries import sample_accounts
from provident.kernel.refusal import Refusal
from provident.portal import texts
from provident.portal.accounts import sessions as sessions_list
from provident.portal.accounts.standing import lacks_second_factor, record_sample_sign_in
from provident.portal.sections import sections
from provident.portal.views.own_home import own_home

_BACKEND = "provident.portal.accounts.store.Backend"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show a resident their record in one screen; lead others to their first section."""
    if lacks_second_factor(request):
        return redirect("mfa_index")
    open_sections = sections(request)
    if "record" in open_sections:
        return own_home(request)
    return redirect(open_sections[0]) if open_sections else render(request, "portal/home.html")


@require_POST
def sign_in_sample(request: HttpRequest) -> HttpResponse:
    """Sign in as a sample account by a click; the route exists in development mode only."""
    if not settings.DEVELOPMENT:
        raise Http404
    chosen = {str(one.pk): one for one in sample_accounts()}.get(request.POST.get("account", ""))
    if chosen is None:
        return redirect("account_login")
    login(request, chosen, backend=_BACKEND)
    record_sample_sign_in(request, chosen)
    sessions_list.note(request)
    return redirect("home")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session on the server."""
    sessions_list.forget_current(request)
    logout(request)
    return redirect("home")


def _problem(request: HttpRequest, name: str, status: int) -> HttpResponse:
    context = {
        "heading": texts.text(f"problem.{name}_title"),
        "sentence": texts.text(f"problem.{name}"),
        "remedy": "",
    }
    return render(request, "portal/problem.html", context, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer alike for a page that is not there and one that is not open."""
    return _problem(request, "not_found", 404)


def forbidden(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer a form whose token does not fit."""
    return _problem(request, "forbidden", 403)


def broken(_request: HttpRequest) -> HttpResponse:
    """Say that something broke."""
    return _bare("broken", 500)


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer what no browser sends by itself: a made-up host, a form that cannot be read."""
    return _bare("malformed", 400)


def _bare(name: str, status: int) -> HttpResponse:
    """Answer without database, session or template, any of which may be what broke."""
    heading, sentence = escape(texts.text(f"problem.{name}_title")), escape(texts.text(f"problem.{name}"))
    head = f'<!DOCTYPE html><html lang="{texts.language()}"><title>{heading}</title>'
    way_on = f'<p><a href="/">{escape(texts.text("problem.go_home"))}</a></p>'
    return HttpResponse(f"{head}<h1>{heading}</h1><p>{sentence}</p>{way_on}", status=status)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Show a refusal with its remedy."""
    spoken = texts.language()
    context = {
        "heading": texts.text("problem.refused_title"),
        "sentence": refusal.sentence(spoken),
        "remedy": refusal.remedy(spoken),
    }
    return render(request, "portal/problem.html", context, status=403)
