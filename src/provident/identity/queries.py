"""Reads: one resident who was opened, opening one by number, employers."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

from provident.access.door import open_found
from provident.identity.numbers import NumberKind, classify, lookup_form
from provident.identity.records import (
    Employer,
    EmployerName,
    HeldName,
    HeldNumber,
    HeldValue,
    Join,
    PossibleSame,
    Resident,
)
from provident.kernel.keys import AccountId, EmployerKey, PersonKey
from provident.kernel.opened import Opened, OpenedRun
from provident.ledger import wire

_FIND = "SELECT refusal, look, at, keys FROM identity_find($1, $2, $3, $4, $5, $6)"

_TOLD = (
    "SELECT part, id, kind, text, original, since, until, recorded_at FROM identity_told($1, $2, {employers})"
)
_JOINS = """
SELECT id, kind, reason, made_by, made_at, undone_reason, undone_at FROM identity_join
WHERE into_key = ANY (%(keys)s) OR person_key = ANY (%(keys)s) ORDER BY id
"""
_EMPLOYERS = """
SELECT e.employer_key, e.uscc, array_agg(d.name ORDER BY d.since NULLS FIRST, d.id),
       (array_agg(d.region ORDER BY d.since DESC NULLS LAST, d.id DESC))[1]
FROM identity_employer e JOIN identity_employer_detail d USING (employer_key)
WHERE e.employer_key = ANY (%s) GROUP BY e.employer_key
"""


@contextmanager
def open_by_number(
    number: str,
    *,
    by: AccountId,
    purpose: str,
    fields: Sequence[str],
    system: str = "portal",
    reason: str = "",
) -> Iterator[Opened]:
    """Open the record of whoever holds this number, as open_record does; search and opening are one look.

    A text that is no official number is refused before anything is looked up. A number nobody holds
    is a refused look without a person.
    """
    asked = [by, lookup_form(classify(number).normal), purpose, list(fields), system, reason]
    with open_found(_FIND, asked, by=by, purpose=purpose, fields=fields) as opened:
        yield opened


def find_resident(
    number: str, *, by: AccountId, purpose: str, system: str = "portal", reason: str = ""
) -> PersonKey:
    """Return the key of whoever holds this number. Finding somebody is a look like any other."""
    with open_by_number(
        number, by=by, purpose=purpose, fields=("numbers",), system=system, reason=reason
    ) as opened:
        return opened.person


def resident(opened: Opened) -> Resident:
    """Return the opened resident: the parts whose fields the look names, the others empty."""
    asked = [list(opened.keys), list(opened.fields)]
    return _resident(opened, wire.ask(_TOLD.format(employers="NULL"), asked))


def resident_question(keys: Sequence[PersonKey], fields: Sequence[str], employers: str) -> wire.Statement:
    """Return what resident_and_employers asks, for whoever opens the record to ask it on the way."""
    return _TOLD.format(employers=f"ARRAY({employers})"), [list(keys), list(fields)]


def resident_and_employers(
    opened: Opened, employers: str
) -> tuple[Resident, dict[EmployerKey, EmployerName]]:
    """Return the opened resident, and how the employers are called now whose payrolls name the person.

    `employers` is a sub-select of the keys of more employers, in which $1 is the person's keys.
    """
    found = wire.ask(*resident_question(opened.keys, opened.fields, employers))
    named = {EmployerKey(int(key)): EmployerName(name, uscc) for part, _, uscc, name, key, *_ in found
             if part == "employer"}  # fmt: skip
    return _resident(opened, (fact for fact in found if fact[0] != "employer")), named


def _resident(opened: Opened, facts: Iterable[Sequence[Any]]) -> Resident:
    names: list[HeldName] = []
    numbers: list[HeldNumber] = []
    archive: list[HeldValue] = []
    forgotten_at = None
    for part, row, kind, text, original, since, until, recorded_at in facts:
        if part == "number":
            numbers.append(HeldNumber(row, NumberKind(int(kind)), text, since, until, recorded_at))
        elif part == "name":
            names.append(HeldName(row, text, original, since, recorded_at))
        elif part == "forgotten":
            forgotten_at = recorded_at
        else:
            archive.append(HeldValue(row, kind, text, since, recorded_at))
    return Resident(opened.person, opened.fields, tuple(names), tuple(numbers), tuple(archive), forgotten_at)


def joins(opened: Opened) -> tuple[Join, ...]:
    """Return the merges and splits of the opened record, undone ones too, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_JOINS, {"keys": list(opened.keys)})
        return tuple(Join(*row) for row in cursor.fetchall())


def possible_same(opened: Opened, *, at_most: int = 50) -> tuple[PossibleSame, ...]:
    """Return who may be the same person as the opened one, for a human to look at.

    A name that looks alike, and a birth date that agrees or is not known of one of the two. Nothing
    follows from it by itself: opening a candidate is a look of its own, and merging is an act of a
    person. Staff at work on the record see candidates, nobody else does.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT other, birth_agrees FROM identity_possible_same(%s, %s)", [opened.person, at_most]
        )
        return tuple(PossibleSame(*row) for row in cursor.fetchall())


def possible_pairs(run: OpenedRun, *, at_most: int = 1000) -> tuple[tuple[PersonKey, PersonKey], ...]:
    """Return pairs of persons in the whole register who may be one: names alike, birth dates agreeing.

    A worklist for a human, in no order of likelihood. The run is shown to every person; opening
    somebody from the list is a look of its own.
    """
    if run.purpose != "register_check":
        raise ValueError("the register is searched for pairs in a check of the register only")
    with connection.cursor() as cursor:
        cursor.execute("SELECT one, other FROM identity_possible_pairs(%s)", [at_most])
        return tuple((PersonKey(one), PersonKey(other)) for one, other in cursor.fetchall())


def employers(keys: Sequence[EmployerKey]) -> dict[EmployerKey, Employer]:
    """Return the employers with these keys; a key that stands for none is left out."""
    with connection.cursor() as cursor:
        cursor.execute(_EMPLOYERS, [list(set(keys))])
        return {
            key: Employer(key, uscc, names[-1], region, tuple(names[:-1]))
            for key, uscc, names, region in cursor.fetchall()
        }
