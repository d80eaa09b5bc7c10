"""What a token opens and what it does not; that every no is said alike where it must be."""

import datetime as dt
import json

import pytest
from django.test import Client
from tests.api.described import problems_with
from tests.portal.signing import signed_in

from provident.access import actions as accounts
from provident.access.queries import roles_held
from provident.access.records import OPERATOR, AccountKind, Role
from provident.access.refusals import NothingToEnd, ScopeDoesNotFit, TokenTooLong, TooManyTokens
from provident.access.tokens import actions, queries
from provident.kernel.clock import SystemClock

RECORD, FILINGS = "/record", "/filings"


def _refused(answer) -> str:
    told = json.loads(answer.content)
    assert answer["Content-Type"] == "application/problem+json"
    assert told["status"] == answer.status_code
    return told["refused"]


def _until(**later: float) -> dt.datetime:
    return SystemClock().now() + dt.timedelta(**later)


def test_without_a_good_token_everything_looks_the_same(town, superuser):
    """None, an unknown one, an ended one, one that has run out: one answer, byte for byte."""
    ended = actions.make_token(
        by=town.accounts["an"], label="t", scopes=("record",), expires_at=_until(days=1)
    )
    actions.end_token(by=town.accounts["an"], token=ended.id)
    over = town.token("an", "record")
    superuser.execute(
        "UPDATE access_token SET made_at = now() - interval '2 days', expires_at = now() - interval '1 second'"
        " WHERE id = %s",
        [queries.tokens_of(town.accounts["an"])[0].id],
    )
    answers = [
        town.get(RECORD, token)
        for token in (None, "", "provident_" + "A" * 43, "x" * 5000, "é", ended.text, over)
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0]["WWW-Authenticate"].startswith("Bearer")
    assert problems_with(answers[0], RECORD) == []


def test_a_session_opens_nothing_here(town):
    """A signed-in browser without a token is a stranger: no other site can ask in somebody's name."""
    client = signed_in(town.accounts["an"])
    assert client.get("/record/").status_code == 200
    assert client.get("/api/v1/record").status_code == 401
    assert client.post("/api/v1/filings").status_code == 401


def test_a_token_is_no_session(town):
    """On the pages a token opens nothing."""
    headers = {"authorization": f"Bearer {town.tokens['an']}"}
    assert Client().get("/record/", headers=headers).status_code == 404


def test_a_token_does_what_it_was_made_for(town):
    """Another scope's operation is refused with the scope it lacks."""
    token = town.token("an", "looks")
    assert town.get("/looks", token).status_code == 200
    answer = town.get(RECORD, token)
    assert (answer.status_code, _refused(answer)) == (403, "api.scope_missing")
    assert "`record`" in json.loads(answer.content)["title"]
    assert problems_with(answer, RECORD) == []


def test_a_token_never_does_more_than_its_account(town):
    """When the role is over so is the token's use, and when the account is closed, the token."""
    account = town.account("cui", Role.EMPLOYER_CLERK, AccountKind.EMPLOYER, employer=77)
    (held,) = roles_held(account)
    assert town.get(FILINGS, "cui").status_code == 200
    accounts.revoke_role(by=OPERATOR, role_grant=held.id, at=SystemClock().now())
    answer = town.get(FILINGS, "cui")
    assert (answer.status_code, _refused(answer)) == (403, "api.role_gone")


def test_a_closed_account_s_token_is_over(town, superuser):
    """Closing an account ends what its tokens can do at once."""
    account = town.account("dan", Role.EMPLOYER_CLERK, AccountKind.EMPLOYER, employer=77)
    superuser.execute("UPDATE access_account SET closed_at = now() WHERE id = %s", [account])
    assert town.get(FILINGS, "dan").status_code == 401


