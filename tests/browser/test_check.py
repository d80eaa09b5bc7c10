"""Checking a receipt in a real browser: what it says, that it stays there, and that it agrees with the program."""

import json
import random
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from filings import world
from playwright.sync_api import expect
from tests.statements import sealing
from tests.verify import small_log as small

from provident.verify.checking import Against, check

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LOG = small.SmallLog.of(7)
RECEIPT = small.written(LOG.receipt())
CHOOSE = {"name": "receipt.json", "mimeType": "application/json"}


@pytest.fixture
def real(site, fresh_database, tmp_path, monkeypatch):
    """Make a receipt with a ledger of its own, sealed by the sealer."""
    sealing.set_places(monkeypatch, tmp_path)
    world.agency(1)
    desk = world.Desk(tmp_path)
    desk.send(world.enrol((1, 2, 3), "2025-03"))
    desk.send(world.declare((1, 2, 3), "2025-03"))
    sealing.sealed()
    return sealing.receipt_of(1).raw


@pytest.fixture
def checking(page, site):
    """Open the page in a language; return a way to have bytes checked, which fails if anything is sent."""

    def open_in(language="en"):
        page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])
        page.goto(f"{site}/check/", wait_until="networkidle")
        page.wait_for_selector("#check-form")  # shown once the script is there
        sent = []
        page.on("request", lambda request: sent.append(request.url))

        def verdict(raw, key=""):
            page.set_input_files("#file", {**CHOOSE, "buffer": raw})
            page.fill("#key", key)
            page.locator("#check-form button").click()
            page.wait_for_selector("#check-result h2:focus")
            assert set(sent) <= {f"{site}/static/portal/mark.svg"}  # the page's icon may come late
            assert page.url == f"{site}/check/"
            return page.locator("#check-result")

        return verdict

    return open_in


def test_a_receipt_is_proven_without_leaving_the_browser(checking):
    """Entries, log, time, key and witness are told; no request is made."""
    told = checking()(RECEIPT)
    expect(told.get_by_role("heading")).to_have_text("Proven under the key that the receipt itself names.")
    expect(told).to_contain_text("as it was at 2026-04-02 08:20:00 UTC, when it held 7 entries")
    expect(told).to_contain_text("Position 2: declared, pension, 2026-03. Wage base 5000.00")
    expect(told).to_contain_text("Only the receipt itself names this key")


def test_one_altered_digit_is_refused_with_the_reason(checking):
    """An amount with one digit changed no longer leads to the root, and the entry is named."""
    told = checking()(RECEIPT.replace(b'"base": 500000', b'"base": 600000'))
    expect(told.get_by_role("heading")).to_have_text("Not proven.")
    expect(told).to_contain_text("entries[0], position 2: its fields do not lead to the root")


def test_a_real_receipt_is_proven_and_refused_once_a_digit_is_changed(checking, real):
    """What the ledger sealed and handed out holds in the browser; with an amount altered it does not."""
    verdict = checking()
    expect(verdict(real)).to_contain_text("declared, pension, 2025-03")
    altered = re.sub(
        rb'"base":([0-9]+)1?([0-9])', lambda found: found[0][:-1] + _next(found[2]), real, count=1
    )
    assert altered != real
    told = verdict(altered)
    expect(told.get_by_role("heading")).to_have_text("Not proven.")
    expect(told).to_contain_text("its fields do not lead to the root")


def _next(digit):
    return b"%d" % ((int(digit) + 1) % 10)


def test_a_key_from_elsewhere_confirms_or_refuses(checking):
    """The key typed in must be the one that signed."""
    verdict = checking()
    confirmed = verdict(RECEIPT, small.LOG.vkey)
    expect(confirmed.get_by_role("heading")).to_have_text("Proven.")
    expect(confirmed).to_contain_text("It is a key you gave")
    expect(verdict(RECEIPT, small.NEXT.vkey)).to_contain_text("none of the keys you gave")
    expect(verdict(RECEIPT, "nonsense")).to_contain_text("This is no verifier key")


def test_it_speaks_chinese(checking):
    """The answers are in the page's language."""
    verdict = checking("zh-hans")
    expect(verdict(RECEIPT).get_by_role("heading")).to_have_text("按回执自身提供的密钥，已证实。")
    expect(verdict(RECEIPT[:-9]).get_by_role("heading")).to_have_text("未能证实。")


