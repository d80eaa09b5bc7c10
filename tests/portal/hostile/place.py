"""A place with a resident of one year and one of thirty, somebody who acts for both, a clerk and an employer."""

from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.test import Client
from filings import world

from portal.signing import signed_in
from provident.access.records import AccountKind, Role

from . import lives

SHORT, LONG, HELPER = "艾丽菲热", "欧阳若曦", "夏侯明哲"


@dataclass(frozen=True)
class Place:
    """Accounts and persons by name, and browsers in which they are signed in."""

    accounts: dict[str, int]
    persons: dict[str, int]
    grants: dict[str, int]  # by the name of whom the helper acts for

    def browser(self, name: str, **how) -> Client:
        """Return a browser of somebody's; of a visitor without a name."""
        if not name:
            return Client()
        browser = signed_in(self.accounts[name], **how)
        # As signing in does: the session stands in the list of its owner's.
        UserSession.objects.create(
            user_id=self.accounts[name], session_key=browser.session.session_key, ip="127.0.0.1"
        )
        return browser


def make() -> Place:
    """Make the place in the present database."""
    (employer,) = world.agency(1).values()
    persons = {"short": lives.resident(11, SHORT), "long": lives.resident(12, LONG)}
    lives.contribute(persons["short"], employer, range(2025, 2026))
    lives.contribute(persons["long"], employer, range(1996, 2026))
    accounts = {
        name: lives.account(name, AccountKind.PERSON, Role.RESIDENT, person=person, employer=None)
        for name, person in persons.items()
    }
    employed = {"person": None, "employer": employer}
    accounts["mill"] = lives.account("mill", AccountKind.EMPLOYER, Role.EMPLOYER_CLERK, **employed)
    accounts["desk"] = lives.account("desk", AccountKind.STAFF, Role.AGENCY_CLERK, person=None, employer=None)
    helper = {"person": lives.resident(13, HELPER), "employer": None}
    accounts["helper"] = lives.account("helper", AccountKind.PERSON, Role.RESIDENT, **helper)
    grants = {name: lives.authority(accounts[name], accounts["helper"]) for name in persons}
    return Place(accounts, persons, grants)
