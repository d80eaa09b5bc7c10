"""The logs as anybody may fetch them: checkpoint, keys, tiles. No account, no session, no cookie."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from provident.ledger import queries
from provident.ledger.refusals import NoInstallation
from provident.ledger.seal.logs.named import places
from provident.ledger.seal.serving import Shown, shown

_FOR_EVER = "public, max-age=31536000, immutable"
_A_MOMENT = "public, max-age=5"


@require_safe
def log_file(request: HttpRequest, log: str, path: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Hand out a published file of a log's first epoch."""
    return _answer(log, path)


@require_safe
def log_epoch_file(request: HttpRequest, log: str, epoch: int, path: str) -> HttpResponse:  # noqa: ARG001 - Django's
    """Hand out a published file of a later epoch."""
    return _answer(f"{log}/{epoch}", path)


def _answer(log: str, path: str) -> HttpResponse:
    found = _found(log, path)
    if found is None:
        raise Http404
    kind = "application/octet-stream" if found.tile else "text/plain; charset=utf-8"
    answer = HttpResponse(found.content, content_type=kind)
    answer["Cache-Control"] = _FOR_EVER if found.tile else _A_MOMENT
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _found(log: str, path: str) -> Shown | None:
    try:
        return shown(places(queries.installation().id).logs, log, path)
    except NoInstallation:
        return None
