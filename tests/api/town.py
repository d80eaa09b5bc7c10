"""A small town for the tests of the interface: two residents, two employers, their tokens, some files."""

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path

from django.test import Client
from filings import world
from statements.sealing import sealed

from provident.access import actions as accounts
from provident.access.records import OPERATOR, AccountKind, Label, NewAccount, Role
from provident.access.tokens import actions as tokens
from provident.access.tokens import queries
from provident.filings import uploads
from provident.kernel.clock import SystemClock
from provident.kernel.keys import AccountId, PersonKey

SCOPES = {
    Role.RESIDENT: ("record", "statement", "receipt", "looks"),
    Role.EMPLOYER_CLERK: ("filings", "file"),
}
FORM = "multipart/form-data; boundary=x"


@dataclass
class Town:
    """Who is there, and how to ask in their name."""

    folder: Path
    accounts: dict[str, AccountId] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, int] = field(default_factory=dict)
    persons: dict[str, PersonKey] = field(default_factory=dict)
    requests: dict[str, str] = field(
        default_factory=dict
    )  # the open one of each person, by its receipt number
    desk: world.Desk | None = None

    def account(self, name: str, role: Role, kind: AccountKind, **whose: object) -> AccountId:
        """Make an account that holds a role, and a token for all it may do."""
        new = NewAccount(
            kind=kind, sign_in=name, label=Label(name, name), office=Label("Office", "办公室"), **whose
        )
        made = accounts.create_account(new, by=OPERATOR)
        now = SystemClock().now()
        accounts.grant_role(by=OPERATOR, account=made, role=role, since=now - dt.timedelta(days=1))
        self.accounts[name] = made
        if "person" in whose:
            self.persons[name] = whose["person"]
        if role in SCOPES:
            self.tokens[name] = self.token(name, *SCOPES[role])
        return made

    def token(self, name: str, *scopes: str, days: float = 1) -> str:
        """Make a token of somebody's for some scopes."""
        until = SystemClock().now() + dt.timedelta(days=days)
        made = tokens.make_token(by=self.accounts[name], label="test", scopes=scopes, expires_at=until)
        return made.text

    def ask(self, method: str, path: str, token: str | None, **more):
        """Ask with a token; the name of somebody stands for theirs."""
        headers = dict(more.pop("headers", {}))
        if token is not None:
            headers["authorization"] = f"Bearer {self.tokens.get(token, token)}"
        return Client().generic(method, f"/api/v1{path}", headers=headers, **more)

    def get(self, path: str, token: str | None, **more):
        """Ask for something with a token."""
        return self.ask("GET", path, token, **more)

    def send(self, name: str, content: bytes, token: str | None = None, **more):
        """Send in a file."""
        body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + name.encode()
        body += b'"\r\nContent-Type: text/csv\r\n\r\n' + content + b"\r\n--x--\r\n"
        return self.ask("POST", "/filings", token or "mill", data=body, content_type=FORM, **more)

    def content(self, rows) -> bytes:
        """Return rows as a payroll file."""
        return self.desk.file(rows).path.read_bytes()

    def spare(self, account: AccountId, scopes) -> int:
        """Make a token nobody uses, ending one of the account's other spare ones; return its number."""
        for old in [one for one in queries.tokens_of(account) if one.label == "spare"]:
            tokens.end_token(by=account, token=old.id)
        until = SystemClock().now() + dt.timedelta(days=1)
        return tokens.make_token(by=account, label="spare", scopes=scopes, expires_at=until).id

    def filed(self, key: str, content: bytes, *, process: bool = True, token: str = "mill") -> int:
        """Send in a file, let the job answer it, and remember its number."""
        answer = self.send(f"{key}.csv", content, token)
        assert answer.status_code == 202, answer.content
        self.uploads[key] = number = json.loads(answer.content)["id"]
        if process:
            uploads.process(number)
        return number


def build(folder: Path) -> Town:
    """Make the town: An and Bo, insured by the mill; the mill and the shop; one file of each fate."""
    town = Town(folder)
    town.desk = world.Desk(folder)
    mill, shop = world.agency(2).values()
    town.desk.send(world.enrol((1, 2, 3, 4), "2025-11"))
    town.desk.send(world.declare((1, 2, 3, 4), "2025-11"))
    town.desk.send(world.declare((1,), "2026-01"))
    town.desk.send([world.pay("9600.00", "2025-11", "pension", reference="P1")], columns=world.PAYMENTS)
    town.account("an", Role.RESIDENT, AccountKind.PERSON, person=world.key_of(1))
    town.account("bo", Role.RESIDENT, AccountKind.PERSON, person=world.key_of(2))
    town.account("mill", Role.EMPLOYER_CLERK, AccountKind.EMPLOYER, employer=mill)
    town.account("shop", Role.EMPLOYER_CLERK, AccountKind.EMPLOYER, employer=shop)
    town.filed("posted", town.content(world.declare((2,), "2026-01")))
    town.filed("refused", town.content(world.declare((2,), "2025-12", base="1.00")))
    town.filed("waiting", town.content(world.declare((2,), "2025-12")), process=False)
    sealed()
    return town
