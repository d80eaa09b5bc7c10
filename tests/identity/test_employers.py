"""Employers: a credit code, and name and region over time."""

import datetime as dt

import pytest
from tests.identity.register import NOON, Register

from provident.identity import actions, bulk, queries
from provident.identity.refusals import CreditCodeTaken, CreditCodeWrong, EmployerUnknown, NotAName
from provident.kernel.keys import EmployerKey

CODE = "91110000600037341L"


def test_an_employer_is_registered_once(register: Register) -> None:
    """An employer has one key; its code cannot be registered again, and a wrong one never."""
    key = actions.register_employer(code=CODE.lower(), name="测试机械厂", region=990000, at=NOON)
    found = queries.employers([key, EmployerKey(5)])
    assert [(e.key, e.uscc, e.name, e.region, e.former_names) for e in found.values()] == [
        (key, CODE, "测试机械厂", 990000, ())
    ]
    with pytest.raises(CreditCodeTaken):
        actions.register_employer(code=CODE, name="另一厂", region=990000, at=NOON)
    with pytest.raises(CreditCodeWrong):
        actions.register_employer(code="911100006000373413", name="另一厂", region=990000, at=NOON)
    with pytest.raises(NotAName):
        actions.register_employer(code="Y1110000MA0000001Y", name=" ", region=990000, at=NOON)
    assert bulk.employers_by_code(["Y1110000MA0000001Y"]) == {}
    assert register.events(key) == ["identity.employer_registered"]


def test_names_and_regions_over_time(register: Register) -> None:
    """A new name and region count from their day; former names stay readable."""
    key = actions.register_employer(code=CODE, name="甲厂", region=990000, at=NOON)
    for name, region, since in (("丙厂", 990100, dt.date(2026, 1, 1)), ("乙厂", 990200, dt.date(2025, 1, 1))):
        actions.change_employer(employer=key, name=name, region=region, since=since, at=NOON)
    found = queries.employers([key])[key]
    assert (found.name, found.region, found.former_names) == ("丙厂", 990100, ("甲厂", "乙厂"))
    assert bulk.employers_by_code([CODE])[CODE].region == 990100
    with pytest.raises(EmployerUnknown):
        actions.change_employer(employer=EmployerKey(7), name="x", region=990000, since=None, at=NOON)
