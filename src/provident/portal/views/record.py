"""The resident's own record, one branch and year of it, the yearly statement and the receipt."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from provident import access
from provident.access.records import Asking
from provident.cases.queries import disputed, with_disputes
from provident.cases.records import shown as shown_receipt
from provident.kernel.keys import PersonKey
from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.opened import Opened
from provident.kernel.words import Branch, Language, MonthStatus
from provident.portal import chart, texts
from provident.portal.sections import acting
from provident.statements import pdf, queries
from provident.statements.overview.queries import look_at
from provident.statements.overview.records import Overview, YearSum
from provident.statements.phrases import phrases
from provident.statements.receipts import FIELD, Receipt, Receipts, of_statement
from provident.statements.receipts import FIELDS as RECEIPT_FIELDS
from provident.statements.receipts.records import FILE, MEDIA_TYPE
from provident.statements.records import PRESSING, Employer, PersonRecord
from provident.statements.yearly.front import grouped

FIELDS = ("name", "numbers", "enrolments", "contributions", "benefits", "account")


class YearRow(NamedTuple):  # the template takes it apart, a life has many
    """A branch's year: how many months have each status that is drawn, what it paid out, who employed."""

    year: int
    months: tuple[int, ...]
    paid_out: Money | None
    employers: str


@dataclass(frozen=True, slots=True)
class BenefitYear:
    """A year's payments to the person."""

    year: int
    count: int
    amount: Money


@dataclass(frozen=True, slots=True)
class GapLine:
    """Months that lack the same thing in some branches; `outstanding` over all of them."""

    first: Month
    last: Month
    branches: tuple[Branch, ...]
    employer: Employer | None
    status: MonthStatus
    outstanding: Money | None


def own(request: HttpRequest, fields: Sequence[str]) -> tuple[PersonKey, Asking]:
    """Return whose record the signed-in resident's own is, and as what it is asked for; 404 for others."""
    person = getattr(request.user, "person_key", None)
    if person is None:
        raise Http404
    return PersonKey(person), Asking(acting(request), "own_record", fields, system="portal")


@contextmanager
def opened_own(request: HttpRequest, fields: Sequence[str]) -> Iterator[Opened]:
    """Open the signed-in resident's own record, look written."""
    person, asking = own(request, fields)
    with access.open_record(
        person, by=asking.by, purpose=asking.purpose, fields=fields, system=asking.system
    ) as opened:
        yield opened


def own_record(request: HttpRequest) -> PersonRecord:
    """Return the signed-in resident's record."""
    with opened_own(request, FIELDS) as opened:
        return queries.record(opened)


def own_overview(request: HttpRequest) -> Overview:
    """Return the signed-in resident's record at a glance."""
    person, asking = own(request, FIELDS)
    return look_at(person, asking)


def shown(record: Overview, branch: Branch, *, own: bool) -> dict[str, Any]:
    """Return what the record page shows of a record, with one branch's years in full."""
    years = record.years.of(branch)
    drawing = chart.draw([one.year for one in years], [one.counts for one in years])
    pension = next((one for one in record.standings if one.branch is Branch.PENSION), None)
    title = "record.title" if own else "record.title_of"
    paid_out = {one.year: one.amount for one in record.benefits if one.branch is branch}
    return {
        "record": record,
        "own": own,
        "acting": None,
        "heading": texts.text(title, name=record.person.name),
        "branch": branch,
        "branches": tuple(Branch),
        "years": _year_rows(record, years, drawing, paid_out),
        "drawing": drawing,
        "pension_months": pension.months_paid if pension else 0,
        "missing_months": record.missing_months,
        "paid_out": paid_out,
        "benefits": _benefit_years(record),
        "gaps": [
            GapLine(gap.first, gap.last, branches, gap.employer, gap.status, outstanding)
            for branches, gap, outstanding in grouped(record.gaps)
        ],
    }


def _year_rows(
    record: Overview, years: Sequence[YearSum], drawing: chart.Drawing, paid_out: Mapping[int, Money]
) -> list[YearRow]:
    """Return a branch's years, the latest first."""
    statuses = [PRESSING.index(MonthStatus(shape.status)) for shape in drawing.shapes]
    named = _employers(record, years)
    listed = phrases(texts.language()).listed
    return [
        YearRow(
            one.year,
            tuple([one.counts[at] for at in statuses]),
            paid_out.get(one.year),
            listed(list(named[one.year])),
        )
        for one in reversed(years)
    ]


