"""One person at a time and all at once, the packs cn and eu give the same to the last unit, refusals included."""

import pytest
from tests.law.lives import all_at_once, one_by_one

from .asking import law
from .lives import ASKED


@pytest.mark.parametrize(("calculation", "life", "count"), ASKED, ids=[name for name, _, _ in ASKED])
def test_one_equals_many(calculation, life, count):
    """Random lives, some asking what the law does not answer: each output is equal."""
    lives = [life(seed) for seed in range(count)]
    alone, together = one_by_one(calculation, lives), all_at_once(calculation, lives)
    different = [(seed, a, b) for seed, (a, b) in enumerate(zip(alone, together, strict=True)) if a != b]
    assert different[:3] == []
    outputs = [one for row in alone for one in row]
    assert sum(isinstance(one, int) and one > 0 for one in outputs) > len(outputs) // 4


def test_every_calculation_is_asked():
    """No calculation of the packs is left without random lives."""
    every = {name for pack in ("cn", "eu") for name in law(pack).pack.rules.calculations}
    assert every == {name for name, _, _ in ASKED}
