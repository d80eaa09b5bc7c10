"""Splitting money exactly: whole minor units, largest remainder, many groups at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from provident.kernel.money import split_minor

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Claims:
    """What persons and their employer still owe for a month and branch; grouped, groups in a row.

    employee + employer = account + fund, leg by leg not negative.
    """

    group: npt.NDArray[np.int64]  # rising
    person: Ints
    scheme: npt.NDArray[np.int16]
    region: npt.NDArray[np.int32]
    employee: Ints
    employer: Ints
    account: Ints
    fund: Ints

    @property
    def total(self) -> Ints:
        """What each claim comes to."""
        return self.employee + self.employer


@dataclass(frozen=True, slots=True)
class Legs:
    """Parts of claims, leg by leg."""

    employee: Ints
    employer: Ints
    account: Ints
    fund: Ints


def split_groups(amounts: Sequence[int], group: npt.NDArray[np.int64], weights: Ints) -> Ints:
    """Split each group's amount over its members by weight, as kernel.money.split_minor does group by group.

    `group` rises and numbers into `amounts`; no amount is negative. A group without weight takes
    an amount of zero only.
    """
    if not len(weights):
        return np.zeros(0, np.int64)
    starts = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
    if int(weights.max()) * max(amounts, default=0) >= 1 << 63:
        return _one_by_one(amounts, group, weights, starts)
    sums = np.add.reduceat(weights, starts)
    member = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(group))))
    total = np.maximum(sums, 1)[member]
    parts, rest = np.divmod(np.array(amounts, np.int64)[group] * weights, total)
    left = np.array(amounts, np.int64)[group[starts]] - np.add.reduceat(parts, starts)
    order = np.lexsort((np.arange(len(group)), -rest, group))
    rank = np.arange(len(group)) - starts[member]
    parts[order] += rank < left[member]
    return parts


def _one_by_one(
    amounts: Sequence[int], group: npt.NDArray[np.int64], weights: Ints, starts: npt.NDArray[np.intp]
) -> Ints:
    """Split where 63 bits do not hold amount times weight."""
    parts: list[int] = []
    for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), len(group)], strict=True):
        amount, mine = amounts[int(group[start])], weights[start:stop].tolist()
        parts += split_minor(amount, mine) if sum(mine) else [0] * len(mine)
    return np.array(parts, np.int64)


def split_legs(parts: Ints, claims: Claims) -> Legs:
    """Split each claim's part over employee and employer, and again over account and fund.

    Both splits add up to the part, and no leg gets more than the claim's leg.
    """
    employee = _share_of_two(parts, claims.employee, claims.employer)
    account = _share_of_two(parts, claims.account, claims.fund)
    return Legs(employee, parts - employee, account, parts - account)


def _share_of_two(parts: Ints, one: Ints, other: Ints) -> Ints:
    """Return the first's share of each part by largest remainder; on a tie it is the first's."""
    total = np.maximum(one + other, 1)
    if len(parts) and int(parts.max()) * int(total.max()) >= 1 << 62:
        triples = zip(parts.tolist(), one.tolist(), other.tolist(), strict=True)
        exact = [split_minor(part, [a, b])[0] if a + b else 0 for part, a, b in triples]
        return np.array(exact, np.int64)
    whole, rest = np.divmod(parts * one, total)
    share: Ints = whole + ((rest > 0) & (2 * rest >= total))
    return share
