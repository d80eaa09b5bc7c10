"""A calculation out of a record: months one by one, every figure with its entries, nothing filled in."""

import json

import pytest
from filings import world

from provident.kernel.words import Branch, EntryKind, Language
from provident.ledger import queries as ledger
from provident.statements.estimates import queries, text
from provident.statements.estimates.facts import FIELDS
from provident.statements.estimates.telling import tell
from provident.statements.refusals import NotOfARecord

GIVEN = {
    "birth_date": "1966-03-01",
    "category": "male60",
    "chosen_month": "2026-07",
    "benefit_base": "8000",
    "contribution_months": "180",
}


@pytest.fixture
def desk(db, tmp_path, monkeypatch):
    """Return an agency with one employer: a year filed with one month of each kind."""
    monkeypatch.setenv("PROVIDENT_DATA", str(tmp_path / "state"))
    world.agency(1)
    desk = world.Desk(tmp_path)
    desk.send(world.enrol([1], "2025-03"))
    for month in ("2025-03", "2025-04", "2025-06"):
        desk.send(world.declare([1], month))
    desk.send([world.pay("2400.00", "2025-03", "pension", reference="a")], columns=world.PAYMENTS)
    desk.send([world.pay("2400.00", "2025-04", "pension", reference="b")], columns=world.PAYMENTS)
    desk.send(world.enrol([1], "2025-08", event="leave"))
    return desk


def estimated(calculation="cn.pension.old_age", **given):
    with world.opened(1) as opened:
        entries = ledger.entries(opened)
        return queries.estimate(opened, calculation, given), entries


def step(found, name):
    return next(one for one in found.trace.document()["steps"] if one["id"] == f"cn.pension.{name}")


def test_only_months_paid_count(desk):
    """Two months are paid; what was declared only, and what was never reported, is listed instead."""
    found, _ = estimated(category="male60")
    assert step(found, "contribution_months")["value"] == "2"
    assert [str(month) for month in found.left_out.not_paid] == ["2025-06"]
    assert [str(month) for month in found.left_out.not_reported] == ["2025-05", "2025-07", "2025-08"]
    assert found.refused["cn.pension.total"].code == "law.not_met"


def test_every_figure_names_its_entries(desk):
    """The trace carries the ids of the ledger's entries."""
    found, entries = estimated(**GIVEN)
    paid = [one for one in entries if one.kind is EntryKind.PAID and one.branch is Branch.PENSION]
    assert set(step(found, "account_balance")["given"]["entries"]) == {str(one.id) for one in paid}
    assert step(found, "account_balance")["value"] == "1600.00"
    named = set(step(found, "base_paid[2025]")["given"]["entries"])
    assert {str(one.id) for one in paid} <= named
    assert step(found, "base_paid[2025]")["value"] == "20000.00"


def test_an_option_stands_before_the_record(desk):
    """What is given is taken, and the trace says so."""
    found, _ = estimated(**GIVEN)
    assert step(found, "benefit_base")["given"] == {"how": "option", "entries": []}
    assert found.refused == {}
    assert found.values["cn.pension.retirement_month"] == 2026 * 12 + 6


def test_it_is_told_in_both_languages(desk):
    """Answers, what was left out, and every step with its article; and the same as one JSON document."""
    found, _ = estimated(**GIVEN)
    english = "\n".join(text.lines(found, Language.EN, explain=True))
    chinese = "\n".join(text.lines(found, Language.ZH_HANS, explain=True))
    assert "Not reported (3): " in english
    assert "未申报（3个月）" in chinese
    assert "months paid in a year, 2025-2025" in english or "months paid in a year 2025" in english
    document = json.loads(json.dumps(text.document(found)))
    assert document["left_out"]["declared_not_paid"] == ["2025-06"]
    assert document["values"]["retirement_month"] == "2026-07"


def test_entries_are_named_by_what_a_reader_knows(desk):
    """Branch, kind and months in a row stand for the entries' ids, in the language."""
    found, _ = estimated(**GIVEN)
    balance = step(found, "account_balance")["given"]["entries"]
    year = step(found, "base_paid[2025]")["given"]["entries"]
    english, chinese = tell(found, Language.EN), tell(found, Language.ZH_HANS)
    assert english.named(balance) == ("Pension, Contributions paid: March 2025 – April 2025",)
    assert set(english.named(year)) == {
        "Pension, Declared: March 2025 – April 2025",
        "Pension, Contributions paid: March 2025 – April 2025",
    }
    assert chinese.named(balance) == ("养老保险，缴费记入：2025年3月 – 2025年4月",)


def test_what_was_found_for_a_refused_answer_is_told(desk):
    """A pension refused for want of months shows how many were counted, and the article that asks for more."""
    found, _ = estimated(category="male60", chosen_month="2026-07", birth_date="1966-03-01")
    told = tell(found, Language.EN)
    titles = {one.title: one.value for one in told.working}
    assert titles["months of contribution"] == "2"
    refused = {one.name: one for one in told.refused}
    assert refused["monthly old-age pension"].article.startswith("Social Insurance Law")
    assert {one.name for one in told.worked_out} | set(refused) == {one.name for one in told.answers}


def test_a_gap_of_the_law_is_said_plainly(desk):
    """Where a number of the law is not known, its title is said beside the refusal, in both languages."""
    found, _ = estimated(category="male60", birth_date="1990-03-01")
    english = next(one for one in tell(found, Language.EN).refused if one.plain)
    chinese = next(one for one in tell(found, Language.ZH_HANS).refused if one.plain)
    assert "Your record is not at fault" in english.plain
    assert "Benefit base" in english.plain
    assert "养老金计发基数" in chinese.plain


def test_what_no_record_holds_is_refused(desk):
    """A calculation of other facts has to be given a file."""
    with pytest.raises(NotOfARecord, match="maternity"):
        estimated("cn.maternity.leave")
    assert FIELDS


def test_a_wrong_value_is_refused(desk):
    """A text that is no value of the variable is refused before anything is worked out."""
    with pytest.raises(Exception, match="male61"):
        estimated(category="male61")
