"""A pack whose rules have one fault is refused whole, and the fault is named where it stands."""

import pytest

from provident.law.pack import load_pack, read_pack
from provident.law.problems import kinds
from provident.law.refusals import PackMalformed

from .test_faults import PLANTED as IN_NUMBERS
from .toy import write_toy

V, F = "variables_pension_yaml", "formulas_pension_py"
RATE, FACTOR = "parameters_rate_yaml", "parameters_factor_yaml"

# kind of fault → (file, text to replace, replacement)
PLANTED = {
    "not_a_fraction": (RATE, "unit: share", "unit: fraction"),
    "not_a_table": (FACTOR, 'table: {50: "1.5", 60: "2.25"}', "table: {fifty: 1}"),
    "unsorted_keys": (FACTOR, '50: "1.5", 60: "2.25"', '60: "2.25", 50: "1.5"'),
    "not_words": (V, "words: [exact, up, cent]", "words: [exact, exact]"),
    "no_bound": (V, "kind: number, high: 120", "kind: number"),
    "no_function": (F, "def balance_2000_01", "def balance_2001_01"),
    "touches_floats": (F, "ops.quotient(paid * 3, 2)", "ops.quotient(paid * 1.5, 1)"),
    "not_in_a_formula": (F, "return ops.total(balance)", "return sum(balance)"),
    "unused_function": (F, "def way_used_2000_01", "def way_unused_2000_01(ops: Ops) -> Whole:\n    return ops\n\n\ndef way_used_2000_01"),
    "unknown_name": (F, "def balance_2000_01(paid:", "def balance_2000_01(payed: Whole, paid:"),
    "in_a_circle": (F, "def balance_2000_01(paid: Whole,", "def balance_2000_01(paid: Whole, balance_paid: Whole,"),
    "may_overflow": (F, "paid * 3, 2", "paid * paid * paid, 2"),
    "undated": (V, "dated_by: month", ""),
}  # fmt: skip


def test_the_toy_has_no_fault(tmp_path):
    """A pack that keeps every rule is read without a word."""
    assert read_pack(write_toy(tmp_path))[1] == []


def test_every_kind_of_fault_is_planted():
    """No kind of fault goes without a test."""
    assert set(PLANTED) | set(IN_NUMBERS) == set(kinds())


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_fault_is_found_and_the_pack_refused(kind, tmp_path):
    """One fault anywhere refuses the pack, naming kind and place in both languages."""
    key, old, new = PLANTED[kind]
    folder = write_toy(tmp_path, **{key: (old, new)})
    _, problems = read_pack(folder)
    found = [problem for problem in problems if problem.kind == kind]
    assert found, [str(problem) for problem in problems]
    for problem in found:
        assert problem.sentence("zh-hans") != problem.sentence("en")
        assert "{" not in problem.sentence("zh-hans")
    with pytest.raises(PackMalformed):
        load_pack(folder)


ELSEWHERE = [
    (F, "ops.quotient(paid * 3, 2)", "ops.quotient(paid, 2) if paid else ops.quotient(paid, 3)", "not_in_a_formula"),
    (F, "ops.quotient(paid * 3, 2)", "ops.quotient(paid / 2, 1)", "touches_floats"),
    (F, "ops.quotient(paid * 3, 2)", "ops.quotient(round(paid), 1)", "touches_floats"),
    (F, "ops.quotient(paid * 3, 2)", "ops.__class__(paid)", "not_in_a_formula"),
    (F, "ops.quotient(paid * 3, 2)", "[paid for _ in paid]", "not_in_a_formula"),
    (F, "ops.quotient(paid * 3, 2)", "ops.quotient(paid, paid)", "may_overflow"),
    (F, '"""Toy formulas."""', "import os", "not_in_a_formula"),
    (F, "from provident.packs.language import", "from os import", "not_in_a_formula"),
    (F, '"""Toy formulas."""', "def", "yaml"),
    (V, "rounding: {by: way_used}", "rounding: {by: years}", "unknown_name"),
    (V, "rounding: even", "rounding: odd", "unknown_name"),
    (V, "years: {of: paid}", "years: {of: unpaid}", "unknown_name"),
    (V, "namespace: toy.pension", "namespace: other.pension", "wrong_id"),
    (V, "{name: month, title: {en: month, zh: 月份}, kind: month}", "{name: age, title: {en: a, zh: 甲}, kind: month}", "repeated"),
    ("calculations_yaml", "outputs: [pension,", "outputs: [penson,", "unknown_name"),
    ("roundings_yaml", "mode: up", "mode: sideways", "not_a_word"),
    ("requirements_yaml", "status: secondary", "status: memory", "memory"),
    ("variables_pension_yaml", "status: secondary}", "status: memory}", "memory"),
    (RATE, 'until: 2009-12-31, value: "0.02"', 'until: 2010-12-31, value: "0.02"', "overlap"),
    (RATE, 'cite: {law: act, article: "1"}, ', "", "missing_key"),
    ("parameters_way_yaml", "value: exact", "value: nearly", "not_a_word"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "old", "new", "kind"), ELSEWHERE)
def test_a_fault_is_found_wherever_it_stands(key, old, new, kind, tmp_path):
    """A branch, a loop, a float, a stray import, a loose name: each is named."""
    _, problems = read_pack(write_toy(tmp_path, **{key: (old, new)}))
    assert kind in {problem.kind for problem in problems}, [str(problem) for problem in problems]
