"""A resident's whole errand in one sitting, in either language: what is missing, what to do, what it is worth."""

import re

import pytest
from playwright.sync_api import expect

from provident.portal.texts import sentences

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_resident_walks_through(site, page, language):
    """From signing in to signing out by links and buttons alone; no address is typed after the first."""
    said = sentences(language)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])
    page.goto(f"{site}/sign-in/")
    page.locator("button[name=account]").first.click()
    main, nav = page.get_by_role("main"), page.get_by_role("navigation")

    expect(main.get_by_role("heading", name=said["own_home.missing_title"])).to_be_visible()
    assert re.search(r"20\d\d", main.locator(".pv-gap").first.inner_text())
    expect(main.get_by_text(said["own_home.to_do"], exact=True)).to_be_visible()
    expect(main.get_by_role("link", name=said["own_home.do_wrong"]).first).to_be_visible()

    nav.get_by_role("link", name=said["nav.record"], exact=True).click()
    expect(main.locator("#missing")).to_be_visible()
    statement = main.locator('a[href^="/statement/"]').first
    assert page.request.get(site + statement.get_attribute("href")).body().startswith(b"%PDF-")
    page.go_back()

    nav.get_by_role("link", name=said["nav.pension"], exact=True).click()
    expect(main.get_by_role("heading", level=1)).to_be_visible()

    nav.get_by_role("link", name=said["nav.looks"], exact=True).click()
    expect(main.get_by_role("heading", level=1)).to_have_text(said["looks.title"])
    nav.get_by_role("link", name=said["nav.inbox"], exact=True).click()
    expect(main.get_by_role("heading", level=1)).to_be_visible()
    nav.get_by_role("link", name=said["nav.my-data"], exact=True).click()
    expect(main.get_by_role("heading", level=1)).to_be_visible()

    page.get_by_role("button", name=said["sign_out"]).click()
    expect(page.get_by_role("link", name=said["sign_in"]).first).to_be_visible()
    assert page.request.get(f"{site}/record/").status == 404
