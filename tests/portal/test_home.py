"""The resident's first page: what is missing, from whom, what to do; and the pension with what gaps are worth."""

import html
import re
from dataclasses import replace

import pytest
from filings import world

from provident.access import actions as access
from provident.access import queries as log
from provident.access.records import OPERATOR, AccountKind, Label, NewAccount, Role
from provident.kernel.money import Money
from provident.statements.estimates.outlook import case_of, outlook
from provident.statements.estimates.records import Sum

from .signing import signed_in

MAN, WOMAN, NEW, OLD = 21, 20, 23, 1


@pytest.fixture
def browsers(fresh_database, tmp_path, monkeypatch, settings):
    """Return browsers of a man and a woman with gaps, of one for whom nothing was ever paid, and of an old man."""
    settings.SECURE_SSL_REDIRECT = False
    monkeypatch.setenv("PROVIDENT_DATA", str(tmp_path / "state"))
    world.agency(1)
    desk = world.Desk(tmp_path)
    desk.send(world.enrol([MAN, WOMAN], "2025-03"))
    desk.send([row for month in ("2025-03", "2025-05") for row in world.declare([MAN, WOMAN], month)])
    desk.send([world.pay("4800.00", "2025-03", "pension", reference="a")], columns=world.PAYMENTS)
    desk.send(world.enrol([MAN, WOMAN], "2025-06", event="leave"))
    desk.send(world.enrol([OLD], "2025-04"))
    desk.send(world.declare([OLD], "2025-04"))
    desk.send([world.pay("2400.00", "2025-04", "pension", reference="b")], columns=world.PAYMENTS)
    desk.send(world.enrol([NEW], "2025-03"))
    desk.send(world.enrol([NEW], "2025-03", event="leave"))
    return {who: signed_in(account(who)) for who in (MAN, WOMAN, NEW, OLD)}


def account(who):
    label = Label(f"Person {who}", f"某{who}")
    new = NewAccount(
        kind=AccountKind.PERSON,
        sign_in=f"p{who}",
        label=label,
        office=label,
        person=world.key_of(who),
        employer=None,
    )
    made = access.create_account(new, by=OPERATOR)
    access.grant_role(by=OPERATOR, account=made, role=Role.RESIDENT, since=world.NOW)
    return made


def shown(answer) -> str:
    """Return the words of a page, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_a_missing_month_is_on_the_first_page_with_what_to_do(browsers):
    """The month, the employer, what is missing and the next step stand on the first page, and lead on."""
    answer = browsers[MAN].get("/")
    page = shown(answer)
    assert "April 2025 Not reported" in page
    assert "Employer 0 had you enrolled and has not declared these months." in page
    assert "May 2025 Declared, not paid" in page
    assert "Employer 0 declared these months and has not paid 2,400.00." in page
    to_do = page[page.index("What to do") :]
    assert to_do.index("Ask the employer to declare") < to_do.index("If that does not help, tell us")
    for link in ("/record/#missing", "/pension/#missing"):
        assert f'href="{link}"' in answer.content.decode()


def test_the_first_page_speaks_chinese(browsers):
    """The same in the other language, with no English left in what the page itself says."""
    page = shown(browsers[MAN].get("/", headers={"accept-language": "zh-hans"}))
    assert "2025年4月 未申报" in page
    assert "怎么办" in page
    assert "What to do" not in page


def test_the_first_page_is_one_look(browsers):
    """Opening it is a look at one's own record like any other, and one only."""
    browsers[MAN].get("/")
    with world.opened(MAN) as opened:
        assert len([one for one in log.looks(opened) if one.purpose == "own_record"]) == 1


def test_a_man_is_not_asked_and_a_woman_is(browsers):
    """The number says he is a man, and men had one age; a woman's age depends on her post."""
    man, woman = (shown(browsers[who].get("/pension/")) for who in (MAN, WOMAN))
    assert "Your statutory retirement month is" in man
    assert "Which retirement age held for you" in woman
    assert "Your statutory retirement month is" not in woman
    assert "Man, 60 years" not in woman


def test_the_pension_page_shows_what_the_law_engine_says(browsers):
    """Months, window and the reason why there is no pension yet are those of the outlook, in both languages."""
    with world.opened(WOMAN) as opened:
        found = outlook(case_of(opened, "female50"))
    for language, words in (("en", "Yuan a month"), ("zh-hans", "元")):
        answer = browsers[WOMAN].get(
            "/pension/", {"category": "female50"}, headers={"accept-language": language}
        )
        page = shown(answer)
        assert answer.status_code == 200
        assert words in page
        spoken = found.statutory.standing.refused.sentence(language)
        assert spoken in page
        assert f'min="{found.window.earliest.year * 12 + found.window.earliest.month - 1}"' in (
            answer.content.decode()
        )


def test_what_all_gaps_come_to_is_told_as_the_least_it_is(browsers, monkeypatch):
    """A month nobody declared counts with the least base there may be, and the sum of all says so too."""

    def known(case):
        return replace(outlook(case), all_closed=Sum(Money(12345, "CNY")))

    monkeypatch.setattr("provident.portal.views.pension.outlook", known)
    for language, words in (("en", "closed: at least 123.45 yuan"), ("zh-hans", "每月共至少增加 123.45 元")):
        page = shown(browsers[MAN].get("/pension/", headers={"accept-language": language}))
        assert words in page


