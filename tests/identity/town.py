"""A town whose people can be forgotten: two residents with entries, one of them known under two keys."""

import datetime as dt

from tests.identity.register import NOON
from tests.ledger import people

from provident import access
from provident.access import actions as accounts
from provident.access.look_log import LOOKS
from provident.access.records import OPERATOR, AccountKind, Label, NewAccount, Role
from provident.identity import actions, forgetting
from provident.ledger import queries as ledger_queries
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.logs.named import places
from provident.ledger.seal.sealing import seal
from provident.ledger.seal.tree import Tree

NOW = dt.datetime(2026, 11, 22, 3, tzinfo=dt.UTC)
ORDER = {"decision": "Decision 2026-17", "article": "Personal Information Protection Law, art. 47", "at": NOW}


class Town:
    """Two residents with entries, one of them known under two keys, and who works here."""

    def __init__(self, register):
        self.register = register
        self.an, self.bo, self.twin = register.add(), register.add("李四"), register.add("王晓明")
        self.batch = people.post(
            *(people.entry(person) for person in (self.an, self.bo, self.twin, self.an))
        ).batch
        with register.open(self.an, ("name", "numbers")) as opened:
            actions.merge(opened, other=self.twin, reason="one person", at=NOON)
        self.supervisor = self.staff("supervisor")
        self.places = places(ledger_queries.installation().id)

    def staff(self, name, person=None):
        account = accounts.create_account(
            NewAccount(
                kind=AccountKind.STAFF,
                sign_in=name,
                label=Label(name, name),
                office=Label("Office", "办公室"),
                person=person,
            ),
            by=OPERATOR,
        )
        accounts.grant_role(by=OPERATOR, account=account, role=Role.SUPERVISOR, since=self.register.now())
        return account

    def seal(self):
        return seal(LEDGER), seal(LOOKS)

    def propose(self, person=None, by=OPERATOR):
        with access.open_record(
            person or self.an, by=by, purpose="forgetting", fields=forgetting.FIELDS, system="cli"
        ) as opened:
            return forgetting.propose(opened, **ORDER)

    def confirm(self, proposal, by=None):
        return forgetting.confirm(proposal=proposal, by=by or self.supervisor, at=NOW)

    def forget(self, person=None):
        proposal = self.propose(person)
        self.seal()
        return self.confirm(proposal)

    def leaves(self, log, size):
        raw = Tree(self.places.tiles(log), size).leaves(0, size)
        return [raw[at : at + 32] for at in range(0, len(raw), 32)]
