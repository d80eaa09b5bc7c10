"""How an operation answers, and the record it opens."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest, HttpResponse
from pydantic import TypeAdapter

from provident import access
from provident.access.records import Asking
from provident.api.gate import holder
from provident.api.refusals import NotThere
from provident.api.schemas.answers import Problem
from provident.kernel.keys import PersonKey
from provident.kernel.opened import Opened

SYSTEM = "api"  # what the log of looks calls this door
JSON = "application/json"

_encode = TypeAdapter(Any).dump_json


def answered(document: Any, status: int = 200) -> HttpResponse:
    """Answer with a document of ours as it stands; nobody on the way may keep it."""
    return kept_by_nobody(HttpResponse(_encode(document), status=status, content_type=JSON))


def kept_by_nobody(answer: HttpResponse) -> HttpResponse:
    """Say that an answer is not to be stored."""
    answer["Cache-Control"] = "no-store"
    return answer


def own(request: HttpRequest, fields: Sequence[str]) -> tuple[PersonKey, Asking]:
    """Return whose record that of the token's account is, and as what it is asked for; 404 for others."""
    asking = holder(request)
    if asking.person is None:
        raise NotThere
    return asking.person, Asking(asking.account, "own_record", fields, system=SYSTEM)


@contextmanager
def opened_own(request: HttpRequest, fields: Sequence[str]) -> Iterator[Opened]:
    """Open the own record of the token's account, look written."""
    person, asking = own(request, fields)
    with access.open_record(
        person, by=asking.by, purpose=asking.purpose, fields=fields, system=asking.system
    ) as opened:
        yield opened


def answers(good: dict[int, Any], *problems: int) -> dict[int, Any]:
    """Return what an operation answers: `good`, and problem documents of these statuses, 401, 403 and 422."""
    return good | dict.fromkeys((401, 403, *problems, 422), Problem)