def test_it_is_used_by_keyboard_alone(checking, page):
    """From the file to the answer by Tab and Enter; focus lands on the verdict."""
    checking()
    page.set_input_files("#file", {**CHOOSE, "buffer": RECEIPT})
    page.focus("#file")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "key"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#check-result h2")).to_be_focused()


def test_no_file_is_asked_for(checking, page):
    """Without a file the page asks for one."""
    checking()
    page.locator("#check-form button").click()
    expect(page.locator("#check-result")).to_contain_text("Choose a receipt to check.")


def test_without_ed25519_it_decides_nothing(checking, page):
    """A browser that cannot check the signature says so and names the program."""
    verdict = checking()
    page.evaluate(
        "() => { const no = new DOMException('Unrecognized name.', 'NotSupportedError');"
        " crypto.subtle.importKey = () => Promise.reject(no); }"
    )
    told = verdict(RECEIPT)
    expect(told).to_contain_text("This browser cannot check Ed25519 signatures, so nothing is decided.")
    expect(told).to_contain_text("provident-verify")


def test_without_script_the_page_names_the_program(browser, site):
    """Where script is off there is no form that could send the file, but a way to check it."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/check/")
    assert "needs JavaScript, which is switched off" in page.locator("main").inner_text()
    expect(page.locator("#check-form")).to_be_hidden()
    context.close()


def altered():
    """Yield receipts changed in every field and in many bits."""
    chance = random.Random(20260402)  # any will do; the same each time
    for _ in range(200):
        raw = bytearray(RECEIPT)
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        yield bytes(raw)
    for way in [way for way in _ways(LOG.receipt()) if way]:
        for scrap in (None, True, 0, -1, 1 << 62, 1.5, "x", "\ud800", [], {}):
            receipt = LOG.receipt()
            inner = receipt
            for part in way[:-1]:
                inner = inner[part]
            inner[way[-1]] = scrap
            yield json.dumps(receipt).encode()
    yield from (
        b"",
        b"{",
        b"{}",
        b"[1,]",
        b'{"a":NaN}',
        b'{"a":-0}',
        b'{"a":1,"a":1}',
        b'{"a":"\xff"}',
    )


def _ways(value, before=()):
    yield before
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _ways(inner, (*before, key))


def test_browser_and_program_say_the_same(checking, page, tmp_path):
    """For receipts altered in every field both give the same sentences, in the same order."""
    checking()
    cases = [RECEIPT, *altered()]
    found = page.evaluate(
        """async (cases) => {
          const { check } = await import("/static/portal/check/receipt.js");
          const words = JSON.parse(document.getElementById("check-words").textContent);
          const say = ([name, facts]) => words[name].replace(/\\{(\\w+)\\}/g, (_, fact) =>
            Array.isArray(facts[fact]) ? say(facts[fact]) : String(facts[fact]));
          const told = [];
          for (const text of cases) {
            const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
            const { sentences, entries } = await check(bytes);
            told.push([...sentences, ...entries].map(say));
          }
          return told;
        }""",
        [small.b64(raw) for raw in cases],
    )
    path = tmp_path / "case"
    for raw, told in zip(cases, found, strict=True):
        path.write_bytes(raw)
        [(verdict, _)] = check(path, Against())
        assert told == [sentence.say("en") for sentence in verdict.sentences], raw[:200]
    assert 0 < sum(told[0].startswith("Proven") for told in found) < 12


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(("width", "height"), [(1200, 900), (320, 640)])
def test_the_page_is_accessible_with_and_without_an_answer(checking, page, language, width, height):
    """Axe finds nothing before and after an answer, wide and narrow, and nothing scrolls sideways."""
    page.set_viewport_size({"width": width, "height": height})
    verdict = checking(language)
    for raw in (None, RECEIPT, RECEIPT.replace(b'"base": 500000', b'"base": 600000')):
        if raw is not None:
            verdict(raw)
        faults = Axe().run(page).response["violations"]
        assert [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in faults] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_footer_leads_here(page, site):
    """Every page leads to the check."""
    page.goto(f"{site}/")
    page.get_by_role("contentinfo").get_by_role("link", name=re.compile("Check a receipt")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check a receipt")
