"""An employer's filings: send a file, see its receipt or its report."""

from dataclasses import dataclass
from typing import BinaryIO, cast

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from provident.filings import queries, uploads
from provident.filings.records import Receipt
from provident.filings.uploads import Upload
from provident.kernel.money import Money
from provident.ledger.queries import installation
from provident.portal import texts
from provident.portal.sections import acting
from provident.statements.phrases import phrases


@dataclass(frozen=True, slots=True)
class UploadLine:
    """An upload in the list: its number, name, when it came, where it stands, how many rows."""

    id: int
    name: str
    received: str
    state: str
    rows: int | None


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One line of a report as shown."""

    row: str
    field: str
    value: str
    reason: str
    remedy: str
    article: str


@require_http_methods(["GET", "POST"])
def filings(request: HttpRequest) -> HttpResponse:
    """List what the account sent, and take a new file."""
    account = acting(request)
    problems: dict[str, str] = {}
    if request.method == "POST":
        sent = request.FILES.get("file")
        if sent is not None and sent.name and sent.file is not None:
            upload = uploads.receive(
                cast("BinaryIO", sent.file), file_name=sent.name, language=texts.language(), by=account
            )
            return redirect("filing", upload)
        problems["file"] = texts.text("filings.choose")
    context = {"uploads": [_line(one) for one in uploads.of_account(account)], "problems": problems}
    return render(request, "portal/filings.html", context, status=400 if problems else 200)


def _line(upload: Upload) -> UploadLine:
    received = phrases(texts.language()).moment(upload.received_at, installation().zone.key)
    rows = queries.filing(upload.filing).rows if upload.filing else None
    return UploadLine(upload.id, upload.file_name, received, upload.state, rows)


def _mine(request: HttpRequest, filing: int) -> Upload:
    found = uploads.one(filing, by=acting(request))
    if found is None:
        raise Http404
    return found


@require_GET
def filing(request: HttpRequest, filing: int) -> HttpResponse:
    """Show where a file stands: waiting, posted with its receipt, or refused with its report."""
    found = _mine(request, filing)
    language = "zh" if texts.language() == "zh-hans" else "en"
    refusal = found.outcome.get("refusal", {})
    context = {
        "upload": found,
        "waiting": found.waiting,
        "refusal": {
            "sentence": refusal.get("message", {}).get(language),
            "remedy": refusal.get("remedy", {}).get(language),
        },
        "receipt": _receipt(queries.filing(found.filing)) if found.filing else (),
        "shown": [ReportLine(*cells) for cells in found.outcome.get("lines", ())],
        "refused_rows": found.outcome.get("count", 0),
    }
    return render(request, "portal/filing.html", context)


def _receipt(receipt: Receipt) -> list[tuple[str, str]]:
    """Return a receipt as lines of name and value."""
    words, here = phrases(texts.language()), installation()
    lines = [
        (texts.text("filing.receipt"), str(receipt.filing)),
        (texts.text("filings.rows"), str(receipt.rows)),
        (texts.text("filing.fingerprint"), receipt.sha256.hex()),
    ]
    if receipt.posted_at is not None:
        lines.insert(1, (texts.text("filing.posted"), words.moment(receipt.posted_at, here.zone.key)))
    for total in receipt.totals:
        if total.branch is not None and "employee" in total.minor:
            whole = Money(total.minor["employee"] + total.minor["employer"], here.currency)
            lines.append((words.branch(total.branch), words.money(whole)))
    return lines


@require_GET
def report(request: HttpRequest, filing: int) -> FileResponse:
    """Hand out the whole report of a refused file."""
    path = uploads.report_of(_mine(request, filing))
    if path is None:
        raise Http404
    name = f"report-{filing}.csv"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="text/csv")
