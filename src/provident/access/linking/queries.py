"""Reads for an account's own lists: its e-IDs, who may act for its person, whom it may act for."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django.db import connection

from provident.access.linking.records import EId, GrantOnMe, LinkedEId, MandateHeld, Offer
from provident.access.records import GrantKind, Label
from provident.kernel.keys import AccountId, PersonKey


def account_of_eid(eid: EId) -> AccountId | None:
    """Return the open account an e-ID signs in to, None if it is linked to none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_identity_account(%s, %s)", [eid.issuer, eid.subject])
        (account,) = cursor.fetchone()
    return None if account is None else AccountId(account)


def eids_of(account: AccountId) -> tuple[LinkedEId, ...]:
    """Return the e-IDs that sign in to an account."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, issuer, linked_at FROM access_identities_of(%s)", [account])
        return tuple(LinkedEId(*row) for row in cursor.fetchall())


def offers_of(account: AccountId) -> tuple[Offer, ...]:
    """Return an account's offers that nobody has taken yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, fields, since, until, expires_at FROM access_offers_of(%s)", [account])
        return tuple(
            Offer(id=number, fields=tuple(fields), since=since, until=until, expires_at=expires_at)
            for number, fields, since, until, expires_at in cursor.fetchall()
        )


def grants_on(account: AccountId) -> tuple[GrantOnMe, ...]:
    """Return who may or might open the record of the account's own person, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, kind, holder_en, holder_zh, purpose, fields, basis, since, until"
            " FROM access_grants_on(%s)",
            [account],
        )
        return tuple(
            GrantOnMe(
                id=number,
                kind=GrantKind(kind),
                holder=Label(holder_en, holder_zh),
                purpose=purpose,
                fields=tuple(fields),
                basis=basis,
                since=since,
                until=until,
            )
            for number, kind, holder_en, holder_zh, purpose, fields, basis, since, until in cursor.fetchall()
        )


def mandates_held(account: AccountId) -> tuple[MandateHeld, ...]:
    """Return whom an account may act for, now or from a day on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(m)::text FROM access_mandates_held(%s) m", [account])
        return tuple(mandate_of(json.loads(told)) for (told,) in cursor.fetchall())


def mandate_of(row: Mapping[str, Any]) -> MandateHeld:
    """Return a row of access_mandates_held, read as JSON."""
    return MandateHeld(
        id=row["id"],
        person=PersonKey(row["person_key"]),
        name=row["name"],
        fields=tuple(row["fields"]),
        basis=row["basis"],
        since=dt.datetime.fromisoformat(row["since"]),
        until=dt.datetime.fromisoformat(row["until"]),
    )
