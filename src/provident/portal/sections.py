"""What the frame of every page shows: the sections open to the account, and whose system this is."""

from django.db import connection
from django.http import HttpRequest

from provident.access import matrix
from provident.access.models import Account
from provident.access.queries import roles_of
from provident.kernel.keys import AccountId
from provident.ledger.queries import installation
from provident.portal import texts

_SECTIONS = ("record", "looks", "filings", "counter")


def request_roles(request: HttpRequest) -> frozenset[str]:
    """Return the roles the signed-in account holds now, read once a request; none for a visitor."""
    if not request.user.is_authenticated:
        return frozenset()
    if not hasattr(request, "provident_roles"):
        request.provident_roles = frozenset(held.role.value for held in roles_of(AccountId(request.user.pk)))  # type: ignore[attr-defined]
    return request.provident_roles  # type: ignore[attr-defined,no-any-return]


def sections(request: HttpRequest) -> tuple[str, ...]:
    """Return the names of the sections this account may open."""
    roles = request_roles(request)
    return tuple(name for name in _SECTIONS if roles and matrix.allowed(name, roles))


def account_label(account: Account) -> str:
    """Return an account's label in the request's language."""
    return account.label_zh if texts.language() == "zh-hans" else account.label_en


def agency_name() -> str:
    """Return the agency's name; empty before the installation is registered."""
    if connection.in_atomic_block and connection.needs_rollback:  # an error page has no database
        return ""
    found = installation()
    return "" if found is None else (found.agency_zh if texts.language() == "zh-hans" else found.agency_en)
