"""Looks, filings, receipts and problems."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from provident.api.schemas.words import (
    BranchWord,
    DayText,
    Form,
    HashText,
    MomentText,
    MoneyText,
    Names,
)


class Refusal(Form):
    """A no: a stable code, a sentence and a remedy in both languages, the article where there is one."""

    refused: str
    message: Names
    remedy: Names
    article: str | None


class Problem(Refusal):
    """A problem document (RFC 9457); `title` and `detail` are in the language asked for."""

    type: str
    title: str
    status: int
    detail: str


class Titled(Form):
    """A word of the catalogue and what it is called."""

    id: str
    title: Names


class Look(Form):
    """One look at the record, or the attempt."""

    id: int
    at: MomentText
    own: Annotated[bool, Field(description="Whether it was the person's own look.")]
    run: Annotated[bool, Field(description="Whether many persons were looked at as one.")]
    office: Names
    role: Names
    name: Annotated[
        str | None, Field(description="The name a representative told the person; null for everybody else.")
    ]
    system: Titled
    purpose: Titled
    article: Names
    fields: list[Titled]
    answered: bool
    refusal: Titled | None
    reason: Annotated[str | None, Field(description="What was typed to open a record without a case.")]


class Looks(Form):
    """Looks, the newest first; `older` is what to ask with as `before` for the next ones."""

    looks: list[Look]
    older: int | None


class ControlSum(Form):
    """What a filing adds up to in one branch."""

    branch: BranchWord | None
    rows: int
    base: MoneyText = ""
    employee: MoneyText = ""
    employer: MoneyText = ""
    account: MoneyText = ""
    amount: MoneyText = ""


class Warned(Form):
    """Something noticed that does not stand in the way."""

    code: str
    en: str
    zh: str


class Withdrawn(Form):
    """A filing taken back."""

    at: MomentText
    by: int
    reason: str


class FilingReceipt(Form):
    """The receipt of a posted filing."""

    filing: int | None
    state: Literal["posted", "refused", "withdrawn", "checked"]
    already: bool
    same_content: bool
    kind: str | None
    file: str
    sha256: HashText
    rows: int
    entries: int
    events: int
    registered: int
    batch: int | None
    pack: str
    received_at: MomentText
    posted_at: MomentText | None
    total: MoneyText
    totals: list[ControlSum]
    currency: str
    warnings: list[Warned]
    keep_until: DayText | None
    keep_basis: str
    withdrawn: Withdrawn | None


class ReportLine(Refusal):
    """What is wrong in one cell, row or file."""

    row: int | None
    field: str | None
    value: str


class Report(Form):
    """What is wrong in a refused file: everything counted, the first lines shown."""

    count: int
    by_code: dict[str, int]
    lines: list[ReportLine]


class FilingLine(Form):
    """A file sent in: waiting, being checked, posted, posted before, or refused."""

    id: int
    file: str
    received_at: MomentText
    state: Literal["waiting", "working", "posted", "already", "refused"]


class Filing(FilingLine):
    """A file sent in, with its receipt once it is posted, or the refusal and its report."""

    receipt: FilingReceipt | None
    refusal: Refusal | None
    report: Report | None


class Filings(Form):
    """The files sent in, the latest first."""

    filings: list[FilingLine]


class Receipt(Schema):
    """The file of docs/spec/receipt.md as it stands; `provident-verify` checks it."""

    format: Literal["provident-receipt/1"]
    origin: str
    keys: list[str]
    checkpoint: str
    entries: list[dict[str, Any]]
    unlinked: list[dict[str, Any]]
