"""What the frame of every page shows: the sections open to the account, and whose system this is."""

from django.http import Http404, HttpRequest

from provident.access import matrix
from provident.access.models import UNCHOSEN, Account
from provident.access.queries import roles_of
from provident.access.records import Role
from provident.kernel.keys import AccountId
from provident.ledger.queries import installation
from provident.ledger.refusals import NoInstallation
from provident.portal import texts
from provident.portal.accounts.standing import lacks_second_factor

_SECTIONS = (
    "record",
    "pension",
    "looks",
    "inbox",
    "my-data",
    "authorities",
    "represented",
    "filings",
    "counter",
    "cases",
    "tokens",
    "offices",
)


def acting(request: HttpRequest) -> AccountId:
    """Return the signed-in account; 404 for a visitor, whom the gate has not let through anyway."""
    if request.user.pk is None:
        raise Http404
    return AccountId(request.user.pk)


def request_roles(request: HttpRequest) -> frozenset[str]:
    """Return the roles the account holds in this session now, read once a request.

    A visitor holds none; nor does an account in office that has not shown a second factor.
    """
    if not request.user.is_authenticated or lacks_second_factor(request):
        return frozenset()
    account = request.user
    if account.roles_now is None:
        account.roles_now = roles_of(AccountId(account.pk))
    return account.roles_now


def standing(request: HttpRequest) -> frozenset[str]:
    """Return what the matrix is asked with: the session's roles, and that somebody is signed in at all."""
    return request_roles(request) | {matrix.SIGNED_IN} if request.user.is_authenticated else frozenset()


def sections(request: HttpRequest) -> tuple[str, ...]:
    """Return the names of the sections this account may open."""
    roles = request_roles(request)
    found = tuple(name for name in _SECTIONS if roles and matrix.allowed(name, roles))
    return ("home", *found) if Role.RESIDENT in roles else found


def account_label(account: Account) -> str:
    """Return what an account is called where its holder reads it: its label, or a person's sign-in name."""
    label = account.label_zh if texts.language() == "zh-hans" else account.label_en
    if label:
        return label
    return texts.text("account_holder") if account.sign_in.startswith(UNCHOSEN) else account.sign_in


def agency_name() -> str:
    """Return the agency's name; empty before the installation is registered."""
    try:
        found = installation()
    except NoInstallation:
        return ""
    return found.agency_zh if texts.language() == "zh-hans" else found.agency_en
