"""Taking an account with a code: one's own with the counter's letter, an office's with a colleague's."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from provident.access.linking.actions import activate as take
from provident.access.models import Account
from provident.access.refusals import PasswordTooShort, SignInTaken, SignInUnfit
from provident.kernel.refusal import Refusal
from provident.portal import texts
from provident.portal.linking.eid import enter
from provident.portal.linking.telling import told
from provident.portal.linking.tries import too_many, too_many_page

_AT_FIELD: dict[type[Refusal], str] = {
    PasswordTooShort: "password",
    SignInUnfit: "sign_in",
    SignInTaken: "sign_in",
}


@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest) -> HttpResponse:
    """Ask for code, name and password; then the account is open and its holder is signed in."""
    problems: dict[str, str] = {}
    if request.method == "POST":
        problems = _missing(request)
        if not problems:
            if too_many(request):
                return too_many_page(request)
            try:
                account = take(
                    code=request.POST["code"][:100],
                    sign_in=request.POST["sign_in"][:100],
                    password=request.POST["password"][:1000],
                )
            except Refusal as refusal:
                field = _AT_FIELD.get(type(refusal), "code")
                problems[field] = told(refusal)
            else:
                return enter(request, account, "password", "activated")
    context = {
        "problems": problems,
        "code": request.POST.get("code", "")[:100],
        "sign_in": request.POST.get("sign_in", "")[:100],
    }
    return render(request, "linking/activate.html", context, status=400 if problems else 200)


def _missing(request: HttpRequest) -> dict[str, str]:
    needed = ("code", "sign_in", "password")
    problems = {
        one: texts.text(f"activate.need_{one}") for one in needed if not request.POST.get(one, "").strip()
    }
    if not problems and request.POST["password"] != request.POST.get("again"):
        problems["again"] = texts.text("activate.need_again")
    return problems or _weak(request.POST["password"], request.POST["sign_in"])


def _weak(password: str, sign_in: str) -> dict[str, str]:
    """Find the fault with a password that a later change to it would find; the act itself says how long."""
    try:
        validate_password(password, Account(sign_in=sign_in))
    except ValidationError as fault:
        short = any(one.code == "password_too_short" for one in fault.error_list)
        return {} if short else {"password": fault.messages[0]}
    return {}


@require_GET
def activated(request: HttpRequest) -> HttpResponse:
    """Say that it worked, and what is next."""
    return render(request, "linking/activated.html")
