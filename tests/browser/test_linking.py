"""From the counter's letter or an e-ID to one's own record, and letting somebody act for one, in a real browser."""

import datetime as dt
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from provident.kernel.month import Month
from provident.sample import actions, population
from provident.sample.population import SamplePerson

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PASSWORD = "four plain words do"
CODE = re.compile(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}")
WORDS = {
    "en": {
        "clerk": "Counter clerk",
        "letter": "Make a sign-in letter",
        "sign_out": "Sign out",
        "open": "Open my account",
        "done": "Your account is open",
        "go_on": "Continue",
        "letter_look": "Giving the person a way to sign in",
        "link_look": "Linking a way to sign in",
        "eid": "Sign in with the sample e-ID",
        "eid_link": "Link my e-ID",
        "one_more": "One more step",
        "invalid": "This code is not valid",
        "failed": "The e-ID did not work",
        "refuse": "Rather not",
    },
    "zh-hans": {
        "clerk": "窗口经办人员",
        "letter": "出具登录通知书",
        "sign_out": "退出登录",
        "open": "启用我的账户",
        "done": "您的账户已启用",
        "go_on": "继续",
        "letter_look": "为本人开通网上登录",
        "link_look": "将登录方式与本人记录关联",
        "eid": "使用示例电子身份登录",
        "eid_link": "关联我的电子身份",
        "one_more": "还差一步",
        "invalid": "该代码无效",
        "failed": "电子身份登录未成功",
        "refuse": "取消",
    },
}


def person(index: int) -> SamplePerson:
    present = Month.of(dt.datetime.now(dt.UTC).date())
    region = population.build(present=present, residents=60, employers=actions.EMPLOYERS, seed=actions.SEED)
    return region.people[index]


@pytest.fixture(params=["en", "zh-hans"])
def language(request, page, site):
    """Let the pages speak one language, then the other."""
    page.context.add_cookies([{"name": "django_language", "value": request.param, "url": site}])
    return request.param


@pytest.fixture
def letter(sign_in, site):
    """Have a clerk make a letter for a resident; return its code."""

    def made(index: int, language: str) -> str:
        words = WORDS[language]
        page = sign_in(words["clerk"])
        page.goto(f"{site}/counter/")
        page.fill("#number", person(index).number)
        page.fill("#reason", "identity card seen")
        page.get_by_role("button", name=words["letter"]).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Sign-in letter|登录通知书"))
        codes = set(CODE.findall(page.get_by_role("main").inner_text()))
        _sound(page)
        page.get_by_role("button", name=words["sign_out"]).click()
        (code,) = codes
        return code

    return made


def _sound(page) -> None:
    page.wait_for_load_state()  # a page that is still coming has nothing to look at
    faults = Axe().run(page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in faults] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def _at_own_record(page, site, name: str) -> str:
    page.goto(f"{site}/record/")
    expect(page.get_by_role("main")).to_contain_text(name)
    page.goto(f"{site}/looks/")
    return page.get_by_role("main").inner_text()


def test_a_letter_from_the_counter_leads_to_the_record(letter, page, site, language):
    """The clerk hands over a code; with it the person chooses name and password, and reads who gave the letter and why."""
    words, index = WORDS[language], {"en": 3, "zh-hans": 5}[language]
    code = letter(index, language)
    page.goto(f"{site}/activate/")
    _sound(page)
    page.fill("#code", code.lower().replace("-", " "))
    page.fill("#sign_in", f"resident.{index}")
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.get_by_role("button", name=words["open"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words["done"])
    _sound(page)
    page.get_by_role("link", name=words["go_on"]).or_(page.get_by_role("button", name=words["go_on"])).click()
    looks = _at_own_record(page, site, person(index).name)
    assert words["letter_look"] in looks
    assert words["link_look"] in looks
    assert "identity card seen" in looks
    page.get_by_role("button", name=words["sign_out"]).click()
    page.goto(f"{site}/sign-in/")
    page.fill("#login", f"resident.{index}")
    page.fill("#password", PASSWORD)
    page.locator("#password").press("Enter")
    _at_own_record(page, site, person(index).name)


def test_a_code_that_does_not_fit_says_so_beside_the_field(page, site):
    """A wrong code gets the one answer, with what to do next, and name and code are still there."""
    page.goto(f"{site}/activate/")
    page.fill("#code", "0000-1111-2222-3333")
    page.fill("#sign_in", "somebody")
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.get_by_role("button", name="Open my account").click()
    expect(page.locator("#code-error")).to_contain_text("This code is not valid")
    expect(page.locator("#sign_in")).to_have_value("somebody")
    expect(page.locator("#password")).to_have_value("")
    _sound(page)


def with_eid(page, site, language: str, holder: str) -> None:
    page.goto(f"{site}/sign-in/")
    page.get_by_role("button", name=WORDS[language]["eid"]).click()
    page.get_by_role("button", name=re.compile(f"^{re.escape(holder)}")).click()


def test_an_e_id_that_vouches_for_the_number_opens_the_record(page, site, language):
    """The issuer's number finds the person, who gets an account and reads of it; the way back is remembered."""
    with_eid(page, site, language, person(1).name)
    page.wait_for_url(f"{site}/**")
    looks = _at_own_record(page, site, person(1).name)
    assert WORDS[language]["link_look"] in looks
    assert person(1).number not in page.url


def test_an_e_id_without_a_number_asks_for_the_counter_s_code_once(letter, page, site):
    """Signed in by e-ID, linked by the letter; the second time the e-ID alone is enough."""
    words = WORDS["en"]
    code = letter(2, "en")
    with_eid(page, site, "en", person(2).name)
    expect(page.get_by_role("heading", level=1)).to_have_text(words["one_more"])
    page.fill("#code", "0000-1111-2222-3333")
    page.get_by_role("button", name=words["eid_link"]).click()
    expect(page.locator("#code-error")).to_contain_text(words["invalid"])
    _sound(page)
    page.fill("#code", code)
    page.get_by_role("button", name=words["eid_link"]).click()
    assert words["letter_look"] in _at_own_record(page, site, person(2).name)
    page.get_by_role("button", name=words["sign_out"]).click()
    with_eid(page, site, "en", person(2).name)
    page.wait_for_url(f"{site}/**")
    _at_own_record(page, site, person(2).name)


def test_whoever_turns_back_at_the_e_id_is_told(page, site, language):
    """Nothing is opened; the sign-in page says that it did not work and offers it again."""
    page.goto(f"{site}/sign-in/")
    page.get_by_role("button", name=WORDS[language]["eid"]).click()
    page.get_by_role("button", name=WORDS[language]["refuse"]).click()
    expect(page.get_by_role("alert", name=WORDS[language]["failed"])).to_be_visible()
    _sound(page)


GAPS, MOVED = re.compile("with gaps|有缺失"), re.compile("who moved here|由外地转入")


@pytest.fixture
def become(sign_in, page):
    """Sign in as another sample account, whoever is signed in."""

    def done(text: re.Pattern[str]):
        page.context.clear_cookies(name="sessionid")
        return sign_in(text)

    return done


@pytest.fixture
def authority(become, site):
    """Have the resident with gaps let the one who moved here act for them; return the address of the record."""

    def made() -> str:
        page = become(GAPS)
        page.goto(f"{site}/authorities/")
        page.fill("#until", (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)).isoformat())
        page.check("#field-events")
        page.locator("main form button").last.click()
        (code,) = CODE.findall(page.get_by_role("main").inner_text())
        _sound(page)
        become(MOVED)
        page.goto(f"{site}/acting-for/")
        page.fill("#code", code)
        page.locator("main form button").last.click()
        _sound(page)
        page.get_by_role("link", name=re.compile(re.escape(person(population.GAP).name))).last.click()
        return str(page.url)

    return made


