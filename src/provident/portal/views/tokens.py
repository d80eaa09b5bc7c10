"""Tokens for programs: make one and see it once, list them, end one."""

import datetime as dt
from dataclasses import dataclass

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from provident.access.records import Role
from provident.access.refusals import NothingToEnd
from provident.access.tokens import actions, queries
from provident.access.tokens.records import Token
from provident.kernel.clock import SystemClock
from provident.ledger.queries import installation
from provident.portal import texts
from provident.portal.sections import acting, request_roles
from provident.statements.phrases import phrases

DAYS = (30, 90, 365)  # how long a token may be good, the first unless another is chosen


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token in the words of the page's language."""

    id: int
    label: str
    may: str
    made: str
    until: str
    used: str


@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List the account's tokens; make a new one, after a fresh sign-in, and show it this once."""
    account = acting(request)
    offered = queries.scopes_for(frozenset(map(Role, request_roles(request))))
    label = request.POST.get("label", "").strip()[:100]
    chosen = [scope.id for scope in offered if scope.id in request.POST.getlist("scope")]
    days = next((one for one in DAYS if str(one) == request.POST.get("days")), DAYS[0])
    problems: dict[str, str] = {}
    made = None
    if request.method == "POST":
        if not label:
            problems["label"] = texts.text("tokens.need_label")
        if not chosen:
            problems["scope"] = texts.text("tokens.need_scope")
        if not problems:
            # A token outlives the session it is made in.
            raise_if_reauthentication_required(request, app="tokens")
            until = SystemClock().now() + dt.timedelta(days=days)
            made = actions.make_token(by=account, label=label, scopes=chosen, expires_at=until)
    context = {
        "made": made,
        "offered": [(scope.id, scope.title.text(texts.language())) for scope in offered],
        "lengths": DAYS,
        "label": "" if made else label,
        "chosen": () if made else chosen,
        "days": days,
        "tokens": [_line(one) for one in queries.tokens_of(account)],
        "problems": problems,
    }
    return render(request, "portal/tokens.html", context, status=400 if problems else 200)


def _line(token: Token) -> TokenLine:
    spoken = texts.language()
    words, zone = phrases(spoken), installation().zone.key
    return TokenLine(
        id=token.id,
        label=token.label,
        may=words.listed([queries.scope_title(scope).text(spoken) for scope in token.scopes]),
        made=words.moment(token.made_at, zone),
        until=words.moment(token.expires_at, zone),
        used=words.moment(token.last_used_at, zone) if token.last_used_at else texts.text("tokens.never"),
    )


@require_POST
def end(request: HttpRequest, token: int) -> HttpResponse:
    """End a token; one that is not the account's is not there."""
    try:
        actions.end_token(by=acting(request), token=token)
    except NothingToEnd:
        raise Http404 from None
    return redirect("tokens")
