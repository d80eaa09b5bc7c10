"""All questions in their order, and what is left to post when none of them refuses anything.

1. `identify`: the cells, the people, the employers, month and region, the totals.
2. `examine`, once the enrolments of those people are known: notices, enrolment, the law, repetition.
What the ledger already holds is asked last, by `posting.earlier`, about the rows that passed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from provident.filings.checks import cells, contributions, enrolment, notices, people, places, totals
from provident.filings.checks.contributions import Judged, Lines, RuleOf
from provident.filings.checks.duplicates import twice
from provident.filings.checks.enrolment import Asked, Index
from provident.filings.checks.findings import Column, Finding, Ints, Mask, Rows
from provident.filings.checks.registers import Registers, Spells
from provident.filings.intake.gathering import Gathered
from provident.filings.reading.records import Chunk, FileKind, RefusedCells, TakeOnKind
from provident.kernel.words import EntryKind, Scheme

Places = npt.NDArray[np.int32]

#: What a take-on row becomes; the place in the table is the row's kind.
TAKEN_ON = np.zeros(max(TakeOnKind) + 2, np.int16)
TAKEN_ON[TakeOnKind.CONTRIBUTION] = EntryKind.PAID
TAKEN_ON[TakeOnKind.UNPAID] = EntryKind.DECLARED
TAKEN_ON[TakeOnKind.OPENING_BALANCE] = EntryKind.OPENING_BALANCE
TAKEN_ON[TakeOnKind.INTEREST] = EntryKind.INTEREST_CREDITED
TAKEN_ON[TakeOnKind.BENEFIT] = EntryKind.BENEFIT_PAID


@dataclass(frozen=True, slots=True)
class Law:
    """What the checks ask of the law."""

    rule_of: RuleOf
    covers: Callable[[int], bool]
    pack_version: str


@dataclass(frozen=True, slots=True)
class Identified:
    """A file whose people and employers are found as far as they can be."""

    gathered: Gathered
    registers: Registers
    shapes: cells.Shapes
    people: people.People
    employer: Places  # each row's place among the file's employers, -1 for none
    employer_keys: Ints  # per place; 0 where no such employer is registered
    sums: totals.Sums
    findings: tuple[RefusedCells, ...]

    @property
    def rows(self) -> Chunk:
        """The file's rows."""
        return self.gathered.rows


@dataclass(frozen=True, slots=True)
class Stated:
    """Rows that state an old balance, interest or benefit: one entry each."""

    place: Rows
    person: Places
    employer: Places
    region: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Examined:
    """A file every row of which was asked everything; without findings it can be posted."""

    identified: Identified
    changes: notices.Changes | None
    spells: Spells
    lines: Lines
    judged: Judged
    stated: Stated
    findings: tuple[RefusedCells, ...]


def identify(gathered: Gathered, registers: Registers, law: Law, expected_minor: int | None) -> Identified:
    """Ask the questions that need no enrolment."""
    rows, kind = gathered.rows, gathered.kind
    shapes = cells.shapes(kind, rows)
    who = people.people(rows, shapes, registers)
    keys, place = np.unique(_stand_ins(registers.employers), return_inverse=True)
    employer = np.append(place.astype(np.int32), np.int32(-1))[rows.employer.codes]
    sums = totals.sums_of(kind, rows)
    findings = (
        *rows.refused,
        *shapes.findings,
        *who.findings,
        *people.employers(rows, registers),
        *places.months(rows, registers),
        *places.regions(rows, law.covers, law.pack_version),
        *places.paid_days(rows, registers),
        *totals.stated(sums, rows.totals),
        *totals.expected(sums, expected_minor),
    )
    return Identified(gathered, registers, shapes, who, employer, np.maximum(keys, 0), sums, findings)


def _stand_ins(keys: Ints) -> Ints:
    """Return the keys, unknown ones replaced by numbers of their own."""
    return np.where(keys > 0, keys, -np.arange(1, len(keys) + 1))


