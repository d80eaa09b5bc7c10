"""The engine on a toy country: dates, places, words, years, refusals; one and many alike."""

import re

import numpy as np
import pytest

from provident.kernel.refusal import Refusal
from provident.law.engine.many import Batch, Column, Many, Reasons
from provident.law.engine.numbers import parse, written
from provident.law.engine.one import One
from provident.law.engine.plan import Law
from provident.law.engine.trace import Given
from provident.law.pack import load_pack
from provident.law.refusals import (
    GoesInCircles,
    MayOverflow,
    NoFormula,
    NoSuchCalculation,
    NoSuchVariable,
    NotGiven,
    NotMet,
    NotReported,
    OutOfBound,
    ValueNotCovered,
)

from .toy import write_toy

P = "toy.pension."
PLAIN = {"month": "2005-03", "region": "990100", "age": "60", "years": "20.5"}


@pytest.fixture
def law(tmp_path):
    return Law(load_pack(write_toy(tmp_path)))


def numbers_of(law, given):
    return {P + name: parse(law.node(P + name).variable, text) for name, text in given.items()}


def asked(law, name, series=None, **given):
    """Return a variable as text, worked out both ways."""
    node, known = law.node(P + name), numbers_of(law, {**PLAIN, **given})
    years = {P + "paid": series} if series else {}
    many = Many(
        law,
        Batch(2, {k: Column(np.array([v, v])) for k, v in known.items()},
              {n: {y: Column(np.array([v, v])) for y, v in ys.items()} for n, ys in years.items()}),
        reasons := Reasons(),
    )  # fmt: skip
    cell = many.value(node)
    one = One(law, "toy.pension", {k: Given(v) for k, v in known.items()},
              {n: {y: Given(v) for y, v in ys.items()} for n, ys in years.items()})  # fmt: skip
    if cell.faults is not None and np.any(cell.faults):
        refusal = reasons.refusals[int(np.max(cell.faults)) - 1]
        with pytest.raises(type(refusal), match=re.escape(str(refusal))):
            one.value(node)
        raise refusal
    value = one.value(node)
    assert np.broadcast_to(cell.values, (2,)).tolist() == [value, value]
    return written(node.variable, value)


def test_a_formula_applies_on_its_own_days(law):
    """The old formula answers for old months, the new one for new months; the old one stays."""
    assert asked(law, "pension", region="0", month="2005-03") == "410.00"  # 1000 × 20.5 × 2 %
    assert asked(law, "pension", region="0", month="2009-12") == "410.00"
    assert asked(law, "pension", region="0", month="2010-01") == "691.88"  # 1000 × 20.5 × 1.5 % × 2.25
    assert asked(law, "pension", region="0", month="2010-01", age="59") == "461.25"


def test_the_nearest_place_comes_first(law):
    """A province's value is before the country's, and a fictional place has no country behind it."""
    assert asked(law, "pension", region="110105") == "820.00"
    assert asked(law, "pension", region="110000", month="2004-12") == "410.00"
    with pytest.raises(ValueNotCovered) as caught:
        asked(law, "pension", region="990000")
    assert "990000" in str(caught.value)


def test_the_rounding_is_chosen_by_a_word(law):
    """By place, or given: exact, up to 0.1 or to the cent."""
    common = {"years": "20.123456789012"}
    assert asked(law, "years_text", region="0", **common) == "20.123456789012"
    assert asked(law, "years_text", region="110000", **common) == "20.200000000000"
    assert asked(law, "years_text", way_used="cent", **common) == "20.120000000000"


def test_halves_go_to_the_even_cent_where_the_law_says_so(law):
    """0.01 × 3 ÷ 2 is 0.015, to 0.02; 0.03 × 3 ÷ 2 is 0.045, to 0.04."""
    assert asked(law, "balance_paid", {2001: 1}) == "0.02"
    assert asked(law, "balance_paid", {2001: 3}) == "0.04"
    assert asked(law, "balance_paid", {2001: 3, 2003: 1}) == "0.06"


def test_what_is_not_covered_is_refused(law):
    """A month before the first formula, an age below the table, a person too young, nothing given."""
    with pytest.raises(NoFormula):
        asked(law, "pension", month="1999-12")
    with pytest.raises(NotMet, match="Too young"):
        asked(law, "pension", region="0", month="2010-01", age="49")
    with pytest.raises(OutOfBound):
        asked(law, "pension", region="0", years="101")
    with pytest.raises(NotGiven):
        One(law, "toy.pension", {}, {}).value(law.node(P + "pension"))
    with pytest.raises(NotReported):
        One(law, "toy.pension", {}, {P + "paid": {}}).row(law.node(P + "balance"), 2001)
    with pytest.raises(NoSuchCalculation):
        law.calculation("toy.no")
    with pytest.raises(NoSuchVariable):
        law.named("no", law.calculation("toy.pension"))


def test_each_person_has_their_own_formula_place_and_rounding(law):
    """In one batch: months of both formulas, two places, three roundings, and one refusal."""
    rows = [
        {**PLAIN, "region": region, "month": month, "years": "20.123456789012"}
        for region in ("0", "110105", "990000") for month in ("1999-12", "2005-03", "2012-01")
    ]  # fmt: skip
    columns = {k: np.array([numbers_of(law, row)[k] for row in rows]) for k in numbers_of(law, rows[0])}
    reasons = Reasons()
    many = Many(law, Batch(len(rows), {k: Column(v) for k, v in columns.items()}), reasons)
    for name in ("pension", "years_text"):
        node = law.node(P + name)
        cell = many.value(node)
        for at, row in enumerate(rows):
            one = One(law, "toy.pension", {k: Given(v) for k, v in numbers_of(law, row).items()}, {})
            if fault := int(np.broadcast_to(0 if cell.faults is None else cell.faults, (9,))[at]):
                with pytest.raises(Refusal) as caught:
                    one.value(node)
                assert str(caught.value) == str(reasons.refusals[fault - 1])
            else:
                assert one.value(node) == int(cell.values[at])


def test_a_given_variable_is_not_worked_out(law):
    """Given for one person only, it is used for that person and worked out for the other."""
    given = {k: Column(np.array([v, v])) for k, v in numbers_of(law, {**PLAIN, "region": "0"}).items()}
    given[P + "pension"] = Column(np.array([777, 0]), np.array([True, False]))
    cell = Many(law, Batch(2, given), Reasons()).value(law.node(P + "pension"))
    assert cell.values.tolist() == [777, 41000]
    one = One(law, "toy.pension", {P + "pension": Given(777, "option")}, {})
    assert one.value(law.node(P + "pension")) == 777
    assert one.trace.document()["steps"][0]["given"] == {"how": "option", "entries": []}


def test_a_formula_that_may_overflow_is_refused(tmp_path):
    """Bounds that do not prove a product to fit are refused before anything is calculated."""
    change = ("return ops.quotient(paid * 3, 2)", "return ops.quotient(paid * paid * paid, 2)")
    with pytest.raises(Refusal, match="64-bit"):
        Law(load_pack(write_toy(tmp_path, formulas_pension_py=change))).node(P + "balance")


def test_a_circle_is_refused(tmp_path):
    """Two variables that wait for each other are named."""
    change = ("def balance_2000_01(paid: Whole,", "def balance_2000_01(paid: Whole, balance_paid: Whole,")
    with pytest.raises(Refusal, match="from itself"):
        Law(load_pack(write_toy(tmp_path, formulas_pension_py=change))).node(P + "balance_paid")
    assert issubclass(GoesInCircles, Refusal)
    assert issubclass(MayOverflow, Refusal)
