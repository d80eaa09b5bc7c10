"""Proofs: every true one is accepted, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provident.verify import tree

from . import small_log as small

LEAVES = small.others(40)
sizes = st.integers(0, 40)


@given(st.integers(1, 40), st.data())
def test_every_leaf_is_proven_at_its_place_only(size, data):
    """An inclusion proof leads to the root from its own position, and from no other."""
    leaves = LEAVES[:size]
    at, claimed = (data.draw(st.integers(0, size - 1)) for _ in range(2))
    held = tree.verify_inclusion(leaves[at], claimed, size, small.root(leaves), small.path(at, leaves))
    assert held == (at == claimed)


@given(st.integers(1, 40), st.data())
def test_an_altered_inclusion_proof_is_refused(size, data):
    """A node changed, dropped or added leads nowhere."""
    leaves = LEAVES[:size]
    at = data.draw(st.integers(0, size - 1))
    proof = small.path(at, leaves)
    place = data.draw(st.integers(0, len(proof)))
    for altered in (
        [*proof[:place], bytes(32), *proof[place:]],
        [*proof[:place], *proof[place + 1 :]],
        [*proof[:place], bytes(32), *proof[place + 1 :]],
    ):
        if altered != proof:
            assert not tree.verify_inclusion(leaves[at], at, size, small.root(leaves), altered)


@given(sizes, sizes)
def test_a_grown_tree_continues_its_past(one, two):
    """A consistency proof holds for the tree that grew, and not with the roots exchanged."""
    old, new = sorted((one, two))
    proof = small.consistency(old, LEAVES[:new]) if old else []
    roots = small.root(LEAVES[:old]), small.root(LEAVES[:new])
    assert tree.verify_consistency(old, roots[0], new, roots[1], proof)
    if old != new:
        assert not tree.verify_consistency(old, roots[1], new, roots[0], proof)
        assert not tree.verify_consistency(new, roots[1], old, roots[0], proof)


@given(st.integers(1, 39), st.integers(1, 40), st.data())
def test_a_rewritten_past_has_no_proof(old, new, data):
    """No proof of the rewritten tree, nor one altered, ties it to the old root."""
    if old >= new:
        old, new = new, old + 1
    leaves = [*LEAVES[:new]]
    leaves[data.draw(st.integers(0, old - 1))] = bytes(32)
    proof = small.consistency(old, leaves)
    root = small.root(LEAVES[:old])
    assert not tree.verify_consistency(old, root, new, small.root(leaves), proof)
    true = small.consistency(old, LEAVES[:new])
    assert not tree.verify_consistency(old, root, new, small.root(LEAVES[:new]), [*true, bytes(32)])
    assert not tree.verify_consistency(old, root, new, small.root(LEAVES[:new]), true[:-1])


@pytest.mark.parametrize("index", [-1, 7, 8])
def test_a_position_outside_the_tree_is_not_in_it(index):
    """There is no leaf before the first or after the last."""
    leaves = LEAVES[:7]
    assert not tree.verify_inclusion(leaves[0], index, 7, small.root(leaves), small.path(0, leaves))


@given(sizes)
def test_the_frontier_makes_the_same_root(size):
    """Adding leaf by leaf gives the root the recursive definition gives."""
    frontier = tree.Frontier()
    for leaf in LEAVES[:size]:
        frontier.add(leaf)
    assert frontier.root() == small.root(LEAVES[:size])
