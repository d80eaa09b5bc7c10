"""An estimate, as frozen facts: what was asked of the law, what it said, what was left out of the count."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from provident.kernel.month import Month
from provident.kernel.refusal import Refusal
from provident.kernel.words import Branch, EntryKind
from provident.law.engine.plan import Node
from provident.law.engine.trace import Given, Trace

Years = Mapping[int, Given]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the record does not let count, month by month: nothing is filled in and nothing is averaged."""

    not_reported: tuple[Month, ...] = ()
    not_paid: tuple[Month, ...] = ()  # declared, and nothing paid
    part_paid: tuple[Month, ...] = ()
    interest_missing: tuple[int, ...] = ()  # years whose interest is not in the balance
    without_months: int = 0  # entries taken on as a sum; their months are not in the record

    def __bool__(self) -> bool:
        return bool(
            self.not_reported
            or self.not_paid
            or self.part_paid
            or self.interest_missing
            or self.without_months
        )


class EntryName(NamedTuple):
    """What a reader knows a ledger entry by."""

    branch: Branch
    kind: EntryKind
    month: Month | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a record gives to a calculation, by variable id; every value names its entries."""

    given: Mapping[str, Given] = field(default_factory=dict)
    series: Mapping[str, Years] = field(default_factory=dict)
    left_out: LeftOut = field(default_factory=LeftOut)
    entries: Mapping[str, EntryName] = field(default_factory=dict)  # by id, each that a value may name


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a calculation says of one record, as of a month."""

    calculation: str
    pack: str
    reference: str
    as_of: Month
    outputs: tuple[Node, ...]
    values: Mapping[str, int]  # by variable id
    refused: Mapping[str, Refusal]  # by variable id
    left_out: LeftOut
    entries: Mapping[str, EntryName]  # by id
    trace: Trace
