"""A record put together from filed files, enrolments, old records and the law."""

import datetime as dt

import pytest
from filings import world

from provident import access
from provident.access.records import OPERATOR
from provident.filings.actions import withdraw
from provident.identity import actions as identity
from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.words import Branch, EntryKind, Evidence, MonthStatus
from provident.statements import queries
from provident.statements.records import PersonRecord
from provident.statements.references import person_of

from .overviews import assert_the_overview_agrees

STATUS = {
    MonthStatus.NOT_INSURED: ".",
    MonthStatus.NOT_YET_DUE: "~",
    MonthStatus.NOT_REPORTED: "?",
    MonthStatus.DECLARED: "d",
    MonthStatus.PART_PAID: "h",
    MonthStatus.PAID: "P",
    MonthStatus.ZERO: "0",
}


def yuan(text: str) -> Money:
    return Money.parse(text, "CNY")


@pytest.fixture
def desk(db, tmp_path, monkeypatch):
    """Return an agency with two employers, and a desk where files are sent in."""
    monkeypatch.setenv("PROVIDENT_DATA", str(tmp_path / "state"))
    world.agency(2)
    return world.Desk(tmp_path)


def read(who: int = 1, **asked) -> PersonRecord:
    """Read a record; whatever the story, the overview says the same."""
    with world.opened(who) as opened:
        assert_the_overview_agrees(opened)
        return queries.record(opened, **asked)


def statuses(record: PersonRecord, year: int, branch: Branch = Branch.PENSION) -> str:
    (one,) = (one for one in record.of_year(year) if one.branch is branch)
    return "".join(STATUS[line.status] for line in one.months)


def year_2025(desk: world.Desk) -> None:
    """File a year with one month of each kind for person 1, insured from March to November."""
    desk.send(world.enrol([1], "2025-03"))
    for month in ("2025-03", "2025-05", "2025-06"):
        desk.send(world.declare([1], month))
    desk.send(world.declare([1], "2025-07", base="0.00"))
    desk.send(world.enrol([1], "2025-11", event="leave"))
    paid = [
        world.pay("2400.00", "2025-03", "pension", reference="a"),
        world.pay("1000.00", "2025-05", "pension", reference="b"),
    ]
    desk.send(paid, world.PAYMENTS)


def test_every_month_has_its_own_status(desk):
    """Not insured, paid, not reported, part paid, declared and zero stand where they belong."""
    year_2025(desk)
    record = read(as_of=Month(2025, 12))
    assert statuses(record, 2025) == "..P?hd0????."
    lines = record.of_year(2025)[0].months
    assert lines[2].paid.total == lines[2].declared.total == yuan("2400.00")
    assert lines[3].declared is None
    assert lines[3].paid is None
    assert lines[4].paid.total == yuan("1000.00")
    assert lines[6].declared.base == yuan("0.00")
    assert lines[2].parts[0].employer.name == "Employer 0"
    assert record.person.name == "Person 1"
    assert record.person.number == f"{world.number(1)[:6]}********{world.number(1)[-4:]}"
    assert record.agency.sample


def test_what_is_missing_follows_from_the_months(desk):
    """Gaps name employer, months and what is owed."""
    year_2025(desk)
    gaps = read(as_of=Month(2025, 12)).gaps
    assert [(gap.status, str(gap.first), str(gap.last), gap.outstanding) for gap in gaps] == [
        (MonthStatus.NOT_REPORTED, "2025-04", "2025-04", None),
        (MonthStatus.PART_PAID, "2025-05", "2025-05", yuan("1400.00")),
        (MonthStatus.DECLARED, "2025-06", "2025-06", yuan("2400.00")),
        (MonthStatus.NOT_REPORTED, "2025-08", "2025-11", None),
    ]


def test_months_after_the_month_asked_for_are_left_out(desk):
    """As of June nothing of July is told, and no month after June stands as not insured."""
    year_2025(desk)
    record = read(as_of=Month(2025, 6))
    assert statuses(record, 2025) == "..P?hd"
    assert record.as_of == Month(2025, 6)


def test_the_present_month_is_not_yet_due(desk):
    """An enrolled month whose last day to declare has not come is not missing."""
    now = Month.of(dt.datetime.now(dt.UTC).date())
    desk.send(world.enrol([1], str(now)))
    record = read(as_of=now)
    part = record.of_year(now.year)[0].months[-1].parts[0]
    assert part.status is MonthStatus.NOT_YET_DUE
    assert part.due == now.plus(1).first_day().replace(day=15)
    assert record.gaps == ()


def test_the_account_holds_what_was_paid(desk):
    """Only paid money is in the account; a year whose rate the law's book does not know says so."""
    year_2025(desk)
    record = read(as_of=Month(2026, 1))
    (account,) = record.accounts
    assert account.branch is Branch.PENSION
    assert account.balance == yuan("1133.33")  # 800 of March, a third of the 1,000 paid for May
    assert [(move.kind, move.year, move.amount) for move in account.movements] == [
        (EntryKind.PAID, 2025, yuan("1133.33"))
    ]
    assert [(one.year, one.credited) for one in account.interest] == [(2025, None)]
    (standing,) = record.standings
    assert (standing.months_paid, standing.first, standing.last) == (1, Month(2025, 3), Month(2025, 3))


