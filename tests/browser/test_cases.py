"""From "something is wrong" to the answer, in a real browser, in both languages, wide and narrow."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CLERK, SUPERVISOR = "Counter clerk", "Supervisor"


class Visitor:
    """One window in which different people sign in, always in the same language and width."""

    def __init__(self, page: Page, site: str, language: str, width: int):
        self.page, self.site, self.language, self.width = page, site, language, width
        self.found: dict[str, object] = {}
        page.set_viewport_size({"width": width, "height": 800})

    def becomes(self, sign_in, account: str) -> Page:
        self.page.context.clear_cookies()
        sign_in(account)
        self.page.context.add_cookies([{"name": "django_language", "value": self.language, "url": self.site}])
        return self.page

    def reads(self, address: str = "") -> None:
        """Open an address, or stay, and note what axe finds and whether anything scrolls sideways."""
        if address:
            self.page.goto(self.site + address)
        self.page.wait_for_load_state()  # a page that is still coming has nothing to look at
        result = Axe().run(self.page)
        if result.violations_count:
            self.found[self.page.url] = [
                (fault["id"], fault["nodes"][0]["html"][:200]) for fault in result.response["violations"]
            ]
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width, self.page.url


@pytest.mark.parametrize(
    ("language", "width", "person"), [("en", 320, "with gaps"), ("zh-hans", 1200, "moved here")]
)
def test_a_month_is_objected_to_and_answered(sign_in, site, page, language, width, person):
    """Year, form, receipt, desk, draft, check, inbox, answer: no step is a dead end, no page has a violation."""
    one = Visitor(page, site, language, width)
    one.becomes(sign_in, person)
    one.reads("/record/pension/2026/")
    page.locator("a[href*='about=record']").first.click()
    one.reads()
    assert re.fullmatch(r"2026-\d\d", page.locator("#month").input_value())
    page.locator("button.govuk-button").click()
    one.reads()
    expect(page.locator(".govuk-error-summary a")).to_have_count(2)
    page.locator("#ground-2").check(force=True)
    page.fill("#told", "工资条与申报不符。 The payslip says more.")
    page.locator("button.govuk-button").click()
    one.reads()
    receipt = page.locator(".govuk-panel strong").inner_text()
    one.becomes(sign_in, CLERK)
    one.reads("/cases/")
    page.locator("tr", has_text=receipt).get_by_role("button").click()
    one.reads()
    page.locator("#outcome").check(force=True)
    page.fill("#reasons", "申报表已重新核对。 The file was read again.")
    page.locator("button[value=answer]").click()
    one.becomes(sign_in, SUPERVISOR)
    one.reads("/cases/")
    page.get_by_role("link", name=receipt).click()
    one.reads()
    page.locator("button[value=confirm]").click()
    one.becomes(sign_in, person)
    one.reads("/inbox/")
    page.locator(".pv-line", has_text=re.compile("New|新")).first.get_by_role("link").click()
    one.reads()
    expect(page.locator("#answer ~ .pv-said")).to_contain_text("The file was read again.")
    one.reads("/looks/")
    one.reads("/my-data/")
    assert one.found == {}


def test_a_look_is_asked_about_and_the_question_taken_back(sign_in, site):
    """From the line of the look to the receipt number, and back again by one's own decision."""
    page = sign_in("with a rare name")
    page.goto(f"{site}/looks/")
    page.get_by_role("link", name=re.compile("Ask about this look")).first.click()
    page.get_by_label("I want to know why this was looked at").check(force=True)
    page.fill("#told", "What was this for?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your request has been sent")
    page.goto(f"{site}/looks/")
    page.get_by_role("link", name=re.compile("You asked about this look")).click()
    page.get_by_role("button", name="Take this request back").click()
    page.get_by_role("button", name="Yes, take it back").click()
    expect(page.get_by_role("main")).to_contain_text("This request was taken back")
