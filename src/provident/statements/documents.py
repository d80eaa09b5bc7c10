"""A record as the JSON documents the command line and the API print: one form in the whole product.

Money is a decimal string in major units; what is absent is null, never "0.00".
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.words import Branch, MonthStatus
from provident.statements.records import (
    Account,
    Agency,
    Amounts,
    Benefit,
    BranchYear,
    Dispute,
    Employer,
    Gap,
    MonthLine,
    MonthPart,
    Person,
    PersonRecord,
    Spell,
    Standing,
    find_gaps,
)


def document(record: PersonRecord) -> dict[str, Any]:
    """Return the record as plain values for JSON."""
    return {
        "agency": agency_document(record.agency),
        "person": person_document(record.person),
        "as_of": str(record.as_of),
        "known_on": record.known_on.astimezone(dt.UTC).isoformat(),
        "pack": record.pack_version,
        "spells": [spell_document(one) for one in record.spells],
        "years": [year_document(one) for one in record.years],
        "standings": [standing_document(one) for one in record.standings],
        "accounts": [_account(one) for one in record.accounts],
        "benefits": [_benefit(one) for one in record.benefits],
        "missing": [gap_document(one) for one in record.gaps],
    }


def summary(record: PersonRecord) -> dict[str, Any]:
    """Return the record without what goes month by month: the same form, less of it."""
    whole = document(record)
    del whole["benefits"]
    years = [{name: value for name, value in one.items() if name != "months"} for one in whole["years"]]
    accounts = [
        {
            "branch": one.branch.word,
            "balance": str(one.balance),
            "interest_missing": [missing.year for missing in one.interest_missing()],
        }
        for one in record.accounts
    ]
    return {**whole, "years": years, "accounts": accounts, "benefit_years": [*_benefit_years(record)]}


def _benefit_years(record: PersonRecord) -> Iterator[dict[str, Any]]:
    sums: dict[tuple[Branch, int], list[Money]] = defaultdict(list)
    for one in record.benefits:
        sums[one.branch, one.month.year].append(one.amount)
    for (branch, year), same in sorted(sums.items()):
        yield benefit_year_document(branch, year, len(same), sum(same[1:], same[0]))


def benefit_year_document(branch: Branch, year: int, count: int, amount: Money) -> dict[str, Any]:
    """Return a year's payments from one branch as plain values."""
    return {"branch": branch.word, "year": year, "count": count, "amount": str(amount)}


def statement(record: PersonRecord, year: int) -> dict[str, Any]:
    """Return what the statement of one year tells, as plain values."""
    years = record.of_year(year)
    return {
        **document(record),
        "year": year,
        "years": [year_document(one) for one in years],
        "benefits": [_benefit(one) for one in record.benefits if one.month.year == year],
        "missing": [gap_document(one) for one in find_gaps(years)],
        "disputed": [_dispute(one) for one in record.disputes if one.month.year == year],
    }


def _dispute(one: Dispute) -> dict[str, Any]:
    return {
        "branch": one.branch.word if one.branch else None,
        "month": str(one.month),
        "request": one.request,
    }


def agency_document(agency: Agency) -> dict[str, Any]:
    """Return the agency as plain values."""
    return {
        "name": {"en": agency.name_en, "zh": agency.name_zh},
        "region": agency.region,
        "currency": agency.currency,
        "zone": agency.zone,
        "sample": agency.sample,
    }


def person_document(person: Person) -> dict[str, Any]:
    """Return whom the record is about as plain values."""
    return {
        "reference": person.reference,
        "name": person.name,
        "number_masked": person.number or None,
        "forgotten_on": person.forgotten_on.isoformat() if person.forgotten_on else None,
        "number_kind": person.number_kind or None,
    }


def spell_document(spell: Spell) -> dict[str, Any]:
    """Return an enrolment as plain values."""
    return {
        "employer": _employer(spell.employer),
        "branches": [branch.word for branch in spell.branches],
        "scheme": spell.scheme.name.lower(),
        "region": spell.region,
        "since": str(spell.since),
        "until": _month(spell.until),
    }


def standing_document(one: Standing) -> dict[str, Any]:
    """Return what a branch comes to as plain values."""
    return {
        "branch": one.branch.word,
        "months_paid": one.months_paid,
        "first": _month(one.first),
        "last": _month(one.last),
        "paid": _amounts(one.paid),
    }


def _benefit(one: Benefit) -> dict[str, Any]:
    return {
        "branch": one.branch.word,
        "month": str(one.month),
        "amount": str(one.amount),
        "evidence": one.evidence.name.lower(),
    }


def _employer(employer: Employer | None) -> dict[str, str] | None:
    return {"name": employer.name, "code": employer.code} if employer else None


def _month(month: Month | None) -> str | None:
    return str(month) if month else None


def _money(money: Money | None) -> str | None:
    return None if money is None else str(money)


def _amounts(amounts: Amounts | None) -> dict[str, str] | None:
    if amounts is None:
        return None
    legs = ("base", "employee", "employer", "account", "fund")
    return {leg: str(getattr(amounts, leg)) for leg in legs}


def year_document(one: BranchYear) -> dict[str, Any]:
    """Return one branch's year as plain values."""
    return {
        "branch": one.branch.word,
        "year": one.year,
        "months": [_line(line) for line in one.months],
        "counts": {status.value: one.count(status) for status in MonthStatus if one.count(status)},
        "declared": _amounts(one.declared),
        "paid": _amounts(one.paid),
    }


def _line(line: MonthLine) -> dict[str, Any]:
    return {
        "month": str(line.month),
        "status": line.status.value,
        "declared": _amounts(line.declared),
        "paid": _amounts(line.paid),
        "parts": [_part(part) for part in line.parts],
    }


def _part(part: MonthPart) -> dict[str, Any]:
    return {
        "employer": _employer(part.employer),
        "status": part.status.value,
        "declared": _amounts(part.declared),
        "paid": _amounts(part.paid),
        "evidence": part.evidence.name.lower(),
        "checked": part.checked.name.lower(),
        "due": part.due.isoformat() if part.due else None,
    }


def _account(account: Account) -> dict[str, Any]:
    return {
        "branch": account.branch.word,
        "balance": str(account.balance),
        "changes": [
            {
                "year": move.year,
                "month": _month(move.month),
                "kind": move.kind.name.lower(),
                "amount": str(move.amount),
                "evidence": move.evidence.name.lower(),
            }
            for move in account.movements
        ],
        "interest": [
            {
                "year": one.year,
                "rate": str(one.rate) if one.rate else None,
                "credited": _money(one.credited),
            }
            for one in account.interest
        ],
    }


def gap_document(gap: Gap) -> dict[str, Any]:
    """Return what is missing as plain values."""
    return {
        "branch": gap.branch.word,
        "employer": _employer(gap.employer),
        "status": gap.status.value,
        "first": str(gap.first),
        "last": str(gap.last),
        "months": gap.count,
        "outstanding": _money(gap.outstanding),
    }