def _employers(record: Overview, years: Sequence[YearSum]) -> dict[int, dict[str, None]]:
    """Return who had the person insured in each of a branch's years, each once, the earliest first."""
    named: dict[int, dict[str, None]] = {one.year: {} for one in years}
    for spell in record.spells:
        if spell.employer and years and years[0].branch in spell.branches:
            until = spell.until or record.as_of
            for year in range(spell.since.year, until.year + 1):
                if year in named:
                    named[year][spell.employer.name] = None
    return named


def _benefit_years(record: Overview) -> list[BenefitYear]:
    found: dict[int, BenefitYear] = {}
    for benefit in record.benefits:
        before = found.get(benefit.year, BenefitYear(benefit.year, 0, Money(0, benefit.amount.currency)))
        found[benefit.year] = BenefitYear(
            benefit.year, before.count + benefit.count, before.amount + benefit.amount
        )
    return [found[year] for year in sorted(found, reverse=True)]


def branch_named(word: str) -> Branch:
    """Return the branch of a word in an address; 404 if there is none."""
    try:
        return Branch.from_word(word)
    except KeyError:
        raise Http404 from None


@require_GET
def record(request: HttpRequest) -> HttpResponse:
    """Answer in one screen: what is there, what is missing, what to do."""
    branch = branch_named(request.GET.get("branch", "pension"))
    return render(request, "portal/record.html", shown(own_overview(request), branch, own=True))


@require_GET
def record_year(request: HttpRequest, branch: str, year: int) -> HttpResponse:
    """Show one branch's year month by month, each month by each employer."""
    chosen = branch_named(branch)
    with opened_own(request, (*FIELDS, "events")) as opened:
        context = year_shown(opened, chosen, year)
    return render(request, "portal/record_year.html", context | {"acting": None})


def year_shown(opened: Opened, branch: Branch, year: int) -> dict[str, Any]:
    """Return what the page of a branch's year shows; what was objected to where the look takes that in."""
    lines = queries.branch_year(opened, branch, year)
    objected = disputed(opened) if "events" in opened.fields else {}
    used = {part.status for line in lines for part in line.parts} | {line.status for line in lines}
    return {
        "branch": branch,
        "year": year,
        "lines": lines,
        "disputed": {
            line.month: shown_receipt(receipt)
            for line in lines
            if (receipt := objected.get((branch, line.month)) or objected.get((None, line.month)))
        },
        "statuses": [status.value for status in MonthStatus if status in used],
    }


@require_GET
def statement(request: HttpRequest, year: int) -> HttpResponse:
    """Hand out the yearly statement as a PDF in the page's language, with the receipt attached."""
    with opened_own(request, (*FIELDS, "events", FIELD)) as opened:
        found, attached = told_by_statement(opened, year)
    return as_pdf(found, year, attached)


def told_by_statement(opened: Opened, year: int) -> tuple[PersonRecord, Receipt | None]:
    """Return what a statement of the year is made from; no receipt where the look takes in none."""
    found = queries.record(opened)
    if year not in found.calendar_years():
        raise Http404
    found = with_disputes(opened, found)
    if FIELD not in opened.fields:
        return found, None
    return found, of_statement(opened, year, known_on=found.known_on)


def as_pdf(found: PersonRecord, year: int, attached: Receipt | None) -> HttpResponse:
    """Draw the statement in the page's language."""
    spoken = Language(texts.language())
    drawn = pdf.render(found, year, spoken, receipt=attached)
    answer = HttpResponse(drawn, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="statement-{year}-{spoken.value}.pdf"'
    return answer


@require_GET
def receipt(request: HttpRequest) -> HttpResponse:
    """Hand out the receipt; where some entries are too recent to be in it, say so first."""
    receipts = Receipts.newest()
    with opened_own(request, RECEIPT_FIELDS) as opened:
        made = receipts.of_person(opened)
    if made.waiting and "anyway" not in request.GET:
        return render(request, "portal/receipt.html", {"receipt": made})
    answer = HttpResponse(made.raw, content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{FILE}"'
    return answer
