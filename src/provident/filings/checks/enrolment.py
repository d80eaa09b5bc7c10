"""The question of enrolment: which spell, if any, covers a person, employer, branch and month."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from provident.filings.checks.findings import Finding, Ints, Mask, Rows, finding, narrowed, pieces
from provident.filings.checks.registers import OPEN, Spells
from provident.filings.reading.records import Chunk
from provident.filings.refusals import NotEnrolled, RegionDiffers

Places = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Asked:
    """For which person, employer, branch and month an enrolment is sought; one element per question."""

    person: Places
    employer: Places
    branch: npt.NDArray[np.int16]
    month: npt.NDArray[np.int32]

    def only(self, where: Rows | slice) -> "Asked":
        """Return some of the questions."""
        return Asked(self.person[where], self.employer[where], self.branch[where], self.month[where])


class Index:
    """Spells by person: the spells of person p stand from `start[p]` to before `start[p + 1]`."""

    def __init__(self, spells: Spells, persons: int) -> None:
        counts = np.bincount(spells.person, minlength=persons)
        self.spells = spells
        self.start = np.concatenate(([0], np.cumsum(counts)))
        self.most = int(counts.max()) if len(counts) else 0

    def nth(self, person: Places, n: int) -> tuple[Ints, Mask]:
        """Return the place of each person's n-th spell, and whether there is one."""
        place = self.start[person] + n
        there = place < self.start[person + 1]
        return np.minimum(place, max(len(self.spells) - 1, 0)), there

    def fits(self, place: Ints, asked: Asked) -> Mask:
        """Say whether each spell is with that employer and in that branch."""
        spells = self.spells
        bits = np.right_shift(spells.branches[place], asked.branch) & 1
        fitting: Mask = (spells.employer[place] == asked.employer) & (bits == 1)
        return fitting

    def covering(self, asked: Asked) -> Ints:
        """Return for each question the place of the spell that covers it, -1 where there is none."""
        found = np.full(len(asked.person), -1, np.int64)
        left: Rows | None = None
        for n in range(self.most):
            part = asked if left is None else asked.only(left)
            if not len(part.person):
                break
            place, there = self.nth(part.person, n)
            since, until = self.spells.since[place], self.spells.until[place]
            hit = there & self.fits(place, part) & (since <= part.month) & (part.month <= until)
            if left is None:
                found = np.where(hit, place, -1)
                left = np.flatnonzero(~hit)
            else:
                found[left[hit]] = place[hit]
                left = left[~hit]
        return found


def enrolled(
    rows: Chunk, place: Rows, asked: Asked, index: Index
) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int32], list[Finding], Mask]:
    """Return scheme and region of each question's enrolment, what is refused, and what is enrolled."""
    spell = np.empty(len(place), np.int32)
    for piece in pieces(len(place)):
        spell[piece] = index.covering(asked.only(piece))
    covered: Mask = spell >= 0
    findings = []
    if not covered.all():
        findings.append(finding(rows, "branch", NotEnrolled, place[~covered]))
        np.maximum(spell, 0, out=spell)
    if not len(index.spells):
        return np.zeros(len(spell), np.int16), np.zeros(len(spell), np.int32), findings, covered
    scheme, region = (narrowed(column[spell]) for column in (index.spells.scheme, index.spells.region))
    said = rows.region if len(place) == len(rows) else rows.region[place]
    differs = np.flatnonzero((said >= 0) & (said != region) & covered)
    if len(differs):
        found = finding(rows, "region", RegionDiffers, place[differs], enrolled=region[differs])
        findings.append(found)
    return scheme, region, findings, covered


def by_person(spells: Spells) -> Spells:
    """Return the spells ordered by person."""
    order = np.argsort(spells.person, kind="stable")
    if (order[1:] > order[:-1]).all():
        return spells
    return Spells(*(getattr(spells, name)[order] for name in Spells.__slots__))


def no_spells() -> Spells:
    """Return no spells at all."""
    i8, i4, i2 = np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int16)
    return Spells(i8, i4, i4, i2, i2, i4, i4, np.full(0, OPEN, np.int32))
