"""A record as text for a terminal, and as the JSON document the command line and the API print.

Money in the document is a decimal string in major units; what is absent is null, never "0.00".
"""

import datetime as dt
import unicodedata
from collections.abc import Iterator

from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.words import Language, MonthStatus
from provident.statements.phrases import Phrases, phrases
from provident.statements.records import (
    Account,
    Amounts,
    Benefit,
    BranchYear,
    Employer,
    Gap,
    MonthLine,
    MonthPart,
    PersonRecord,
    Spell,
    Standing,
)
from provident.statements.yearly.front import agency_name, gap_sentences, interest_notes


def text(record: PersonRecord, language: Language) -> str:
    """Return the record as lines for a terminal."""
    words = phrases(language)
    return "\n".join(_lines(record, words)) + "\n"


def _lines(record: PersonRecord, words: Phrases) -> Iterator[str]:
    person = record.person
    yield words.say("record.title", name=person.name or person.reference)
    if person.forgotten_on:
        yield words.say("record.forgotten", date=words.day(person.forgotten_on))
    yield agency_name(record, words)
    if person.number:
        yield words.say("record.number", number=person.number)
    yield words.say("record.reference", reference=person.reference)
    moment = words.moment(record.known_on, record.agency.zone)
    yield words.say("record.as_of", month=words.month(record.as_of), moment=moment)
    if record.agency.sample:
        yield words.say("statement.sample")
    if not record.calendar_years() and not record.spells:
        yield ""
        yield words.say("record.nothing")
        return
    for heading, body in (
        ("record.balances", _balances(record, words)),
        ("record.missing", _missing(record, words)),
        ("record.spells", _spells(record, words)),
        ("record.years", _years(record, words)),
        ("record.benefits", _benefits(record, words)),
    ):
        lines = tuple(body)
        if lines:
            yield ""
            yield words.say(heading)
            yield from (f"  {line}" for line in lines)


def _balances(record: PersonRecord, words: Phrases) -> Iterator[str]:
    for standing in record.standings:
        span = ""
        if standing.first:
            months = words.span(standing.first, standing.last or standing.first)
            span = words.say("record.standing_span", span=months)
        branch = words.branch(standing.branch)
        yield words.count("record.standing", standing.months_paid, branch=branch, span=span)
    for account in record.accounts:
        amount = words.money(account.balance)
        yield words.say("record.account", branch=words.branch(account.branch), amount=amount)
        yield from interest_notes(account, words)


def _missing(record: PersonRecord, words: Phrases) -> Iterator[str]:
    if not record.gaps:
        yield words.say("record.nothing_missing")
    yield from gap_sentences(record.gaps, words)


def _spells(record: PersonRecord, words: Phrases) -> Iterator[str]:
    for spell in record.spells:
        yield words.say(
            "record.spell",
            span=words.span(spell.since, spell.until),
            employer=spell.employer.name if spell.employer else words.say("employers.no_employer"),
            branches=words.branches(spell.branches),
        )


def _years(record: PersonRecord, words: Phrases) -> Iterator[str]:
    years = sorted(record.years, key=lambda one: (-one.year, one.branch))
    if not years:
        return
    rows = [words.many("record.columns")]
    for one in years:
        letters = "".join(words.say(f"record.letters.{line.status.value}") for line in one.months)
        base = employee = employer = paid = None
        if one.stated:
            base, employee, employer = one.stated.base, one.stated.employee, one.stated.employer
        if one.paid:
            paid = one.paid.total
        amounts = tuple(words.money(amount) for amount in (base, employee, employer, paid))
        count = str(one.count(MonthStatus.PAID))
        rows.append((str(one.year), words.branch(one.branch), letters, count, *amounts))
    widths = [max(width_of(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        left = [_padded(cell, width) for cell, width in zip(row[:3], widths[:3], strict=True)]
        right = [_padded(cell, width, right=True) for cell, width in zip(row[3:], widths[3:], strict=True)]
        yield "  ".join((*left, *right)).rstrip()
    letters = words.listed(
        [words.say(f"record.letters.{one.value}") + " " + words.status(one) for one in MonthStatus]
    )
    yield words.say("record.key", letters=letters)


def _benefits(record: PersonRecord, words: Phrases) -> Iterator[str]:
    for one in record.benefits:
        amount = words.money(one.amount)
        yield words.listed([words.month(one.month), words.branch(one.branch), amount])


def width_of(line: str) -> int:
    """Return how many terminal columns a line takes: wide characters two, combining marks none."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1
        for one in line
    )


def _padded(cell: str, width: int, *, right: bool = False) -> str:
    blank = " " * (width - width_of(cell))
    return blank + cell if right else cell + blank


def document(record: PersonRecord) -> dict[str, object]:
    """Return the record as plain values for JSON."""
    agency, person = record.agency, record.person
    return {
        "agency": {
            "name": {"en": agency.name_en, "zh": agency.name_zh},
            "region": agency.region,
            "currency": agency.currency,
            "zone": agency.zone,
            "sample": agency.sample,
        },
        "person": {
            "reference": person.reference,
            "name": person.name,
            "number_masked": person.number or None,
            "forgotten_on": person.forgotten_on.isoformat() if person.forgotten_on else None,
            "number_kind": person.number_kind or None,
        },
        "as_of": str(record.as_of),
        "known_on": record.known_on.astimezone(dt.UTC).isoformat(),
        "pack": record.pack_version,
        "spells": [_spell(one) for one in record.spells],
        "years": [_year(one) for one in record.years],
        "standings": [_standing(one) for one in record.standings],
        "accounts": [_account(one) for one in record.accounts],
        "benefits": [_benefit(one) for one in record.benefits],
        "missing": [_gap(one) for one in record.gaps],
    }


def _spell(spell: Spell) -> dict[str, object]:
    return {
        "employer": _employer(spell.employer),
        "branches": [branch.word for branch in spell.branches],
        "scheme": spell.scheme.name.lower(),
        "region": spell.region,
        "since": str(spell.since),
        "until": _month(spell.until),
    }


def _standing(one: Standing) -> dict[str, object]:
    return {
        "branch": one.branch.word,
        "months_paid": one.months_paid,
        "first": _month(one.first),
        "last": _month(one.last),
        "paid": _amounts(one.paid),
    }


def _benefit(one: Benefit) -> dict[str, object]:
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


def _year(one: BranchYear) -> dict[str, object]:
    return {
        "branch": one.branch.word,
        "year": one.year,
        "months": [_line(line) for line in one.months],
        "declared": _amounts(one.declared),
        "paid": _amounts(one.paid),
    }


def _line(line: MonthLine) -> dict[str, object]:
    return {
        "month": str(line.month),
        "status": line.status.value,
        "declared": _amounts(line.declared),
        "paid": _amounts(line.paid),
        "parts": [_part(part) for part in line.parts],
    }


def _part(part: MonthPart) -> dict[str, object]:
    return {
        "employer": _employer(part.employer),
        "status": part.status.value,
        "declared": _amounts(part.declared),
        "paid": _amounts(part.paid),
        "evidence": part.evidence.name.lower(),
        "checked": part.checked.name.lower(),
        "due": part.due.isoformat() if part.due else None,
    }


def _account(account: Account) -> dict[str, object]:
    return {
        "branch": account.branch.word,
        "balance": str(account.balance),
        "movements": [
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


def _gap(gap: Gap) -> dict[str, object]:
    return {
        "branch": gap.branch.word,
        "employer": _employer(gap.employer),
        "status": gap.status.value,
        "first": str(gap.first),
        "last": str(gap.last),
        "months": gap.count,
        "outstanding": _money(gap.outstanding),
    }
