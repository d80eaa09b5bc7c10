"""What enrol and leave rows change: new spells, and ends of spells there were."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from provident.filings.checks.duplicates import combined
from provident.filings.checks.enrolment import Asked, Index, Places, by_person
from provident.filings.checks.findings import Finding, Ints, Mask, Rows, finding
from provident.filings.checks.registers import OPEN, Spells
from provident.filings.reading.records import Chunk, RowEvent
from provident.filings.refusals import AlreadyEnrolled, NothingToLeave
from provident.kernel.words import Scheme


@dataclass(frozen=True, slots=True)
class Closings:
    """Ends of spells there were: which spell, for which of its branches, the last insured month."""

    spell: Ints  # place among the file's spells
    branches: npt.NDArray[np.int16]
    until: npt.NDArray[np.int32]
    place: Rows  # the first row that says so

    def __len__(self) -> int:
        return len(self.spell)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a file changes in the enrolments. `opened.id` holds the place of the row that says so."""

    opened: Spells
    closed: Closings
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Notices:
    """Enrol and leave rows in order of person, employer, branch, month."""

    place: Rows
    asked: Asked
    region: npt.NDArray[np.int32]
    enrols: Mask
    first: Mask  # the first of its person, employer and branch
    last: Mask


def notices(rows: Chunk, asked: Asked, region: npt.NDArray[np.int32], place: Rows, index: Index) -> Changes:
    """Work out what the enrol and leave rows at `place` change, and refuse those that fit nothing.

    An enrol row followed by a leave row of the same person, employer and branch is a closed spell;
    one that is not is an open spell; a leave row without an enrol row before it ends an open spell.
    """
    told = _ordered(rows, asked, region, place)
    enrols = told.enrols
    before = np.append(False, enrols[:-1]) & ~told.first
    after = np.append(~enrols[1:], False) & ~told.last
    ending = np.flatnonzero(~enrols & ~before)
    spell, ends = _ended(told, ending, index)
    findings = []
    if not ends.all():
        findings.append(finding(rows, "month", NothingToLeave, np.sort(told.place[ending[~ends]])))
    starting = np.flatnonzero(enrols)
    months = np.append(told.asked.month[1:], OPEN).astype(np.int32)
    until = np.where(after, months, np.int32(OPEN))[starting]
    clash = _clashes(told, starting, until, index, (ending[ends], spell[ends]))
    if clash.any():
        findings.append(finding(rows, "month", AlreadyEnrolled, np.sort(told.place[starting[clash]])))
    opened = _merged_openings(told, starting[~clash], until[~clash])
    closed = _merged_closings(told, ending[ends], spell[ends])
    return Changes(opened, closed, tuple(findings))


def _ordered(rows: Chunk, asked: Asked, region: npt.NDArray[np.int32], place: Rows) -> _Notices:
    event = rows.event[place]
    order = np.lexsort((event, asked.month, asked.branch, asked.employer, asked.person))
    sorted_asked = asked.only(order)
    group = combined((sorted_asked.person, sorted_asked.employer, sorted_asked.branch))
    changes = group[1:] != group[:-1]
    first, last = np.append(True, changes)[: len(group)], np.append(changes, True)[: len(group)]
    return _Notices(place[order], sorted_asked, region[order], event[order] == RowEvent.ENROL, first, last)


def _ended(told: _Notices, ending: Rows, index: Index) -> tuple[Ints, Mask]:
    """Find the open spell each leave row ends; two leave rows in a row cannot end the same one."""
    asked = told.asked.only(ending)
    spell = np.full(len(ending), -1, np.int64)
    for n in range(index.most):
        place, there = index.nth(asked.person, n)
        still = index.spells.until[place] == OPEN
        hit = there & still & index.fits(place, asked) & (index.spells.since[place] <= asked.month)
        spell[hit] = place[hit]
    key = combined((asked.person, asked.employer, asked.branch))
    repeats = np.append(False, key[1:] == key[:-1])[: len(key)]
    return spell, (spell >= 0) & ~repeats


def _clashes(
    told: _Notices, starting: Rows, until: npt.NDArray[np.int32], index: Index, ended: tuple[Rows, Ints]
) -> Mask:
    """Say which new spells overlap another new one, or one there is (as this file leaves it)."""
    asked = told.asked.only(starting)
    key = combined((asked.person, asked.employer, asked.branch))
    same = np.append(False, key[1:] == key[:-1])[: len(key)]
    clash: Mask = same & (asked.month <= np.append(0, until[:-1])[: len(key)])
    closing, spell = ended
    # For each new spell, the spell its own person, employer and branch ends in this file, and when.
    number = np.cumsum(told.first) - 1
    ended_spell = np.full(int(number[-1]) + 1 if len(number) else 0, -1, np.int64)
    ended_month = np.zeros(len(ended_spell), np.int32)
    ended_spell[number[closing]] = spell
    ended_month[number[closing]] = told.asked.month[closing]
    mine = number[starting]
    for n in range(index.most):
        place, there = index.nth(asked.person, n)
        last = np.where(ended_spell[mine] == place, ended_month[mine], index.spells.until[place])
        overlap = (asked.month <= last) & (index.spells.since[place] <= until)
        clash |= there & index.fits(place, asked) & overlap
    return clash


def _merged_openings(told: _Notices, where: Rows, until: npt.NDArray[np.int32]) -> Spells:
    """Put branches that start and end alike into one spell."""
    asked = told.asked.only(where)
    region = told.region[where]
    key = combined((asked.person, asked.employer, region, asked.month, until))
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    place = np.full(len(first), np.iinfo(np.intp).max, np.int64)
    np.minimum.at(place, group, told.place[where])
    return Spells(
        id=place,
        person=asked.person[first],
        employer=asked.employer[first],
        branches=_bits(asked.branch, group, len(first)),
        scheme=np.full(len(first), int(Scheme.EMPLOYEES), np.int16),
        region=region[first],
        since=asked.month[first],
        until=until[first],
    )


def _merged_closings(told: _Notices, where: Rows, spell: Ints) -> Closings:
    asked = told.asked.only(where)
    _, first, group = np.unique(combined((spell, asked.month)), return_index=True, return_inverse=True)
    place = np.full(len(first), np.iinfo(np.intp).max, np.intp)
    np.minimum.at(place, group, told.place[where])
    return Closings(spell[first], _bits(asked.branch, group, len(first)), asked.month[first], place)


def _bits(branch: npt.NDArray[np.int16], group: Ints, groups: int) -> npt.NDArray[np.int16]:
    bits = np.zeros(groups, np.int16)
    np.bitwise_or.at(bits, group, np.left_shift(np.int16(1), branch))
    return bits


def after(spells: Spells, changes: Changes) -> Spells:
    """Return the enrolments as the file leaves them."""
    closed, opened = changes.closed, changes.opened
    kept = spells.branches.copy()
    np.bitwise_and.at(kept, closed.spell, ~closed.branches)
    parts = {name: [getattr(spells, name)] for name in Spells.__slots__}
    parts["branches"] = [kept]
    for name, column in parts.items():
        ended: npt.NDArray[np.generic] = getattr(spells, name)[closed.spell]
        if name in ("branches", "until"):
            ended = getattr(closed, name)
        column += [ended, getattr(opened, name)]
    whole = {name: np.concatenate(column) for name, column in parts.items()}
    left = whole["branches"] != 0
    return by_person(Spells(**{name: column[left] for name, column in whole.items()}))


__all__ = ["Changes", "Closings", "Places", "after", "notices"]
