"""Base and amounts are checked against the law of their month, to the cent."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provident.filings.checks.contributions import LARGEST, Lines, judge, shares
from provident.kernel.citation import Citation
from provident.kernel.rate import Rate
from provident.kernel.rounding import Rounding, divide
from provident.kernel.words import Checked
from provident.law.records import ContributionRule

from .rows import chunk, said

ARTICLE = Citation("A law", "12")
KNOWN = ContributionRule(
    floor_minor=3000_00,
    ceiling_minor=20000_00,
    employee_rate=Rate.parse("0.08"),
    employer_rate=Rate.parse("0.16"),
    account_rate=Rate.parse("0.08"),
    rounding=Rounding.HALF_UP,
    citations=(ARTICLE,),
    status=None,
)
UNKNOWN = ContributionRule(None, None, None, None, None, Rounding.HALF_UP, (), None)


def lines(rows):
    n = len(rows)
    return Lines(
        place=np.arange(n),
        person=np.zeros(n, np.int32),
        employer=np.zeros(n, np.int32),
        branch=rows.branch,
        month=rows.month,
        region=np.full(n, 990000, np.int32),
        scheme=np.ones(n, np.int16),
        base=rows.base.minor,
        employee=rows.employee.minor,
        employer_share=rows.employer_share.minor,
        account=rows.account.minor,
        account_given=rows.account.given,
    )


def judged(*rows, rule=KNOWN):
    content = chunk(*({"branch": "pension", "month": "2026-03"} | row for row in rows))
    return judge(content, lines(content), lambda region, branch, scheme, month: rule)


def test_right_amounts_are_checked_and_the_account_gets_its_share():
    """Amounts equal to base times rate pass, and the account's leg is the law's share of the base."""
    found = judged({"base": "5000.06", "employee": "400.00", "employer": "800.01"})
    assert not found.findings
    assert found.account.tolist() == [400_00]
    assert found.checked.tolist() == [Checked.CHECKED]


def test_one_wrong_cent_is_refused_with_the_right_amount_and_the_article():
    """The refusal names what the amount should be and the article it rests on."""
    found = judged({"base": "5000.00", "employee": "400.01", "employer": "800.00"})
    ((row, value, refusal),) = [one for finding in found.findings for one in finding.refusals()]
    assert (row, value, refusal.code) == (2, "400.01", "filings.contribution_wrong")
    assert refusal.facts["expected"] == "400.00"
    assert refusal.citation == ARTICLE


def test_a_base_outside_floor_and_ceiling_is_refused():
    """A cent under the floor or over the ceiling is refused; the limits themselves pass."""
    found = judged(
        {"base": "2999.99", "employee": "240.00", "employer": "480.00"},
        {"base": "3000.00", "employee": "240.00", "employer": "480.00"},
        {"base": "20000.00", "employee": "1600.00", "employer": "3200.00"},
        {"base": "20000.01", "employee": "1600.00", "employer": "3200.00"},
    )
    assert said(found.findings) == [
        (2, "base", "filings.base_below_floor"),
        (5, "base", "filings.base_above_ceiling"),
    ]


def test_a_reported_zero_is_a_zero():
    """A base of zero is under every floor and passes, with amounts of zero only."""
    found = judged(
        {"base": "0", "employee": "0", "employer": "0"}, {"base": "0", "employee": "0.01", "employer": "0"}
    )
    assert said(found.findings) == [(3, "employee", "filings.contribution_wrong")]


def test_what_no_known_rate_can_check_is_taken_as_declared_and_marked():
    """Without a rate in force in what we know, amounts pass as not checkable and credit no account."""
    found = judged({"base": "5000.00", "employee": "123.45", "employer": "0.01"}, rule=UNKNOWN)
    assert not found.findings
    assert found.checked.tolist() == [Checked.NOT_CHECKABLE]
    assert found.account.tolist() == [0]


def test_amounts_without_a_base_are_refused_even_where_no_rate_is_known():
    """Nothing can be owed on a base of zero, whatever the rate."""
    found = judged({"base": "0", "employee": "1.00", "employer": "0"}, rule=UNKNOWN)
    assert said(found.findings) == [(2, "employee", "filings.contribution_wrong")]


def test_an_account_amount_the_file_gives_is_checked_too():
    """The file's account amount must be the law's share, or where none is known a part of the total."""
    right = {"base": "5000.00", "employee": "400.00", "employer": "800.00"}
    found = judged(right | {"account": "400.00"}, right | {"account": "400.01"}, right)
    assert said(found.findings) == [(3, "account", "filings.contribution_wrong")]
    found = judged(right | {"account": "1200.00"}, right | {"account": "1200.01"}, rule=UNKNOWN)
    assert said(found.findings) == [(3, "account", "filings.account_too_large")]
    assert found.account.tolist()[0] == 1200_00


def test_an_amount_too_large_to_compute_with_is_refused():
    """Sums never overflow: a single amount has a bound."""
    found = judged({"base": str(LARGEST), "employee": "1.00", "employer": "1.00"})
    assert said(found.findings) == [(2, "base", "filings.amount_too_large")]


rates = st.builds(Rate, st.integers(0, 10**6), st.sampled_from([1, 100, 10**4, 10**6, 10**12]))


@given(
    st.lists(st.tuples(rates, st.sampled_from(list(Rounding))), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, LARGEST), st.integers(0, 3)), max_size=20),
)
def test_shares_are_those_of_exact_division(rules, rows):
    """Every share equals the kernel's exact division under the rule's rounding."""
    codes = np.array([which % len(rules) for _, which in rows], np.int32)
    bases = np.array([base for base, _ in rows], np.int64)
    found = shares(bases, [rate for rate, _ in rules], [rounding for _, rounding in rules], codes)
    for base, code, share in zip(bases.tolist(), codes.tolist(), found.tolist(), strict=True):
        rate, rounding = rules[code]
        assert share == divide(base * rate.numerator, rate.denominator, rounding)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_refusals_read_in_both_languages(language):
    """Every sentence and remedy can be written in both languages with the facts of its row."""
    found = judged({"base": "2000.00", "employee": "400.01", "employer": "800.00"})
    assert len(said(found.findings, language)) == 3
