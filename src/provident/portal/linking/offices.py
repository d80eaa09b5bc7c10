"""The administrator's page: accounts of the agency's own people, and the roles they hold."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from provident.access.actions import create_account, grant_role, revoke_role
from provident.access.catalogue import catalogue
from provident.access.linking.actions import fit_name, give_office_code
from provident.access.linking.records import Code
from provident.access.queries import offices_accounts, roles_held
from provident.access.records import AccountCard, AccountKind, Label, NewAccount, Role
from provident.access.refusals import SignInTaken, SignInUnfit
from provident.kernel.clock import SystemClock
from provident.kernel.keys import AccountId
from provident.ledger.queries import installation
from provident.portal import texts
from provident.portal.linking.telling import told
from provident.portal.sections import acting
from provident.statements.phrases import phrases


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role an account holds, by the number that ends it."""

    id: int
    title: str


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """An account with its roles, in the words of the page's language."""

    account: AccountId
    sign_in: str
    name: str
    office: str
    roles: tuple[HeldRole, ...]
    own: bool
    waiting: bool  # for somebody to take it


def staff_roles() -> dict[str, str]:
    """Return the roles that people in office may hold, with their titles."""
    known = catalogue().roles.values()
    return {one.id.value: one.title.text(texts.language()) for one in known if "staff" in one.kinds}


@require_http_methods(["GET", "POST"])
def offices(request: HttpRequest) -> HttpResponse:
    """List the accounts of people in office; make one, with a role and a code to take it with."""
    problems: dict[str, str] = {}
    asked = {one: request.POST.get(one, "").strip()[:150] for one in ("sign_in", "name", "office", "role")}
    if request.method == "POST":
        needed = ("sign_in", "name", "office")
        problems = {one: texts.text(f"offices.need_{one}") for one in needed if not asked[one]}
        if asked["role"] not in staff_roles():
            problems["role"] = texts.text("offices.need_role")
        if not problems:
            try:
                return _code_page(request, asked["name"], _make(request, asked))
            except (SignInTaken, SignInUnfit) as refusal:
                problems["sign_in"] = told(refusal)
    lines = [_line(one, acting(request)) for one in _staff()]
    context = {"problems": problems, "asked": asked, "lines": lines, "roles": staff_roles()}
    return render(request, "linking/offices.html", context, status=400 if problems else 200)


def _make(request: HttpRequest, asked: dict[str, str]) -> Code:
    new = NewAccount(
        kind=AccountKind.STAFF,
        sign_in=fit_name(asked["sign_in"]),
        label=Label(asked["name"], asked["name"]),
        office=Label(asked["office"], asked["office"]),
    )
    by = acting(request)
    account = create_account(new, by=by)
    grant_role(by=by, account=account, role=Role(asked["role"]), since=SystemClock().now())
    return give_office_code(by=by, account=account)


@require_POST
def office_code(request: HttpRequest, account: int) -> HttpResponse:
    """Give another code for an account nobody has taken yet."""
    card = _card(account)
    return _code_page(
        request, card.label.text(texts.language()), give_office_code(by=acting(request), account=card.account)
    )


@require_POST
def office_role(request: HttpRequest, account: int) -> HttpResponse:
    """Give a role from now on."""
    card, role = _card(account), request.POST.get("role", "")
    if role not in staff_roles():
        raise Http404
    grant_role(by=acting(request), account=card.account, role=Role(role), since=SystemClock().now())
    return redirect("offices")


@require_POST
def office_role_end(request: HttpRequest, account: int, held: int) -> HttpResponse:
    """End a role now."""
    card = _card(account)
    if held not in {one.id for one in roles_held(card.account)}:
        raise Http404
    revoke_role(by=acting(request), role_grant=held, at=SystemClock().now())
    return redirect("offices")


def _staff() -> list[AccountCard]:
    return [one for one in offices_accounts() if one.kind is AccountKind.STAFF]


def _card(account: int) -> AccountCard:
    for card in _staff():
        if card.account == account:
            return card
    raise Http404


def _line(card: AccountCard, asker: AccountId) -> OfficeLine:
    spoken = texts.language()
    titles = catalogue().roles
    held = tuple(HeldRole(one.id, titles[one.role].title.text(spoken)) for one in roles_held(card.account))
    own = card.account == asker
    return OfficeLine(
        account=card.account,
        sign_in=card.sign_in,
        name=card.label.text(spoken),
        office=card.office.text(spoken),
        roles=held,
        own=own,
        waiting=not card.taken,
    )


def _code_page(request: HttpRequest, name: str, code: Code) -> HttpResponse:
    expires = phrases(texts.language()).moment(code.expires_at, installation().zone.key)
    context = {"name": name, "code": code.code, "expires": expires}
    return render(request, "linking/office_code.html", context)
