"""Writes: registering, and changes to a resident whom a look of the same transaction opened.

Every change is an event in the ledger that says what happened, with neither name nor number. The
database insists on a look for a purpose that allows changes (service at the counter, the console;
one's own record for how to be reached).
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from provident.access.actions import act as act_of_access
from provident.access.linking.records import EId
from provident.access.refusals import of_code as refusal_of_access
from provident.identity import refusals
from provident.identity.catalogue import field, read_value
from provident.identity.names import NameReading, name_check, read_name
from provident.identity.numbers import NumberKind, Sex, classify, lookup_form, uscc
from provident.identity.records import NewResident, Parting, Registration
from provident.identity.registering import append_events, forms_of, register_residents_bulk
from provident.kernel.keys import AccountId, EmployerKey, PersonKey, new_key
from provident.kernel.opened import Opened
from provident.kernel.refusal import Refusal
from provident.kernel.words import SubjectKind
from provident.ledger import actions as ledger
from provident.ledger.records import Source

__all__ = [
    "add_number",
    "change_employer",
    "link_eid",
    "merge",
    "register_employer",
    "register_resident",
    "register_residents_bulk",
    "remove_replaced",
    "rename",
    "set_value",
    "split",
    "tell_apart",
    "undo",
    "withdraw",
]

_OWN_REFUSALS = {
    kind.code: kind
    for kind in (
        refusals.MergeWithItself,
        refusals.AlreadyMerged,
        refusals.NotMerged,
        refusals.LaterJoinFirst,
    )
}


def register_resident(
    *,
    name: str,
    number: str,
    kind: NumberKind | None = None,
    born: dt.date | None = None,
    sex: Sex | None = None,
    at: dt.datetime,
) -> Registration:
    """Register one resident, or refuse. `born` and `sex` only where the number does not say them."""
    resident = NewResident(name, number, kind, born, sex)
    registration = register_residents_bulk(residents=[resident], source=Source.of_act("registration"), at=at)
    if registration.problems:
        raise registration.problems[0].refusal
    return registration


def link_eid(eid: EId, *, number: str) -> AccountId:
    """Link an e-ID to whoever holds the number its issuer vouches for; return the person's account.

    The caller answers for the issuer being one to believe. The person reads of it in their log; a
    number nobody holds is a refused look.
    """
    normal = lookup_form(classify(number).normal)
    question = "SELECT refusal, account FROM identity_link(%s, %s, %s)"
    return AccountId(act_of_access(question, [eid.issuer, eid.subject, normal]))


def add_number(
    opened: Opened,
    *,
    number: str,
    kind: NumberKind | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
    at: dt.datetime,
) -> None:
    """Add an official number the opened person holds, or held until a day."""
    _insist_begun(since, at)
    with transaction.atomic():
        for form, normal in forms_of(classify(number, kind)):
            asked = [opened.person, form.value, normal, since, until, at]
            if _one("SELECT identity_add_number(%s, %s::smallint, %s, %s, %s, %s)", asked) is None:
                raise refusals.NumberTaken
        _happened(opened, "number_added")


def rename(opened: Opened, *, name: str, since: dt.date | None, at: dt.datetime) -> NameReading:
    """Record the name the opened person bears from a day on; former names stay. Return what was stored."""
    _insist_begun(since, at)
    reading = read_name(name)
    asked = [
        opened.person,
        reading.stored,
        reading.original,
        reading.skeleton,
        name_check(reading.stored),
        since,
        at,
    ]
    with transaction.atomic():
        _one("SELECT identity_add_name(%s, %s, %s, %s, %s, %s, %s)", asked)
        _happened(opened, "name_changed")
    return reading


def set_value(
    opened: Opened, *, name: str, value: str | None, since: dt.date | None, at: dt.datetime
) -> None:
    """Record a value of the archive field `name` from a day on; None says that there is none since then."""
    _insist_begun(since, at)
    stored = None if value is None else read_value(name, value)
    field(name)
    with transaction.atomic():
        _one("SELECT identity_set_value(%s, %s, %s, %s, %s)", [opened.person, name, stored, since, at])
        _happened(opened, "archive_changed", field=name)


def withdraw(opened: Opened, *, fact: str, id: int, at: dt.datetime) -> None:  # noqa: A002 - the record's word
    """Take back a `number`, `name` or `value` that was recorded wrongly; it stays as withdrawn."""
    with transaction.atomic():
        outcome = _one("SELECT identity_withdraw(%s, %s, %s)", [fact, id, at])
        if outcome == "absent":
            raise refusals.NothingHeld
        if outcome == "last":
            raise refusals.LastOne
        _happened(opened, f"{fact}_withdrawn")


def remove_replaced(*, at: dt.datetime) -> int:
    """Remove replaced and withdrawn values of fields kept only while current; return how many."""
    return int(_one("SELECT identity_remove_replaced(%s)", [at]))


def merge(opened: Opened, *, other: PersonKey, reason: str, system: str = "portal", at: dt.datetime) -> int:
    """Record that another registered person and the opened one are the same; return the merge's number.

    The other record is opened too, by a look of its own for the same purpose. Nothing is re-keyed:
    the other key becomes an alias, and undoing the merge leaves everything as it was.
    """
    asked = [opened.actor, opened.person, other, system, _typed(reason), at]
    with transaction.atomic():
        made, code = _row("SELECT made, refusal FROM identity_merge(%s, %s, %s, %s, %s, %s)", asked)
        _refuse(code)
        ledger.alias_person(key=other, into=opened.person)
        append_events(
            [opened.person, other],
            kind=SubjectKind.PERSON,
            type="records_merged",
            source=Source.of_act("merge"),
            payload={"merge": made},
        )
    return int(made)


def split(opened: Opened, *, parting: Parting, reason: str, at: dt.datetime) -> tuple[PersonKey, int]:
    """Part a record that stood for two people: a new person takes the facts named; return key and split.

    Entries are not moved here: the rooms above reverse and post anew what belongs to the new person.
    """
    key = PersonKey(new_key())
    asked = [
        opened.actor,
        opened.person,
        key,
        list(parting.numbers),
        list(parting.names),
        list(parting.archive),
        _typed(reason),
        at,
    ]
    with transaction.atomic():
        ledger.register_persons(keys=[key])
        made = _one(
            "SELECT identity_split(%s, %s, %s, %s::bigint[], %s::bigint[], %s::bigint[], %s, %s)", asked
        )
        if made is None:
            raise refusals.NothingToSplit
        append_events(
            [opened.person, key],
            kind=SubjectKind.PERSON,
            type="record_split",
            source=Source.of_act("split"),
            payload={"split": made},
        )
    return key, int(made)


def undo(opened: Opened, *, join: int, reason: str, system: str = "portal", at: dt.datetime) -> None:
    """Undo a merge or a split of the opened record: every fact stands again where it stood before.

    The new record of a split that is undone stays as an empty alias, so that nothing filed under it
    in the meantime is lost.
    """
    asked = [opened.actor, opened.person, join, system, _typed(reason), at]
    with transaction.atomic():
        kind, alias, into, code = _row(
            "SELECT kind, alias_key, into_key, refusal FROM identity_undo_join(%s, %s, %s, %s, %s, %s)", asked
        )
        _refuse(code)
        if kind == "merge":
            ledger.unalias_person(key=alias)
        else:
            ledger.alias_person(key=alias, into=into)
        append_events(
            [into, alias],
            kind=SubjectKind.PERSON,
            type=f"{kind}_undone",
            source=Source.of_act(f"{kind}_undone"),
            payload={kind: join},
        )


def tell_apart(opened: Opened, *, other: PersonKey, reason: str, at: dt.datetime) -> None:
    """Record that somebody looked at two possibly equal persons and found them to be two."""
    asked = [opened.actor, opened.person, other, _typed(reason), at]
    with transaction.atomic():
        _one("SELECT identity_tell_apart(%s, %s, %s, %s, %s)", asked)
        _happened(opened, "told_apart")


def register_employer(
    *, code: str, name: str, region: int, since: dt.date | None = None, at: dt.datetime
) -> EmployerKey:
    """Register an employer under its unified social credit code."""
    normal = uscc(code).normal
    key = EmployerKey(new_key())
    with transaction.atomic():
        made = _one(
            "INSERT INTO identity_employer VALUES (%s, %s, %s) ON CONFLICT DO NOTHING RETURNING employer_key",
            [key, normal, at],
        )
        if made is None:
            raise refusals.CreditCodeTaken
        _describe_employer(key, name, region, since, at)
        append_events(
            [key],
            kind=SubjectKind.EMPLOYER,
            type="employer_registered",
            source=Source.of_act("employer_registration"),
        )
    return key


def change_employer(
    *, employer: EmployerKey, name: str, region: int, since: dt.date | None, at: dt.datetime
) -> None:
    """Record an employer's name and region from a day on; former ones stay."""
    with transaction.atomic():
        if _one("SELECT count(*) FROM identity_employer WHERE employer_key = %s", [employer]) == 0:
            raise refusals.EmployerUnknown
        _describe_employer(employer, name, region, since, at)
        append_events(
            [employer],
            kind=SubjectKind.EMPLOYER,
            type="employer_changed",
            source=Source.of_act("employer_change"),
        )


