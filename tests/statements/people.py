"""Hand-made records: what the renderers are tested against, without a database."""

import datetime as dt

from provident.identity.numbers import check_character
from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.rate import Rate
from provident.kernel.words import Branch, Checked, EntryKind, Evidence, MonthStatus, Scheme
from provident.statements.records import (
    Account,
    Agency,
    Amounts,
    Benefit,
    BranchYear,
    Employer,
    InterestYear,
    MonthLine,
    MonthPart,
    Movement,
    Person,
    PersonRecord,
    Spell,
    Standing,
    find_gaps,
)

AGENCY = Agency(
    "Lakeside Social Insurance Agency", "湖滨市社会保险经办中心", 990000, "CNY", "Asia/Shanghai", sample=True
)
NORTH = Employer("北岸纺织有限公司", "91990000MA0000001X")
SOUTH = Employer("南山软件（湖滨）有限公司", "91990000MA0000002Y")
SHARES = {  # employee and employer share of the base, and the share into the account, in tenths of a percent
    Branch.PENSION: (80, 160, 80),
    Branch.MEDICAL: (20, 80, 20),
    Branch.UNEMPLOYMENT: (5, 5, 0),
    Branch.WORK_INJURY: (0, 4, 0),
    Branch.MATERNITY: (0, 8, 0),
}
KNOWN = dt.datetime(2026, 2, 20, 1, 30, tzinfo=dt.UTC)


def yuan(minor: int) -> Money:
    return Money(minor, "CNY")


def amounts(branch: Branch, base: int) -> Amounts:
    employee, employer, account = (base * share // 1000 for share in SHARES[branch])
    return Amounts(
        yuan(base), yuan(employee), yuan(employer), yuan(account), yuan(employee + employer - account)
    )


def part(
    branch: Branch, status: MonthStatus, employer: Employer | None = NORTH, base: int = 650000, **more
) -> MonthPart:
    """Return a part whose amounts follow its status: nothing, a claim, half of it paid, all of it."""
    declared = paid = None
    if status is MonthStatus.ZERO:
        declared = amounts(branch, 0)
    elif status in {MonthStatus.DECLARED, MonthStatus.PART_PAID, MonthStatus.PAID}:
        declared = amounts(branch, base)
        if status is MonthStatus.PART_PAID:
            paid = amounts(branch, base // 2)
        elif status is MonthStatus.PAID:
            paid = declared
    due = more.pop("due", None)
    return MonthPart(
        employer,
        status,
        declared,
        paid,
        more.pop("evidence", Evidence.NONE),
        more.pop("checked", Checked.CHECKED),
        due,
    )


def year_of(branch: Branch, year: int, parts: dict[int, tuple[MonthPart, ...]], last: int = 12) -> BranchYear:
    return BranchYear(
        branch,
        year,
        tuple(MonthLine(Month(year, month), parts.get(month, ())) for month in range(1, last + 1)),
    )


def eventful_2025(branch: Branch) -> BranchYear:
    """Every status once at least: not insured until March, then all the ways a month can be."""
    s = MonthStatus
    parts = {
        3: (part(branch, s.PAID),),
        4: (part(branch, s.PAID),),
        5: (part(branch, s.NOT_REPORTED),),
        6: (part(branch, s.NOT_REPORTED),),
        7: (part(branch, s.DECLARED),),
        8: (part(branch, s.PART_PAID),),
        9: (part(branch, s.ZERO),),
        10: (part(branch, s.PAID), part(branch, s.PAID, SOUTH, base=980000)),
        11: (part(branch, s.PAID, SOUTH, base=980000, checked=Checked.NOT_CHECKABLE),),
        12: (part(branch, s.NOT_YET_DUE, SOUTH, due=dt.date(2026, 3, 15)),),
    }
    return year_of(branch, 2025, parts)


def older(branch: Branch, year: int, evidence: Evidence) -> BranchYear:
    parts = {m: (part(branch, MonthStatus.PAID, base=480000, evidence=evidence),) for m in range(1, 13)}
    if year == 2023 and branch is Branch.PENSION:
        parts[2] = (part(branch, MonthStatus.NOT_REPORTED),)
    return year_of(branch, year, parts)


def standing(branch: Branch, years: tuple[BranchYear, ...]) -> Standing:
    paid = [
        line
        for one in years
        if one.branch is branch
        for line in one.months
        if line.status is MonthStatus.PAID
    ]
    total = None
    for line in paid:
        total = line.paid if total is None else total + line.paid
    return Standing(branch, len(paid), paid[0].month, paid[-1].month, total)


def account(branch: Branch, years: tuple[BranchYear, ...], *, rate_2024: Rate | None) -> Account:
    contributions = [
        Movement(one.year, None, EntryKind.PAID, one.paid.account, Evidence.NONE)
        for one in years
        if one.branch is branch and one.paid
    ]
    opening = Movement(2023, Month(2023, 1), EntryKind.OPENING_BALANCE, yuan(1234567), Evidence.PRIOR_SYSTEM)
    interest = Movement(2023, Month(2023, 12), EntryKind.INTEREST_CREDITED, yuan(49011), Evidence.NONE)
    movements = tuple(sorted([opening, interest, *contributions], key=lambda move: move.year))
    balance = yuan(sum(move.amount.minor for move in movements))
    years_of_interest = (
        InterestYear(2023, Rate.parse("0.0397"), yuan(49011)),
        InterestYear(2024, rate_2024, None),
        InterestYear(2025, None, None),
    )
    return Account(branch, movements, years_of_interest, balance)


def eventful(name: str = "欧阳㐂𠮷") -> PersonRecord:
    """Return a person with something of everything in 2025 and two older years taken on."""
    years = tuple(
        one
        for branch in Branch
        for one in (
            older(branch, 2023, Evidence.PRIOR_SYSTEM),
            older(branch, 2024, Evidence.STATED),
            eventful_2025(branch),
        )
    )
    spells = (
        Spell(NORTH, tuple(Branch), Scheme.EMPLOYEES, 990000, Month(2023, 1), Month(2024, 12)),
        Spell(NORTH, tuple(Branch), Scheme.EMPLOYEES, 990000, Month(2025, 3), Month(2025, 10)),
        Spell(SOUTH, tuple(Branch), Scheme.EMPLOYEES, 990000, Month(2025, 10), None),
    )
    return PersonRecord(
        agency=AGENCY,
        person=Person(name, "990000********0014", "resident_id", "R7K2-9QWD"),
        as_of=Month(2026, 1),
        known_on=KNOWN,
        pack_version="cn 0.1.0",
        spells=spells,
        years=years,
        standings=tuple(standing(branch, years) for branch in Branch),
        accounts=(
            account(Branch.PENSION, years, rate_2024=Rate.parse("0.0262")),
            account(Branch.MEDICAL, years, rate_2024=None),
        ),
        benefits=(Benefit(Branch.UNEMPLOYMENT, Month(2025, 2), yuan(168000), Evidence.NONE),),
        gaps=find_gaps(years),
    )


def empty(name: str = "Amélie Dupont") -> PersonRecord:
    """Return a person of whom nothing but the name is on record."""
    return PersonRecord(
        AGENCY, Person(name, "", "", "R0"), Month(2026, 1), KNOWN, "cn 0.1.0", (), (), (), (), (), ()
    )


def number_of(serial: int) -> str:
    """Return a well-formed number of the fictional region, so that nobody real is meant."""
    body = f"990000199001{serial // 900 % 28 + 1:02d}{serial % 900 + 10:03d}"
    return body + check_character(body)
