"""One's own, another's and absent things in the town, for every route whose address names one."""

import datetime as dt
from dataclasses import replace

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from filings import world
from tests.cases.desk import MONTH

from provident import access
from provident.access import actions as accounts
from provident.access.linking import mandates
from provident.access.linking import queries as linking
from provident.access.linking.records import EId, NewOffer
from provident.access.queries import roles_held
from provident.access.records import OPERATOR, GrantKind, NewGrant, Role
from provident.cases import actions as cases
from provident.cases.records import shown
from provident.identity.actions import link_eid
from provident.kernel.clock import SystemClock

ABSENT = 987654321
FIELDS = ("name", "numbers", "enrolments", "contributions", "benefits", "account")


class Things:
    """By the name of a route, with `_` for `-`: who asks comes in, arguments by whose thing they name come out.

    `own` alone where the thing is nobody's in particular; no `own` where the role can have none.
    """

    def __init__(self, town):
        self.town = town

    def of(self, name: str, arguments: tuple[str, ...], role: Role | None) -> dict[str, dict[str, object]]:
        """Return the arguments of a route."""
        if not arguments:
            return {"own": {}}
        maker = getattr(self, name.replace("-", "_"), None)
        assert maker, f"say in Things what is own, foreign and absent of {name} {arguments}"
        return maker(role)

    def _numbered(self, argument, own, foreign, absent=ABSENT):
        found = {"foreign": {argument: foreign}, "absent": {argument: absent}}
        return found if own is None else {"own": {argument: own}, **found}

    def record_year(self, _role):
        return {"own": {"branch": "pension", "year": 2025}}

    api_record_year = record_year

    def statement(self, _role):
        return {"own": {"year": 2025}, "absent": {"year": 1999}}

    api_statement = api_statement_pdf = statement

    def log(self, _role):
        return {"own": {"log": "ledger", "path": "no-such-file"}}

    def log_epoch(self, _role):
        return {"own": {"log": "ledger", "epoch": 2, "path": "checkpoint"}}

    def filing(self, role):
        own = None
        if role is Role.EMPLOYER_CLERK:
            if "t" not in self.town.uploads:  # a refused file has a page and a report
                self.town.filed("t", b"resident_id,rubbish\n1,2\n", token=f"t.{role}")
            own = self.town.uploads["t"]
        return self._numbered("filing", own, self.town.uploads["refused"])

    filing_report = api_filing = api_filing_report = filing

    def token_end(self, role):
        scopes = {Role.RESIDENT: ("record",), Role.EMPLOYER_CLERK: ("filings",)}.get(role)
        own = self.town.spare(self.town.accounts[f"t.{role}"], scopes) if scopes else None
        return self._numbered("token", own, self.town.spare(self.town.accounts["an"], ("looks",)))

    def mfa_edit_webauthn(self, _role):
        return self._numbered("pk", None, self._passkey("an"))

    mfa_remove_webauthn = mfa_edit_webauthn

    def session_end(self, _role):
        return self._numbered("number", None, self._session("an"))

    def eid_end(self, _role):
        owner = link_eid(EId("https://eid.example", "foreign"), number=world.number(1))
        return self._numbered("number", None, linking.eids_of(owner)[0].id)

    def _passkey(self, name: str) -> int:
        """Give an account a passkey nobody holds; return its number."""
        of = {"user_id": self.town.accounts[name], "type": Authenticator.Type.WEBAUTHN}
        return Authenticator.objects.get_or_create(**of, defaults={"data": {"name": "key"}})[0].pk

    def _session(self, name: str) -> int:
        """Note a session in an account's list; return its number."""
        of = {"user_id": self.town.accounts[name], "session_key": f"of-{name}"}
        return UserSession.objects.get_or_create(**of, defaults={"ip": "127.0.0.1"})[0].pk

    def eid_leave(self, _role):
        return {"own": {"issuer": "no-such-issuer"}}

    eid_arrived = eid_leave

    def authority_end(self, role):
        own = {Role.RESIDENT: ("t.resident", "bo"), Role.REPRESENTATIVE: ("an", "t.representative")}.get(role)
        return self._numbered("grant", self._mandate(*own) if own else None, self._mandate("an", "bo"))

    def represented_record(self, role):
        own = self._mandate("an", "t.representative") if role is Role.REPRESENTATIVE else None
        return self._numbered("grant", own, self._mandate("an", "bo"))

    represented_requests = represented_request_new = represented_record

    def represented_year(self, role):
        return {
            whose: {**named, "branch": "pension", "year": 2025}
            for whose, named in self.represented_record(role).items()
        }

    represented_statement = represented_year

    def represented_request(self, role):
        """Name what the representative asked for An, what An asked, and what nobody did."""
        grants = self.represented_record(role)
        asked = {"foreign": self._request("an"), "absent": "Q-00000-00000"}
        if role is Role.REPRESENTATIVE:
            grants = dict.fromkeys(("own", "foreign", "absent"), grants["own"])
            asked["own"] = self._request_for("an", "t.representative")
        return {whose: {**named, "receipt": asked[whose]} for whose, named in grants.items()}

    represented_take_back = represented_request

    def _mandate(self, person: str, holder: str) -> int:
        """Have a person open some of the record to another account."""
        now = SystemClock().now()
        new = NewGrant(
            kind=GrantKind.MANDATE,
            account=self.town.accounts[holder],
            person=self.town.persons[person],
            purpose="representation",
            fields=(*FIELDS, "events"),
            basis="by the person",
            since=now - dt.timedelta(minutes=1),
            until=now + dt.timedelta(days=1),
        )
        return accounts.grant(new, by=self.town.accounts[person])

    def offer_end(self, role):
        own = self._offer("t.resident") if role is Role.RESIDENT else None
        return self._numbered("offer", own, self._offer("an"))

    def _offer(self, name: str) -> int:
        account, now = self.town.accounts[name], SystemClock().now()
        for old in linking.offers_of(account):
            mandates.withdraw_offer(by=account, offer=old.id)
        mandates.offer_mandate(
            NewOffer(fields=FIELDS, since=now, until=now + dt.timedelta(days=1)), by=account, name=name
        )
        return linking.offers_of(account)[0].id

    def office_code(self, _role):
        return {"own": {"account": self.town.accounts["t.office"]}, "absent": {"account": ABSENT}}

    office_role = office_code

    def office_role_end(self, _role):
        return {
            "own": {"account": self.town.accounts["t.office"], "held": self._held()},
            "absent": {"account": ABSENT, "held": 1},
        }

    def _held(self) -> int:
        """Give the spare office account a role that is just ending, so that there is one each time."""
        account, now = self.town.accounts["t.office"], SystemClock().now()
        for held in roles_held(account):
            accounts.revoke_role(by=OPERATOR, role_grant=held.id, at=now)
        return accounts.grant_role(by=OPERATOR, account=account, role=Role.AUDITOR, since=SystemClock().now())

    def request(self, role):
        own = self._request("t.resident") if role is Role.RESIDENT else None
        return self._numbered("receipt", own, self._request("an"), "Q-00000-00000")

    request_take_back = request

    def case(self, role):
        own = self._request("bo") if role is Role.AGENCY_CLERK else None
        return self._numbered("receipt", own, self._answered("an"), "Q-00000-00000")

    def _request(self, name: str) -> str:
        """Lodge a request of somebody's, taking back the one before."""
        with self._own(name) as opened:
            if before := self.town.requests.get(name):
                cases.take_back(opened, receipt=before)
            self.town.requests[name] = receipt = cases.lodge(opened, MONTH)
        return shown(receipt)

    def _request_for(self, person: str, name: str) -> str:
        """Lodge a request for somebody, taking back the one before."""
        with access.open_record(
            self.town.persons[person],
            by=self.town.accounts[name],
            purpose="representation",
            fields=("enrolments", "contributions", "events"),
        ) as opened:
            if before := self.town.requests.get(name):
                cases.take_back(opened, receipt=before)
            asked = replace(MONTH, ground="other")
            self.town.requests[name] = receipt = cases.lodge(opened, asked)
        return shown(receipt)

    def _answered(self, name: str) -> str:
        """Return a request that is at nobody's desk: it was taken back."""
        receipt = self._request(name)
        with self._own(name) as opened:
            cases.take_back(opened, receipt=self.town.requests.pop(name))
        return receipt

    def _own(self, name: str):
        return access.open_record(
            self.town.persons[name], by=self.town.accounts[name], purpose="own_record", fields=world.FIELDS
        )
