"""Logs name nobody: what the run's end looks for is found where it is planted."""

import logging

import pytest
from filings import world
from log_watch import Watch

from provident.portal.accounts.requests import Discreet

from .place import LONG


@pytest.fixture
def watch():
    """Listen beside the run's own watch, which must not hear what is planted here."""
    made = Watch()
    made.setFormatter(Discreet())
    made.names.add(LONG)
    planted = logging.getLogger("planted")
    planted.propagate = False
    planted.addHandler(made)
    yield made
    planted.removeHandler(made)


@pytest.mark.parametrize("line", [f"cannot open {LONG}", "no record of Person 12"])
def test_a_planted_name_is_found(watch, line):
    """A line with a registered name, in a message or in an error, is found."""
    logging.getLogger("planted").error("%s", line)
    try:
        int(line)
    except ValueError:
        logging.getLogger("planted").exception("failed")
    assert len(watch.findings()) == 2


def test_a_planted_number_is_found_where_the_formatter_did_not_see_it(watch):
    """A number logged by us is left out by our formatter; one in another program's log is found."""
    logging.getLogger("planted").error("number %s", world.number(12))
    assert watch.findings() == []
    watch.lines.append(f"DETAIL: key {world.number(12)} is there")
    assert len(watch.findings()) == 1


def test_a_page_that_breaks_names_nobody_in_the_log(place, monkeypatch, request):
    """An error while a record is open, with the person's name in hand, is logged without it."""
    from provident.portal.views import record  # noqa: PLC0415

    heard = Watch()
    heard.setFormatter(Discreet())
    heard.names |= {LONG, str(place.persons["long"])}
    logging.getLogger().addHandler(heard)
    request.addfinalizer(lambda: logging.getLogger().removeHandler(heard))

    def broken(*_args, **_named):
        raise RuntimeError("broken")

    browser = place.browser("long")
    assert browser.get("/record/", secure=True).status_code == 200  # and all views are imported
    monkeypatch.setattr(record, "shown", broken)
    browser.raise_request_exception = False
    assert browser.get("/record/", secure=True).status_code == 500
    assert heard.lines
    assert heard.findings() == []