def take_on(**row) -> dict[str, str]:
    return {
        "resident_id": world.number(1), "name": "Person 1", "employer_id": world.code(0), "branch": "pension",
        "evidence": "prior_system", **row,
    }  # fmt: skip


def test_old_records_come_with_their_grade(desk):
    """Months, balance and interest taken on stand with how well they are evidenced; benefits too."""
    desk.send(world.enrol([1], "2025-03"))
    rows = [
        take_on(month="2020-11", kind="contribution", base="5000.00", employee="400.00", employer="800.00", account="400.00"),
        take_on(month="2020-12", kind="contribution", base="5000.00", employee="400.00", employer="800.00", account="400.00",
                evidence="stated"),
        take_on(month="2020-12", kind="opening_balance", amount="9000.00", account="9000.00"),
        take_on(month="2021-12", kind="interest", amount="380.00", account="380.00", evidence="documented"),
        take_on(month="2022-06", kind="benefit", amount="120.00"),
    ]  # fmt: skip
    desk.send(rows, world.TAKE_ON)
    record = read(as_of=Month(2025, 2))
    assert statuses(record, 2020) == "." * 10 + "PP"
    november, december = record.of_year(2020)[0].months[-2:]
    assert (november.evidence, december.evidence) == (Evidence.PRIOR_SYSTEM, Evidence.STATED)
    assert november.stated.base == yuan("5000.00")
    (account,) = record.accounts
    moves = [(move.year, move.kind, move.amount, move.evidence) for move in account.movements]
    assert moves[:3] == [
        (2020, EntryKind.OPENING_BALANCE, yuan("9000.00"), Evidence.PRIOR_SYSTEM),
        (2020, EntryKind.PAID, yuan("800.00"), Evidence.STATED),
        (2021, EntryKind.INTEREST_CREDITED, yuan("380.00"), Evidence.DOCUMENTED),
    ]
    interest = {one.year: one for one in account.interest}
    assert interest[2021].credited == yuan("380.00")
    assert interest[2020].credited is None
    (benefit,) = record.benefits
    assert (benefit.month, benefit.amount, benefit.evidence) == (
        Month(2022, 6),
        yuan("120.00"),
        Evidence.PRIOR_SYSTEM,
    )


def test_a_withdrawn_file_leaves_no_trace_in_the_record(desk):
    """After a filing is withdrawn the month is not reported again and the account is as before."""
    desk.send(world.enrol([1], "2025-03"))
    receipt = desk.send(world.declare([1], "2025-03"))
    withdraw(filing=receipt.filing, by=OPERATOR, reason="sent by mistake")
    record = read(as_of=Month(2025, 3))
    assert statuses(record, 2025) == "..?"
    assert record.accounts == ()


def test_an_earlier_view_can_be_asked_for(desk):
    """As known before the payment was filed, the month stands as declared."""
    desk.send(world.enrol([1], "2025-03"))
    before = desk.send(world.declare([1], "2025-03")).posted_at
    desk.send([world.pay("2400.00", "2025-03", "pension", reference="a")], world.PAYMENTS)
    assert statuses(read(as_of=Month(2025, 3)), 2025) == "..P"
    earlier = read(as_of=Month(2025, 3), known_on=before)
    assert statuses(earlier, 2025) == "..d"
    assert earlier.accounts == ()
    assert earlier.known_on == before


def test_two_employers_in_one_month(desk):
    """Each employer's part stands by itself, and what is missing with one speaks for the month."""
    desk.send(world.enrol([1], "2025-03"))
    desk.send(world.enrol([1], "2025-03", employer=1))
    desk.send(world.declare([1], "2025-03", employer=1))
    desk.send([world.pay("2400.00", "2025-03", "pension", reference="a", employer=1)], world.PAYMENTS)
    line = read(as_of=Month(2025, 3)).of_year(2025)[0].months[2]
    assert {part.employer.name: part.status for part in line.parts} == {
        "Employer 0": MonthStatus.NOT_REPORTED,
        "Employer 1": MonthStatus.PAID,
    }
    assert line.status is MonthStatus.NOT_REPORTED


def test_merged_records_are_told_as_one(desk):
    """What was filed under two numbers of one person is one record."""
    desk.send(world.enrol([1], "2025-03"))
    desk.send(world.declare([1], "2025-03"))
    desk.send(world.enrol([2], "2024-03"))
    desk.send(world.declare([2], "2024-03"))
    other = world.key_of(2)
    with world.opened(1) as opened:
        identity.merge(opened, other=other, reason="same person", at=dt.datetime.now(dt.UTC))
    record = read(as_of=Month(2025, 3))
    assert statuses(record, 2024)[2] == "d"
    assert statuses(record, 2025)[2] == "d"
    assert {str(spell.since) for spell in record.spells} == {"2024-03", "2025-03"}


def test_a_person_without_any_filing(desk):
    """A registered person of whom nothing was filed has an empty record, not zeros."""
    number = world.number(7)
    identity.register_resident(name="麦麦提·艾力", number=number, at=world.NOW)
    record = read(7)
    assert record.years == record.accounts == record.standings == record.gaps == ()
    assert record.calendar_years() == ()


def test_the_reference_opens_the_record(desk):
    """The record's reference leads to the person it was read of."""
    year_2025(desk)
    reference = read().person.reference
    with access.open_record(
        person_of(reference), by=OPERATOR, purpose="console", fields=world.FIELDS
    ) as opened:
        assert queries.record(opened).person.name == "Person 1"