def _describe_employer(
    employer: EmployerKey, name: str, region: int, since: dt.date | None, at: dt.datetime
) -> None:
    _insist_begun(since, at)
    reading = read_name(name)
    _one(
        "INSERT INTO identity_employer_detail (employer_key, name, original, region, since, recorded_at) "
        "VALUES (%s, %s, %s, %s, %s, %s) RETURNING id",
        [employer, reading.stored, reading.original, region, since, at],
    )


def _insist_begun(since: dt.date | None, at: dt.datetime) -> None:
    # A day of grace: the legal day of the moment may be the next one already.
    if since is not None and since > at.date() + dt.timedelta(days=1):
        raise refusals.NotYetBegun


def _happened(opened: Opened, type: str, **payload: object) -> None:  # noqa: A002 - the ledger's word
    append_events(
        [opened.person], kind=SubjectKind.PERSON, type=type, source=Source.of_act(type), payload=payload
    )


def _typed(reason: str) -> str:
    """Return the reason as stored; an act that joins or parts people needs one."""
    stored = " ".join(reason.split())[:500]
    if not stored:
        raise refusals.ReasonMissing
    return stored


def _refuse(code: str) -> None:
    if code:
        raise _own(code) or refusal_of_access(code)


def _own(code: str) -> Refusal | None:
    kind = _OWN_REFUSALS.get(code)
    return kind() if kind else None


def _one(statement: str, facts: Sequence[Any]) -> Any:
    return _row(statement, facts)[0]


def _row(statement: str, facts: Sequence[Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row or (None,)
