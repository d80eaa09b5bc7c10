"""People, entries and arrays for the ledger's tests, and a way to read them as the operator."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import numpy as np
from django.db import transaction

from provident.access.door import open_record
from provident.access.records import OPERATOR
from provident.kernel.keys import EmployerKey, PersonKey, new_key
from provident.kernel.month import Month
from provident.kernel.opened import Opened
from provident.kernel.words import Branch, EntryKind
from provident.ledger import actions, wire
from provident.ledger.arrays import ENTRY_DTYPE, Array
from provident.ledger.records import Legs, NewEntry, Source

PACK = "cn 0.1.0"
EMPLOYER = EmployerKey(77)
MARCH = Month(2026, 3)
LEGS = Legs(base=500_000, employee=40_000, employer=80_000, account=40_000, fund=80_000)


def install() -> None:
    """Name the agency."""
    actions.register_installation(
        agency_en="Test Agency",
        agency_zh="测试机构",
        currency="CNY",
        zone=ZoneInfo("Asia/Shanghai"),
        home_region=990000,
    )


def register(count: int) -> list[PersonKey]:
    """Register this many persons."""
    keys = [PersonKey(new_key()) for _ in range(count)]
    actions.register_persons(keys)
    return keys


def new_source(kind: str = "payroll") -> Source:
    """Return a source nobody used before."""
    return Source(os.urandom(32), kind)


def entry(
    person: PersonKey, kind: EntryKind = EntryKind.DECLARED, legs: Legs = LEGS, **facts: object
) -> NewEntry:
    """Return a pension entry of March 2026, or what is said instead."""
    told = {"branch": Branch.PENSION, "region": 990000, "month": MARCH, "employer": EMPLOYER, **facts}
    return NewEntry(person=person, kind=kind, legs=legs, **told)


def post(*entries: NewEntry, source: Source | None = None):
    """Post entries as one small batch, in a filing."""
    with transaction.atomic():
        be_a_filing()
        return actions.append(entries=entries, source=source or new_source(), pack_version=PACK)


def be_a_filing() -> None:
    """Make the transaction under way a filing, unless it is one: no other gets secrets to salt entries with."""
    if wire.call("SELECT access_run_purpose()", ()) is None:
        asked = "SELECT (access_open_run(%s, 'filing', '{contributions}', 'test', '{}', NULL)).answered"
        assert wire.call(asked, (OPERATOR,))


def rows(persons: Sequence[PersonKey], count: int, *, first: int = 0, month: Month = MARCH) -> Array:
    """Return `count` declarations as an array, five branches to a person, persons in turn."""
    array = np.zeros(count, ENTRY_DTYPE)
    places = np.arange(count)
    array["row"] = first + places
    array["person"] = np.array(persons, "i8")[places // 5 % len(persons)]
    array["employer"] = EMPLOYER
    array["kind"] = EntryKind.DECLARED
    array["branch"] = 1 + places % 5
    array["scheme"] = array["checked"] = 1
    array["region"] = 990000
    array["month"] = month.code
    array["base"] = 500_000 + places
    array["employee"] = array["account"] = 40_000
    array["employer_share"] = array["fund"] = 80_000
    return array


@contextmanager
def record_of(person: PersonKey) -> Iterator[Opened]:
    """Open a record as the operator at the console."""
    fields = ("contributions", "benefits", "account", "events")
    with open_record(person, by=OPERATOR, purpose="console", fields=fields, reason="test") as opened:
        yield opened


def open_all(*persons: PersonKey) -> None:
    """Open several records in the transaction under way, which joining and parting keys asks for."""
    for person in persons:
        wire.call(
            "SELECT (access_open(%s, %s, 'console', '{account}', 'test', 'test')).look", (OPERATOR, person)
        )
