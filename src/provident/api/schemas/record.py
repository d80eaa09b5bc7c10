"""The record, whole and in summary, one branch's year, and the statement of a year."""

from typing import Annotated

from pydantic import Field

from provident.api.schemas.words import (
    BranchWord,
    CheckedWord,
    DayText,
    EvidenceWord,
    Form,
    KindWord,
    MomentText,
    MoneyText,
    MonthText,
    Names,
    RateText,
    SchemeWord,
    StatusWord,
)


class Agency(Form):
    """The agency that keeps the record."""

    name: Names
    region: int
    currency: str
    zone: str
    sample: bool


class Person(Form):
    """Whom the record is about."""

    reference: str
    name: str
    number_masked: str | None
    forgotten_on: DayText | None
    number_kind: str | None


class Employer(Form):
    """An employer by its current name and credit code."""

    name: str
    code: str


class Spell(Form):
    """One enrolment; `until` is the last insured month, null while it is open."""

    employer: Employer | None
    branches: list[BranchWord]
    scheme: SchemeWord
    region: int
    since: MonthText
    until: MonthText | None


class Amounts(Form):
    """Declared or paid contributions; account and fund together are employee and employer together."""

    base: MoneyText
    employee: MoneyText
    employer: MoneyText
    account: MoneyText
    fund: MoneyText


class Part(Form):
    """One employer's part of a month."""

    employer: Employer | None
    status: StatusWord
    declared: Amounts | None
    paid: Amounts | None
    evidence: EvidenceWord
    checked: CheckedWord
    due: DayText | None


class MonthOfBranch(Form):
    """One month of one branch; its status is the most pressing of its parts."""

    month: MonthText
    status: StatusWord
    declared: Amounts | None
    paid: Amounts | None
    parts: list[Part]


class YearSummary(Form):
    """One branch's year: how many months have which status, and what was declared and paid."""

    branch: BranchWord
    year: int
    counts: dict[str, int]
    declared: Amounts | None
    paid: Amounts | None


class YearOfBranch(YearSummary):
    """One branch's year, month by month."""

    months: list[MonthOfBranch]


class Standing(Form):
    """What a branch's contributions come to over the whole record."""

    branch: BranchWord
    months_paid: int
    first: MonthText | None
    last: MonthText | None
    paid: Amounts | None


class _Account(Form):
    branch: BranchWord
    balance: MoneyText


class AccountBalance(_Account):
    """An individual account, and the closed years whose interest is not in it."""

    interest_missing: list[int]


class Change(Form):
    """One change of an individual account; contributions are summed by year."""

    year: int
    month: MonthText | None
    kind: KindWord
    amount: MoneyText
    evidence: EvidenceWord


class Interest(Form):
    """One year's interest: the rate if it is known, the amount if it is credited."""

    year: int
    rate: RateText | None
    credited: MoneyText | None


class Account(_Account):
    """An individual account, change by change."""

    changes: list[Change]
    interest: list[Interest]


class Benefit(Form):
    """A payment to the person."""

    branch: BranchWord
    month: MonthText
    amount: MoneyText
    evidence: EvidenceWord


class BenefitYear(Form):
    """A year's payments to the person from one branch."""

    branch: BranchWord
    year: int
    count: int
    amount: MoneyText


class Gap(Form):
    """Months in a row that lack something."""

    branch: BranchWord
    employer: Employer | None
    status: StatusWord
    first: MonthText
    last: MonthText
    months: int
    outstanding: MoneyText | None


class _Head(Form):
    agency: Agency
    person: Person
    as_of: MonthText
    known_on: MomentText
    pack: Annotated[str, Field(description="The version of the law the record was told by.")]
    spells: list[Spell]


class RecordSummary(_Head):
    """The record without what goes month by month."""

    years: list[YearSummary]
    standings: list[Standing]
    accounts: list[AccountBalance]
    benefit_years: list[BenefitYear]
    missing: list[Gap]


class Record(_Head):
    """The whole record."""

    years: list[YearOfBranch]
    standings: list[Standing]
    accounts: list[Account]
    benefits: list[Benefit]
    missing: list[Gap]


class Disputed(Form):
    """A month that somebody has said is wrong, not decided yet; in every branch where none is named."""

    branch: BranchWord | None
    month: MonthText
    request: Annotated[str, Field(description="The receipt number of the request.")]


class Statement(Record):
    """What the statement of one year tells."""

    year: int
    disputed: list[Disputed]
