"""Registering residents, one or a hundred thousand, in one round trip and one transaction.

Everybody is registered or nobody. Nothing is guessed: a number that is wrong, taken or given twice,
a name that cannot be one, a birth date that contradicts the number are problems to be told.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection, transaction

from provident.identity.names import name_check, read_name
from provident.identity.numbers import NumberKind, OfficialNumber, classify, modern_form
from provident.identity.records import NewResident, Notice, Problem, ReadResident, Registration
from provident.identity.refusals import BirthDiffers, BornAfterRegistration, NumberTaken
from provident.kernel.keys import PersonKey, new_key
from provident.kernel.refusal import Refusal
from provident.kernel.words import SubjectKind
from provident.ledger import actions as ledger
from provident.ledger.records import NewEvent, Source

# A unit separator stands between names: no stored name or value holds a control character.
_BETWEEN = "\x1f"
_TAKEN_MEANWHILE = "PVI01"
_REGISTER = """
SELECT identity_register(
    string_to_array(%s, ',')::bigint[], string_to_array(%s, %s), string_to_array(%s, %s, ''),
    string_to_array(%s, %s), string_to_array(%s, ',')::bigint[],
    string_to_array(%s, ','), string_to_array(%s, ',')::smallint[], string_to_array(%s, ',')::integer[],
    string_to_array(%s, ','), string_to_array(%s, ','), string_to_array(%s, ',')::integer[], %s)
"""


def register_residents_bulk(
    *, residents: Sequence[NewResident], source: Source, at: dt.datetime
) -> Registration:
    """Register everybody, or nobody and say why; return the keys in the order given.

    `source` is what brought them here, such as the file of an enrolment; each registration is an
    event in the ledger that names neither name nor number.
    """
    read: list[ReadResident] = []
    problems: list[Problem] = []
    notices: list[Notice] = []
    for index, resident in enumerate(residents):
        try:
            one = _read(resident, at)
        except Refusal as refusal:
            problems.append(Problem(index, refusal))
            continue
        read.append(one)
        if one.name.flags or one.number.warnings:
            notices.append(Notice(index, one.name.flags, one.number.warnings))
    if problems:
        return Registration((), tuple(problems), tuple(notices))
    rows = _Rows.of(read)
    problems = [Problem(index, NumberTaken()) for index in rows.twice]
    if not problems:
        problems = _register(rows, source, at)
    keys = () if problems else tuple(rows.keys)
    return Registration(keys, tuple(problems), tuple(notices))


def append_events(
    subjects: Sequence[int],
    *,
    kind: SubjectKind,
    type: str,  # noqa: A002 - the ledger's word
    source: Source,
    payload: Mapping[str, object] | None = None,
) -> None:
    """Record one event in the ledger for each subject: what happened, never to whom by name or number."""
    events = [NewEvent(kind, subject, f"identity.{type}", payload or {}) for subject in subjects]
    ledger.append_events(events=events, source=source)


def _read(resident: NewResident, at: dt.datetime) -> ReadResident:
    number = classify(resident.number, resident.kind)
    if resident.born and number.born not in (None, resident.born):
        raise BirthDiffers
    if resident.sex and number.sex not in (None, resident.sex):
        raise BirthDiffers
    born = number.born or resident.born
    # A day of grace: the legal day of the moment may be the next one already.
    if born and born > at.date() + dt.timedelta(days=1):
        raise BornAfterRegistration
    return ReadResident(
        read_name(resident.name),
        number,
        None if number.born else resident.born,
        None if number.sex else resident.sex,
    )


@dataclass(slots=True)
class _Rows:
    """Residents as the columns the database takes; owners count from 1."""

    keys: list[PersonKey] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    originals: list[str] = field(default_factory=list)
    skeletons: list[str] = field(default_factory=list)
    checks: list[int] = field(default_factory=list)
    numbers: dict[str, tuple[NumberKind, int]] = field(default_factory=dict)
    values: list[tuple[str, str, int]] = field(default_factory=list)
    twice: list[int] = field(default_factory=list)  # who came with a number given before

    @classmethod
    def of(cls, residents: Sequence[ReadResident]) -> "_Rows":
        rows = cls()
        for owner, one in enumerate(residents, 1):
            rows.keys.append(PersonKey(new_key()))
            rows.names.append(one.name.stored)
            rows.originals.append(one.name.original or "")
            rows.skeletons.append(one.name.skeleton)
            rows.checks.append(name_check(one.name.stored))
            for kind, normal in forms_of(one.number):
                if rows.numbers.setdefault(normal, (kind, owner))[1] != owner:
                    rows.twice.append(owner - 1)
                    break
            if one.born:
                rows.values.append(("born", one.born.isoformat(), owner))
            if one.sex:
                rows.values.append(("sex", one.sex.value, owner))
        return rows


def forms_of(number: OfficialNumber) -> tuple[tuple[NumberKind, str], ...]:
    """Return the numbers to store for one given: an old number brings the one that replaced it."""
    if number.kind is NumberKind.RESIDENT_ID_15:
        return ((NumberKind.RESIDENT_ID, modern_form(number.normal)), (number.kind, number.normal))
    return ((number.kind, number.normal),)


def _register(rows: _Rows, source: Source, at: dt.datetime) -> list[Problem]:
    """Write everything in one transaction; return whose number is taken, then nothing was written."""
    if not rows.keys:
        return []
    try:
        with transaction.atomic():
            _write(rows, source, at)
    except _Taken as found:
        owners = [owner for _, owner in rows.numbers.values()]
        return [Problem(owners[place - 1] - 1, NumberTaken()) for place in found.places]
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) != _TAKEN_MEANWHILE:
            raise
        raise NumberTaken from None  # by somebody else, in the same moment
    return []


def _write(rows: _Rows, source: Source, at: dt.datetime) -> None:
    ledger.register_persons(keys=rows.keys)
    with connection.cursor() as cursor:
        cursor.execute(_REGISTER, _columns(rows, at))
        taken: list[int] = cursor.fetchone()[0]
    if taken:
        raise _Taken(taken)
    brought_by = source.hash.hex()
    # An act of its own: the source's own events keep their rows, and their ids, to themselves.
    append_events(
        rows.keys,
        kind=SubjectKind.PERSON,
        type="resident_registered",
        source=Source.of_act("registration", source=brought_by),
        payload={"source": brought_by},
    )


class _Taken(Exception):  # noqa: N818 - carries places out of the transaction, nobody else sees it
    def __init__(self, places: list[int]) -> None:
        self.places = places
        super().__init__()


def _columns(rows: _Rows, at: dt.datetime) -> list[Any]:
    fields, values, value_owners = zip(*rows.values, strict=True) if rows.values else ((), (), ())
    return [
        ",".join(map(str, rows.keys)),
        _BETWEEN.join(rows.names),
        _BETWEEN,
        _BETWEEN.join(rows.originals),
        _BETWEEN,
        _BETWEEN.join(rows.skeletons),
        _BETWEEN,
        ",".join(map(str, rows.checks)),
        ",".join(rows.numbers),
        ",".join(str(kind.value) for kind, _ in rows.numbers.values()),
        ",".join(str(owner) for _, owner in rows.numbers.values()),
        ",".join(fields),
        ",".join(values),
        ",".join(map(str, value_owners)),
        at,
    ]
