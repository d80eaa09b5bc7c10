"""What the present session is good for: whether it carries roles or still lacks a second factor."""

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.http import HttpRequest

from provident.access.models import Account
from provident.access.records import AccountKind

SAMPLE = "sample"  # how a session of the sample sign-in was opened
_IN_OFFICE = frozenset({AccountKind.STAFF, AccountKind.EMPLOYER})
_SECOND_FACTOR = "mfa"  # allauth's word for whatever is shown besides a password, passkeys included


def record_sample_sign_in(request: HttpRequest, account: Account) -> None:
    """Note that this session was opened by a click."""
    record_authentication(request, account, SAMPLE)


def acts_in_office(account: Account) -> bool:
    """Say whether the account acts for an agency or an employer, and so needs a second factor."""
    return account.kind in _IN_OFFICE


def lacks_second_factor(request: HttpRequest) -> bool:
    """Say whether this session carries no roles until a second factor is set up and shown.

    A sample sign-in, which exists in development only, counts as if it had shown one.
    """
    account = request.user
    if not isinstance(account, Account) or not acts_in_office(account):
        return False
    shown = {record["method"] for record in get_authentication_records(request, account)}
    enough = {_SECOND_FACTOR} | ({SAMPLE} if settings.DEVELOPMENT and account.sample else set())
    return shown.isdisjoint(enough)
