"""Whom the yearly run is over."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction

from provident import access
from provident.access.records import OPERATOR
from provident.identity import actions as identity
from provident.kernel.keys import PersonKey
from provident.ledger import actions as ledger
from provident.statements import queries

from .people import number_of

NOW = dt.datetime(2026, 2, 20, tzinfo=dt.UTC)


@pytest.fixture
def three(fresh_database) -> list[PersonKey]:
    ledger.register_installation(
        agency_en="Lakeside Social Insurance Agency",
        agency_zh="湖滨市社会保险经办中心",
        currency="CNY",
        zone=ZoneInfo("Asia/Shanghai"),
        home_region=990000,
    )
    numbers = [number_of(serial) for serial in range(3)]
    return sorted(
        identity.register_resident(name="王明", number=number, at=NOW).keys[0] for number in numbers
    )


def merge(other: PersonKey, into: PersonKey) -> None:
    """Merge as a clerk at the console would."""
    with access.open_record(into, by=OPERATOR, purpose="console", fields=("name",)) as opened:
        identity.merge(opened, other=other, reason="the same person", at=NOW)


def test_everyone_is_listed_once(three):
    """A record merged into another is not listed beside it."""
    assert list(queries.everyone(by=OPERATOR, system="cli")) == three
    merge(three[0], three[2])
    assert list(queries.everyone(by=OPERATOR, system="cli")) == three[1:]


def test_a_member_s_other_keys_are_found(three):
    """The keys of a member are those that opening the member alone would give."""
    merge(three[0], three[2])
    run = {"by": OPERATOR, "purpose": "statement_run", "fields": ("name",), "members": three[1:]}
    with access.open_run(**run):
        families = queries.families(three[1:])
    assert set(families) == set(three[1:])
    assert families[three[1]] == (three[1],)
    assert set(families[three[2]]) == {three[0], three[2]}
    with access.open_record(three[2], by=OPERATOR, purpose="console", fields=("name",)) as opened:
        assert families[three[2]] == opened.keys


@pytest.mark.parametrize("question", ["SELECT statements_everyone()", "SELECT statements_families('{1}')"])
def test_nobody_else_lists_everyone(three, question):
    """Outside of a yearly run, and inside another run, the database refuses."""
    with pytest.raises(DatabaseError, match="only the yearly run"), transaction.atomic():
        connection.cursor().execute(question)
    with (
        pytest.raises(DatabaseError, match="only the yearly run"),
        access.open_run(by=OPERATOR, purpose="backup", fields=("name",)),
    ):
        connection.cursor().execute(question)
