"""The gate before every operation: a token that is good now, its scopes, and the role matrix.

Nothing else opens anything here: a session's cookie is not looked at, so no other site can make a
browser ask in somebody's name.
"""

import inspect
import re
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.http import Http404, HttpRequest
from ninja import NinjaAPI
from ninja.security import HttpBearer

from provident.access import matrix
from provident.access.tokens.queries import holder_of
from provident.access.tokens.records import Holder
from provident.api.refusals import NotUnderstood, RoleGone, ScopeMissing

_F = TypeVar("_F", bound=Callable[..., Any])


class Gate(HttpBearer):
    """Lets a request through to the operation of one row of the matrix; without a row, to nothing.

    `asks` are the names its query may hold: one that is mistyped or said twice is refused rather than
    passed over, because the answer would be to another question.
    """

    def __init__(self, name: str = "", asks: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.name = name
        self.asks = asks

    def __call__(self, request: HttpRequest) -> object:
        """Return who asks, something true for an open operation, or nothing for want of a token."""
        route = matrix.routes().get(self.name)
        if route is None:
            raise Http404
        passed = matrix.ANYONE if matrix.allowed(route.name, ()) else super().__call__(request)
        if passed:
            self._check_query(request)
        return passed

    def _check_query(self, request: HttpRequest) -> None:
        # What was sent is never repeated: it may say whom it is about.
        if not self.asks.issuperset(request.GET):
            raise NotUnderstood(reason="the query holds a name that is not asked for")
        for name, values in request.GET.lists():
            if len(values) > 1:
                raise NotUnderstood(reason=f"{name}: said twice")

    def authenticate(self, _request: HttpRequest, token: str) -> Holder | None:
        """Return in whose name the token speaks, if it may call this operation."""
        holder = holder_of(token)
        if holder is None:
            return None
        scope = matrix.routes()[self.name].scope
        if scope not in holder.scopes:
            raise ScopeMissing(scope=scope)
        if not matrix.allowed(self.name, holder.roles):
            raise RoleGone
        return holder


def holder(request: HttpRequest) -> Holder:
    """Return in whose name the request comes; the gate has let it through."""
    return cast("Holder", request.auth)  # type: ignore[attr-defined]


def operation(api: NinjaAPI, name: str, asked: str, **told: Any) -> Callable[[_F], _F]:
    """Register what answers `asked`, a method and a path, under the gate of the matrix's row `name`."""
    method, path = asked.split()

    def register(view: _F) -> _F:
        asks = frozenset(inspect.signature(view).parameters) - {
            "request",
            *re.findall(r"{(?:\w+:)?(\w+)}", path),
        }
        gate = Gate(name, asks if method == "GET" else frozenset())
        api.api_operation([method], path, url_name=name, operation_id=name, auth=gate, **told)(view)
        return view

    return register
