"""The register as the tests use it: synthetic people, opened at the console unless said otherwise."""

import datetime as dt
import itertools
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import psycopg

from provident import access
from provident.access import actions as access_actions
from provident.access.records import OPERATOR, AccountKind, Label, NewAccount, Role
from provident.identity import actions, queries
from provident.identity.numbers import check_character
from provident.identity.records import Resident
from provident.kernel.keys import AccountId, PersonKey
from provident.kernel.opened import Opened

FIELDS = ("name", "numbers", "archive", "events")
NOON = dt.datetime(2026, 3, 2, 4, tzinfo=dt.UTC)


def number_of(sequence: int, born: str = "19800101", region: str = "990000") -> str:
    """Write a well-formed number of the fictional region."""
    body = f"{region}{born}{sequence:03d}"
    return body + check_character(body)


@dataclass
class Register:
    """The acts most tests need."""

    owner: psycopg.Connection
    clerk: AccountId
    sequence: "itertools.count[int]" = field(default_factory=lambda: itertools.count(100))

    def now(self) -> dt.datetime:
        """Return the present moment, less a second so that what begins now has begun."""
        return dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)

    def add(self, name: str = "王小明", number: str | None = None, **facts: object) -> PersonKey:
        """Register somebody."""
        number = number or number_of(next(self.sequence))
        return actions.register_resident(name=name, number=number, at=NOON, **facts).keys[0]

    def open(
        self, person: PersonKey, fields: tuple[str, ...] = FIELDS, purpose: str = "console"
    ) -> AbstractContextManager[Opened]:
        """Open a record at the console."""
        return access.open_record(person, by=OPERATOR, purpose=purpose, fields=fields, system="test")

    def read(self, person: PersonKey) -> Resident:
        """Return a resident with all parts."""
        with self.open(person) as opened:
            return queries.resident(opened)

    def resident_account(self, person: PersonKey) -> AccountId:
        """Create the account of a resident."""
        account = access_actions.create_account(
            NewAccount(
                kind=AccountKind.PERSON,
                sign_in=f"resident-{next(self.sequence)}",
                label=Label("Resident", "参保人"),
                person=person,
            ),
            by=OPERATOR,
        )
        access_actions.grant_role(by=OPERATOR, account=account, role=Role.RESIDENT, since=self.now())
        return account

    def events(self, person: int) -> list[str]:
        """Return the types of the ledger's events about a key, in the order they were posted."""
        rows = self.owner.execute(
            "SELECT type FROM ledger_event WHERE subject_key = %s ORDER BY posted_at, event_id", [person]
        )
        return [row[0] for row in rows]

    def looks(self) -> list[tuple[object, ...]]:
        """Return what the log of looks holds, oldest first: actor, person, answered, refusal."""
        rows = self.owner.execute("SELECT actor, person_key, answered, refusal FROM access_look ORDER BY id")
        return rows.fetchall()
