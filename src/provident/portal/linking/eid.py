"""Signing in with an e-ID: off to its issuer, back with a token, and in; or first to the counter's code."""

import secrets
import time
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth import get_backends, logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from requests import RequestException

from provident.access.linking.actions import link_by_code
from provident.access.linking.queries import account_of_eid
from provident.access.linking.records import EId
from provident.identity.actions import link_eid
from provident.kernel.keys import AccountId
from provident.kernel.refusal import Refusal
from provident.portal import texts
from provident.portal.linking.issuers import Issuer, issuers
from provident.portal.linking.protocol import NONCE, Adapter, Claims, Provider
from provident.portal.linking.telling import told
from provident.portal.linking.tries import too_many, too_many_page

_WAITING = "eid_waiting"  # an e-ID that has shown itself and is linked to nobody yet
_PATIENCE = 600  # seconds it waits for the counter's code
METHOD = "eid"  # how a session signed in with an e-ID was opened


def _named(name: str) -> Issuer:
    for issuer in issuers():
        if issuer.name == name:
            return issuer
    raise Http404


@require_POST
def leave(request: HttpRequest, issuer: str) -> HttpResponse:
    """Send the browser to the issuer."""
    provider = Provider(request, _named(issuer))
    nonce = request.session[NONCE] = secrets.token_urlsafe(24)
    spoken = "zh-CN" if texts.language() == "zh-hans" else "en"
    asked = {"nonce": nonce, "ui_locales": spoken}
    try:
        answer: HttpResponse = provider.redirect(request, AuthProcess.LOGIN, auth_params=asked)
    except (
        RequestException,
        OAuth2Error,
        KeyError,
        ValueError,
    ):  # it does not answer, or not as an issuer does
        return render(request, "linking/unreachable.html", status=502)
    return answer


@require_GET
def arrived(request: HttpRequest, issuer: str) -> HttpResponse:
    """Take the browser back from the issuer."""

    def settle(issuer: Issuer, claims: Claims) -> HttpResponse:
        return _settle(request, issuer, claims)

    view = OAuth2CallbackView.adapter_view(Adapter(request, Provider(request, _named(issuer), settle)))
    answer: HttpResponse = view(request)
    return answer


def _settle(request: HttpRequest, issuer: Issuer, claims: Claims) -> HttpResponse:
    """Sign the holder in, by the link there is or by the number a believed issuer vouches for."""
    eid = EId(issuer.issuer, claims["sub"])
    account = account_of_eid(eid) or _vouched(issuer, eid, claims)
    if account is not None:
        return enter(request, account, METHOD)
    request.session[_WAITING] = {"issuer": eid.issuer, "subject": eid.subject, "at": time.time()}
    return redirect("eid-code")


def _vouched(issuer: Issuer, eid: EId, claims: Claims) -> AccountId | None:
    number = claims.get(issuer.number_claim) if issuer.number_claim else None
    if not isinstance(number, str):
        return None
    try:
        return link_eid(eid, number=number)
    except Refusal:  # nobody here holds it, or it is no number: the counter sorts it out
        return None


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the counter's code, once, and link the e-ID that waits to whom it was given."""
    waiting: dict[str, Any] = request.session.get(_WAITING) or {}
    if not waiting or time.time() - waiting["at"] > _PATIENCE:
        request.session.pop(_WAITING, None)
        return redirect("account_login")
    problems: dict[str, str] = {}
    if request.method == "POST":
        if too_many(request):
            return too_many_page(request)
        try:
            eid = EId(waiting["issuer"], waiting["subject"])
            account = link_by_code(code=request.POST.get("code", "")[:100], eid=eid)
        except Refusal as refusal:
            problems["code"] = told(refusal)
        else:
            del request.session[_WAITING]
            return enter(request, account, METHOD)
    return render(request, "linking/eid_code.html", {"problems": problems}, status=400 if problems else 200)


def enter(request: HttpRequest, account: AccountId, method: str, to: str = "home") -> HttpResponse:
    """Open a session for an account that has shown who it is; a second factor it has is asked for."""
    user = get_backends()[0].get_user(account)
    if not isinstance(user, AbstractBaseUser):
        raise Http404  # closed in this very moment
    if request.user.is_authenticated:
        logout(request)
    record_authentication(request, user, method)
    answer: HttpResponse = perform_login(request, user, email_verification="none", redirect_url=reverse(to))
    return answer
