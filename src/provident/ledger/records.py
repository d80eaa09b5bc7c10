"""What crosses the ledger's border: frozen facts, amounts in whole minor units."""

import datetime as dt
import hashlib
import json
import struct
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from provident.kernel.keys import EmployerKey, EntryId, PersonKey
from provident.kernel.month import Month
from provident.kernel.words import Branch, Checked, EntryKind, Evidence, Scheme, SubjectKind

NO_EMPLOYER = EmployerKey(0)


@dataclass(frozen=True, slots=True)
class Installation:
    """The one agency this ledger serves, its legal currency and time zone."""

    id: uuid.UUID
    agency_en: str
    agency_zh: str
    currency: str
    zone: ZoneInfo
    home_region: int


@dataclass(frozen=True, slots=True)
class Legs:
    """The amounts of an entry: the wage base, who pays, and where it goes."""

    base: int = 0
    employee: int = 0
    employer: int = 0
    account: int = 0
    fund: int = 0

    def __add__(self, other: "Legs") -> "Legs":
        return Legs(
            self.base + other.base,
            self.employee + other.employee,
            self.employer + other.employer,
            self.account + other.account,
            self.fund + other.fund,
        )

    def __neg__(self) -> "Legs":
        return Legs(-self.base, -self.employee, -self.employer, -self.account, -self.fund)


@dataclass(frozen=True, slots=True)
class Source:
    """What entries were made from: the SHA-256 of a file or a document, and its kind in one word."""

    hash: bytes
    kind: str

    @classmethod
    def of_act(cls, kind: str, **facts: str | int | None) -> "Source":
        """Return the source of an act that has no document: its facts, made unique."""
        told = json.dumps({"act": str(uuid.uuid4()), "kind": kind, **facts}, sort_keys=True)
        return cls(hashlib.sha256(told.encode()).digest(), kind)


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One money entry to be posted."""

    person: PersonKey
    kind: EntryKind
    branch: Branch
    legs: Legs
    region: int
    month: Month | None = None  # None where the fact concerns no month, e.g. an opening balance
    employer: EmployerKey = NO_EMPLOYER
    scheme: Scheme = Scheme.EMPLOYEES
    evidence: Evidence = Evidence.NONE
    checked: Checked = Checked.NOT_APPLICABLE
    reverses: EntryId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(NewEntry):
    """One money entry as it stands in the ledger."""

    id: EntryId
    row: int
    batch: int
    posted_at: dt.datetime
    source: Source
    pack_version: str
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class Posted:
    """What a posting came to."""

    batch: int
    posted_at: dt.datetime
    rows: int


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something that happened and is no money. The payload holds text, whole numbers, lists, mappings."""

    subject_kind: SubjectKind
    subject_key: int
    type: str
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(NewEvent):
    """An event as it stands in the ledger."""

    id: uuid.UUID
    row: int
    posted_at: dt.datetime
    source_hash: bytes
    leaf_hash: bytes


_FACT = {4: struct.Struct(">BBh5iB"), 8: struct.Struct(">BBh5qB")}  # by the width of an amount


class _RecordYear(NamedTuple):  # a frozen dataclass takes twice as long to make
    year: int
    employer: EmployerKey
    packed: tuple[
        bytes, ...
    ]  # as stored, see ledger_record_year; more than one of late entries, or of keys joined


class RecordYear(_RecordYear):
    """What a person's entries of one year and employer add up to, month by month, in each branch.

    Year 0 holds the entries that name no month.
    """

    @cached_property
    def _standing(self) -> dict[tuple[int, int, int], Legs]:
        count: defaultdict[tuple[int, int, int], int] = defaultdict(int)
        sums: defaultdict[tuple[int, int, int], Legs] = defaultdict(Legs)
        for packed in self.packed:
            for kind, branch, standing, *amounts, span in _FACT[packed[0]].iter_unpack(packed[1:]):
                legs, first = Legs(*amounts), span & 0x0F
                for month in range(first, first + (span >> 4) + 1):
                    count[branch, kind, month] += standing
                    sums[branch, kind, month] += legs
        return {place: legs for place, legs in sums.items() if count[place]}

    def branches(self) -> tuple[Branch, ...]:
        """Return the branches of which something stands in this year."""
        return tuple(Branch(branch) for branch in sorted({branch for branch, *_ in self._standing}))

    def kinds(self, branch: Branch) -> frozenset[EntryKind]:
        """Return the kinds of which something stands in this year."""
        return frozenset(EntryKind(kind) for of, kind, _ in self._standing if of == branch)

    def months(self, branch: Branch, kind: EntryKind) -> tuple[Legs | None, ...]:
        """Return twelve sums, January first: None where nothing stands, zeros where zero was reported."""
        return tuple(self._standing.get((branch, kind, month)) for month in range(1, 13))

    def unmonthed(self, branch: Branch, kind: EntryKind) -> Legs | None:
        """Return the sum of the entries that name no month (year 0 only)."""
        return self._standing.get((branch, kind, 0))

    def total(self, branch: Branch, kind: EntryKind) -> Legs:
        """Return the year's sum."""
        mine = (legs for (of, what, _), legs in self._standing.items() if (of, what) == (branch, kind))
        return sum(mine, Legs())


@dataclass(frozen=True, slots=True)
class Total:
    """What all entries of a month, branch and kind add up to; `entries` counts a reversal as -1."""

    month: Month | None
    branch: Branch
    kind: EntryKind
    entries: int
    legs: Legs


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One month and branch: what was declared, what was paid, what was paid out, and what is missing."""

    month: Month | None
    branch: Branch
    declared: Legs
    paid: Legs
    benefit: Legs

    @property
    def unpaid(self) -> int:
        """What was declared and is not paid."""
        return self.declared.employee + self.declared.employer - self.paid.employee - self.paid.employer
