"""Reading what the registers say of a file's people and employers: a few queries for a whole file."""

import datetime as dt

import numpy as np

from provident.filings.checks.enrolment import by_person, no_spells
from provident.filings.checks.findings import Ints
from provident.filings.checks.registers import Registers, Spells
from provident.filings.checks.whole import Identified
from provident.filings.posting.turn import Turn
from provident.filings.reading.records import Chunk
from provident.identity import bulk
from provident.identity.numbers import normal_form
from provident.kernel.clock import legal_day
from provident.kernel.opened import OpenedRun
from provident.ledger import wire

_TWENTY_BITS = (1 << 20) - 1  # what a month's or a region's code fits into


class Numbers:
    """The numbers of a file's people, looked up while the file is still being read, or all at once after.

    Looking up early lets reading and the server's work overlap. Whoever was unknown then is asked
    for again in the filing's turn: another filing may have registered them.
    """

    def __init__(self, run: OpenedRun, *, early: bool) -> None:
        self._run = run
        self._early = early
        self._found: list[tuple[Ints, Ints]] = []

    def hear(self, numbers: tuple[str, ...]) -> None:
        """Take the numbers a chunk brought."""
        if self._early:
            self._found.append(bulk.resolve(self._run, numbers))

    def settle(self, numbers: tuple[str, ...]) -> tuple[Ints, Ints]:
        """Return everybody's key and the check of the registered name."""
        if not self._found:
            return bulk.resolve(self._run, numbers)
        keys, checks = (np.concatenate(columns) for columns in zip(*self._found, strict=True))
        unknown = np.flatnonzero(keys == 0)
        if len(unknown):
            again = bulk.resolve(self._run, [numbers[place] for place in unknown.tolist()])
            keys[unknown], checks[unknown] = again
        return keys, checks


def read_registers(rows: Chunk, numbers: Numbers, turn: Turn, at: dt.datetime) -> Registers:
    """Look every number and credit code of a file up."""
    persons, name_checks = numbers.settle(rows.resident.values)
    codes = [normal_form(code) for code in rows.employer.values]
    places = bulk.employers_by_code(codes)
    found = [places.get(code) for code in codes]
    return Registers(
        day=legal_day(at, turn.zone),
        home=turn.home_region,
        persons=persons,
        name_checks=name_checks,
        employers=np.array([place.key if place else 0 for place in found], np.int64),
        employer_regions=np.array([place.region if place else turn.home_region for place in found], np.int32),
        own_employer=turn.own_employer,
    )


def read_spells(identified: Identified) -> Spells:
    """Read the enrolments in force of all persons a file names."""
    keys = identified.people.keys
    known = np.flatnonzero(keys)
    if not len(known):
        return no_spells()
    cursor = wire.cursor()
    cursor.execute("SELECT filings_spells(%s)", (wire.Int8Array(keys[known]),), binary=True)
    row = cursor.fetchone()
    packed = np.frombuffer(row[0] if row else b"", ">i8").astype(np.int64).reshape(-1, 4)
    number, employer, asked, span = packed.T
    return by_person(
        Spells(
            id=number.copy(),
            person=known[asked >> 20].astype(np.int32),
            employer=_places(identified.employer_keys, employer).astype(np.int32),
            branches=(span >> 8 & 0xFF).astype(np.int16),
            scheme=(span & 0xFF).astype(np.int16),
            region=(asked & _TWENTY_BITS).astype(np.int32),
            since=(span >> 40).astype(np.int32),
            until=(span >> 20 & _TWENTY_BITS).astype(np.int32),
        )
    )


def _places(file_employers: Ints, keys: Ints) -> Ints:
    """Return the place of each key among the file's employers, -1 where it is none of them."""
    if not len(file_employers):
        return np.full(len(keys), -1, np.int64)
    order = np.argsort(file_employers)
    place = np.minimum(np.searchsorted(file_employers, keys, sorter=order), len(file_employers) - 1)
    return np.where(file_employers[order[place]] == keys, order[place], -1)
