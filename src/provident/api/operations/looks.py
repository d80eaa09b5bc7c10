"""Who looked at the record."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Query

from provident.access.queries import looks as looks_at
from provident.access.records import Label
from provident.access.records import Look as Seen
from provident.api.gate import operation
from provident.api.operations.answering import answered, answers, opened_own
from provident.api.schemas.answers import Looks

_LAST = (1 << 63) - 1


def register(api: NinjaAPI) -> None:
    """Add the operation."""
    operation(api, "api-looks", "GET /looks", response=answers({200: Looks}))(looks)


def looks(
    request: HttpRequest,
    before: Annotated[int, Query(ge=1, le=_LAST, description="`older` of the answer before.")] = _LAST,
    at_most: Annotated[int, Query(ge=1, le=200)] = 50,
) -> HttpResponse:
    """List everyone who looked at the record or tried to, the newest first; this request is one of them."""
    with opened_own(request, ("looks",)) as opened:
        found = looks_at(opened, before=before, at_most=at_most)
    older = found[-1].id if len(found) == at_most else None
    return answered({"looks": [_look(one) for one in found], "older": older})


def _look(look: Seen) -> dict[str, Any]:
    return {
        "id": look.id,
        "at": look.at.isoformat(),
        "own": look.own,
        "run": look.run,
        "office": _names(look.office),
        "role": _names(look.role),
        "name": look.name or None,
        "system": _titled(look.system, look.system_title),
        "purpose": _titled(look.purpose, look.purpose_title),
        "article": _names(look.article),
        "fields": [_titled(*one) for one in zip(look.fields, look.field_titles, strict=True)],
        "answered": look.answered,
        "refusal": _titled(look.refusal, look.refusal_told) if look.refusal else None,
        "reason": look.reason if look.override else None,
    }


def _titled(word: str, title: Label) -> dict[str, Any]:
    return {"id": word, "title": _names(title)}


def _names(label: Label) -> dict[str, str]:
    return {"en": label.en, "zh": label.zh}