def test_a_gap_that_reaches_the_minimum_is_told_as_the_pension_it_gives(browsers, monkeypatch):
    """Where there was none before, the page says so instead of calling the whole pension an addition."""

    def known(case):
        found = outlook(case)
        reached = Sum(Money(12345, "CNY"), reached=True)
        return replace(
            found, closings=tuple(replace(one, worth=reached) for one in found.closings), all_closed=reached
        )

    monkeypatch.setattr("provident.portal.views.pension.outlook", known)
    for language, words in (
        ("en", ("reached: 123.45 yuan a month", "reached: at least 123.45 yuan a month", "all of this were")),
        ("zh-hans", ("变为每月 123.45 元", "变为每月至少 123.45 元", "以上全部补齐后达到最低缴费年限")),
    ):
        page = shown(browsers[MAN].get("/pension/", headers={"accept-language": language}))
        assert [one for one in words if one not in page] == []


def test_the_slider_works_without_script(browsers):
    """It is a form: the month sent is the month shown, and the link to the working carries it."""
    with world.opened(MAN) as opened:
        found = outlook(case_of(opened, "male60"))
    chosen = found.choices[5].month
    code = chosen.year * 12 + chosen.month - 1
    page = browsers[MAN].get("/pension/", {"month": code}).content.decode()
    assert 'type="range"' in page
    assert f'value="{code}" aria-describedby' in page
    assert f"month={chosen}" in page
    assert browsers[MAN].get("/estimate/", {"category": "male60", "month": str(chosen)}).status_code == 200


def test_a_month_there_is_not_falls_back_to_the_statutory_one(browsers):
    """Whatever an address says, the page is a page."""
    for month in ("0", "99999999999", "2025-13", "<script>"):
        answer = browsers[MAN].get("/pension/", {"month": month})
        assert answer.status_code == 200
        assert "<script>" not in answer.content.decode()
        assert browsers[MAN].get("/estimate/", {"category": "male60", "month": month}).status_code == 200


def test_a_category_there_is_not_comes_back_as_a_fault(browsers):
    """The woman's form names the fault and links to the field."""
    answer = browsers[WOMAN].get("/pension/", {"category": "male61"})
    assert answer.status_code == 400
    assert 'href="#category"' in answer.content.decode()


def test_without_a_month_paid_the_page_says_what_comes_first(browsers):
    """Nobody is asked for an age or shown a sum before there is anything to count; no code name is shown."""
    for language, words in (("en", "No pension month is on record"), ("zh-hans", "尚无养老保险缴费月数")):
        page = shown(browsers[NEW].get("/pension/", headers={"accept-language": language}))
        assert words in page
        assert "_" not in page[page.index(words) :]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_only_the_working_of_a_month_one_may_choose_is_shown(browsers, language):
    """A month outside the window is refused with the months there are and a way on; nothing is worked out."""
    with world.opened(MAN) as opened:
        window = case_of(opened, "male60").window()
    for month in ("2999-12", "1999-01"):
        asked = {"category": "male60", "month": month, "going": "on"}
        answer = browsers[MAN].get("/estimate/", asked, headers={"accept-language": language})
        assert answer.status_code == 400
        assert month in shown(answer)
        assert str(window.latest) in shown(answer)
        assert "pv-working" not in answer.content.decode()
        assert 'href="/pension/?category=male60"' in answer.content.decode()


def test_months_to_come_are_said_to_count_only_where_they_do(browsers):
    """Nobody has the man insured any more, so nothing is assumed, whatever the address asks for."""
    with world.opened(MAN) as opened:
        window = case_of(opened, "male60").window()
    asked = {"category": "male60", "month": str(window.latest), "going": "on"}
    answer = browsers[MAN].get("/estimate/", asked)
    assert answer.status_code == 200
    assert "Every month from now on is counted" not in shown(answer)
    assert "Only the months on your record today are counted." in shown(answer)


def test_a_man_is_offered_no_age_that_held_for_women(browsers):
    """The number says he is a man: there is no other age to choose, and an address that asks for one gets his."""
    for asked in ({}, {"category": "female50"}):
        page = shown(browsers[MAN].get("/pension/", asked))
        assert "Woman," not in page
        assert "A different retirement age held for me" not in page
        assert "For men the retirement age before 2025 was 60." in page
    woman = shown(browsers[WOMAN].get("/pension/", {"category": "female50"}))
    assert "Woman, 55 years" in woman
    assert "Man, 60 years" not in woman


def test_a_window_that_is_over_shows_no_sum_and_says_why(browsers):
    """Somebody who could have retired long ago reads that no sum is told, and whom to ask; no slider."""
    for language, words in (("en", "so no sum is shown"), ("zh-hans", "因此不列金额")):
        answer = browsers[OLD].get("/pension/", headers={"accept-language": language})
        assert words in shown(answer)
        assert 'type="range"' not in answer.content.decode()
        assert "pv-sums" not in answer.content.decode()
