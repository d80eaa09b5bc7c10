"""What an employer's token files: the same acts, refusals and reports as the page."""

import json
import os

from filings import world
from tests.api.described import problems_with
from tests.portal.signing import signed_in

from provident.access.queries import looks
from provident.filings import uploads


def _body(answer, status: int = 200):
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def test_a_file_is_taken_in_checked_and_posted(town):
    """Sending answers at once with where it stands; the job posts it; the receipt is the command line's."""
    content = town.content(world.declare((1,), "2025-12"))
    answer = town.send("december.csv", content)
    sent = _body(answer, 202)
    assert problems_with(answer, "/filings", "post") == []
    assert sent["state"] == "waiting"
    place = answer["Location"].removeprefix("/api/v1")
    waiting = town.get(place, "mill")
    assert _body(waiting)["receipt"] is None
    uploads.process(sent["id"])
    posted = town.get(place, "mill")
    assert problems_with(waiting, "/filings/{filing}") == problems_with(posted, "/filings/{filing}") == []
    found = _body(posted)
    assert found["state"] == found["receipt"]["state"] == "posted"
    assert found["receipt"]["total"] == "2400.00"
    with world.opened(1) as opened:
        (look,) = [one for one in looks(opened) if one.run and one.system == "api"][:1]
    assert look.purpose == "filing"


def test_the_same_file_twice_changes_nothing(town):
    """The second time it is answered with the first receipt, marked as such."""
    content = town.content(world.declare((1,), "2026-02"))
    first = town.send("a.csv", content)
    uploads.process(_body(first, 202)["id"])
    again = _body(town.send("b.csv", content), 202)["id"]
    uploads.process(again)
    found = _body(town.get(f"/filings/{again}", "mill"))
    assert found["state"] == "already"
    assert found["receipt"]["already"]


def test_a_refused_file_says_what_is_wrong_in_which_row(town):
    """The refusal, every fault counted, the first lines in both languages, the whole report as CSV."""
    place = f"/filings/{town.uploads['refused']}"
    answer = town.get(place, "mill")
    assert problems_with(answer, "/filings/{filing}") == []
    found = _body(answer)
    assert (found["state"], found["refusal"]["refused"]) == ("refused", "filings.file_refused")
    line = found["report"]["lines"][0]
    assert (line["row"], line["field"], line["refused"]) == (2, "base", "filings.base_below_floor")
    assert found["report"]["by_code"]["filings.base_below_floor"] == 1
    assert str(town.folder) not in answer.content.decode()
    csv = town.get(f"{place}/report.csv", "mill")
    assert problems_with(csv, "/filings/{filing}/report.csv") == []
    assert b"below the floor" in b"".join(csv.streaming_content)


def test_the_page_and_the_interface_show_the_same_files(town):
    """What one door took in the other lists."""
    listed = _body(town.get("/filings", "mill"))["filings"]
    page = signed_in(town.accounts["mill"]).get("/filings/").content.decode()
    assert listed
    for one in listed:
        assert f'href="/filings/{one["id"]}/"' in page


def test_another_s_file_is_like_one_that_is_not_there(town):
    """The shop asking for the mill's file, and for one that does not exist, gets one answer."""
    for tail in ("", "/report.csv"):
        for name in ("posted", "refused", "waiting"):
            stranger = town.get(f"/filings/{town.uploads[name]}{tail}", "shop")
            absent = town.get(f"/filings/99999999{tail}", "shop")
            assert stranger.status_code == absent.status_code == 404
            assert stranger.content == absent.content
    assert town.get(f"/filings/{'9' * 30}", "shop").status_code == 404


def test_an_employer_s_token_files_for_that_employer_only(town):
    """A file that names another employer is refused as on the page."""
    content = town.content(world.declare((2,), "2026-02"))
    number = _body(town.send("foreign.csv", content, "shop"), 202)["id"]
    uploads.process(number)
    found = _body(town.get(f"/filings/{number}", "shop"))
    assert found["state"] == "refused"
    assert found["receipt"] is None


def test_a_body_that_is_no_form_is_a_problem(town):
    """No file, a broken form, another type: said, not thrown."""
    broken = town.ask(
        "POST", "/filings", "mill", data=b"--x\r\nrubbish", content_type="multipart/form-data; boundary="
    )
    assert broken.status_code in (400, 422)
    for answer in (broken, town.ask("POST", "/filings", "mill", data=b"{}", content_type="application/json")):
        assert problems_with(answer, "/filings", "post") == []
        assert answer.status_code in (400, 422)


def test_a_big_file_is_streamed_to_the_disk(town, monkeypatch):
    """It is never held in memory: the upload is a file before anybody looks at it."""
    seen = []
    monkeypatch.setattr(
        "provident.api.operations.filings.uploads.receive",
        lambda stream, **_: seen.append(os.fstat(stream.fileno()).st_size) or town.uploads["waiting"],
    )
    content = b"a" * (3 << 20)
    assert town.send("big.csv", content).status_code == 202
    assert seen == [len(content)]
