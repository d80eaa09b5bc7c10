"""The gate before every operation: a token that is good now, its scopes, and the role matrix.

Nothing else opens anything here: a session's cookie is not looked at, so no other site can make a
browser ask in somebody's name.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.http import Http404, HttpRequest
from ninja import NinjaAPI
from ninja.security import HttpBearer

from provident.access import matrix
from provident.access.tokens.queries import holder_of
from provident.access.tokens.records import Holder
from provident.api.refusals import RoleGone, ScopeMissing

_F = TypeVar("_F", bound=Callable[..., Any])


class Gate(HttpBearer):
    """Lets a request through to the operation of one row of the matrix; without a row, to nothing."""

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self.name = name

    def __call__(self, request: HttpRequest) -> object:
        """Return who asks, something true for an open operation, or nothing for want of a token."""
        route = matrix.routes().get(self.name)
        if route is None:
            raise Http404
        return matrix.ANYONE if matrix.allowed(route.name, ()) else super().__call__(request)

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
    register = api.api_operation([method], path, url_name=name, operation_id=name, auth=Gate(name), **told)
    return cast("Callable[[_F], _F]", register)
