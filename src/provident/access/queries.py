"""Reads: the log of looks at a person, accounts, their roles and what is open to them."""

import datetime as dt
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from provident.access.catalogue import catalogue
from provident.access.linking.queries import mandate_of
from provident.access.models import Account
from provident.access.records import (
    NO_LABEL,
    AccountCard,
    AccountKind,
    Grant,
    GrantKind,
    Label,
    Look,
    Role,
    RoleHeld,
)
from provident.access.refusals import LogNotOpened, UnknownAccount, told
from provident.kernel.keys import AccountId, EmployerKey, PersonKey
from provident.kernel.opened import Opened
from provident.ledger import wire

_LAST = (1 << 63) - 1
_HELD_NOW = (
    "g.since <= transaction_timestamp() AND (g.until IS NULL OR transaction_timestamp() < g.until)"
    " AND a.closed_at IS NULL"
)
_ACCOUNT = [field.attname for field in Account._meta.concrete_fields]  # noqa: SLF001 - documented by Django
_SESSION = f"""
SELECT s.session_data, ARRAY(SELECT g.role FROM access_role_grant g WHERE g.account = a.id AND {_HELD_NOW}),
       CASE WHEN EXISTS (SELECT FROM access_role_grant g
                         WHERE g.account = a.id AND g.role = '{Role.REPRESENTATIVE}' AND {_HELD_NOW})
       THEN (SELECT jsonb_agg(to_jsonb(m)) FROM access_mandates_held(a.id) m) END,
       {", ".join(f'a."{column}"' for column in _ACCOUNT)}
FROM django_session s
LEFT JOIN usersessions_usersession u ON u.session_key = s.session_key
LEFT JOIN access_account a ON a.id = u.user_id
WHERE s.session_key = $1 AND s.expire_date > $2
"""


def looks(opened: Opened, *, before: int = _LAST, at_most: int = 200) -> tuple[Look, ...]:
    """Return the person's log, newest first: looks, refused ones, and runs that concerned the person.

    `before` is the id of the last look of the page before.
    """
    if "looks" not in opened.fields:
        raise LogNotOpened
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, at, office_en, office_zh, role, system, purpose, article_en, article_zh, fields,"
            " answered, refusal, reason, override, run, holder FROM access_log(%s, %s, %s)",
            [list(opened.keys), before, at_most],
        )
        return tuple(_look(*row) for row in cursor.fetchall())


def _look(*row: Any) -> Look:
    known = catalogue()
    (number, at, office_en, office_zh, role, system, purpose, article_en, article_zh, fields, *rest) = row
    answered, refusal, reason, override, run, holder = rest
    entry = known.purposes.get(purpose)
    acting = known.roles.get(role)
    return Look(
        id=number,
        at=at,
        office=Label(office_en, office_zh),
        role=acting.title if acting else NO_LABEL,
        system=system,
        system_title=known.systems.get(system, Label(system, system)),
        purpose=purpose,
        purpose_title=entry.title if entry else Label(purpose, purpose),
        article=Label(article_en, article_zh),
        fields=tuple(fields),
        field_titles=tuple(known.fields.get(field, Label(field, field)) for field in fields),
        answered=answered,
        refusal=refusal,
        refusal_told=told(refusal) if refusal else NO_LABEL,
        reason=reason,
        override=override,
        run=run,
        name=holder,
        own=answered and entry is not None and entry.needs == "self",
    )


def account(account: AccountId) -> AccountCard:
    """Return an open account."""
    return _only(Account.objects.filter(pk=account, closed_at=None))


def account_of(sign_in: str) -> AccountCard:
    """Return the open account that signs in under this name."""
    return _only(Account.objects.filter(sign_in=sign_in, closed_at=None))


def offices_accounts() -> tuple[AccountCard, ...]:
    """Return the open accounts of offices, employers, systems and the console; no resident's."""
    found = Account.objects.filter(closed_at=None).exclude(kind=AccountKind.PERSON)
    return tuple(map(_card, found.order_by("id")))


def _only(accounts: QuerySet[Account]) -> AccountCard:
    found = accounts.first()
    if found is None:
        raise UnknownAccount
    return _card(found)


def _card(found: Account) -> AccountCard:
    return AccountCard(
        account=AccountId(found.pk),
        kind=AccountKind(found.kind),
        sign_in=found.sign_in,
        label=Label(found.label_en, found.label_zh),
        office=Label(found.office_en, found.office_zh),
        person=None if found.person_key is None else PersonKey(found.person_key),
        employer=None if found.employer_key is None else EmployerKey(found.employer_key),
        taken=found.has_usable_password(),
    )


def session_with_account(key: str, *, at: dt.datetime) -> tuple[str, Account | None] | None:
    """Return what a living session's row holds, and its account with roles and mandates."""
    found = wire.ask_alone(_SESSION, [key, at])
    if not found:
        return None
    data, roles, mandates, *values = found[0]
    account = None if values[0] is None else Account.from_db("default", _ACCOUNT, values)
    if account is not None:
        account.roles_now = frozenset(map(Role, roles))
        account.mandates_now = tuple(map(mandate_of, mandates or ()))
    return data, account


def sample_accounts() -> tuple[Account, ...]:
    """Return the open accounts of the sample region, for the sample sign-in of development mode."""
    return tuple(Account.objects.filter(sample=True, closed_at=None).order_by("id"))


def roles_of(account: AccountId) -> frozenset[Role]:
    """Return the roles an account holds now; none if it is closed."""
    return frozenset(held.role for held in roles_held(account))


def roles_held(account: AccountId) -> tuple[RoleHeld, ...]:
    """Return the roles an account holds now, with their dates and numbers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT g.id, g.role, g.since, g.until"
            " FROM access_role_grant g JOIN access_account a ON a.id = g.account"
            f" WHERE g.account = %s AND {_HELD_NOW} ORDER BY g.id",
            [account],
        )
        return tuple(
            RoleHeld(number, Role(role), since, until) for number, role, since, until in cursor.fetchall()
        )


def grants_of(account: AccountId) -> tuple[Grant, ...]:
    """Return what is open to an account now by mandate, consent, agreement or case."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, kind, account, person_key, purpose, fields, basis, since, until"
            " FROM access_grants_of(%s)",
            [account],
        )
        return tuple(
            Grant(number, GrantKind(kind), holder, person, purpose, tuple(fields), basis, since, until)
            for number, kind, holder, person, purpose, fields, basis, since, until in cursor.fetchall()
        )
