"""What crosses this room's border: files that come in, receipts, enrolments, the state of months."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from provident.filings.reading.records import FileKind, Notice
from provident.kernel.keys import AccountId, EmployerKey
from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.words import Branch, Checked, Evidence, MonthStatus, Scheme


class FilingState(StrEnum):
    """What became of a filing."""

    POSTED = "posted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CHECKED = "checked"  # a trial: every question was asked, nothing posted and nothing kept


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file somebody sends: where its bytes are, and the name it came under (only ever shown)."""

    path: Path
    name: str
    expect_total: Money | None = None  # what the sender says the file adds up to
    report: Path | None = None  # where the report goes if the file is refused
    language: str = "en"  # of the report


@dataclass(frozen=True, slots=True)
class ControlSum:
    """What a file adds up to in one branch, None for rows that name no branch."""

    branch: Branch | None
    rows: int
    minor: Mapping[str, int]  # by column: base, employee, employer, account, amount

    def as_document(self, currency: str) -> dict[str, object]:
        """Return the sums as JSON shows them."""
        sums = {name: str(Money(minor, currency)) for name, minor in self.minor.items()}
        return {"branch": self.branch.word if self.branch else None, "rows": self.rows, **sums}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a file. Everything in it can be shown to whoever sent the file."""

    filing: int
    state: FilingState
    kind: FileKind | None  # None where nobody could tell what was sent
    file_name: str
    sha256: bytes
    rows: int
    entries: int  # money entries posted
    events: int  # enrolments and leavers recorded
    registered: int  # residents registered from enrolment rows
    batch: int | None
    pack_version: str
    received_at: dt.datetime
    posted_at: dt.datetime | None
    totals: tuple[ControlSum, ...]
    whole_minor: int  # employee + employer, or the payments
    warnings: tuple[Notice, ...]
    keep_until: dt.date | None  # None: for good
    keep_basis: str
    faults: int = 0  # what was wrong with a refused file
    already: bool = False  # this file changed nothing: it was posted before
    same_content: bool = False  # .. in another format or under other bytes
    withdrawal: "Withdrawal | None" = None

    def as_document(self, currency: str) -> dict[str, object]:
        """Return the receipt as the JSON document the command line and the API print."""
        taken_back = self.withdrawal
        return {
            "filing": self.filing or None,
            "state": self.state,
            "already": self.already,
            "same_content": self.same_content,
            "kind": self.kind,
            "file": self.file_name,
            "sha256": self.sha256.hex(),
            "rows": self.rows,
            "entries": self.entries,
            "events": self.events,
            "registered": self.registered,
            "batch": self.batch,
            "pack": self.pack_version,
            "received_at": self.received_at.isoformat(),
            "posted_at": self.posted_at.isoformat() if self.posted_at else None,
            "total": str(Money(self.whole_minor, currency)),
            "totals": [one.as_document(currency) for one in self.totals],
            "currency": currency,
            "warnings": [{"code": one.code, "en": one.en, "zh": one.zh} for one in self.warnings],
            "keep_until": self.keep_until.isoformat() if self.keep_until else None,
            "keep_basis": self.keep_basis,
            "withdrawn": taken_back.as_document() if taken_back else None,
        }


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A filing taken back: when, by whom and why."""

    at: dt.datetime
    by: AccountId
    reason: str

    def as_document(self) -> dict[str, object]:
        """Return the withdrawal as JSON shows it."""
        return {"at": self.at.isoformat(), "by": self.by, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One spell of a person with an employer; `until` is the last insured month, None while open."""

    employer: EmployerKey
    branches: tuple[Branch, ...]
    scheme: Scheme
    region: int
    since: Month
    until: Month | None
    recorded_at: dt.datetime

    def covers(self, branch: Branch, month: Month) -> bool:
        """Say whether a month of a branch lies in the spell."""
        return branch in self.branches and self.since <= month and (self.until is None or month <= self.until)


@dataclass(frozen=True, slots=True)
class Legs:
    """Declared or paid contributions of a month, in minor units."""

    base: int
    employee: int
    employer: int
    account: int
    fund: int

    @property
    def total(self) -> int:
        """Employee's and employer's share together."""
        return self.employee + self.employer


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """What is known of one branch and month with one employer (None: without one, or not insured)."""

    branch: Branch
    month: Month
    employer: EmployerKey | None
    status: MonthStatus
    declared: Legs | None
    paid: Legs | None
    due: dt.date | None = None  # the last day to declare, where the law we know names one
    evidence: Evidence = Evidence.NONE  # the weakest grade among old records, NONE if none was taken on
    checked: Checked = Checked.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class EmployerStanding:
    """What an employer owes and what of its payments is not allocated yet."""

    employer: EmployerKey
    owed_minor: int
    credit_minor: int
    oldest_owed: Month | None
    by_month: Mapping[tuple[Month, Branch], int] = field(default_factory=dict)
