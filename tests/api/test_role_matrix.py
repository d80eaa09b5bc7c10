"""Every route of both doors, by every method, by every role, at one's own things and at another's.

The expected answer is made from the matrix alone: what it does not open answers like an address that does
not exist; what it opens answers, but for another's thing as for one that is not there. What is closed is asked
for by GET and POST, with PROVIDENT_LONG=1 by every method.
"""

import os
import re

import pytest
from django.test import Client
from filings import world
from tests.api.matrix import METHODS, addresses, operations, undeclared
from tests.api.planted import PLANTED
from tests.api.things import Things
from tests.api.town import SCOPES
from tests.portal.signing import signed_in

from provident.access import matrix
from provident.access.catalogue import catalogue
from provident.access.records import AccountKind, Role
from provident.access.tokens import actions
from provident.api.urls import api

LONG = os.environ.get("PROVIDENT_LONG") == "1"
# Roles whose accounts sign in; the operator works at the console, a partner's system has no door yet.
KINDS = {
    Role.RESIDENT: AccountKind.PERSON,
    Role.REPRESENTATIVE: AccountKind.PERSON,
    Role.EMPLOYER_CLERK: AccountKind.EMPLOYER,
    Role.AGENCY_CLERK: AccountKind.STAFF,
    Role.SUPERVISOR: AccountKind.STAFF,
    Role.AUDITOR: AccountKind.STAFF,
    Role.ADMINISTRATOR: AccountKind.STAFF,
    Role.PARTNER: AccountKind.SYSTEM,
}
# A form that says nothing of what to do, where it must.
SAYS_NOTHING = {("case", "POST"), ("office-role", "POST")}
# Open to the role, and yet nothing is there in this town: why.
NOTHING_THERE = {
    "sign-in-sample": "exists in development mode only",
    "log": "the files of the published log are tested with the log",
    "log-epoch": "there is one epoch",
    "mfa_deactivate_totp": "nobody here has an authenticator app",
    "mfa_view_recovery_codes": "nobody here has recovery codes",
    "eid-leave": "no e-ID is named in the settings",
    "eid-arrived": "no e-ID is named in the settings",
}


@pytest.fixture(scope="module")
def people(town):
    """Return the town, with an account for each role besides its own people's."""
    for role, kind in KINDS.items():
        whose = {}
        if kind is AccountKind.PERSON:
            whose = {"person": world.key_of(4 if role is Role.REPRESENTATIVE else 3)}
        elif kind is AccountKind.EMPLOYER:
            whose = {"employer": 77}
        town.account(f"t.{role}", role, kind, **whose)
    town.account("t.office", Role.AUDITOR, AccountKind.STAFF)
    return town


def _page(answer) -> tuple[int, bytes]:
    """Return status and content without what differs from one showing to the next: tokens and addresses."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()
    content = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", content)
    return answer.status_code, re.sub(rb'name="next" value="[^"]*"', b"", content)


def _clients(town):
    yield None, frozenset(), Client
    for role in KINDS:
        account = town.accounts[f"t.{role}"]
        yield role, {role, matrix.SIGNED_IN}, lambda account=account: signed_in(account)
    for role in (Role.EMPLOYER_CLERK, Role.AGENCY_CLERK):
        account = town.accounts[f"t.{role}"]
        yield role, {matrix.SIGNED_IN}, lambda account=account: signed_in(account, second_factor=False)


def test_every_route_has_a_row_in_the_matrix():
    """A route without a row is nobody's, and there is none such; nor a row without a route."""
    assert undeclared() == []
    named = {one.name for one in addresses()} | {one.name for one in operations() if one.name}
    assert sorted(set(matrix.routes()) - named) == []


def test_every_operation_stands_behind_the_gate_of_its_own_row():
    """No operation is registered without a gate, or behind another's."""
    wrong = []
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            for one in view.operations:
                gates = [getattr(gate, "name", None) for gate in one.auth_callbacks]
                if gates != [one.url_name] or one.url_name not in matrix.routes():
                    wrong.append((path, one.methods, gates))
    assert wrong == []


def test_a_planted_route_is_found_and_opens_nothing(people, settings):
    """A route somebody adds without a row is named by the check above and answers as if it were not there."""
    settings.ROOT_URLCONF = "tests.api.planted"
    assert undeclared() == ["planted", "planted-gated", "planted-row", "planted-ungated"]
    for path in PLANTED:
        for client in (Client(), signed_in(people.accounts["an"])):
            answer = client.get(path, headers={"authorization": f"Bearer {people.tokens['an']}"})
            assert (path, answer.status_code) == (path, 404)
            assert answer.content != b"planted"


