"""The pages behind the first: who insured, month by month, accounts, benefits, words and law."""

from collections import Counter
from collections.abc import Iterator

from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.words import Branch, Checked, Evidence, MonthStatus
from provident.statements.phrases import Phrases
from provident.statements.records import (
    INCOMPLETE,
    Account,
    Amounts,
    BranchYear,
    Employer,
    MonthPart,
    PersonRecord,
)
from provident.statements.yearly.front import (
    Subject,
    agency_name,
    earlier_gaps,
    employers_of,
    grouped,
)
from provident.statements.yearly.sheet import Block, Heading, Items, Paragraph, Table


def detail(subject: Subject) -> Iterator[Block]:
    """Yield the blocks behind the first page."""
    yield from _employers(subject)
    yield from _months(subject)
    yield from _accounts(subject)
    yield from _benefits(subject)
    yield from _earlier(subject)
    yield from _about(subject)


def _employers(subject: Subject) -> Iterator[Block]:
    words, record = subject.words, subject.record
    yield Heading(1, words.say("employers.heading", year=subject.year))
    employers = employers_of(subject)
    if not employers:
        yield Paragraph(words.say("employers.none", year=subject.year))
        return
    first, last = Month(subject.year, 1), subject.last
    yield Paragraph(words.say("employers.intro"), "note")
    rows = []
    for index, employer in enumerate(employers):
        spells = [
            spell
            for spell in record.spells
            if spell.employer == employer
            and spell.since <= last
            and (not spell.until or first <= spell.until)
        ]
        branches = tuple(sorted({branch for spell in spells for branch in spell.branches}))
        since = words.listed([words.span(spell.since, spell.until) for spell in spells]) or words.money(None)
        listed = words.branches(branches) if branches else words.money(None)
        rows.append((words.mark(index), employer.name, employer.code, listed, since))
    yield Table(
        words.many("employers.columns"),
        "lllll",
        (0, 4, 0, 3, 4),
        tuple(rows),
        small=True,
    )


def _months(subject: Subject) -> Iterator[Block]:
    words, years = subject.words, {one.branch: one for one in subject.branch_years}
    yield Heading(1, words.say("months_table.section"))
    yield Paragraph(words.say("months_table.intro"), "note")
    marks = {employer: words.mark(index) for index, employer in enumerate(employers_of(subject))}
    if any(_unchecked(part) for one in years.values() for line in one.months for part in line.parts):
        yield Paragraph(words.say("months_table.unchecked"), "note")
    for branch in Branch:
        one = years.get(branch)
        if one is None or one.count(MonthStatus.NOT_INSURED) == len(one.months):
            yield Paragraph(words.say("months_table.never", branch=words.branch(branch), year=subject.year))
        else:
            yield Heading(2, words.say("months_table.heading", branch=words.branch(branch)))
            yield _month_table(one, words, marks)
    if subject.last < Month(subject.year, 12):
        yield Paragraph(words.say("months_table.beyond", month=words.month(subject.last)), "note")


def _unchecked(part: MonthPart) -> bool:
    return part.declared is not None and part.checked is Checked.NOT_CHECKABLE


def _month_table(one: BranchYear, words: Phrases, marks: dict[Employer, str]) -> Table:
    account = any(line.paid and line.paid.account.minor for line in one.months)
    rows: list[tuple[str, ...]] = []
    marked: list[int] = []
    for line in one.months:
        for part in line.parts or (None,):
            if part is not None and part.status in INCOMPLETE:
                marked.append(len(rows))
            rows.append(_month_row(words.month_name(line.month), part, words, marks)[: 8 if account else 7])
    total = (words.say("months_table.total"), "", "", "", *_legs(one.stated, one.paid, words))
    return Table(
        words.many("months_table.columns" if account else "months_table.columns_no_account"),
        "lllrrrrr"[: 8 if account else 7],
        (0, 0, 0, 1, 1, 1, 1, 1)[: 8 if account else 7],
        tuple(rows),
        total=total[: 8 if account else 7],
        marked=tuple(marked),
        small=True,
    )


def _legs(stated: Amounts | None, paid: Amounts | None, words: Phrases) -> tuple[str, ...]:
    """Return the shares owed, the sum paid, and what of it went into the account."""
    return (
        words.money(stated.employee if stated else None),
        words.money(stated.employer if stated else None),
        words.money(paid.total if paid else None),
        words.money(paid.account if paid else None),
    )


def _month_row(
    month: str, part: MonthPart | None, words: Phrases, marks: dict[Employer, str]
) -> tuple[str, ...]:
    if part is None:
        return (month, words.status(MonthStatus.NOT_INSURED), *[words.money(None)] * 6)
    by = marks[part.employer] if part.employer else words.money(None)
    base = words.money(part.stated.base if part.stated else None)
    star = "*" if _unchecked(part) else ""
    status = words.status(part.status)
    if part.evidence is not Evidence.NONE:
        status = words.say("months_table.taken_on", status=status, grade=_grade(part.evidence, words))
    return (month, status, by, base + star, *_legs(part.stated, part.paid, words))


