"""Two insured people, accounts for them when a test wants some, and letters from the counter."""

from filings import world

from provident.access import actions as access
from provident.access.linking.actions import give_letter_code
from provident.access.records import NO_LABEL, OPERATOR, AccountKind, Label, NewAccount, Role
from provident.identity.queries import open_by_number


def account(kind, role, sign_in, person=None):
    new = NewAccount(
        kind=kind,
        sign_in=sign_in,
        label=Label(sign_in, sign_in),
        office=NO_LABEL if kind is AccountKind.PERSON else Label("Counter", "窗口"),
        person=person,
    )
    made = access.create_account(new, by=OPERATOR)
    access.grant_role(by=OPERATOR, account=made, role=role, since=world.NOW)
    return made


def resident(person, sign_in):
    return account(AccountKind.PERSON, Role.RESIDENT, sign_in, world.key_of(person))


def letter(person=1):
    clerk = account(AccountKind.STAFF, Role.AGENCY_CLERK, f"clerk-for-{person}")
    with open_by_number(
        world.number(person), by=clerk, purpose="sign_in_letter", fields=("name",), reason="seen"
    ) as opened:
        made = give_letter_code(opened)
    assert made is not None
    return made.code
