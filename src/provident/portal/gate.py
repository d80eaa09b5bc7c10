"""The gate before every page: no route without a row in the role matrix, no page kept by a cache."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from provident.access import matrix
from provident.kernel.refusal import Refusal
from provident.portal.sections import standing
from provident.portal.views.front import refused


class Gate:
    """Middleware: deny by default.

    A route the matrix does not name, or does not open to the account's roles, answers exactly like
    an address that does not exist.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; nothing personal may be kept by a browser or a proxy."""
        response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store")
        return response

    def process_view(self, request: HttpRequest, _view: object, _args: Any, _kwargs: Any) -> None:
        """Ask the matrix before the view runs."""
        match = request.resolver_match
        name = match.url_name if match else None
        if match is not None and match.app_name == "api" and name in matrix.routes():
            return  # the interface's own gate asks for a token; a session opens nothing there
        # What is anybody's is open before the session is looked at, so that proxies may keep it.
        if name is None or not (matrix.allowed(name, ()) or matrix.allowed(name, standing(request))):
            raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show a refusal as a page with its remedy; leave everything else to fail loudly."""
        return refused(request, exception) if isinstance(exception, Refusal) else None
