"""What a calculation says of contributions is what filings are checked against: one source."""

import random

import pytest

from provident.kernel.month import Month
from provident.kernel.refusal import Refusal
from provident.kernel.words import Branch, Scheme
from provident.law import Book
from provident.law.engine.one import One
from provident.law.engine.trace import Given

from .asking import law


@pytest.mark.parametrize("branch", Branch, ids=lambda one: one.word)
def test_contributions_are_those_of_the_book(branch):
    """Base and both shares agree with the rule of the month, and are refused where it knows none."""
    ready, dice = law("cn"), random.Random(branch.value)
    book = Book(ready.pack)
    answered = 0
    for _ in range(200):
        region = dice.choice((990000, 990100, 110000, 310000, 370000))
        month = Month(dice.randint(2005, 2026), dice.randint(1, 12))
        wage = dice.randrange(0, 6_000_000)
        rule = book.contribution_rule(region, branch, Scheme.EMPLOYEES, month)
        given = {"wage": wage, "month": month.year * 12 + month.month - 1, "region": region}
        one = One(ready, "cn.contributions", {f"cn.contribution.{k}": Given(v) for k, v in given.items()}, {})

        def asked(what, one=one):
            try:
                return one.value(ready.node(f"cn.contribution.{branch.word}_{what}"))
            except Refusal:
                return None

        limits = rule.floor_minor is not None and rule.ceiling_minor is not None
        base = max(min(wage, rule.ceiling_minor), rule.floor_minor) if limits else None
        assert asked("base") == base
        for side, rate in (("employee", rule.employee_rate), ("employer", rule.employer_rate)):
            known = base is not None and rate is not None
            exact = (
                (base * rate.numerator * 2 + rate.denominator) // (2 * rate.denominator) if known else None
            )
            assert asked(side) == exact
            answered += known
    assert answered > 50
