"""One person at a time and all at once, the law gives the same to the last unit, refusals included."""

import os

import pytest

from .lives import all_at_once, american, by_program, one_by_one

COUNT = 20_000 if os.environ.get("PROVIDENT_LONG") else 2_000
CALCULATIONS = [("us.retirement", american), ("us.retirement.coverage", american)]


@pytest.mark.parametrize(("calculation", "life"), CALCULATIONS, ids=[name for name, _ in CALCULATIONS])
def test_one_equals_many(calculation, life):
    """Thousands of random lives, some asking what the law does not answer: each output is equal."""
    lives = [life(seed) for seed in range(COUNT if calculation.count(".") == 1 else COUNT // 10)]
    alone, together = one_by_one(calculation, lives), all_at_once(calculation, lives)
    different = [(seed, a, b) for seed, (a, b) in enumerate(zip(alone, together, strict=True)) if a != b]
    assert different[:3] == []
    outputs = [one for row in alone for one in row]
    assert sum(isinstance(one, int) and one > 0 for one in outputs) > len(outputs) // 3
    assert any(isinstance(one, str) for one in outputs)


@pytest.mark.parametrize(("calculation", "life"), CALCULATIONS, ids=[name for name, _ in CALCULATIONS])
def test_a_program_equals_arrays(calculation, life):
    """Whom a program answers it answers as the arrays do; whom they refuse it leaves to them."""
    lives = [life(seed) for seed in range(COUNT)]
    together, fast = all_at_once(calculation, lives), by_program(calculation, lives)
    answered = [(a, b) for a, b in zip(together, fast, strict=True) if b is not None]
    assert [(a, b) for a, b in answered if a != b][:3] == []
    assert len(answered) > COUNT // 2
    assert not any(isinstance(one, str) for row, _ in answered for one in row)


def test_batches_do_not_depend_on_their_neighbours():
    """A person's answer is the same alone in a batch, with others, and in any order."""
    lives = [american(seed) for seed in range(60)]
    together = all_at_once("us.retirement", lives)
    assert all_at_once("us.retirement", lives[::-1]) == together[::-1]
    assert [all_at_once("us.retirement", [life])[0] for life in lives] == together
