"""Which claims a payment goes to: those it names, else the oldest that are open."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paid:
    """Money an employer paid and that is not allocated yet; month or branch 0 where it names none."""

    id: int
    employer: int
    month: int
    branch: int
    minor: int


@dataclass(frozen=True, slots=True)
class Owed:
    """What one employer still owes for one month and branch."""

    employer: int
    month: int
    branch: int
    minor: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """A part of a payment that goes to one employer's month and branch."""

    payment: int
    employer: int
    month: int
    branch: int
    minor: int


def spread(payments: Sequence[Paid], owed: Iterable[Owed]) -> tuple[Allocation, ...]:
    """Allocate payments, the more exactly named ones first, each to its oldest open claims.

    Month by month, within a month in the order of the branches. A payment that names a month or a
    branch goes nowhere else; what is left of it stays the employer's credit.
    """
    open_claims: dict[int, dict[tuple[int, int], int]] = defaultdict(dict)
    for claim in sorted(owed, key=lambda one: (one.month, one.branch)):
        open_claims[claim.employer][claim.month, claim.branch] = claim.minor
    allocations = []
    for payment in sorted(payments, key=lambda one: -((one.month > 0) + (one.branch > 0))):
        allocations += _allocate(payment, open_claims[payment.employer])
    return tuple(allocations)


def _allocate(payment: Paid, claims: dict[tuple[int, int], int]) -> list[Allocation]:
    left, parts = payment.minor, []
    if payment.month and payment.branch:
        named = (payment.month, payment.branch)
        places = [named] if named in claims else []
    else:
        places = [at for at in claims if payment.month in (0, at[0]) and payment.branch in (0, at[1])]
    for place in places:
        part = min(left, claims[place])
        if part:
            claims[place] -= part
            left -= part
            parts.append(Allocation(payment.id, payment.employer, *place, part))
        if not left:
            break
    return parts
