"""Asking a file every question: the registers are read, the pure checks run, the ledger is asked last."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from provident import law
from provident.filings.checks import people, whole
from provident.filings.checks.findings import Rows
from provident.filings.checks.whole import Examined, Identified, Law
from provident.filings.intake.gathering import Gathered
from provident.filings.posting import earlier
from provident.filings.posting.registers import Numbers, read_registers, read_spells
from provident.filings.posting.turn import Turn
from provident.filings.reading.records import FileKind, Notice, RefusedCells
from provident.identity.bulk import comparable, known_names
from provident.kernel.opened import OpenedRun

if TYPE_CHECKING:
    from provident.kernel.keys import PersonKey


@dataclass(frozen=True, slots=True)
class Verdict:
    """A file that was asked everything."""

    examined: Examined
    groups: tuple[earlier.Groups, ...]  # what its rows come to, by employer, month, branch and kind
    warnings: tuple[Notice, ...]
    refused: tuple[RefusedCells, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A file to be checked, and what its sender says it adds up to."""

    gathered: Gathered
    numbers: Numbers
    at: dt.datetime
    expected_minor: int | None


def check(run: OpenedRun, turn: Turn, question: Question) -> Verdict:
    """Ask a file every question there is."""
    rules = in_force()
    gathered = question.gathered
    registers = read_registers(gathered.rows, question.numbers, turn, question.at)
    identified = whole.identify(gathered, registers, rules, question.expected_minor)
    identified, warnings = _names(run, identified)
    examined = whole.examine(identified, read_spells(identified), rules)
    refused = examined.findings
    groups = tuple(earlier.groups_of(examined, part) for part in earlier.parts_of(examined))
    if not refused:
        refused = tuple(found for one in groups for found in earlier.stated_before(examined, one))
    if not refused and gathered.kind is FileKind.PAYMENTS:
        refused = tuple(earlier.payments_before(examined))
    return Verdict(examined, groups, warnings, refused)


def in_force() -> Law:
    """Return the law as the checks ask for it."""
    book = law.book()
    return Law(
        book.contribution_rule, lambda region: book.known_region(region) is not None, book.pack_version
    )


def _names(run: OpenedRun, identified: Identified) -> tuple[Identified, tuple[Notice, ...]]:
    """Refuse names the register does not know; say so where it knows one as a former name."""
    differing = identified.people.differing
    if not len(differing):
        return identified, ()
    unknown = _unknown_names(run, identified, differing)
    findings = people.wrong_names(identified.rows, unknown)
    former = len(differing) - len(unknown)
    notices = (_former_names(former),) if former else ()
    return replace(identified, findings=(*identified.findings, *findings)), notices


def _unknown_names(run: OpenedRun, identified: Identified, differing: Rows) -> Rows:
    rows, keys = identified.rows, identified.people.keys
    persons = keys[identified.people.person[differing]]
    known = known_names(run, [cast("PersonKey", key) for key in np.unique(persons[persons > 0]).tolist()])
    bad = [
        row
        for row, key in zip(differing.tolist(), persons.tolist(), strict=True)
        if comparable(rows.name.text(row)) not in known.get(key, frozenset())
    ]
    return np.array(bad, np.intp)


def _former_names(count: int) -> Notice:
    return Notice(
        "filings.former_names",
        f"{count} rows give a former name of the person; the current one is in the register.",
        f"有 {count} 行使用了本人的曾用名；登记中已有现用姓名。",
    )
