"""The pension page in a real browser: the slider with and without script, in the dark, on paper."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
ADDRESS = "/pension/?category=female55"


def test_moving_the_slider_shows_the_month_at_once(sign_in, site):
    """One step to the right is a month later; figures, spoken value and the link to the working follow."""
    page = sign_in("with gaps")
    page.goto(site + ADDRESS)
    result, slider = page.locator("[data-result]"), page.get_by_role("slider")
    before = result.inner_text()
    slider.press("ArrowRight")
    expect(result).not_to_have_text(before)
    row = page.locator(f"#months tr[data-month='{slider.input_value()}']")
    figure = row.locator("td").nth(1).text_content()
    expect(result.locator("[data-of=going]")).to_have_text(figure)
    assert figure in slider.get_attribute("aria-valuetext")
    assert not page.get_by_role("button", name="Show this month").is_visible()
    month = re.search(r"month=(\d{4}-\d\d)", page.locator("a[data-working]").get_attribute("href"))[1]
    page.locator("a[data-working]").click()
    expect(page.get_by_role("main")).to_contain_text("Every month from now on is counted as paid")
    expect(page.get_by_role("main")).to_contain_text(month)
    expect(page.get_by_role("main")).to_contain_text(figure)


def test_the_slider_works_without_script(sign_in, site, browser):
    """With scripts switched off the button asks the server, and the same figure comes back."""
    page = sign_in("with gaps")
    page.goto(site + ADDRESS)
    rows = page.locator("#months tr[data-month]")
    code = rows.nth(3).get_attribute("data-month")
    figure = rows.nth(3).locator("td").nth(1).text_content()
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    bare = plain.new_page()
    bare.goto(site + ADDRESS)
    slider = bare.get_by_role("slider")
    for _ in range(int(slider.input_value()) - int(code)):
        slider.press("ArrowLeft")
    bare.get_by_role("button", name="Show this month").click()
    expect(bare.locator("[data-result] [data-of=going]")).to_have_text(figure)
    plain.close()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_dark_pages_have_no_accessibility_violation(sign_in, site, page, language):
    """Where the system asks for dark, home, record and pension keep their contrast, at 320 points as well."""
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 320, "height": 640})
    page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])
    sign_in("with gaps" if language == "en" else "有缺失")
    found = {}
    for address in ("/", "/record/", "/record/pension/2026/", "/pension/", ADDRESS):
        page.goto(site + address)
        result = Axe().run(page)
        if result.violations_count:
            found[address] = [
                (one["id"], one["nodes"][0]["html"][:160]) for one in result.response["violations"]
            ]
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert found == {}


def test_on_paper_the_controls_are_gone_and_the_table_is_open(sign_in, site):
    """Printed, the page has every month's figures and no slider."""
    page = sign_in("with gaps")
    page.goto(site + ADDRESS)
    inside = page.locator("#months tr").nth(1)
    expect(inside).to_be_hidden()
    page.emulate_media(media="print")
    expect(inside).to_be_visible()
    expect(page.get_by_role("slider")).to_be_hidden()


def test_no_page_is_heavy(sign_in, site, browser):
    """First load below 150 kB with everything it needs; after that, below 50 kB."""
    signed_in = sign_in("with gaps").context.storage_state()
    first, after = {}, {}
    for address in ("/", "/record/", "/record/pension/2026/", ADDRESS, f"/estimate/{ADDRESS[9:]}", "/looks/"):
        window = browser.new_context(storage_state=signed_in)
        page = window.new_page()
        first[address], after[address] = _weight(page, site + address), _weight(page, site + address)
        window.close()
    assert {place: size for place, size in first.items() if not 0 < size < 150_000} == {}
    assert {place: size for place, size in after.items() if not 0 < size < 50_000} == {}


def _weight(page, address) -> int:
    """Return how many bytes come over the wire for a page and all it loads."""
    came = []

    def note(request):
        came.append(request)

    page.on("requestfinished", note)
    page.goto(address, wait_until="networkidle")
    page.remove_listener("requestfinished", note)
    sizes = [one.sizes() for one in came]
    return sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes)