@pytest.mark.timeout(600)
def test_the_pages_answer_as_the_matrix_says(people):
    """For every page, method, role and thing: open, or like a page that is not there."""
    wrong, asked, things = [], 0, Things(people)
    pages = [one for one in addresses() if one.namespace != "api"]
    for role, standing, client_of in _clients(people):
        client = client_of()
        nothing = {method: _page(client.generic(method, "/no-such-page/")) for method in METHODS}
        for page in pages:
            opened = matrix.allowed(page.name, standing)
            asked_for = things.of(page.name, page.arguments, role)
            for method in METHODS if opened or LONG else ("GET", "POST"):
                answers = {}
                for whose, arguments in asked_for.items():
                    answers[whose] = _page(client.generic(method, page.at(arguments)))
                    asked += 1
                    if opened and method == "POST":
                        client = client_of()  # it may have ended the session
                wrong += [
                    (page.name, method, role, *one)
                    for one in _faults((page.name, method), opened, answers, nothing[method])
                ]
    assert wrong == []
    assert asked > 1000


def _faults(asked, opened, answers, nothing):
    for whose, (status, content) in answers.items():
        if status >= 500:
            yield whose, status
        elif not opened and (status, content) != nothing:
            yield whose, status, "is closed and does not look like nothing"
        elif (
            opened
            and whose == "own"
            and status == 404
            and not (asked in SAYS_NOTHING or asked[0] in NOTHING_THERE)
        ):
            yield whose, status, "is open and not there"
    if opened and "foreign" in answers:
        if answers["foreign"] != answers["absent"]:
            yield "foreign", answers["foreign"][0], "does not look like absent", answers["absent"][0]
        elif answers["foreign"][0] not in (302, 404, 405):
            yield "foreign", answers["foreign"][0], "is answered"


def _all_scopes(town, superuser, name: str) -> str:
    """Return a token for everything, which no account could make: the matrix alone must hold."""
    made = actions.PREFIX + f"{name:x<43}"
    superuser.execute(
        "INSERT INTO access_token (token_sha256, account, label, scopes, expires_at)"
        " VALUES (%s, %s, 'all', %s, now() + interval '1 hour')",
        [actions.hashed(made), town.accounts[name], list(catalogue().scopes)],
    )
    return made


def _expected(name: str | None, role: Role | None, whose: str) -> set[int]:
    if name is None:
        return {405}
    if matrix.allowed(name, ()):
        return {200, 404} if name == "api-nothing" else {200}
    if role is None:
        return {401}
    if not matrix.allowed(name, [role]):
        return {403}
    return {404} if whose != "own" else {422} if name == "api-file" else {200}


def test_the_interface_answers_as_the_matrix_says(people, superuser):
    """For every operation, method, role and thing: open, 401 without a token, 403 without the role, 404, 405."""
    things = Things(people)
    tokens = {None: None} | {role: _all_scopes(people, superuser, f"t.{role}") for role in KINDS}
    wrong = []
    for one in operations():
        for role, token in tokens.items():
            answers = {}
            for whose, arguments in things.of(one.neighbour, one.arguments, role).items():
                answers[whose] = _page(people.ask(one.method, one.path.format(**arguments), token))
                if answers[whose][0] not in _expected(one.name, role, whose):
                    wrong.append((one.path, one.method, role, whose, answers[whose][0]))
            if "foreign" in answers and answers["foreign"] != answers["absent"]:
                wrong.append((one.path, one.method, role, "foreign does not look like absent"))
    assert wrong == []


def test_a_scope_opens_its_own_operations_and_no_other(people):
    """For every operation and every scope its role may give: 403 unless it is the one the row names."""
    things = Things(people)
    wrong = []
    for role, scopes in SCOPES.items():
        for scope in scopes:
            token = people.token(f"t.{role}", scope)
            for one in operations():
                row = matrix.routes().get(one.name or "")
                if row is None or role not in row.roles:
                    continue
                arguments = things.of(one.neighbour, one.arguments, role)["own"]
                status, _ = _page(people.ask(one.method, one.path.format(**arguments), token))
                if (status == 403) != (row.scope != scope):
                    wrong.append((one.path, one.method, scope, status))
    assert wrong == []