def _accounts(subject: Subject) -> Iterator[Block]:
    words = subject.words
    yield Heading(1, words.say("accounts.heading", year=subject.year))
    if not subject.record.accounts:
        yield Paragraph(words.say("accounts.none"))
    for account in subject.record.accounts:
        yield Heading(2, words.say("accounts.one", branch=words.branch(account.branch)))
        yield _account_table(subject, account)
        for interest in account.interest:
            if interest.year == subject.year:
                name = "credited" if interest.credited else "due" if interest.rate else "unknown"
                rate = words.rate(interest.rate) if interest.rate else ""
                yield Paragraph(words.say(f"accounts.interest_{name}", year=subject.year, rate=rate), "note")


def _account_table(subject: Subject, account: Account) -> Table:
    words, year = subject.words, subject.year
    absent = words.money(None)
    rows = [
        (words.say("accounts.start", year=year), absent, words.money(account.at_end_of(year - 1)), absent)
    ]
    for move in account.movements:
        if move.year == year:
            month = words.month_name(move.month) if move.month else absent
            rows.append(
                (
                    words.say(f"kind.{move.kind.name.lower()}"),
                    month,
                    words.money(move.amount),
                    _grade(move.evidence, words),
                )
            )
    if subject.last < Month(year, 12):
        end = words.say("accounts.end_so_far", month=words.month(subject.last))
    else:
        end = words.say("accounts.end", year=year)
    return Table(
        words.many("accounts.columns"),
        "llrl",
        (3, 1, 2, 3),
        tuple(rows),
        total=(end, "", words.money(account.at_end_of(year)), ""),
        small=True,
    )


def _grade(evidence: Evidence, words: Phrases) -> str:
    return words.say(f"evidence_short.{evidence.name.lower()}")


def _benefits(subject: Subject) -> Iterator[Block]:
    words = subject.words
    received = [one for one in subject.record.benefits if one.month.year == subject.year]
    yield Heading(1, words.say("benefits.heading", year=subject.year))
    if not received:
        yield Paragraph(words.say("benefits.none", year=subject.year))
        return
    total = Money(0, subject.record.agency.currency)
    for one in received:
        total = total + one.amount
    yield Table(
        words.many("benefits.columns"),
        "llrl",
        (1, 2, 2, 3),
        tuple(
            (
                words.month_name(one.month),
                words.branch(one.branch),
                words.money(one.amount),
                _grade(one.evidence, words),
            )
            for one in received
        ),
        total=(words.say("benefits.total"), "", words.money(total), ""),
        small=True,
    )


def _earlier(subject: Subject) -> Iterator[Block]:
    words = subject.words
    gaps = earlier_gaps(subject)
    if not gaps:
        return
    yield Heading(1, words.say("missing.earlier_heading"))
    yield Table(
        words.many("missing.earlier_columns"),
        "llllr",
        (3, 3, 2, 3, 1),
        tuple(
            (
                words.span(gap.first, gap.last),
                words.branches(branches),
                words.status(gap.status),
                gap.employer.name if gap.employer else words.money(None),
                words.money(amount),
            )
            for branches, gap, amount in grouped(gaps)
        ),
        small=True,
    )


def _about(subject: Subject) -> Iterator[Block]:
    words, record = subject.words, subject.record
    yield Heading(1, words.say("about.heading"))
    yield Heading(2, words.say("about.words"))
    gap, colon = words.say("language.gap"), words.say("language.colon")
    yield Items(
        tuple(words.status(one) + colon + words.say(f"status_means.{one.value}") for one in MonthStatus),
        "note",
    )
    taken_on = tuple(_taken_on(record, words))
    if taken_on:
        yield Heading(2, words.say("about.evidence_heading"))
        grades = [one for one in Evidence if one is not Evidence.NONE]
        meanings = [_grade(one, words) + colon + words.say(f"evidence.{one.name.lower()}") for one in grades]
        yield Items((*taken_on, *meanings), "note")
    yield Heading(2, words.say("about.law_heading"))
    yield Items(words.many("about.law"), "note")
    made = words.say(
        "about.made",
        agency=agency_name(record, words),
        moment=words.moment(record.known_on, record.agency.zone),
        pack=record.pack_version,
    )
    yield Paragraph(words.say("about.law_note") + gap + made, "note")


def _taken_on(record: PersonRecord, words: Phrases) -> Iterator[str]:
    counts: dict[Branch, Counter[Evidence]] = {}
    for one in record.years:
        for line in one.months:
            if line.status is MonthStatus.PAID and line.evidence is not Evidence.NONE:
                counts.setdefault(one.branch, Counter())[line.evidence] += 1
    alike: dict[tuple[tuple[Evidence, int], ...], list[Branch]] = {}
    for branch, grades in sorted(counts.items()):
        alike.setdefault(tuple(sorted(grades.items())), []).append(branch)
    for grade_counts, branches in alike.items():
        listed = [
            words.say("about.taken_on_grade", count=count, grade=_grade(grade, words))
            for grade, count in grade_counts
        ]
        yield words.say(
            "about.taken_on",
            branches=words.branches(tuple(branches)),
            count=sum(count for _, count in grade_counts),
            grades=words.listed(listed),
        )
