"""Giving and ending: accounts, roles, grants, guards, ceilings; and what a run names while it lasts.

Whether the giver may is decided by the database function each act calls; its no comes back as a
refusal and nothing is written.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from provident.access.linking.codes import code_hash, new_code
from provident.access.records import EnrolmentCode, Label, NewAccount, NewGrant, Role
from provident.access.refusals import of_code
from provident.kernel.keys import AccountId, PersonKey
from provident.kernel.opened import OpenedRun


def create_account(new: NewAccount, *, by: AccountId) -> AccountId:
    """Create an account, which cannot sign in until it has a password. Only the operator makes persons'."""
    values = [
        by,
        new.kind,
        new.sign_in,
        [new.label.en, new.label.zh],
        [new.office.en, new.office.zh],
        new.person,
        new.employer,
        new.sample,
    ]
    account = act(
        "SELECT refusal, account FROM access_create_account(%s, %s, %s, %s, %s, %s, %s, %s)", values
    )
    return AccountId(account)


def grant_role(
    *, by: AccountId, account: AccountId, role: Role, since: dt.datetime, until: dt.datetime | None = None
) -> int:
    """Give an account a role from `since` until just before `until`; return the number of the role grant."""
    return int(
        act(
            "SELECT refusal, role_grant FROM access_give_role(%s, %s, %s, %s, %s)",
            [by, account, role, since, until],
        )
    )


def revoke_role(*, by: AccountId, role_grant: int, at: dt.datetime) -> None:
    """End a role grant at a moment, not before the present one."""
    act("SELECT access_end_role(%s, %s, %s), 0", [by, role_grant, at])


def grant(new: NewGrant, *, by: AccountId) -> int:
    """Open a record to an account by mandate, consent, agreement or case; return the grant's number."""
    values = [
        by,
        new.kind,
        new.account,
        new.person,
        new.purpose,
        list(new.fields),
        new.basis,
        new.since,
        new.until,
    ]
    question = "SELECT refusal, given FROM access_give_grant(%s, %s, %s, %s, %s, %s, %s, %s, %s)"
    return int(act(question, values))


def end_grant(*, by: AccountId, grant: int, at: dt.datetime) -> None:
    """End a grant at a moment, not before the present one. A person may end whatever opens their record."""
    act("SELECT access_end_grant(%s, %s, %s), 0", [by, grant, at])


def guard_record(*, by: AccountId, person: PersonKey, reason: str, until: dt.datetime) -> None:
    """Flag a record so that staff open it only with an open case."""
    act("SELECT access_guard(%s, %s, %s, %s), 0", [by, person, reason, until])


def set_ceiling(*, by: AccountId, role: Role, looks_per_hour: int | None) -> None:
    """Set how many records a holder of the role may open in an hour; None sets no ceiling."""
    act("SELECT access_set_ceiling(%s, %s, %s), 0", [by, role, looks_per_hour])


def first_administrator(
    *, by: AccountId, sign_in: str, label: Label, expires_at: dt.datetime
) -> EnrolmentCode:
    """Make the first administrator and a one-time code for their password.

    As long as no administrator has enrolled, calling it again makes a new code and voids the last.
    """
    code = new_code()
    account = act(
        "SELECT refusal, account FROM access_first_administrator(%s, %s, %s, %s, %s)",
        [by, sign_in, [label.en, label.zh], code_hash(code), expires_at],
    )
    return EnrolmentCode(AccountId(account), code, expires_at)


def add_run_members(run: OpenedRun, members: Sequence[PersonKey]) -> None:
    """Tell these persons, too, that the run concerned them. It makes nothing readable."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_run_members(%s, %s)", [run.look, list(members)])


def name_run_batch(run: OpenedRun, *, batch: int) -> None:
    """Say which ledger batch the run posted: everyone with an entry in it is told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_run_batch(%s, %s)", [run.look, batch])


def act(question: str, values: list[Any]) -> Any:
    """Call a database function that answers with a refusal's code and a result; raise the refusal.

    What a refused act wrote, such as a refused look, is committed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(question, values)
        refusal, result = cursor.fetchone()
    if refusal:
        raise of_code(refusal)
    return result
