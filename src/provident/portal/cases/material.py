"""What the record says about the matter of a request, for whoever answers or checks it."""

from dataclasses import dataclass

from provident.cases.records import Request, RequestKind
from provident.identity.records import Resident
from provident.kernel.opened import Opened
from provident.portal import texts
from provident.portal.cases import my_data, wording
from provident.statements import queries as statements
from provident.statements.phrases import phrases
from provident.statements.records import MonthLine, MonthPart, PersonRecord

_MOST = 24


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month of a branch as it stands: who declared what, and what was paid."""

    branch: str
    month: str
    status: str
    employer: str
    base: str
    declared: str
    paid: str


@dataclass(frozen=True, slots=True)
class Material:
    """Months for a request about the record, values for one about data; empty for one about a look."""

    months: tuple[MonthRow, ...] = ()
    field: str = ""
    values: tuple[str, ...] = ()


def of(opened: Opened, request: Request, resident: Resident) -> Material:
    """Return what the look opens of the matter; only that, and of a long record the latest of it."""
    if request.kind is RequestKind.RECORD:
        return Material(months=_months(statements.record(opened), request))
    if request.kind is RequestKind.DATA and {"archive"} <= {*opened.fields}:
        field = request.subject.field or ""
        return Material(field=wording.field_title(field), values=my_data.values(field, resident))
    return Material()


def _months(record: PersonRecord, request: Request) -> tuple[MonthRow, ...]:
    """Return the month asked about, in its branch or in all; without a month those that lack something."""
    wanted = request.subject
    rows: list[MonthRow] = []
    for year in record.years:
        if wanted.branch not in (None, year.branch):
            continue
        branch = phrases(texts.language()).branch(year.branch)
        for line in year.months:
            if line.month == wanted.month or (wanted.month is None and line.status.value in _LACKING):
                rows += [_row(branch, line, part) for part in line.parts or (None,)]
    return tuple(rows[-_MOST:])


_LACKING = frozenset(("not_reported", "declared", "part_paid"))


def _row(branch: str, line: MonthLine, part: MonthPart | None) -> MonthRow:
    words = phrases(texts.language())
    declared, paid = (part.declared, part.paid) if part else (None, None)
    return MonthRow(
        branch=branch,
        month=words.month(line.month),
        status=words.status(part.status if part else line.status),
        employer=part.employer.name if part and part.employer else "–",
        base=words.money(declared.base if declared else None),
        declared=words.money(declared.employee + declared.employer if declared else None),
        paid=words.money(paid.employee + paid.employer if paid else None),
    )
