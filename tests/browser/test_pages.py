"""The pages in a real browser: what a resident, an employer and a clerk see."""

import datetime as dt
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from provident.kernel.month import Month
from provident.sample import actions, population
from provident.verify.program import main

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def _bad_file(tmp_path, employer: str = "91110000600037341L") -> str:
    path = tmp_path / "wrong.csv"
    path.write_text(
        "resident_id,name,employer_id,branch,month,base,employee,employer\n"
        f"110101190001010014,某某,{employer},pension,2026-01,5000,400,800.01\n",
        encoding="utf-8",
    )
    return str(path)


def test_a_resident_finds_a_month_that_was_not_reported(sign_in):
    """Home says first what is missing, from whom, and what to do about it; one click tells the agency."""
    page = sign_in("with a month not reported")
    missing = page.get_by_role("region", name="What is missing")
    expect(missing).to_contain_text("Not reported")
    expect(missing).to_contain_text("had you enrolled and has not declared")
    expect(missing).to_contain_text("Ask the employer to declare the months that are not reported.")
    missing.get_by_role("link", name="Say that something is wrong").click()
    expect(page.get_by_role("button")).not_to_have_count(0)


def test_the_six_words_for_a_month_are_different_words(sign_in, site):
    """Paid, declared, zero and not yet due stand as words in the table, not as colours alone."""
    page = sign_in("with gaps")
    page.goto(f"{site}/record/")
    page.get_by_role("link", name=re.compile(r"^20\d\d$")).first.click()
    table = page.get_by_role("table")
    for word in ("Paid", "Declared, not paid", "Reported as zero", "Not yet due"):
        expect(table.get_by_text(word, exact=True).first).to_be_visible()


def test_the_chart_has_its_figures_as_a_table(sign_in, site):
    """The chart is described for a screen reader, and the table below has a row for each year drawn."""
    page = sign_in("with gaps")
    page.goto(f"{site}/record/")
    chart = page.get_by_role("img", name=re.compile("A bar for each year"))
    expect(chart).to_be_visible()
    years = chart.locator("text").count()
    table = page.get_by_role("table", name=re.compile("months by status"))
    assert table.locator("tbody tr").count() >= years > 1


def test_every_visit_is_in_the_list_of_looks(sign_in, site):
    """Opening the record writes a look that the person can read."""
    page = sign_in("with gaps")
    page.goto(f"{site}/looks/")
    expect(page.get_by_role("main")).to_contain_text("You looked at your own record.")
    expect(page.get_by_role("main")).to_contain_text("Social Insurance Law")


def test_a_statement_is_handed_out_in_the_page_s_language(sign_in, site):
    """The yearly statement comes as a PDF."""
    page = sign_in("with gaps")
    answer = page.request.get(f"{site}/statement/2026.pdf")
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF-")


def test_a_receipt_downloaded_in_the_browser_checks_offline(sign_in, site, tmp_path, capsys):
    """The button hands out a file that the stranger's program proves; one digit changed, it says why not."""
    page = sign_in("with gaps")
    page.goto(f"{site}/record/")
    for _ in range(60):  # until the job has sealed what the sample posted
        if page.request.get(f"{site}/receipt/").headers["content-type"] == "application/json":
            break
        page.wait_for_timeout(1000)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my receipt").click()
    receipt, changed = tmp_path / "receipt.json", tmp_path / "changed.json"
    download.value.save_as(receipt)
    assert main([str(receipt), "--lang", "en"]) == 0
    text = receipt.read_text()
    changed.write_text(
        re.sub(r'"base":(\d*)(\d)', lambda at: f'"base":{at[1]}{(int(at[2]) + 1) % 10}', text, count=1)
    )
    assert changed.read_text() != text
    assert main([str(changed), "--lang", "en"]) == 3
    assert "its fields do not lead to the root" in capsys.readouterr().out


def test_the_pages_speak_chinese(sign_in, site):
    """After the switch every heading is Chinese, and so is the language of the document."""
    page = sign_in("with gaps")
    page.get_by_role("button", name="中文").click()
    page.goto(f"{site}/record/")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的权益记录")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


def test_a_clerk_s_look_and_the_refused_one_are_shown_to_the_person(sign_in, site, browser):
    """The typed reason of a look without a case reaches the person whose record it was."""
    clerk = sign_in("Counter clerk")
    number = _number_of_the_person_with_gaps()
    clerk.fill("#number", number)
    clerk.fill("#reason", "Asked at the counter about a gap")
    clerk.get_by_role("button", name="Open the record").click()
    expect(clerk.get_by_role("heading", level=1)).to_contain_text("Record of")
    assert number not in clerk.url
    clerk.get_by_role("button", name="Sign out").click()
    person = sign_in("with gaps")
    person.goto(f"{site}/looks/")
    expect(person.get_by_role("main")).to_contain_text("Asked at the counter about a gap")


