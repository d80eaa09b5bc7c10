"""Every no as a problem document (RFC 9457): the refusal's own form, with type, title, status and detail."""

import json
import logging
from collections.abc import Callable
from typing import TypeVar, cast

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import get_language
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from provident.access.refusals import LookRefused
from provident.api.refusals import ApiRefusal, Broken, Malformed, NoToken, NotThere, NotUnderstood
from provident.filings.refusals import NoSuchFiling
from provident.kernel.refusal import Refusal
from provident.kernel.refusals import NotAMonth
from provident.statements.refusals import NoSuchEntry, NothingInYear

MEDIA_TYPE = "application/problem+json"

_NOT_THERE = (NoSuchFiling, NoSuchEntry, NothingInYear)
_E = TypeVar("_E", bound=Exception)
_log = logging.getLogger("django.request")


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status of a refusal: what an act refuses as things stand is a conflict."""
    if isinstance(refusal, ApiRefusal):
        return refusal.status
    if isinstance(refusal, LookRefused):
        return 403
    if isinstance(refusal, NotAMonth):
        return NotUnderstood.status
    return 404 if isinstance(refusal, _NOT_THERE) else 409


def problem(refusal: Refusal) -> HttpResponse:
    """Return the answer to a refused request; `title` and `detail` are in the language asked for."""
    spoken = get_language() or "en"
    status = status_of(refusal)
    document = {
        "type": f"urn:provident:refusal:{refusal.code}",
        "title": refusal.sentence(spoken),
        "status": status,
        "detail": refusal.remedy(spoken),
        **refusal.as_document(),
    }
    raw = json.dumps(document, ensure_ascii=False).encode()
    answer = HttpResponse(raw, status=status, content_type=MEDIA_TYPE)
    if status == NoToken.status:
        answer["WWW-Authenticate"] = 'Bearer realm="provident"'
    return answer


def answer_problems(api: NinjaAPI) -> None:
    """Make every error of an interface a problem document."""
    _on(api, Refusal, lambda error: error)
    _on(api, Http404, lambda _error: NotThere())
    _on(api, AuthenticationError, lambda _error: NoToken())
    _on(api, ValidationError, _not_understood)
    for error in (HttpError, MultiPartParserError, SuspiciousOperation, BadRequest):
        _on(api, error, lambda _error: Malformed())
    api.add_exception_handler(Exception, _broken)


def _on(api: NinjaAPI, kind: type[_E], refusal: Callable[[_E], Refusal]) -> None:
    def answer(_request: HttpRequest, error: _E | type[_E]) -> HttpResponse:
        return problem(refusal(cast("_E", error)))

    api.add_exception_handler(kind, answer)


def _not_understood(error: ValidationError) -> NotUnderstood:
    """Name each part that is wrong, and never repeat what was sent: it may say whom it is about."""
    return NotUnderstood(reason="; ".join(f"{_part(one['loc'])}: {one['type']}" for one in error.errors))


def _part(place: tuple[str | int, ...]) -> str:
    return str(place[-1])


def _broken(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    _log.error("Internal Server Error: %s", request.path, exc_info=cast("Exception", error))
    return problem(Broken())
