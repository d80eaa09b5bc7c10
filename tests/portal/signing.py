"""A browser in which an account is signed in, with a second factor shown."""

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from django.test import Client

from provident.access.models import Account

_BACKEND = "provident.portal.accounts.store.Backend"


def signed_in(account: int, *, second_factor: bool = True) -> Client:
    """Return the browser; `second_factor=False` for a session in which none has been shown."""
    client, request = Client(), HttpRequest()
    request.session = client.session
    found = Account.objects.get(pk=account)
    login(request, found, backend=_BACKEND)
    record_authentication(request, found, "password")
    if second_factor:
        record_authentication(request, found, "mfa", type="totp")
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    return client
