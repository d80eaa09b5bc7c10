"""The pages of signing in and of one's own account, where they differ from allauth's."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST

from provident.access.linking.actions import end_eid
from provident.access.linking.queries import eids_of
from provident.access.queries import account as card_of
from provident.portal import texts
from provident.portal.accounts import sessions
from provident.portal.accounts.devices import device
from provident.portal.accounts.standing import acts_in_office, lacks_second_factor
from provident.portal.linking.issuers import issuer_title, issuers
from provident.portal.sections import acting

_OWN = reverse_lazy("mfa_index")


@dataclass(frozen=True, slots=True)
class EIdLine:
    """An e-ID that signs in to the account."""

    id: int
    title: str
    since: dt.datetime


class Security(IndexView):  # type: ignore[misc]
    """How one signs in, with what second factors, and where one is signed in now."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the sessions, and whether a second factor is still missing."""
        found = sessions.own_sessions(self.request)
        shown: dict[str, Any] = super().get_context_data(**kwargs)
        return shown | {
            "eids": _eids(self.request),
            "sessions": [(one, device(one.user_agent)) for one in found],
            "lacking": lacks_second_factor(self.request),
            "in_office": acts_in_office(self.request.user),
            "limits": sessions.limits_of(self.request.user),
        }


def _eids(request: HttpRequest) -> tuple[EIdLine, ...]:
    """Return the account's e-IDs; one whose issuer is no longer known here goes by the issuer's address."""
    titles = {one.issuer: issuer_title(one) for one in issuers()}
    found = eids_of(acting(request))
    return tuple(EIdLine(one.id, titles.get(one.issuer, one.issuer), one.linked_at) for one in found)


@require_POST
def end_linked_eid(request: HttpRequest, number: int) -> HttpResponse:
    """End an e-ID's signing in to one's own account; the last way to sign in stays."""
    account, linked = acting(request), {one.id for one in eids_of(acting(request))}
    if number not in linked:
        raise Http404
    raise_if_reauthentication_required(request, app="account")
    passkeys = Authenticator.objects.filter(user_id=account, type=Authenticator.Type.WEBAUTHN)
    if len(linked) == 1 and not card_of(account).taken and not passkeys.exists():
        messages.error(request, texts.text("account.eid_last"))
        return redirect(_OWN)
    end_eid(by=account, linked=number)
    messages.success(request, texts.text("account.eid_ended"))
    return redirect(_OWN)


@require_POST
def end_session(request: HttpRequest, number: int) -> HttpResponse:
    """End one of one's own sessions on the server."""
    sessions.end(request, number)
    messages.success(request, texts.text("account.session_ended"))
    return redirect(_OWN)


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End every session of one's own but this one."""
    sessions.end_others(request)
    messages.success(request, texts.text("account.others_ended"))
    return redirect(_OWN)


def _shown_now(request: HttpRequest, kind: str) -> None:
    """Count a second factor just set up as shown, and change the session's key as at every log-in."""
    record_authentication(request, request.user, "mfa", type=kind)
    listed = request.session.session_key
    request.session.cycle_key()
    sessions.rename(listed, request.session.session_key)


class ActivateApp(ActivateTOTPView):  # type: ignore[misc]
    """Set an authenticator app up; the code that proves it is a second factor shown."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the app, and let this session have what it was waiting for."""
        response: HttpResponse = super().form_valid(form)
        _shown_now(self.request, Authenticator.Type.TOTP)
        return response


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]
    """Add a passkey: always one that the device asks its holder about, and that can sign in by itself."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Ask the browser for a key that it can find without a name."""
        shown = super().get_context_data(**kwargs)
        # After allauth's own: the session remembers the last question only.
        options = webauthn.begin_registration(self.request.user, passwordless=True)
        return {**shown, "js_data": {"creation_options": options}}

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the passkey, and let this session have what it was waiting for."""
        response: HttpResponse = super().form_valid(form)
        _shown_now(self.request, Authenticator.Type.WEBAUTHN)
        return response


class RenamePasskey(EditWebAuthnView):  # type: ignore[misc]
    """Give a passkey another name."""

    success_url = _OWN


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    """Remove a passkey; whoever acts in office keeps at least one second factor."""

    success_url = _OWN

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, or say why not."""
        if not get_adapter().can_delete_authenticator(self.get_object()):
            messages.error(self.request, texts.text("account.last_factor"))
            return redirect(_OWN)
        response: HttpResponse = super().form_valid(form)
        return response


class SignInWithPasskey(LoginWebAuthnView):  # type: ignore[misc]
    """Sign in with nothing but a passkey."""

    def form_invalid(self, form: Any) -> HttpResponse:  # noqa: ARG002 - Django's signature
        """Say so on the log-in page; every cause looks alike."""
        messages.error(self.request, texts.text("signin.passkey_refused"))
        return redirect("account_login")


class ConfirmWithPasskey(ReauthenticateWebAuthnView):  # type: ignore[misc]
    """Confirm with a passkey that it is still the same person."""

    def form_invalid(self, form: Any) -> HttpResponse:  # noqa: ARG002 - Django's signature
        """Say so on the same page."""
        messages.error(self.request, texts.text("signin.passkey_refused"))
        return redirect(self.request.get_full_path())
