"""Our rules where django-allauth asks for them."""

import time
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from provident.portal.sections import account_label, agency_name


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are given at the counter or by the administrator; nobody signs up, nobody is mailed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Nobody makes an account here."""
        return False

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Store the hash of a password, the one column of an account that the application may write."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def is_reauthentication_required(self, *, app: str, **_kwargs: Any) -> bool:  # noqa: ARG002
        """Ask for the password again before a change of how one signs in, unless one has just signed in."""
        records = get_authentication_records(self.request, self.request.user)
        return not records or time.time() - records[-1]["at"] >= REAUTHENTICATION_TIMEOUT

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:  # noqa: ARG002
        """Answer for a closed account as for an unknown one."""
        return redirect("account_login")


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Authenticator apps, passkeys and recovery codes."""

    def get_totp_issuer(self) -> str:
        """Name the agency in the authenticator app."""
        return agency_name() or "Provident"

    def build_totp_svg(self, url: str) -> str:
        """Draw the code that an authenticator app scans."""
        return str(segno.make(url, error="m").svg_inline(scale=4, border=2))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Bind passkeys to this host, under the agency's name."""
        return {**super().get_public_key_credential_rp_entity(), "name": self.get_totp_issuer()}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """Show the account's label where a device lists its passkeys."""
        return {**super().get_public_key_credential_user_entity(user), "display_name": account_label(user)}