def test_a_resident_lets_somebody_act_and_ends_it(authority, become, site, page):
    """The code goes from one to the other; the record shows what was given and nothing else, until it is ended."""
    address = authority()
    name, holder = person(population.GAP).name, person(population.MOVER).name
    main = page.get_by_role("main")
    expect(main.get_by_role("heading", level=1)).to_contain_text(name)
    expect(main).to_contain_text("They read in their log that you looked")
    expect(main).not_to_contain_text("Pension account balance")
    assert person(population.GAP).number not in address

    become(GAPS)
    page.goto(f"{site}/looks/")
    expect(page.get_by_role("main")).to_contain_text("Acting for the person under a written authority")
    page.goto(f"{site}/authorities/")
    _sound(page)
    ends = page.get_by_role("button", name=re.compile(f"^End.*{re.escape(holder)}"))
    before = ends.count()
    ends.first.click()
    expect(ends).to_have_count(before - 1)

    become(MOVED)
    assert page.goto(address).status == 404


def test_somebody_says_for_another_that_a_month_is_wrong(authority, become, site, page, language):
    """From the record to a year, from a month to a receipt number; the person reads who sent it. In both languages."""
    page.set_viewport_size({"width": 1200 if language == "en" else 320, "height": 640})
    address = authority()
    page.get_by_role("link", name=re.compile(r"^20\d\d$")).nth(1).click()
    _sound(page)
    page.locator("main table a").first.click()
    _sound(page)
    page.locator("input[name=ground][value=other]").check()
    page.fill("#told", "payslip")
    page.locator("main form button").last.click()
    (receipt,) = {*re.findall(r"Q-\w{5}-\w{5}", page.get_by_role("main").inner_text())}
    _sound(page)
    page.goto(f"{address.partition('?')[0]}requests/")
    expect(page.get_by_role("main")).to_contain_text(receipt)
    _sound(page)
    page.goto(f"{page.url}{receipt}/take-back/")
    _sound(page)
    become(GAPS)
    page.goto(f"{site}/inbox/")
    expect(page.get_by_role("main")).to_contain_text(person(population.MOVER).name)
    page.goto(f"{site}/requests/{receipt}/")
    expect(page.get_by_role("main")).to_contain_text(person(population.MOVER).name)
    _sound(page)
    page.goto(f"{site}/requests/{receipt}/take-back/")
    page.locator("main form button").click()  # the next language asks about the same month


def test_the_administrator_makes_an_account_and_its_holder_takes_it(sign_in, site, page):
    """A name, an office and a role; the code opens the account under its own name, which then needs a second factor."""
    sign_in("System administrator")
    page.goto(f"{site}/offices/")
    page.get_by_role("button", name="Make the account").click()
    expect(page.locator(".govuk-error-summary").get_by_role("link")).to_have_count(4)
    _sound(page)
    page.fill("#sign_in", "clerk.two")
    page.fill("#name", "Second clerk")
    page.fill("#office", "Counter 2")
    page.select_option("#role", "agency_clerk")
    page.get_by_role("button", name="Make the account").click()
    (code,) = CODE.findall(page.get_by_role("main").inner_text())
    _sound(page)
    page.goto(f"{site}/offices/")
    expect(page.get_by_role("heading", name="Second clerk")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{site}/activate/")
    page.fill("#code", code)
    page.fill("#sign_in", "clerk.two")
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.get_by_role("button", name="Open my account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account is open")
    assert page.goto(f"{site}/counter/").status != 200
