"""A small office for the tests: residents with one entry each, a clerk, a supervisor."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from django.db import connection

from provident.access import actions
from provident.access.records import OPERATOR, AccountKind, GrantKind, Label, NewAccount, NewGrant, Role
from provident.kernel.keys import AccountId, PersonKey

AN = PersonKey(1001)
BO = PersonKey(1002)
CUI = PersonKey(1003)
NOBODY = PersonKey(9999)
NO_ACCOUNT = AccountId(0)

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
YESTERDAY = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
TOMORROW = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)

Connect = Callable[[], psycopg.Connection]

COUNTER = Label("Counter Hall, Room 2", "办事大厅二号窗口")


@dataclass
class Office:
    """The accounts, and one act to add more."""

    owner: psycopg.Connection
    an: AccountId = NO_ACCOUNT
    bo: AccountId = NO_ACCOUNT
    clerk: AccountId = NO_ACCOUNT
    supervisor: AccountId = NO_ACCOUNT
    count: int = 0

    def account(self, kind: AccountKind, *roles: Role, person: PersonKey | None = None) -> AccountId:
        """Create an account that holds the roles since yesterday."""
        self.count += 1
        made = actions.create_account(
            NewAccount(
                kind=kind,
                sign_in=f"account-{self.count}",
                label=Label(f"Account {self.count}", f"账户{self.count}"),
                office=COUNTER if kind is AccountKind.STAFF else Label("", ""),
                person=person,
                employer=77 if kind is AccountKind.EMPLOYER else None,
            ),
            by=OPERATOR,
        )
        for role in roles:
            actions.grant_role(by=OPERATOR, account=made, role=role, since=YESTERDAY)
        return made

    def opens(
        self,
        kind: GrantKind,
        account: AccountId,
        person: PersonKey | None,
        purpose: str,
        by: AccountId = OPERATOR,
    ) -> int:
        """Open name and contributions of a record to an account from yesterday to tomorrow."""
        grant = NewGrant(
            kind=kind,
            account=account,
            person=person,
            purpose=purpose,
            fields=("name", "contributions"),
            basis="file note 7",
            since=YESTERDAY,
            until=TOMORROW,
        )
        return actions.grant(grant, by=by)

    def readable(self) -> set[int]:
        """Return whose entries the application can read here and now."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT person_key FROM ledger_entry")
            return {key for (key,) in cursor.fetchall()}

    def looks(self) -> list[tuple[object, ...]]:
        """Return what the log holds, oldest first: actor, person, answered, refusal."""
        rows = self.owner.execute("SELECT actor, person_key, answered, refusal FROM access_look ORDER BY id")
        return rows.fetchall()


def fill_ledger(owner: psycopg.Connection, batches: dict[PersonKey, int]) -> None:
    """Give each person one entry in a batch of its own, one event and one year of the reading copy."""
    owner.execute("SELECT ledger_ensure_month('2026-01-01')")
    for person, batch in batches.items():
        owner.execute("INSERT INTO ledger_person VALUES (%s, %s)", [person, bytes(32)])
        owner.execute(
            "INSERT INTO ledger_batch (batch_id, source_hash, source_kind, pack_version, posted_at, posted_month,"
            " leaf, closed, projected) VALUES (%s, sha256(%s::text::bytea), 'payroll', 'cn', %s, '2026-01-01', 0,"
            " true, true)",
            [batch, batch, dt.datetime(2026, 1, 2, batch, tzinfo=dt.UTC)],
        )
        owner.execute(
            "INSERT INTO ledger_entry (person_key, employer_key, base, employee, employer_share, account, fund,"
            " batch_id, posted_month, leaf, region, month, source_row, kind, branch, scheme, evidence, checked,"
            " entry_id, leaf_hash) VALUES (%s, 77, 500000, 40000, 80000, 40000, 80000, %s, '2026-01-01', 0, 990000,"
            " 202601, 1, 1, 1, 1, 0, 1, gen_random_uuid(), sha256(''))",
            [person, batch],
        )
        owner.execute(
            "INSERT INTO ledger_event VALUES (1, %s, gen_random_uuid(), 'test', now(), sha256(''), 1, '{}',"
            " sha256('{}'), sha256(''))",
            [person],
        )
        owner.execute("INSERT INTO ledger_record_year VALUES (%s, 77, 2026, '\\x04')", [person])
