"""What a resident's token reads: the record, the statement, the receipt, the looks."""

import json
from dataclasses import replace

import pytest
from filings import world
from tests.api.described import problems_with
from tests.cases.desk import MONTH

from provident import access
from provident.access.queries import looks
from provident.cases import actions as cases
from provident.cases.records import Subject, shown
from provident.kernel.month import Month
from provident.kernel.words import Branch
from provident.statements import documents, queries
from provident.statements.receipts.records import FILE
from provident.verify.receipts import check_receipt
from provident.verify.signing import Trust
from provident.verify.strict import read_json


def _body(answer):
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def _same_but_for_the_moment(one, other) -> bool:
    return {**one, "known_on": ""} == {**other, "known_on": ""}


def _told(who: int = 1):
    with world.opened(who) as opened:
        return queries.record(opened)


def test_the_record_is_the_one_the_command_line_prints(town):
    """Month by month it is the same document; by default what goes month by month is left out of it."""
    record = _told()
    whole = town.get("/record?detail=months", "an")
    summed = town.get("/record", "an")
    assert _same_but_for_the_moment(_body(whole), documents.document(record))
    assert _same_but_for_the_moment(_body(summed), documents.summary(record))
    assert problems_with(whole, "/record") == problems_with(summed, "/record") == []
    assert _body(summed)["years"][0]["counts"]


def test_nobody_on_the_way_keeps_a_record(town):
    """No answer may be stored by a proxy, and none sets a cookie."""
    answer = town.get("/record", "an")
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_a_branch_s_year_is_told_month_by_month(town):
    """The same form as in the whole record; a year or branch of which nothing is known is not there."""
    answer = town.get("/record/pension/2025", "an")
    (year,) = [one for one in _body(town.get("/record?detail=months", "an"))["years"] if one["year"] == 2025]
    assert _body(answer) == year
    assert problems_with(answer, "/record/{branch}/{year}") == []
    for nothing in (
        "/record/pension/1999",
        "/record/medical/2025",
        "/record/magic/2025",
        "/record/PENSION/2025",
    ):
        assert town.get(nothing, "an").status_code == 404


def test_a_past_view_can_be_asked_for(town):
    """Up to a month, and as known on a day or a moment; what is mistyped or said twice is not understood."""
    assert _body(town.get("/record?as_of=2025-11", "an"))["as_of"] == "2025-11"
    assert (
        _body(town.get("/record?as_of=2099-12", "an"))["as_of"] == _body(town.get("/record", "an"))["as_of"]
    )
    assert _body(town.get("/record?known_on=2020-01-01", "an"))["years"] == []
    assert _body(town.get("/record?known_on=2020-01-01T08:00:00%2B08:00", "an"))["years"] == []
    for nonsense in (
        "as_of=2025-13",
        "as_of=2025-11&as_of=2025-12",
        "know_on=2025-01-01",
        "known_on=2025-02-30",
        "known_on=yesterday",
        "detail=all",
    ):
        answer = town.get(f"/record?{nonsense}", "an")
        assert answer.status_code == 422
        assert problems_with(answer, "/record") == []


def test_the_statement_is_told_and_drawn(town):
    """The year's part of the record as JSON, and the PDF; a year not spoken of is not there."""
    told, drawn = town.get("/statement/2025", "an"), town.get("/statement/2025.pdf?language=en", "an")
    assert _body(told)["year"] == 2025
    assert {one["year"] for one in _body(told)["years"]} == {2025}
    assert problems_with(told, "/statement/{year}") == problems_with(drawn, "/statement/{year}.pdf") == []
    assert drawn.content.startswith(b"%PDF-")
    for path in ("/statement/1999", "/statement/1999.pdf", f"/statement/{'9' * 40}"):
        assert town.get(path, "an").status_code == 404


def test_the_statement_names_months_in_question(town):
    """A month that open requests call wrong is told in its year's statement, by the number of each."""
    month = Subject(branch=Branch.PENSION, month=Month(2025, 1))
    with access.open_record(
        town.persons["an"], by=town.accounts["an"], purpose="own_record", fields=("events",)
    ) as opened:
        receipts = [
            cases.lodge(opened, replace(MONTH, subject=month, ground=ground))
            for ground in ("month_missing", "amount_wrong")
        ]
    told = town.get("/statement/2025", "an")
    assert problems_with(told, "/statement/{year}") == []
    assert _body(told)["disputed"] == [
        {"branch": "pension", "month": "2025-01", "request": shown(receipt)} for receipt in receipts
    ]


def test_the_receipt_checks_offline(town):
    """It is the person's own, and only their entries; one entry can be asked for, a stranger's is not there."""
    answer = town.get("/receipt", "an")
    assert problems_with(answer, "/receipt") == []
    assert FILE in answer["Content-Disposition"]
    found = check_receipt(read_json(answer.content), Trust((), ()))
    assert {one.form.get("person_key") for one in found.entries} - {None} == {f"{world.key_of(1):016x}"}
    ours = found.entries[0].form
    id_ = ours.get("entry_id") or ours["event_id"]
    assert len(_body(town.get(f"/receipt?entry={id_}", "an"))["entries"]) == 1
    stranger = town.get(f"/receipt?entry={id_}", "bo")
    absent = town.get("/receipt?entry=00000000-0000-8000-8000-000000000000", "bo")
    assert stranger.status_code == absent.status_code == 404


def test_a_look_through_a_token_is_shown_as_the_interface_s(town):
    """The person finds it in the log, with system, purpose, article and fields, and so does the interface."""
    town.get("/record", "an")
    answer = town.get("/looks?at_most=2", "an")
    assert problems_with(answer, "/looks") == []
    now, before = _body(answer)["looks"]
    assert now["system"] == before["system"] == {
        "id": "api", "title": {"en": "the interface for other systems", "zh": "系统接口"}
    }  # fmt: skip
    assert [one["id"] for one in now["fields"]] == ["looks"]
    assert before["own"] is before["answered"] is True
    assert before["article"]["en"].startswith("Social Insurance Law")
    with world.opened(1) as opened:
        assert [one.system for one in looks(opened, at_most=4)][2:] == [
            "api",
            "api",
        ]  # after this test's own two
    older = town.get(f"/looks?before={_body(answer)['older']}&at_most=1", "an")
    assert _body(older)["looks"][0]["id"] < before["id"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_problem_speaks_the_language_asked_for(town, language):
    """Title and detail are in the language of the request; message and remedy in both."""
    answer = town.get("/record/pension/1999", "an", headers={"accept-language": language})
    told = json.loads(answer.content)
    assert told["title"] == told["message"]["zh" if language == "zh-hans" else "en"]
    assert told["detail"] == told["remedy"]["zh" if language == "zh-hans" else "en"]
    assert told["type"] == f"urn:provident:refusal:{told['refused']}"
