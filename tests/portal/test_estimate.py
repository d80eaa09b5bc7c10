"""The page on which a resident reads how their own pension is worked out."""

import html
import re

import pytest
from filings import world

from provident.access import actions as access
from provident.access import queries as log
from provident.access.records import OPERATOR, AccountKind, Label, NewAccount, Role
from provident.ledger import queries as ledger
from provident.portal.views.estimate import CALCULATION, CATEGORIES
from provident.statements.estimates import queries, text
from provident.statements.estimates.facts import FIELDS

from .signing import signed_in


@pytest.fixture
def resident(fresh_database, tmp_path, monkeypatch, settings):
    """Return a browser in which the first of two insured people is signed in."""
    settings.SECURE_SSL_REDIRECT = False
    monkeypatch.setenv("PROVIDENT_DATA", str(tmp_path / "state"))
    world.agency(1)
    desk = world.Desk(tmp_path)
    desk.send(world.enrol([1, 2], "2025-03"))
    for month in ("2025-03", "2025-04", "2025-06"):
        desk.send(world.declare([1], month))
    desk.send([world.pay("2400.00", "2025-03", "pension", reference="a")], columns=world.PAYMENTS)
    desk.send([world.pay("2400.00", "2025-04", "pension", reference="b")], columns=world.PAYMENTS)
    desk.send(world.enrol([1], "2025-08", event="leave"))
    label = Label("Person 1", "甲")
    new = NewAccount(
        kind=AccountKind.PERSON, sign_in="t", label=label, office=label, person=world.key_of(1), employer=None
    )
    account = access.create_account(new, by=OPERATOR)
    access.grant_role(by=OPERATOR, account=account, role=Role.RESIDENT, since=world.NOW)
    return signed_in(account)


def looks_at(person):
    with world.opened(person) as opened:
        return [one for one in log.looks(opened) if one.purpose == "own_record"]


def shown(answer) -> str:
    """Return the words of a page, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_the_record_page_leads_to_it(resident):
    """The record page links it; the first answer asks for the category and opens nothing."""
    assert 'href="/estimate/"' in resident.get("/record/").content.decode()
    before = len(looks_at(1))
    page = resident.get("/estimate/").content.decode()
    assert [one in page for one in CATEGORIES] == [True, True, True]
    assert "an estimate and not a decision" in page
    assert "<details" not in page
    assert len(looks_at(1)) == before


@pytest.mark.parametrize("category", ["", "male61", "<script>"])
def test_a_category_there_is_not_opens_nothing(resident, category):
    """The form comes back with what is wrong, and no look is written."""
    page = resident.get("/estimate/", {"category": category}).content.decode()
    assert 'id="category-error"' in page
    assert "<script>" not in page
    assert looks_at(1) == []


def test_it_is_a_look_at_one_s_own_record_like_any_other(resident):
    """One look, for the purpose of one's own record, with the fields the estimate reads; nobody else's."""
    assert resident.get("/estimate/", {"category": "male60"}).status_code == 200
    (look,) = looks_at(1)
    assert set(look.fields) == set(FIELDS)
    assert looks_at(2) == []


def test_without_a_look_there_is_nothing(resident, monkeypatch):
    """Where the door refuses, the page shows the refusal and no figure, and the refused look is kept."""
    monkeypatch.setattr("provident.portal.views.record.PersonKey", lambda _own: world.key_of(2))
    answer = resident.get("/estimate/", {"category": "male60"})
    assert answer.status_code == 403
    assert "pv-working" not in answer.content.decode()
    assert [one.refusal for one in looks_at(2)] == ["access.not_own_record"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("category", CATEGORIES)
def test_the_figures_are_the_command_line_s(resident, language, category):
    """Every value, refusal and step of the command line's JSON stands on the page, in its language."""
    answer = resident.get("/estimate/", {"category": category}, headers={"accept-language": language})
    page = shown(answer)
    with world.opened(1) as opened:
        entries = ledger.entries(opened)
        found = text.document(queries.estimate(opened, CALCULATION, {"category": category}))
    spoken = "en" if language == "en" else "zh"
    assert any(found["values"].values())
    assert found["refused"]
    for value in filter(None, found["values"].values()):
        assert value in page
    for refusal in found["refused"].values():
        assert refusal["message"][spoken] in page
        assert refusal["remedy"][spoken] in page
    told = [one for one in found["trace"]["steps"] if one["id"].endswith(("retirement_month", "birth_date"))]
    assert told
    for step in told:
        assert step["title"]["en" if spoken == "en" else "zh-Hans"] in page
        assert step["value"] in page
    assert not [one for one in entries if str(one.id) in page]
