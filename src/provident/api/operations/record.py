"""The record: in summary, whole, one branch's year of it, the statement of a year, the receipt."""

import datetime as dt
import uuid
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Query
from pydantic import Field

from provident.api.gate import operation
from provident.api.operations.answering import JSON, answered, answers, kept_by_nobody, opened_own, own
from provident.api.refusals import NotThere, NotUnderstood
from provident.api.schemas.answers import Receipt
from provident.api.schemas.record import Record, RecordSummary, Statement, YearOfBranch
from provident.api.schemas.words import BranchWord
from provident.cases.queries import with_disputes
from provident.kernel.clock import end_of_legal_day, legal_day
from provident.kernel.month import Month
from provident.kernel.words import Branch, Language
from provident.ledger.queries import installation
from provident.statements import documents, pdf, queries
from provident.statements.overview.documents import summary
from provident.statements.overview.queries import look_at
from provident.statements.receipts import FIELD, Receipts, of_statement
from provident.statements.receipts import FIELDS as RECEIPT_FIELDS
from provident.statements.receipts.records import FILE
from provident.statements.records import BranchYear, PersonRecord

FIELDS = ("name", "numbers", "enrolments", "contributions", "benefits", "account")

_DAY = r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-][01][0-9]:[0-5][0-9])?"
AsOf = Annotated[
    str,
    Query(pattern=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$", description="Last month told of, at most this one."),
]
KnownOn = Annotated[
    str,
    Query(
        pattern=f"^{_DAY}({_TIME})?$",
        description="As it was known then: a day (its end) or a time, in the agency's zone if none is named.",
    ),
]


def register(api: NinjaAPI) -> None:
    """Add the operations."""
    operation(api, "api-record", "GET /record", response=answers({200: RecordSummary | Record}))(record)
    operation(
        api,
        "api-record-year",
        "GET /record/{branch}/{int:year}",
        response=answers({200: YearOfBranch}, 404),
    )(record_year)
    operation(api, "api-statement", "GET /statement/{int:year}", response=answers({200: Statement}, 404))(
        statement
    )
    operation(api, "api-statement-pdf", "GET /statement/{int:year}.pdf", response=answers({200: bytes}, 404))(
        statement_pdf
    )
    operation(api, "api-receipt", "GET /receipt", response=answers({200: Receipt}, 404, 409))(receipt)


def record(
    request: HttpRequest,
    detail: Literal["years", "months"] = "years",
    as_of: AsOf = "",
    known_on: KnownOn = "",
) -> HttpResponse:
    """Tell the record of the token's account: summed by year, or with every month, movement and benefit."""
    if detail == "years" and not (as_of or known_on):
        at_a_glance = look_at(*own(request, FIELDS))
        return kept_by_nobody(HttpResponse(summary(at_a_glance), content_type=JSON))
    found = _told(request, as_of, known_on)
    return answered(documents.document(found) if detail == "months" else documents.summary(found))


def record_year(
    request: HttpRequest, branch: BranchWord, year: int, as_of: AsOf = "", known_on: KnownOn = ""
) -> HttpResponse:
    """Tell one branch's year of the record, month by month."""
    wanted = _branch(branch)
    if as_of or known_on:
        found = _told(request, as_of, known_on).of_year(year)
        months = next((one.months for one in found if one.branch is wanted), ())
    else:
        with opened_own(request, FIELDS) as opened:
            months = queries.branch_year(opened, wanted, year)
    if not months:
        raise NotThere
    return answered(documents.year_document(BranchYear(wanted, year, months)))


def _branch(word: str) -> Branch:
    for branch in Branch:
        if branch.word == word:
            return branch
    raise NotThere


def _told(request: HttpRequest, as_of: str, known_on: str) -> PersonRecord:
    zone = installation().zone
    last = Month.parse(as_of) if as_of else None
    moment = moment_of(known_on, zone) if known_on else None
    with opened_own(request, FIELDS) as opened:
        now = Month.of(legal_day(opened.at, zone))
        return queries.record(opened, as_of=min(last, now) if last else None, known_on=moment)


def moment_of(told: str, zone: ZoneInfo) -> dt.datetime:
    """Return the moment a day (its last) or a time means in the legal time zone."""
    try:
        if "T" not in told:
            return end_of_legal_day(dt.date.fromisoformat(told), zone)
        moment = dt.datetime.fromisoformat(told)
    except ValueError:
        raise NotUnderstood(reason="known_on: no such day or time") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(dt.UTC)


def statement(request: HttpRequest, year: int) -> HttpResponse:
    """Tell what the statement of a year says."""
    with opened_own(request, (*FIELDS, "events")) as opened:
        found = with_disputes(opened, queries.record(opened))
    return answered(documents.statement(_speaking_of(found, year), year))


def statement_pdf(
    request: HttpRequest, year: int, language: Literal["en", "zh-hans"] = "zh-hans"
) -> HttpResponse:
    """Hand out the statement of a year as the agency's PDF, the receipt of the year attached."""
    with opened_own(request, (*FIELDS, "events", FIELD)) as opened:
        found = _speaking_of(with_disputes(opened, queries.record(opened)), year)
        attached = of_statement(opened, year, known_on=found.known_on)
    drawn = pdf.render(found, year, Language(language), receipt=attached)
    answer = HttpResponse(drawn, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="statement-{year}-{language}.pdf"'
    return kept_by_nobody(answer)


def _speaking_of(found: PersonRecord, year: int) -> PersonRecord:
    if year not in found.calendar_years():
        raise NotThere
    return found


def receipt(
    request: HttpRequest,
    entry: Annotated[uuid.UUID | None, Field(description="Of this entry or event only.")] = None,
) -> HttpResponse:
    """Hand out the receipt: everything published about the person, with proofs.

    The header `Provident-Waiting` says how many entries are too recent to be in it.
    """
    receipts = Receipts.newest()
    with opened_own(request, RECEIPT_FIELDS) as opened:
        made = receipts.of_entry(opened, entry) if entry else receipts.of_person(opened)
    answer = HttpResponse(made.raw, content_type=JSON)
    answer["Content-Disposition"] = f'attachment; filename="{FILE}"'
    answer["Provident-Waiting"] = str(len(made.waiting))
    return kept_by_nobody(answer)
