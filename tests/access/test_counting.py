"""Counts that all workers share."""

import pytest
from django.core.cache import cache
from django.db import connection


@pytest.fixture(autouse=True)
def _database(db):
    """Everything here is in the database."""


def test_a_value_is_kept_for_its_time():
    """What was set is read until it expires; what was never set is the default."""
    cache.set("a", [1.5, "x"], 60)
    cache.set("b", True, -1)
    assert cache.get("a") == [1.5, "x"]
    assert cache.get("b", "gone") == "gone"
    assert cache.get("c") is None


def test_only_the_first_adds():
    """`add` takes a free key, or one that has expired, and says so."""
    assert cache.add("a", 1, 60)
    assert not cache.add("a", 2, 60)
    assert cache.get("a") == 1
    cache.touch("a", -1)
    assert cache.add("a", 3, None)
    assert cache.get("a") == 3


def test_a_value_is_deleted_once():
    """Deleting says whether there was something."""
    cache.set("a", 1)
    assert cache.delete("a")
    assert not cache.delete("a")
    assert not cache.touch("a")


def test_no_key_stands_in_the_table_in_clear():
    """Addresses and names that are counted by are only hashes in the database."""
    cache.set("allauth:rl:ip:192.0.2.1", [1.0], 60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM access_counted c")
        rows = [row for (row,) in cursor.fetchall()]
    assert len(rows) == 1
    assert "192.0.2.1" not in rows[0]


def test_what_has_expired_is_swept_away():
    """The table stays as large as its use."""
    for number in range(30):
        cache.set(f"old{number}", 1, -1)
    cache.set("new", 1, 60)
    cache.set("newer", 1, 60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM access_counted")
        (left,) = cursor.fetchone()
    assert left <= 3


def test_clear_starts_anew():
    """After `clear` nothing is counted."""
    cache.set("a", 1)
    cache.clear()
    assert cache.get("a") is None


def test_what_cannot_be_kept_as_json_is_refused():
    """Nothing is ever pickled."""
    with pytest.raises(TypeError):
        cache.set("a", object())
