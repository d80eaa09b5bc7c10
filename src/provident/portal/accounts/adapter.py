"""Our rules where django-allauth asks for them."""

import time
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import lazy

from provident.access.models import folded
from provident.portal import texts
from provident.portal.accounts import sealing
from provident.portal.accounts.standing import acts_in_office
from provident.portal.sections import account_label, agency_name

# What allauth finds fault with, by its names for it, as lazily read texts of ours.
_say = lazy(texts.text, str)
_FAULTS = {
    "username_password_mismatch": _say("signin.mismatch"),
    "too_many_login_attempts": _say("signin.too_many"),
    "rate_limited": _say("signin.too_many"),
    "incorrect_password": _say("account.wrong_password"),
    "enter_current_password": _say("account.wrong_password"),
    "incorrect_code": _say("signin.wrong_code"),
}
# What allauth reports as done, by the template it would write it with.
_DONE = {
    "account/messages/password_changed.txt": "account.password_changed",
    "account/messages/password_set.txt": "account.password_changed",
    "mfa/messages/totp_activated.txt": "account.app_added",
    "mfa/messages/totp_deactivated.txt": "account.app_removed",
    "mfa/messages/webauthn_added.txt": "account.passkey_added",
    "mfa/messages/webauthn_removed.txt": "account.passkey_removed",
}


_WAYS = {"reauthenticate": "password", "mfa_reauthenticate": "code", "mfa_reauthenticate:webauthn": "passkey"}


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are given at the counter or by the administrator; nobody signs up, nobody is mailed."""

    error_messages = {**DefaultAccountAdapter.error_messages, **_FAULTS}

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *_more: Any,
        **_named: Any,
    ) -> None:
        """Say in our words what was done, where it needs saying."""
        key = _DONE.get(message_template or "")
        if key:
            messages.add_message(request, level, texts.text(key))

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Nobody makes an account here."""
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failures by name and address together: by the name alone, anybody could lock anybody out."""
        return f"{get_ip(request)} {folded(credentials.get('username', ''))}"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        """Go back to the account's page."""
        return reverse("mfa_index")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Name the ways to confirm in our words."""
        found = super().get_reauthentication_methods(user)
        return [one | {"description": texts.text(f"account.confirm_{_WAYS[one['id']]}")} for one in found]

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Store the hash of a password, the one column of an account that the application may write."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def is_reauthentication_required(self, *, app: str, **_kwargs: Any) -> bool:  # noqa: ARG002
        """Ask for the password again before a change of how one signs in, unless one has just signed in."""
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < REAUTHENTICATION_TIMEOUT:
            return False
        if not get_reauthentication_flows(self.request.user):
            # Only an e-ID signs in here, which allauth would let pass: it is to be shown again.
            logout(self.request)
            messages.info(self.request, texts.text("account.eid_again"))
            raise ImmediateHttpResponse(redirect("account_login"))
        return True

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:  # noqa: ARG002
        """Answer for a closed account as for an unknown one."""
        return redirect("account_login")


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Authenticator apps, passkeys and recovery codes."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _say("signin.wrong_code"),
        "cannot_delete_authenticator": _say("account.last_factor"),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Let whoever acts in office remove a second factor only if another stays."""
        if not acts_in_office(authenticator.user):
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())

    def generate_authenticator_name(self, user: Any, type: str) -> str:  # noqa: A002 - allauth's name
        """Name a passkey by its number."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return texts.text("account.passkey_number", number=count + 1)

    def encrypt(self, text: str) -> str:
        """Encrypt what the database keeps of an authenticator app or of recovery codes."""
        return sealing.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Undo `encrypt`."""
        return sealing.decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        """Name the agency in the authenticator app."""
        return agency_name() or "Provident"

    def build_totp_svg(self, url: str) -> str:
        """Draw the code that an authenticator app scans."""
        return str(segno.make(url, error="m").svg_inline(scale=4, border=3, light="#fff"))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Bind passkeys to this host, under the agency's name."""
        return {**super().get_public_key_credential_rp_entity(), "name": self.get_totp_issuer()}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """Show what the account is called where a device lists its passkeys."""
        return {**super().get_public_key_credential_user_entity(user), "display_name": account_label(user)}
