"""A small sample region behind the real web server and the real job worker, and a real browser."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import log_watch
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from provident.host.state import State
from provident.sample import actions
from provident.sample.eid.people import holders, prepare, write_people

_CHROMIUM = "/usr/bin/chromium"
_QUIET = (
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def site(test_server, django_db_blocker, tmp_path_factory) -> Iterator[str]:
    """Load sixty residents, start web server and jobs, and return the address."""
    state = tmp_path_factory.mktemp("site")
    before = os.environ.get("PROVIDENT_DATA")
    # Playwright keeps an event loop in this thread; Django is used before and after it, never inside.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    os.environ["PROVIDENT_DATA"] = str(state)
    try:
        with django_db_blocker.unblock(), test_server.clone():
            region = actions.load(progress=lambda *_: None, residents=60)
            write_people(State(state).sample_eid, holders(region))
            yield from _serving(state)
    finally:
        os.environ.pop("PROVIDENT_DATA")
        if before is not None:
            os.environ["PROVIDENT_DATA"] = before


def _serving(state: Path) -> Iterator[str]:
    port, eid_port = _free_port(), _free_port()
    address = f"http://localhost:{port}"
    environment = {
        **os.environ,
        "PROVIDENT_MODE": "development",
        "PROVIDENT_EID": str(prepare(State(state).sample_eid, eid_port)),
        "XDG_CONFIG_HOME": str(state / "config"),  # guard and keys of the logs
    }
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    web += ["--workers", "1", "--blocking-threads", "1", "--no-ws", "provident.config.wsgi:application"]
    jobs = [sys.executable, "-m", "django", "procrastinate", "worker"]
    eid = [sys.executable, "-m", "provident.sample.eid", str(State(state).sample_eid), address]
    with (state / "said").open("wb") as log:
        running = [
            subprocess.Popen(command, env=environment, stdout=log, stderr=log) for command in (web, jobs, eid)
        ]
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(address, timeout=2).close()
                break
            except OSError:
                time.sleep(0.2)
        else:
            pytest.fail((state / "said").read_text(errors="replace")[-3000:])
        yield address
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(20)
        log_watch.watch.lines += (state / "said").read_text(errors="replace").splitlines()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the distribution's Chromium."""
    if not shutil.which(_CHROMIUM):
        told = f"{_CHROMIUM} is not installed"
        if os.environ.get("PROVIDENT_REQUIRE_PROGRAMS") == "1":
            pytest.fail(told)
        pytest.skip(told)
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=_CHROMIUM, args=list(_QUIET))
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a window of its own; any script error or policy violation fails the test."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    context.close()
    # A page that is not there is told so by the browser too; that is no fault of the page.
    assert [text for text in said if not re.search(r"status of (400|403|404)", text)] == []


@pytest.fixture
def sign_in(page: Page, site: str):
    """Sign in as the first sample account whose button holds a text."""

    def as_account(text: str) -> Page:
        page.goto(f"{site}/sign-in/")
        page.locator("button[name=account]", has_text=text).first.click()
        return page

    return as_account
