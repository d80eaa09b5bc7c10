"""One person at a time and all at once, the packs cn and eu give the same to the last unit, refusals included."""

import pytest
from tests.law.lives import all_at_once, by_program, one_by_one

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


@pytest.mark.parametrize(("calculation", "life", "count"), ASKED, ids=[name for name, _, _ in ASKED])
def test_a_program_equals_arrays(calculation, life, count):
    """Whom a program answers, place by place, it answers as the arrays do."""
    lives = [life(seed) for seed in range(count)]
    region = next((name for one in lives for name in one.given if name.endswith(".region")), "")
    places = sorted({one.given.get(region, 0) for one in lives})
    answered = 0
    for place in places:
        local = [one for one in lives if one.given.get(region, 0) == place]
        together = all_at_once(calculation, local)
        fast = by_program(calculation, local, {region: place} if place else {})
        pairs = [(a, b) for a, b in zip(together, fast, strict=True) if b is not None]
        assert [(a, b) for a, b in pairs if a != b][:3] == []
        answered += sum(any(isinstance(one, int) for one in row) for row, _ in pairs)
    assert answered > 0


def test_every_calculation_is_asked():
    """No calculation of the packs is left without random lives."""
    every = {name for pack in ("cn", "eu") for name in law(pack).pack.rules.calculations}
    assert every == {name for name, _, _ in ASKED}