def test_ended_is_over_at_once(town):
    """The next request is refused; ending it twice, or somebody else's, is no such token."""
    made = actions.make_token(
        by=town.accounts["an"], label="t", scopes=("record",), expires_at=_until(days=1)
    )
    assert town.get(RECORD, made.text).status_code == 200
    with pytest.raises(NothingToEnd):
        actions.end_token(by=town.accounts["bo"], token=made.id)
    assert town.get(RECORD, made.text).status_code == 200
    actions.end_token(by=town.accounts["an"], token=made.id)
    assert town.get(RECORD, made.text).status_code == 401
    with pytest.raises(NothingToEnd):
        actions.end_token(by=town.accounts["an"], token=made.id)


def test_a_token_is_for_what_its_account_may_do_itself(town):
    """More, nothing, or something unknown is refused, and staff have none to make."""
    clerk = town.account("clerk", Role.AGENCY_CLERK, AccountKind.STAFF)
    for account, scopes in (
        (town.accounts["an"], ("record", "file")),
        (town.accounts["an"], ()),
        (town.accounts["an"], ("everything",)),
        (town.accounts["mill"], ("record",)),
        (clerk, ("record",)),
    ):
        with pytest.raises(ScopeDoesNotFit):
            actions.make_token(by=account, label="t", scopes=scopes, expires_at=_until(days=1))


def test_a_token_is_good_for_a_year_at_most(town):
    """Longer, or over already, is refused."""
    for end in (_until(days=400), _until(days=-1)):
        with pytest.raises(TokenTooLong):
            actions.make_token(by=town.accounts["an"], label="t", scopes=("record",), expires_at=end)


def test_nobody_has_more_tokens_than_they_can_keep_track_of(town):
    """The twenty-first is refused until one is ended."""
    account = town.account("eve", Role.EMPLOYER_CLERK, AccountKind.EMPLOYER, employer=77)
    for _ in range(19):
        town.token("eve", "filings")
    with pytest.raises(TooManyTokens):
        town.token("eve", "filings")
    actions.end_token(by=account, token=queries.tokens_of(account)[0].id)
    assert town.token("eve", "filings")


def test_only_the_hash_is_kept(town, superuser):
    """No table holds what a token says, and the application reads the table through functions alone."""
    text = town.token("bo", "looks")
    (rows,) = superuser.execute("SELECT string_agg(to_jsonb(t)::text, '') FROM access_token t").fetchone()
    assert text not in rows
    assert text.removeprefix("provident_") not in rows
    told = superuser.execute(
        "SELECT privilege_type FROM information_schema.table_privileges"
        " WHERE table_name = 'access_token' AND grantee = 'provident_app'"
    ).fetchall()
    assert told == []


def test_last_use_is_kept_to_the_hour(town):
    """The first request notes it; the next ones within the hour write nothing for it."""
    account = town.accounts["bo"]
    before = queries.tokens_of(account)[0]
    token = town.token("bo", "record")
    assert queries.tokens_of(account)[0].last_used_at is None
    town.get(RECORD, token)
    first = queries.tokens_of(account)[0].last_used_at
    town.get(RECORD, token)
    assert first is not None
    assert queries.tokens_of(account)[0].last_used_at == first
    assert before.label == "test"


def test_what_is_not_there_and_what_takes_another_method_are_problems_too(town):
    """An unknown address under the interface, with and without a token, and a method nobody takes."""
    for token in (None, "an"):
        for method in ("GET", "POST", "DELETE"):
            answer = town.ask(method, "/nothing", token)
            assert (answer.status_code, _refused(answer)) == (404, "api.not_there")
    answer = town.ask("DELETE", RECORD, "an")
    assert (answer.status_code, _refused(answer), answer["Allow"]) == (405, "api.method_not_allowed", "GET")


def test_an_error_nobody_foresaw_is_a_problem_without_its_particulars(town, monkeypatch, caplog):
    """The answer says that it broke and nothing of what; the log has it."""

    def break_(*_: object, **__: object) -> None:
        raise RuntimeError("secret particulars")

    monkeypatch.setattr("provident.api.operations.record.look_at", break_)
    answer = town.get(RECORD, "an")
    assert (answer.status_code, _refused(answer)) == (500, "api.broken")
    assert b"particulars" not in answer.content
    assert "Internal Server Error: /api/v1/record" in caplog.text
