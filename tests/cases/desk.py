"""A desk for the tests: residents, clerks and supervisors of a small agency, and the steps of a request."""

import datetime as dt
from contextlib import contextmanager

from provident import access
from provident.access import actions as accounts
from provident.access.linking import mandates
from provident.access.linking.records import NewOffer
from provident.access.records import OPERATOR, AccountKind, Label, NewAccount, Role
from provident.cases import actions, queries
from provident.cases.records import Answer, NewRequest, RequestKind, Subject
from provident.identity import actions as identity
from provident.kernel.month import Month
from provident.kernel.words import Branch
from provident.sample.numbers import resident_number

HALL = Label("Counter Hall", "办事大厅")
OWN = ("events", "looks")
ASKED = ("enrolments", "contributions", "events")
ENOUGH = ("name", "numbers", *ASKED)
WORDS = "In March 2026 I worked for the mill, and the month is missing."
MONTH = NewRequest(
    RequestKind.RECORD, "month_missing", Subject(branch=Branch.PENSION, month=Month(2026, 3)), WORDS
)
PHONE = NewRequest(RequestKind.DATA, "outdated", Subject(field="phone"), "I have a new number.")


def question(look):
    """Return the request that asks about a look."""
    return NewRequest(RequestKind.LOOK, "unexpected", Subject(look=look), "I was nowhere near a counter.")


class Desk:
    """The accounts and the people, each with one name."""

    def __init__(self, owner):
        self.owner = owner
        self.an, self.an_account = self.resident("安", 1)
        self.bo, self.bo_account = self.resident("柏", 2)
        self.clerk, self.other_clerk = (self.staff(name, Role.AGENCY_CLERK) for name in ("clerk", "other"))
        self.chief, self.other_chief = (self.staff(name, Role.SUPERVISOR) for name in ("chief", "deputy"))

    def now(self):
        return self.owner.execute("SELECT clock_timestamp()").fetchone()[0]

    def resident(self, name, sequence):
        number = resident_number(dt.date(1980, 5, sequence), sequence)
        key = identity.register_resident(name=name, number=number, at=self.now()).keys[0]
        new = NewAccount(kind=AccountKind.PERSON, sign_in=name, label=Label(name, name), person=key)
        return key, self._with(accounts.create_account(new, by=OPERATOR), Role.RESIDENT)

    def staff(self, name, *roles, person=None):
        new = NewAccount(
            kind=AccountKind.STAFF, sign_in=name, label=Label(name, name), office=HALL, person=person
        )
        return self._with(accounts.create_account(new, by=OPERATOR), *roles)

    def _with(self, account, *roles):
        for role in roles:
            accounts.grant_role(by=OPERATOR, account=account, role=role, since=self.now())
        return account

    def own(self, person=None, account=None, fields=OWN):
        """Open the first resident's own record, or another's."""
        person, account = (self.an, self.an_account) if person is None else (person, account)
        return access.open_record(person, by=account, purpose="own_record", fields=fields)

    def lodge(self, new=MONTH):
        with self.own() as opened:
            return actions.lodge(opened, new)

    def read(self, receipt):
        with self.own() as opened:
            return queries.request(opened, receipt)

    def line(self, by, receipt):
        return next((one for one in queries.worklist(by) if one.receipt == receipt), None)

    @contextmanager
    def behind(self, by, receipt):
        with queries.open_behind(self.line(by, receipt), by=by) as opened:
            yield opened, queries.request(opened, receipt)

    def taken(self, new=MONTH, by=None):
        """Lodge a request and have it taken on."""
        receipt = self.lodge(new)
        actions.take(by=by or self.clerk, receipt=receipt)
        return receipt

    def drafted(self, outcome="upheld", reasons="The mill's file of March was read again."):
        """Have a request answered as far as one pair of eyes goes."""
        receipt = self.taken()
        with self.behind(self.clerk, receipt) as (opened, request):
            actions.answer(opened, request, Answer(outcome, reasons))
        return receipt

    def confirm(self, receipt, by=None):
        with self.behind(by or self.chief, receipt) as (opened, _):
            actions.confirm(opened, receipt=receipt)

    def authority(self, holder, fields=ENOUGH, *, days=9):
        """Let an account act for the first resident; return the number of the mandate."""
        since = self.now() - dt.timedelta(minutes=1)
        offer = NewOffer(fields=fields, since=since, until=since + dt.timedelta(days=days))
        code = mandates.offer_mandate(offer, by=self.an_account, name="安").code
        return mandates.take_mandate(by=holder, name="柏", code=code)

    def acting(self, by=None, fields=ASKED):
        """Open the first resident's record to the second, who acts for them."""
        return access.open_record(self.an, by=by or self.bo_account, purpose="representation", fields=fields)

    def lodge_for(self, new=MONTH, by=None, fields=ASKED):
        """Have the second resident ask for the first."""
        with self.acting(by, fields) as opened:
            return actions.lodge(opened, new)
