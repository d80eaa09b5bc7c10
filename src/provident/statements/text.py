"""A record as text for a terminal."""

import unicodedata
from collections.abc import Iterator

from provident.kernel.words import Language, MonthStatus
from provident.statements.phrases import Phrases, phrases
from provident.statements.records import PersonRecord
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
