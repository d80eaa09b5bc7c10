"""Residents of whom much or little is on record, put there directly: declared and paid in five branches."""

import datetime as dt
import os

import numpy as np
from filings import world

from provident.access import actions as access
from provident.access.door import open_run
from provident.access.linking import mandates
from provident.access.linking.records import NewOffer
from provident.access.records import OPERATOR, AccountKind, Label, NewAccount, Role
from provident.identity import actions as identity
from provident.kernel.clock import SystemClock
from provident.kernel.words import EntryKind
from provident.ledger import actions as ledger
from provident.ledger.arrays import ENTRY_DTYPE
from provident.ledger.posting import posting
from provident.ledger.records import Source


def resident(who: int, name: str) -> int:
    """Register a resident; return the key."""
    return identity.register_resident(name=name, number=world.number(who), at=world.NOW).keys[0]


def contribute(person: int, employer: int, years: range) -> None:
    """Post every month of these years, declared and paid."""
    entries = np.zeros(len(years) * 120, ENTRY_DTYPE)
    place = np.arange(len(entries))
    entries["row"], entries["person"], entries["employer"] = place, person, employer
    entries["branch"] = 1 + place % 5
    entries["month"] = (years.start + place // 120) * 100 + 1 + place // 5 % 12
    entries["kind"] = np.where(place // 60 % 2, EntryKind.PAID, EntryKind.DECLARED)
    entries["scheme"] = entries["checked"] = 1
    entries["region"] = world.REGION
    entries["base"] = np.where(entries["kind"] == EntryKind.DECLARED, 300_000 + place // 60, 0)
    entries["employee"] = entries["account"] = 24_000
    entries["employer_share"] = entries["fund"] = 48_000
    source = Source(os.urandom(32), "payroll")
    with (
        open_run(by=OPERATOR, purpose="filing", fields=("contributions",)),
        posting(source=source, pack_version="cn 0.1.0", expected_rows=len(entries)) as batch,
    ):
        batch.append(entries)
    ledger.project_record_years()


def account(name: str, kind: AccountKind, role: Role, **whose) -> int:
    """Make an account that holds a role."""
    new = NewAccount(
        kind=kind, sign_in=name, label=Label(name, name), office=Label("Office", "办公室"), **whose
    )
    made = access.create_account(new, by=OPERATOR)
    access.grant_role(by=OPERATOR, account=made, role=role, since=SystemClock().now())
    return made


def authority(giver: int, holder: int) -> int:
    """Let one account act for the person of another in all that can be offered; return the mandate's number."""
    now = SystemClock().now()
    fields = ("name", "numbers", "enrolments", "contributions", "benefits", "account", "events")
    offer = NewOffer(fields=fields, since=now, until=now + dt.timedelta(days=9))
    code = mandates.offer_mandate(offer, by=giver, name="G").code
    return mandates.take_mandate(by=holder, name="H", code=code)
