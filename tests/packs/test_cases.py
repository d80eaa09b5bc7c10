"""Every case kept in a pack comes out as the case says, to the last digit."""

from collections import Counter

import pytest

from provident.law.refusals import ValueNotCovered

from .asking import cases, law, one, told

KEPT = [(pack, case) for pack in ("cn", "eu") for case in cases(pack)]


@pytest.mark.parametrize(("pack", "case"), KEPT, ids=[f"{pack}: {case['name']}" for pack, case in KEPT])
def test_a_case(pack, case):
    """What is given leads to what is expected, and to the refusals the case names."""
    given, series = case["given"], case.get("series", {})
    expected = {name: str(text) for name, text in case.get("expected", {}).items()} | case.get("refused", {})
    assert expected
    found = {name: told(law(pack), case["calculation"], given, series, name) for name in expected}
    assert found == expected


def test_no_evidenced_row_is_missing():
    """The packs hold a case for every row of the researched tables that was seen somewhere."""
    kept = Counter(case["calculation"] for _, case in KEPT if "series" not in case)
    ages = [case for _, case in KEPT if list(case["given"]) == ["retirement_age_months"]]
    rows = [
        case
        for _, case in KEPT
        if set(case["given"]) == {"birth_date", "category"} and "delay_months" in case.get("expected", {})
    ]
    assert (len(rows), len(ages), kept["eu.pension.old_age"]) == (48, 31 + 15, 4 + 7)
    assert {f"F{n}" for n in range(1, 7)} <= {case["name"] for _, case in KEPT}


def test_a_place_without_a_rule_is_refused_by_name():
    """The refusal says which place, which number, and in which file it would stand."""
    given = {"birth_date": "1965-05-20", "category": "male60", "region": "370100"}
    asked = one(law("cn"), "cn.pension.old_age", given)
    with pytest.raises(
        ValueNotCovered, match=r"published_benefit_base .* 2025-07 \(370100 Shandong 山东省\)"
    ):
        asked.value(law("cn").node("cn.pension.benefit_base"))