def test_a_clerk_must_say_number_and_reason(sign_in):
    """An empty form comes back with both faults named and linked."""
    page = sign_in("Counter clerk")
    page.get_by_role("button", name="Open the record").click()
    summary = page.locator(".govuk-error-summary")
    expect(summary.get_by_role("link")).to_have_count(2)


def test_a_number_nobody_holds_opens_nothing(sign_in):
    """A search that finds nobody is refused with a remedy."""
    page = sign_in("Counter clerk")
    page.fill("#number", "110101190001010014")
    page.fill("#reason", "Walk-in")
    page.get_by_role("button", name="Open the record").click()
    expect(page.get_by_role("main")).to_contain_text("No record was found")


def test_an_employer_s_wrong_file_comes_back_with_its_report(sign_in, tmp_path):
    """A refused upload names row, field, reason and remedy, and the report can be downloaded."""
    page = sign_in("(employer)")
    page.set_input_files("#file", _bad_file(tmp_path))
    page.get_by_role("button", name="Check and post").click()
    expect(page.get_by_role("heading", name="Refused", exact=True)).to_be_visible(timeout=30_000)
    expect(page.get_by_role("table")).to_contain_text("No resident is registered under this number")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the full report (CSV)").click()
    assert download.value.path().read_bytes().startswith(b"\xef\xbb\xbfrow,field,value")


def test_sending_nothing_says_so(sign_in):
    """A form without a file is refused beside the field."""
    page = sign_in("(employer)")
    page.get_by_role("button", name="Check and post").click()
    expect(page.locator("#file-error")).to_have_text("Choose a file to send")


_OWN_ACCOUNT = ["/account/", "/account/password/", "/account/app/", "/account/passkeys/add/"]


@pytest.mark.parametrize(
    ("language", "width", "height"),
    [
        ("en", 1200, 900),
        ("zh-hans", 320, 640),
        pytest.param("en", 320, 640, marks=pytest.mark.slow),
        pytest.param("zh-hans", 1200, 900, marks=pytest.mark.slow),
    ],
)
def test_no_page_has_an_accessibility_violation(sign_in, site, page, language, width, height):
    """Axe finds nothing on any page, in either language, wide and narrow, and nothing scrolls sideways."""
    page.set_viewport_size({"width": width, "height": height})
    page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])
    found = {}
    for account, addresses in (
        (
            "14",
            [
                "/",
                "/record/",
                "/record/pension/2026/",
                "/pension/",
                "/pension/?category=female55",
                "/estimate/",
                "/estimate/?category=male60",
                "/looks/",
                "/tokens/",
                "/authorities/",
                "/acting-for/",
                "/activate/",
            ],
        ),
        ("04", ["/filings/", "/tokens/"]),
        ("Counter" if language == "en" else "窗口", ["/counter/", *_OWN_ACCOUNT]),
        ("System admin" if language == "en" else "系统管理员", ["/offices/"]),
    ):
        page.context.clear_cookies(name="sessionid")
        page.goto(f"{site}/")
        _check(page, f"{site}/", found)
        page.goto(f"{site}/sign-in/")
        _check(page, f"{site}/sign-in/", found)
        buttons = page.locator("button[name=account]")
        (buttons.first if account == "14" else buttons.filter(has_text=account).first).click()
        for address in addresses:
            page.goto(site + address)
            _check(page, address, found)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    assert found == {}


def _check(page, address, found):
    result = Axe().run(page)
    if result.violations_count:
        found[address] = [
            (fault["id"], fault["nodes"][0]["html"][:200]) for fault in result.response["violations"]
        ]


def test_everything_is_reached_by_keyboard(sign_in, site):
    """The first stop of the keyboard skips to the main content."""
    page = sign_in("with gaps")
    page.wait_for_url(f"{site}/")  # a key pressed while the page still comes is lost
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"


def test_the_working_of_an_estimate_opens_by_keyboard_and_prints_whole(sign_in, site):
    """The category is chosen and a step opened without a mouse; on paper every step is there."""
    page = sign_in("with gaps")
    page.goto(f"{site}/record/")
    page.get_by_role("link", name="How my pension is worked out").click()
    page.get_by_role("radio", name="Man, 60 years").press("Space")
    page.get_by_role("button", name="Work it out").press("Enter")
    page.wait_for_url("**/estimate/?category=male60")
    closed = page.locator("details.pv-working:not([open])").first
    inside = closed.locator("p").first
    expect(inside).to_be_hidden()
    page.emulate_media(media="print")
    expect(inside).to_be_visible()
    page.emulate_media(media="screen")
    handle = closed.element_handle()
    closed.locator("summary").first.press("Enter")
    assert handle.evaluate("step => step.open")


def _number_of_the_person_with_gaps() -> str:
    present = Month.of(dt.datetime.now(dt.UTC).date())
    region = population.build(present=present, residents=60, employers=actions.EMPLOYERS, seed=actions.SEED)
    return region.people[population.GAP].number
