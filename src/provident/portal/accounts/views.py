"""The pages of signing in and of one's own account, where they differ from allauth's."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
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
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST

from provident.portal import texts
from provident.portal.accounts import sessions
from provident.portal.accounts.devices import device
from provident.portal.accounts.standing import acts_in_office, lacks_second_factor

_OWN = reverse_lazy("mfa_index")


class Security(IndexView):  # type: ignore[misc]
    """How one signs in, with what second factors, and where one is signed in now."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the sessions, and whether a second factor is still missing."""
        found = sessions.own_sessions(self.request)
        shown: dict[str, Any] = super().get_context_data(**kwargs)
        return shown | {
            "sessions": [(one, device(one.user_agent)) for one in found],
            "lacking": lacks_second_factor(self.request),
            "in_office": acts_in_office(self.request.user),
            "limits": sessions.limits_of(self.request.user),
        }


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
