"""A personal page asks the database at most six questions, one for another too, however long the life."""

import pytest
from django.db import connection

from .asking import asked

PAGES = (
    "/",
    "/record/",
    "/record/pension/2025/",
    "/pension/",
    "/estimate/?category=male60",
    "/looks/",
    "/inbox/",
    "/my-data/",
    "/tokens/",
    "/authorities/",
)
FOR_ANOTHER = ("", "pension/2025/", "requests/", "requests/new/")
AT_MOST = 6


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_at_most_six_questions_however_long_the_life(place, path):
    """Thirty years cost as many questions as one; the frame of the transaction is not counted."""
    counted = {}
    for name in ("short", "long"):
        browser = place.browser(name)
        for _ in range(2):  # what a connection or a session asks once
            assert browser.get(path).status_code == 200
        counted[name] = asked(lambda browser=browser: browser.get(path))
    assert len(counted["short"]) == len(counted["long"]), counted
    assert 0 < len(counted["long"]) <= AT_MOST, counted["long"]


@pytest.mark.parametrize("page", FOR_ANOTHER)
def test_a_page_for_another_asks_no_more(place, page):
    """The authority is read with the session, however long the life of whom one acts for."""
    counted, browser = {}, place.browser("helper")
    for name, grant in place.grants.items():
        path = f"/acting-for/{grant}/{page}"
        for _ in range(2):
            assert browser.get(path).status_code == 200
        counted[name] = asked(lambda path=path: browser.get(path))
    assert len(counted["short"]) == len(counted["long"]), counted
    assert 0 < len(counted["long"]) <= AT_MOST, counted["long"]


def test_every_kind_of_question_is_counted(place):
    """Simple, prepared and unnamed statements all count; the frame does not."""

    def act():
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1")
            cursor.execute("SELECT %s::integer", [2])
            connection.connection.execute("SELECT 3", prepare=True)
            connection.connection.execute("SELECT 3", prepare=True)
            cursor.execute("COMMIT")

    assert len(asked(act)) == 4
