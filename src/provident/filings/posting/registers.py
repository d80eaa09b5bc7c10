"""Reading what the registers say of a file's people and employers: a few queries for a whole file."""

import datetime as dt

import numpy as np
from django.db import connection

from provident.filings.checks.enrolment import by_person, no_spells
from provident.filings.checks.findings import Ints
from provident.filings.checks.registers import Registers, Spells
from provident.filings.checks.whole import Identified
from provident.filings.reading.records import Chunk
from provident.identity import bulk
from provident.identity.numbers import normal_form
from provident.kernel.clock import legal_day
from provident.kernel.opened import OpenedRun
from provident.ledger import wire
from provident.ledger.records import Installation

_SPELL = np.dtype(
    [
        ("person", ">i4"),
        ("id", ">i8"),
        ("employer", ">i8"),
        ("region", ">i4"),
        ("since", ">i4"),
        ("until", ">i4"),
        ("branches", ">i2"),
        ("scheme", ">i2"),
    ]
)


def read_registers(run: OpenedRun, rows: Chunk, installation: Installation, at: dt.datetime) -> Registers:
    """Look every number and credit code of a file up."""
    persons, name_checks = bulk.resolve(run, rows.resident.values)
    codes = [normal_form(code) for code in rows.employer.values]
    places = bulk.employers_by_code(codes)
    found = [places.get(code) for code in codes]
    return Registers(
        day=legal_day(at, installation.zone),
        home=installation.home_region,
        persons=persons,
        name_checks=name_checks,
        employers=np.array([place.key if place else 0 for place in found], np.int64),
        employer_regions=np.array(
            [place.region if place else installation.home_region for place in found], np.int32
        ),
        own_employer=_own_employer(run),
    )


def _own_employer(run: OpenedRun) -> int:
    """Return the only employer this account may file for, 0 for the agency's own accounts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT employer_key FROM access_account WHERE id = %s", [run.actor])
        row = cursor.fetchone()
    return int(row[0]) if row and row[0] else 0


def read_spells(identified: Identified) -> Spells:
    """Read the enrolments in force of all persons a file names."""
    keys = identified.people.keys
    known = np.flatnonzero(keys)
    if not len(known):
        return no_spells()
    cursor = wire.cursor()
    cursor.execute("SELECT filings_spells(%s)", (wire.Int8Array(keys[known]),), binary=True)
    row = cursor.fetchone()
    found = np.frombuffer(row[0] if row else b"", _SPELL)
    return by_person(
        Spells(
            id=found["id"].astype(np.int64),
            person=known[found["person"]].astype(np.int32),
            employer=_places(identified.employer_keys, found["employer"].astype(np.int64)).astype(np.int32),
            branches=found["branches"].astype(np.int16),
            scheme=found["scheme"].astype(np.int16),
            region=found["region"].astype(np.int32),
            since=found["since"].astype(np.int32),
            until=found["until"].astype(np.int32),
        )
    )


def _places(file_employers: Ints, keys: Ints) -> Ints:
    """Return the place of each key among the file's employers, -1 where it is none of them."""
    if not len(file_employers):
        return np.full(len(keys), -1, np.int64)
    order = np.argsort(file_employers)
    place = np.minimum(np.searchsorted(file_employers, keys, sorter=order), len(file_employers) - 1)
    return np.where(file_employers[order[place]] == keys, order[place], -1)
