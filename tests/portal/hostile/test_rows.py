"""Row security behind real requests, which share a connection: one's own rows or none."""

import psycopg
import pytest
from django.db import connection, connections

from provident import access
from provident.kernel.keys import AccountId, PersonKey

from .place import LONG, SHORT

ABOUT_PERSONS = (
    "ledger_record_year",
    "ledger_entry",
    "identity_name",
    "identity_number",
    "filings_enrolment",
)


def rows() -> dict[str, int]:
    """Count what Django's connection sees by itself."""
    with connection.cursor() as cursor:
        return {
            table: cursor.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ABOUT_PERSONS
        }


def backend() -> int:
    with connection.cursor() as cursor:
        return cursor.execute("SELECT pg_backend_pid()").fetchone()[0]


def test_after_requests_of_others_the_connection_sees_nothing(place):
    """The connection is kept from request to request; no look outlives its transaction."""
    before = backend()
    for name, path in (("long", "/record/"), ("short", "/record/pension/2025/"), ("long", "/no-such-page/")):
        place.browser(name).get(path, secure=True)
        assert rows() == dict.fromkeys(ABOUT_PERSONS, 0)
    assert backend() == before


def test_people_in_turn_see_their_own(place):
    """On one connection each request shows the record of whoever asks, and nothing of the one before."""
    browsers = {name: place.browser(name) for name in ("short", "long")}
    names = {"short": SHORT, "long": LONG}
    for _ in range(3):
        for name, other in (("short", "long"), ("long", "short")):
            shown = browsers[name].get("/record/", secure=True).content.decode()
            assert names[name] in shown
            assert names[other] not in shown


@pytest.mark.parametrize("settings_", ["access.look", "provident.look", "access.person", "provident.actor"])
def test_a_forged_look_on_the_connection_opens_nothing(place, settings_):
    """Whatever the session claims, with a real look's number even, no row comes out, then or in a request."""
    with access.open_record(
        PersonKey(place.persons["long"]),
        by=AccountId(place.accounts["long"]),
        purpose="own_record",
        fields=("name", "numbers", "contributions"),
        system="portal",
    ) as opened:
        assert rows()["identity_name"] == 1
        look = opened.look
    with connection.cursor() as cursor:
        for value in (str(look), str(place.persons["long"]), "1"):
            cursor.execute("SELECT set_config(%s, %s, false)", [settings_, value])
            assert rows() == dict.fromkeys(ABOUT_PERSONS, 0)
    shown = place.browser("short").get("/record/", secure=True).content.decode()
    assert LONG not in shown
    with connection.cursor() as cursor:
        cursor.execute("RESET ALL")


def test_an_unfinished_transaction_of_another_opens_nothing(place, test_server):
    """While somebody's record is open on one connection, another connection sees none of it."""
    with (
        access.open_record(
            PersonKey(place.persons["long"]),
            by=AccountId(place.accounts["long"]),
            purpose="own_record",
            fields=("name", "contributions"),
            system="portal",
        ),
        psycopg.connect(
            test_server.server.application_url, dbname=connections.settings["default"]["NAME"]
        ) as other,
    ):
        assert rows()["identity_name"] == 1
        for table in ABOUT_PERSONS:
            assert other.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
