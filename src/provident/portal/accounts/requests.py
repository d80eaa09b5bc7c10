"""A number for each request, and logs that carry it but no identifier of a person."""

import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{8,64}")
# Eight digits in a row and what follows them: dates of birth, official numbers, accounts.
_NUMBER = re.compile(r"[0-9]{8,}[0-9A-Za-z]*")
# PostgreSQL says in these lines which values it met.
_VALUES = re.compile(r"^\s*(DETAIL|CONTEXT|HINT|LINE \d+):.*(\n\s*\^)?$", re.MULTILINE)

# Easily read out over the telephone, and never mistaken for an official number.
_LETTERS = "abcdefghjkmnpqrstvwxyz"

_current: ContextVar[str] = ContextVar("request_id", default="-")


def request_id() -> str:
    """Return the number of the request being answered; a dash outside of one."""
    return _current.get()


def _new_number() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(12))


class RequestIds:
    """Middleware: give each request a number, or take a trusted proxy's, and say it in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request under its number."""
        given = request.headers.get(_HEADER, "") if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
        number = given if _WELL_FORMED.fullmatch(given) else _new_number()
        before = _current.set(number)
        try:
            response = self.get_response(request)
            response[_HEADER] = number
            return response
        finally:
            _current.reset(before)


class Discreet(logging.Formatter):
    """Writes the request's number into each line, and leaves long numbers and the database's values out."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's text without identifiers."""
        record.request_id = _current.get()
        return _NUMBER.sub("[number]", _VALUES.sub("", super().format(record)))
