"""The first page of the yearly statement: paid, missing, had now, and what to do if something is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from provident.identity.numbers import NumberKind
from provident.kernel.clock import legal_day
from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.words import Branch, MonthStatus
from provident.statements.phrases import Phrases
from provident.statements.receipts.records import Receipt
from provident.statements.records import (
    Account,
    BranchYear,
    Employer,
    Gap,
    PersonRecord,
    find_gaps,
)
from provident.statements.yearly.sheet import Block, Facts, Heading, Items, Paragraph, Table


@dataclass(frozen=True, slots=True)
class Subject:
    """What a statement is made of: a record, one of its years, the words, a reference, a receipt."""

    record: PersonRecord
    year: int
    words: Phrases
    reference: str
    receipt: Receipt | None = None

    @property
    def branch_years(self) -> tuple[BranchYear, ...]:
        """The branches of the year, in the usual order."""
        return tuple(sorted(self.record.of_year(self.year), key=lambda one: one.branch))

    @property
    def last(self) -> Month:
        """The last month of the year the record speaks of."""
        return min(Month(self.year, 12), self.record.as_of)


def front(subject: Subject) -> Iterator[Block]:
    """Yield the blocks of the first page."""
    yield _facts(subject)
    if subject.record.agency.sample:
        yield Paragraph(subject.words.say("statement.sample"), "notice")
    yield from _paid(subject)
    yield from _missing(subject)
    yield from _now(subject)
    yield from _wrong(subject)


def _facts(subject: Subject) -> Facts:
    record, words = subject.record, subject.words
    kind = record.person.number_kind.upper()
    known = kind in NumberKind.__members__
    label = NumberKind[kind].title(words.language) if known else words.say("statement.any_number")
    number = record.person.number or words.say("statement.no_number")
    return Facts(
        (
            (words.say("statement.name"), record.person.name),
            (words.say("statement.number", kind=label[:1].upper() + label[1:]), number),
            (
                words.say("statement.covers"),
                words.say("statement.covers_value", year=subject.year, last=words.month_name(subject.last)),
            ),
            (words.say("statement.known"), words.moment(record.known_on, record.agency.zone)),
            (words.say("statement.reference"), subject.reference),
        )
    )


def _paid(subject: Subject) -> Iterator[Block]:
    words, years = subject.words, subject.branch_years
    yield Heading(1, words.say("paid.heading", year=subject.year))
    if not any(one.paid for one in years):
        yield Paragraph(words.say("paid.none", year=subject.year))
        return
    rows = []
    zero = Money(0, subject.record.agency.currency)
    sums = [zero, zero, zero, zero]
    for one in years:
        insured = sum(line.status is not MonthStatus.NOT_INSURED for line in one.months)
        months = words.say("paid.months", paid=one.count(MonthStatus.PAID), insured=insured)
        if one.paid is None:
            rows.append((words.branch(one.branch), months, *[words.money(None)] * 4))
            continue
        legs = [one.paid.employee, one.paid.employer, one.paid.total, one.paid.account]
        sums = [total + leg for total, leg in zip(sums, legs, strict=True)]
        rows.append((words.branch(one.branch), months, *map(words.money, legs)))
    yield Table(
        words.many("paid.columns"),
        "llrrrr",
        (0, 0, 1, 1, 1, 1),
        tuple(rows),
        total=(words.say("paid.total"), "", *map(words.money, sums)),
    )
    currency = words.currency(subject.record.agency.currency)
    note = words.say("paid.months_note") + words.say("language.gap")
    yield Paragraph(note + words.say("statement.amounts", currency=currency), "note")


def _missing(subject: Subject) -> Iterator[Block]:
    words, year = subject.words, subject.year
    yield Heading(1, words.say("missing.heading"))
    gaps = find_gaps(subject.branch_years)
    earlier = earlier_gaps(subject)
    due = tuple(_not_yet_due(subject))
    if gaps:
        yield Items(tuple(gap_sentences(gaps, words)), "warning")
    else:
        name = "missing.none" if earlier else "missing.none_at_all"
        yield Paragraph(words.say(name, year=year))
    if earlier:
        count = len({month for gap in earlier for month in gap.first.through(gap.last)})
        name = "missing.earlier_one" if count == 1 else "missing.earlier"
        yield Paragraph(words.say(name, count=count))
    if due:
        yield Items(due, "note")


def earlier_gaps(subject: Subject) -> tuple[Gap, ...]:
    """Return what is still missing from the years before the statement's year."""
    return find_gaps(tuple(one for one in subject.record.years if one.year < subject.year))


