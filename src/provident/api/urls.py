"""The addresses of the interface, version 1, and its description."""

import functools
import json
from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI

from provident.access import matrix
from provident.api.gate import Gate, operation
from provident.api.operations import filings, looks, record
from provident.api.operations.answering import JSON
from provident.api.problems import MEDIA_TYPE, answer_problems, problem
from provident.api.refusals import MethodNotAllowed, NotThere
from provident.api.schemas.answers import Problem

app_name = "api"
VERSION = "1"
_ROOT = "api/v1/"
_DESCRIPTION = """
The same acts as the pages, for programs. Every operation but this description takes a token, made on the page
Tokens and sent as `Authorization: Bearer TOKEN`; no cookie is looked at. Every reading of a record is a look
that the person sees. Every no is a problem document with a stable code, a sentence and a remedy. Money is a
decimal string in major units; what is absent is null, never "0.00".
""".strip().replace("\n", " ")

# Without a gate of its own an operation stands behind one that opens to nobody.
api = NinjaAPI(
    title="Provident",
    version=VERSION,
    description=_DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    auth=Gate(),
    urls_namespace="api",
)
answer_problems(api)
for _subject in (record, looks, filings):
    _subject.register(api)


@functools.cache
def description() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    document: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=_ROOT)))
    del document["servers"]
    _drop_empty_defaults(document)
    for operations in document["paths"].values():
        for one in operations.values():
            if matrix.allowed(one["operationId"], ()):
                one["security"] = []
            for status, answer in one["responses"].items():
                _describe_answer(one["operationId"], int(status), answer)
    return document


def _drop_empty_defaults(node: Any) -> None:
    """Leave out defaults that only say that a value may be left out."""
    if isinstance(node, dict):
        if node.get("default") == "":
            del node["default"]
        for inner in node.values():
            _drop_empty_defaults(inner)
    elif isinstance(node, list):
        for inner in node:
            _drop_empty_defaults(inner)


_MEDIA = {"api-statement-pdf": "application/pdf", "api-filing-report": "text/csv"}
_HEADERS = {
    "api-file": {"Location": ("Where the file stands.", "string")},
    "api-receipt": {"Provident-Waiting": ("Entries too recent to be in the receipt.", "integer")},
}
_SENTENCES = {
    200: "Answered.",
    202: "Taken in; checked in its turn.",
    400: "The body cannot be read.",
    401: "No token that is good now.",
    403: "The token, or its account, may not do this.",
    404: "Nothing there, or nothing open to the token.",
    409: "Not as things stand now.",
    422: "Not understood.",
}


def _describe_answer(name: str, status: int, answer: dict[str, Any]) -> None:
    """Say an answer's media type and headers as they are, which the framework cannot know."""
    answer["description"] = _SENTENCES[status]
    (content,) = answer["content"].values()
    if status >= 400:
        answer["content"] = {MEDIA_TYPE: content}
        return
    if name in _MEDIA:
        answer["content"] = {_MEDIA[name]: {"schema": {"type": "string"}}}
    for header, (said, kind) in _HEADERS.get(name, {}).items():
        answer.setdefault("headers", {})[header] = {"description": said, "schema": {"type": kind}}


@functools.cache
def _described() -> bytes:
    return json.dumps(description(), ensure_ascii=False).encode()


@operation(api, "api-description", "GET /openapi.json", response={200: dict[str, Any], 422: Problem})
def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the framework names it
    """Hand out this description."""
    return HttpResponse(_described(), content_type=JSON)


@csrf_exempt  # there is nothing that could be done in somebody's name
def nothing(_request: HttpRequest, **_parts: object) -> HttpResponse:
    """Answer for every address that is not there."""
    return problem(NotThere())


def _told(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Say that a method is not taken as every other no is said."""

    @functools.wraps(view)
    def told(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponse:
        answer = view(request, *args, **parts)
        if isinstance(answer, HttpResponseNotAllowed):
            refused = problem(MethodNotAllowed())
            refused["Allow"] = answer["Allow"]
            return refused
        return answer

    return told


def _patterns() -> Iterator[URLPattern]:
    for pattern in api.urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            pattern.callback = _told(pattern.callback)
            yield pattern
    yield re_path("", nothing, name="api-nothing")


urlpatterns = list(_patterns())
