"""An employer's filings: send a file, see where it stands, its receipt or its report."""

from dataclasses import replace
from typing import Any, BinaryIO, cast

from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from ninja import File, NinjaAPI, UploadedFile

from provident.api.gate import holder, operation
from provident.api.operations.answering import SYSTEM, answered, answers, kept_by_nobody
from provident.api.refusals import NotThere
from provident.api.schemas.answers import Filing, FilingLine, Filings
from provident.filings import queries, uploads
from provident.filings.uploads import Upload
from provident.ledger.queries import installation


def register(api: NinjaAPI) -> None:
    """Add the operations."""
    operation(api, "api-filings", "GET /filings", response=answers({200: Filings}))(filings)
    operation(api, "api-file", "POST /filings", response=answers({202: FilingLine}, 400))(file_in)
    operation(api, "api-filing", "GET /filings/{int:filing}", response=answers({200: Filing}, 404))(filing)
    operation(
        api, "api-filing-report", "GET /filings/{int:filing}/report.csv", response=answers({200: str}, 404)
    )(report)


def filings(request: HttpRequest) -> HttpResponse:
    """List the last hundred files the token's account sent in, by page or by token, the latest first."""
    return answered({"filings": [_line(one) for one in uploads.of_account(holder(request).account)]})


def file_in(request: HttpRequest, file: File[UploadedFile]) -> HttpResponse:
    """Send in a file; it is taken in as it is and checked in its turn.

    The answer's Location says where it stands. The same file twice changes nothing.
    """
    by = holder(request).account
    number = uploads.receive(
        cast("BinaryIO", file.file),
        file_name=file.name or "-",
        language="zh-hans" if (get_language() or "").startswith("zh") else "en",
        by=by,
        system=SYSTEM,
    )
    answer = answered(_line(_mine(request, number)), status=202)
    answer["Location"] = reverse("api:api-filing", args=(number,))
    return answer


def filing(request: HttpRequest, filing: int) -> HttpResponse:
    """Tell where a file stands: waiting, posted with its receipt, or refused with what is wrong in it."""
    found = _mine(request, filing)
    return answered(
        {
            **_line(found),
            "receipt": _receipt(found),
            "refusal": found.outcome.get("refusal"),
            "report": _report(found),
        }
    )


def report(request: HttpRequest, filing: int) -> HttpResponse:
    """Hand out the whole report on a refused file, as CSV in the language the file was sent in with."""
    path = uploads.report_of(_mine(request, filing))
    if path is None:
        raise NotThere
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=f"report-{filing}.csv")
    answer["Content-Type"] = "text/csv; charset=utf-8"
    return kept_by_nobody(cast("HttpResponse", answer))


def _mine(request: HttpRequest, filing: int) -> Upload:
    found = uploads.one(filing, by=holder(request).account)
    if found is None:
        raise NotThere
    return found


def _line(upload: Upload) -> dict[str, Any]:
    return {
        "id": upload.id,
        "file": upload.file_name,
        "received_at": upload.received_at.isoformat(),
        "state": upload.state,
    }


def _receipt(upload: Upload) -> dict[str, object] | None:
    if upload.filing is None:
        return None
    receipt = replace(queries.filing(upload.filing), already=upload.state == "already")
    return receipt.as_document(installation().currency)


def _report(upload: Upload) -> dict[str, Any] | None:
    """Return the first lines of a refused file's report in both languages."""
    number = upload.outcome.get("filing")
    shown = queries.shown_report_of(number) if number else {}
    # Where the report lies on our disk is nobody's business.
    return {name: value for name, value in shown.items() if name != "report"} or None