def grouped(gaps: tuple[Gap, ...]) -> Iterator[tuple[tuple[Branch, ...], Gap, Money | None]]:
    """Yield gaps alike but for the branch together: the branches, one of them, the sum outstanding."""

    def alike(gap: Gap) -> tuple[Month, Month, str, str]:
        return (gap.first, gap.last, gap.status.value, gap.employer.code if gap.employer else "")

    for _, group in groupby(sorted(gaps, key=lambda gap: (alike(gap), gap.branch)), key=alike):
        same = tuple(group)
        amounts = [gap.outstanding for gap in same if gap.outstanding is not None]
        total = sum(amounts[1:], amounts[0]) if amounts else None
        yield tuple(gap.branch for gap in same), same[0], total


def gap_sentences(gaps: tuple[Gap, ...], words: Phrases) -> Iterator[str]:
    """Yield one sentence for each gap, branches alike taken together."""
    for branches, gap, amount in grouped(gaps):
        yield words.say(
            f"missing.{gap.status.value}",
            branches=words.branches(branches),
            span=words.span(gap.first, gap.last),
            employer=gap.employer.name if gap.employer else words.say("missing.no_employer"),
            months=words.count("missing.months", gap.count),
            amount=words.money(amount),
        )


def _not_yet_due(subject: Subject) -> Iterator[str]:
    words = subject.words
    months: dict[Month, set[str]] = {}
    for one in subject.branch_years:
        for line in one.months:
            for part in line.parts:
                if part.status is MonthStatus.NOT_YET_DUE:
                    due = words.say("missing.due", day=words.day(part.due)) if part.due else ""
                    months.setdefault(line.month, set()).add(due)
    for month, dues in sorted(months.items()):
        yield words.say("missing.not_yet_due", span=words.month(month), due=max(dues))


def _now(subject: Subject) -> Iterator[Block]:
    record, words = subject.record, subject.words
    yield Heading(1, words.say("now.heading"))
    accounts = {account.branch: account for account in record.accounts}
    if not record.standings and not accounts:
        yield Paragraph(words.say("now.none"))
        return
    rows = []
    standings = {standing.branch: standing for standing in record.standings}
    for branch in sorted(standings.keys() | accounts.keys()):
        standing, account = standings.get(branch), accounts.get(branch)
        paid = str(standing.months_paid) if standing else "0"
        span = words.money(None)
        if standing and standing.first:
            span = words.span(standing.first, standing.last or standing.first)
        balance = words.money(account.balance) if account else words.say("now.no_account")
        rows.append((words.branch(branch), paid, span, balance))
    yield Table(words.many("now.columns"), "lrlr", (0, 0, 1, 0), tuple(rows))
    day = words.day(legal_day(record.known_on, record.zone_info()))
    notes = [words.say("now.as_of", month=words.month(record.as_of), day=day)]
    notes += [line for branch in sorted(accounts) for line in interest_notes(accounts[branch], words)]
    yield Items(tuple(notes), "note")


def interest_notes(account: Account, words: Phrases) -> Iterator[str]:
    """Yield which years' interest is not in an account's balance, and why."""
    branch = words.branch(account.branch)
    unknown = [one.year for one in account.interest_missing() if one.rate is None]
    due = [one.year for one in account.interest_missing() if one.rate is not None]
    if unknown:
        those = words.count("now.those", len(unknown))
        yield words.say("now.interest_unknown", branch=branch, years=words.years(unknown), those=those)
    if due:
        yield words.say("now.interest_due", branch=branch, years=words.years(due))


def _wrong(subject: Subject) -> Iterator[Block]:
    words, agency = subject.words, agency_name(subject.record, subject.words)
    yield Heading(1, words.say("wrong.heading"))
    yield Items(
        (
            *_disputed(subject),
            words.say("wrong.employer"),
            words.say("wrong.tell", agency=agency),
            words.say("wrong.further"),
        )
    )


def _disputed(subject: Subject) -> Iterator[str]:
    words = subject.words
    for one in subject.record.disputes:
        if one.month.year == subject.year:
            branch = words.branch(one.branch) if one.branch else words.say("employers.all_branches")
            month = words.month(one.month)
            yield words.say("wrong.disputed", branch=branch, month=month, request=one.request)


def agency_name(record: PersonRecord, words: Phrases) -> str:
    """Return the agency's name in the language."""
    return record.agency.name_zh if words.language.value.startswith("zh") else record.agency.name_en


def employers_of(subject: Subject) -> tuple[Employer, ...]:
    """Return the employers of the year, in the order in which they first appear."""
    first, last = Month(subject.year, 1), subject.last
    seen: dict[Employer, None] = {}
    for spell in sorted(subject.record.spells, key=lambda spell: spell.since):
        if spell.employer and spell.since <= last and (spell.until is None or first <= spell.until):
            seen.setdefault(spell.employer)
    for one in subject.branch_years:
        for line in one.months:
            for part in line.parts:
                if part.employer:
                    seen.setdefault(part.employer)
    return tuple(seen)
