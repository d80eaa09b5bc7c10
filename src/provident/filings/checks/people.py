"""The question of identity: who the people and employers of a file are, and whether it may speak of them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from provident.filings.checks.cells import Shapes
from provident.filings.checks.findings import Finding, Ints, Mask, Rows, finding, pieces
from provident.filings.checks.registers import Registers
from provident.filings.reading.records import Chunk, RowEvent
from provident.filings.refusals import EmployerNotRegistered, EmployerNotYours, NameDiffers, NotRegistered
from provident.identity.names import name_check, read_name
from provident.identity.numbers import classify, lookup_form, uscc
from provident.kernel.refusal import Refusal

Places = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person an enrolment row brings into the register."""

    place: int  # among the file's persons
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class People:
    """The file's persons: rows that mean the same person share a place, however the number is written."""

    person: Places  # each row's place among the persons, -1 for none
    keys: Ints  # person key per place, 0 for a newcomer
    newcomers: tuple[Newcomer, ...]
    differing: Rows  # rows whose name is not the current one of their person
    findings: tuple[Finding, ...]  # about all else


def people(rows: Chunk, shapes: Shapes, registers: Registers) -> People:
    """Find every row's person, compare names, and pick out newcomers."""
    places, keys = _places(rows.resident.values, registers.persons)
    person = np.append(places, np.int32(-1))[rows.resident.codes]
    differing = _names_that_differ(rows, person, places, registers)
    if registers.persons.all():
        return People(person, keys, (), differing, ())
    newcomers, findings = _newcomers(rows, shapes, person, places, registers)
    return People(person, keys, newcomers, differing, tuple(findings))


def wrong_names(rows: Chunk, differing: Rows) -> list[Finding]:
    """Refuse names the register does not know for their person."""
    return [finding(rows, "name", NameDiffers, differing)] if len(differing) else []


def _places(numbers: tuple[str, ...], persons: Ints) -> tuple[Places, Ints]:
    """Give every number its person's place: by key, or where unknown by the form it is looked up under."""
    stand_in = persons.copy()
    forms: dict[str, int] = {}
    for code in np.flatnonzero(persons == 0).tolist():
        form = lookup_form(numbers[code])
        stand_in[code] = -forms.setdefault(form, len(forms) + 1)
    distinct, places = np.unique(stand_in, return_inverse=True)
    return places.astype(np.int32), np.maximum(distinct, 0)


def _names_that_differ(rows: Chunk, person: Places, places: Places, registers: Registers) -> Rows:
    """Return the rows whose name is not the registered one, nor the first one given to a newcomer."""
    if not len(places):
        return np.zeros(0, np.intp)
    checks, names = np.array([*map(name_check, rows.name.values), 0], np.int64), rows.name.codes
    mine = np.zeros(int(places.max()) + 2, np.int64)  # the last place stands for rows without a person
    known = registers.persons != 0
    cut = [*pieces(len(person))]
    for piece in reversed(cut if not known.all() else ()):
        mine[person[piece][::-1]] = checks[names[piece]][::-1]
    mine[places[known]] = registers.name_checks[known]
    differing = [
        piece.start
        + np.flatnonzero(
            (checks[names[piece]] != mine[person[piece]]) & (names[piece] >= 0) & (person[piece] >= 0)
        )
        for piece in cut
    ]
    return np.concatenate(differing)


def _newcomers(
    rows: Chunk, shapes: Shapes, person: Places, places: Places, registers: Registers
) -> tuple[tuple[Newcomer, ...], list[Finding]]:
    """Return whom enrolment rows register, and refuse every other row that names an unknown number."""
    unknown = registers.persons == 0
    wrong, findings = _malformed(rows, np.flatnonzero(unknown))
    nobody = np.append(unknown & ~wrong, False)[rows.resident.codes]
    enrolling: Mask = shapes.noticing & (rows.event == RowEvent.ENROL) & nobody
    brought = np.zeros(int(places.max()) + 1, np.bool_)
    brought[person[enrolling]] = True
    stranger = np.flatnonzero(nobody & ~brought[person])
    if len(stranger):
        findings.append(finding(rows, "resident", NotRegistered, stranger))
    first = np.zeros(len(brought), np.intp)
    where = np.flatnonzero(enrolling)
    first[person[where[::-1]]] = where[::-1]
    newcomers = []
    for row in first[brought].tolist():
        newcomer = Newcomer(int(person[row]), rows.resident.text(row), rows.name.text(row))
        try:
            read_name(newcomer.name)
        except Refusal as refusal:
            findings.append(_refused(rows, "name", np.array([row]), refusal))
        newcomers.append(newcomer)
    return tuple(newcomers), findings


def _malformed(rows: Chunk, codes: Rows) -> tuple[Mask, list[Finding]]:
    """Refuse the rows whose number could be nobody's; return which numbers those are."""
    wrong = np.zeros(len(rows.resident.values), np.bool_)
    why: dict[int, Refusal] = {}
    for code in codes.tolist():
        try:
            classify(rows.resident.values[code])
        except Refusal as refusal:
            why[code] = refusal
            wrong[code] = True
    return wrong, _by_class(rows, "resident", rows.resident.codes, why)


def _by_class(
    rows: Chunk, column: str, codes: npt.NDArray[np.int32], why: dict[int, Refusal]
) -> list[Finding]:
    """Refuse the rows of some distinct values, one finding for each class of refusal."""
    findings = []
    for kind in dict.fromkeys(type(refusal) for refusal in why.values()):
        bad = np.array([code for code, refusal in why.items() if type(refusal) is kind], np.int32)
        findings.append(finding(rows, column, kind, np.flatnonzero(np.isin(codes, bad))))
    return findings


def _refused(rows: Chunk, column: str, where: Rows, refusal: Refusal) -> Finding:
    facts = {name: [fact] * len(where) for name, fact in refusal.facts.items()}
    return finding(rows, column, type(refusal), where, **facts)


def employers(rows: Chunk, registers: Registers) -> list[Finding]:
    """Refuse employers that are not registered, or not this actor's to file for."""
    findings: list[Finding] = []
    why: dict[int, Refusal] = {}
    for code in np.flatnonzero(registers.employers == 0).tolist():
        try:
            uscc(rows.employer.values[code])
            why[code] = EmployerNotRegistered()
        except Refusal as refusal:
            why[code] = refusal
    if why:
        findings += _by_class(rows, "employer", rows.employer.codes, why)
    if registers.own_employer:
        known = np.append(registers.employers, registers.own_employer)[rows.employer.codes]
        others = np.flatnonzero((known != registers.own_employer) & (known != 0))
        if len(others):
            findings.append(finding(rows, "employer", EmployerNotYours, others))
    return findings
