"""Many inclusion proofs at once: the same as one by one, with each tile read once."""

import base64
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provident.ledger.seal.paths import Paths
from provident.ledger.seal.tiles import TileStore
from provident.ledger.seal.tree import Growth, Tree


def leaf(number: int) -> bytes:
    return hashlib.sha256(number.to_bytes(8, "big")).digest()


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """Return how to get the tiles of a tree of some size; each is made once."""
    made: dict[int, TileStore] = {}

    def of(size: int) -> TileStore:
        if size not in made:
            made[size] = TileStore(tmp_path_factory.mktemp("log"))
            growth = Growth(made[size], 0)
            growth.add(b"".join(map(leaf, range(size))))
            growth.finish()
        return made[size]

    return of


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 1000])
def test_every_proof_is_the_one_the_tree_gives(grown, size):
    """Each position of trees around the width of a tile is proven as the tree itself proves it."""
    paths, tree = Paths(grown(size), size), Tree(grown(size), size)
    for position in range(size):
        proof = tuple(base64.b64decode(node) for node in paths.inclusion(position))
        assert proof == tree.inclusion(position)
        assert paths.leaf(position) == leaf(position)


@given(st.integers(0, 70_000))
@settings(max_examples=150)
def test_a_tree_of_three_levels_is_proven_alike(grown, position):
    """Beyond 65,536 leaves the nodes come from three levels of tiles."""
    size = 70_001
    paths, tree = Paths(grown(size), size), Tree(grown(size), size)
    assert tuple(map(base64.b64decode, paths.inclusion(position))) == tree.inclusion(position)


def test_a_tile_is_read_once(grown, monkeypatch):
    """A thousand proofs read each tile they touch a single time."""
    read: list[tuple[int, int]] = []
    inner = TileStore.read

    def counted(self, level, index, width=256):
        read.append((level, index))
        return inner(self, level, index, width)

    monkeypatch.setattr(TileStore, "read", counted)
    paths = Paths(grown(1000), 1000)
    for position in range(1000):
        paths.inclusion(position)
    assert sorted(read) == sorted(set(read))
    assert len(read) == 5


def test_a_leaf_is_found_where_it_lies(grown):
    """A leaf is found inside its window only, whichever end the search begins at."""
    paths = Paths(grown(1000), 1000)
    for near in (0, 300, 999):
        assert paths.find(leaf(500), 0, 999, near) == 500
        assert paths.find(leaf(500), 500, 500, near) == 500
        assert paths.find(leaf(500), 501, 999, near) is None
        assert paths.find(leaf(500), 0, 499, near) is None
    assert paths.find(leaf(2000), 0, 999, 0) is None


def test_bytes_that_straddle_two_leaves_are_no_leaf(grown):
    """What begins in the middle of a leaf is not found."""
    paths = Paths(grown(1000), 1000)
    assert paths.find(leaf(10)[5:] + leaf(11)[:5], 0, 999, 0) is None


@pytest.mark.parametrize("position", [-1, 3])
def test_a_position_outside_the_tree_has_no_proof(grown, position):
    """Nothing is proven of what is not in the tree."""
    with pytest.raises(IndexError):
        Paths(grown(3), 3).inclusion(position)