def examine(identified: Identified, spells: Spells, law: Law) -> Examined:
    """Ask the questions that need the enrolments."""
    found: list[RefusedCells] = list(identified.findings)
    persons = len(identified.people.keys)
    changes: notices.Changes | None = None
    in_force = spells
    if identified.shapes.noticing.any():
        changes = _changes(identified, Index(spells, persons))
        found += changes.findings
        in_force = notices.after(spells, changes)
    lines, findings = _lines(identified, Index(in_force, persons))
    judged = contributions.judge(identified.rows, lines, law.rule_of)
    stated = _stated(identified)
    found += [*findings, *judged.findings, *contributions.stated_amounts(identified.rows, stated.place)]
    found += _repetitions(identified, lines, stated)
    return Examined(identified, changes, spells, lines, judged, stated, tuple(found))


def _taken(column: Column, where: Rows) -> Column:
    """Return some elements of a column; the column itself where all are wanted."""
    return column if len(where) == len(column) else column[where]


def _known(identified: Identified, mask: Mask) -> Rows:
    """Return the rows of a mask whose person and month are known."""
    return np.flatnonzero(mask & (identified.people.person >= 0) & (identified.rows.month > 0))


def _asked(identified: Identified, where: Rows) -> Asked:
    rows = identified.rows
    return Asked(
        _taken(identified.people.person, where),
        _taken(identified.employer, where),
        _taken(rows.branch, where),
        _taken(rows.month, where),
    )


def _regions(identified: Identified, where: Rows) -> npt.NDArray[np.int32]:
    """Return the region each row names, else its employer's, else the installation's."""
    registers = identified.registers
    theirs = np.append(registers.employer_regions, np.int32(registers.home))
    said = _taken(identified.rows.region, where)
    return np.where(said >= 0, said, theirs[_taken(identified.rows.employer.codes, where)])


def _changes(identified: Identified, index: Index) -> notices.Changes:
    where = _known(identified, identified.shapes.noticing & (identified.employer >= 0))
    regions = _regions(identified, where)
    return notices.notices(identified.rows, _asked(identified, where), regions, where, index)


def _lines(identified: Identified, index: Index) -> tuple[Lines, list[Finding]]:
    """Return the rows that state a contribution, under the scheme and in the region they fall."""
    rows = identified.rows
    findings: list[Finding] = []
    where = _known(identified, identified.shapes.contributing)
    if identified.gathered.kind is FileKind.TAKE_ON:
        employed = _taken(identified.employer, where) >= 0
        # An old contribution without an employer was the person's own.
        scheme = np.where(employed, np.int16(Scheme.EMPLOYEES), np.int16(Scheme.FLEXIBLE))
        region = _regions(identified, where)
    else:
        where = where[identified.employer[where] >= 0]
        asked = _asked(identified, where)
        scheme, region, findings, covered = enrolment.enrolled(rows, where, asked, index)
        if not covered.all():
            where, scheme, region = where[covered], scheme[covered], region[covered]
    asked = _asked(identified, where)
    lines = Lines(
        place=where,
        person=asked.person,
        employer=asked.employer,
        branch=asked.branch,
        month=asked.month,
        region=region,
        scheme=scheme,
        base=_taken(rows.base.minor, where),
        employee=_taken(rows.employee.minor, where),
        employer_share=_taken(rows.employer_share.minor, where),
        account=_taken(rows.account.minor, where),
        account_given=_taken(rows.account.given, where),
    )
    return lines, findings


def _stated(identified: Identified) -> Stated:
    where = np.zeros(0, np.intp)
    if identified.gathered.kind is FileKind.TAKE_ON:
        where = _known(identified, identified.shapes.other)
    person, employer = identified.people.person[where], identified.employer[where]
    return Stated(where, person, employer, _regions(identified, where))


def _repetitions(identified: Identified, lines: Lines, stated: Stated) -> list[Finding]:
    """Refuse rows that repeat another row of the file."""
    rows = identified.rows
    if identified.gathered.kind is FileKind.PAYMENTS:
        where = np.flatnonzero(identified.shapes.other & (rows.reference.codes >= 0))
        columns = [
            column[where] for column in (identified.employer, rows.reference.codes, rows.month, rows.branch)
        ]
        return [found for found in [twice(rows, where, columns, "reference")] if found]
    again = twice(rows, lines.place, (lines.person, lines.employer, lines.branch, lines.month))
    at = stated.place
    other = (stated.person, stated.employer, rows.branch[at], rows.month[at], TAKEN_ON[rows.kind[at]])
    return [found for found in (again, twice(rows, at, other)) if found]
