"""An employer's filings: send a file, see its receipt or its report."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods
from procrastinate.contrib.django import app as queue

from provident.filings import uploads
from provident.filings.records import Upload
from provident.kernel.keys import AccountId
from provident.portal import texts
from provident.statements.phrases import phrases

#: The job that checks an uploaded file; the rooms behind the two doors do not import each other.
_JOB = "provident.filings.process_upload"
_SHOWN = 50


def _account(request: HttpRequest) -> AccountId:
    return AccountId(request.user.pk)  # type: ignore[arg-type]


@require_http_methods(["GET", "POST"])
def filings(request: HttpRequest) -> HttpResponse:
    """List what the account sent, and take a new file."""
    problems: dict[str, str] = {}
    if request.method == "POST":
        sent = request.FILES.get("file")
        if sent is None or not sent.name:
            problems["file"] = texts.text("filings.choose")
        else:
            upload = uploads.receive(sent.file, file_name=sent.name, by=_account(request))
            queue.configure_task(_JOB).defer(upload=upload)
            return redirect("filing", upload)
    found = uploads.of_account(_account(request))
    context = {"uploads": [_line(one) for one in found], "problems": problems}
    return render(request, "portal/filings.html", context, status=400 if problems else 200)


def _line(upload: Upload) -> dict[str, object]:
    return {
        "id": upload.id,
        "name": upload.file_name,
        "received": phrases(texts.language()).moment(upload.received_at, settings.LEGAL_TIME_ZONE),
        "state": upload.state,
        "rows": upload.rows,
    }


def _mine(request: HttpRequest, filing: int) -> Upload:
    found = uploads.one(filing, by=_account(request))
    if found is None:
        raise Http404
    return found


@require_GET
def filing(request: HttpRequest, filing: int) -> HttpResponse:
    """Show where a file stands: waiting, posted with its receipt, or refused with its report."""
    found = _mine(request, filing)
    language = texts.language()
    context = {
        "upload": found,
        "line": _line(found),
        "waiting": found.state in ("waiting", "working"),
        "shown": uploads.report_lines(found, at_most=_SHOWN, language=language),
        "refusal": found.refusal_zh if language == "zh-hans" else found.refusal_en,
    }
    return render(request, "portal/filing.html", context)


@require_GET
def report(request: HttpRequest, filing: int) -> FileResponse:
    """Hand out the whole report of a refused file."""
    path = uploads.report_file(_mine(request, filing))
    if path is None:
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=f"report-{filing}.csv", content_type="text/csv"
    )
