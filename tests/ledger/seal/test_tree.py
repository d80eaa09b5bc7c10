"""The tree against the definitions of RFC 9162, written out the slow way."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provident.ledger.seal import tree
from provident.ledger.seal.refusals import TileMissing
from provident.ledger.seal.tiles import TileStore, tile_path


def leaf(number):
    return hashlib.sha256(b"\0" + number.to_bytes(4, "big")).digest()


def largest_power_below(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def root(leaves):
    """MTH of section 2.1.1, over leaves that are hashed already."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = largest_power_below(len(leaves))
    return hashlib.sha256(b"\1" + root(leaves[:k]) + root(leaves[k:])).digest()


def path(m, leaves):
    """PATH of section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), root(leaves[k:])]
    return [*path(m - k, leaves[k:]), root(leaves[:k])]


def subproof(m, leaves, known):
    """SUBPROOF of section 2.1.4.1."""
    if m == len(leaves):
        return [] if known else [root(leaves)]
    k = largest_power_below(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], known), root(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), root(leaves[:k])]


def grow(directory, *steps):
    """Grow a log through these sizes; return its store and its leaves."""
    store, size = TileStore(directory), 0
    for step in steps:
        growth = tree.Growth(store, size)
        growth.add(b"".join(map(leaf, range(size, step))))
        assert growth.finish().root() == root([leaf(i) for i in range(step)])
        size = step
    return store, [leaf(i) for i in range(size)]


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """Grow a log of 700 leaves in uneven steps."""
    return grow(tmp_path_factory.mktemp("log"), 0, 1, 2, 255, 256, 257, 511, 513, 700)


class TilesByDefinition(TileStore):
    """Tiles of any size, made from the leaves: trees between two seals have no partial tiles on the disk."""

    def __init__(self, directory, leaves):
        super().__init__(directory)
        self.leaves = leaves

    def read(self, level, index, width=256):
        return tile_of(self.leaves, level, index)[: width * 32]


@given(size=st.integers(1, 700), data=st.data())
def test_inclusion_proofs_are_those_of_the_standard(grown, size, data):
    """Every leaf's proof in every tree the log went through is the standard's, and leads to its root."""
    store, leaves = grown
    place = data.draw(st.integers(0, size - 1))
    whole = TilesByDefinition(store.directory, leaves)
    proof = tree.Tree(whole, size).inclusion(place)
    assert list(proof) == path(place, leaves[:size])
    assert tree.root_from_inclusion(leaves[place], place, size, proof) == root(leaves[:size])


@given(newer=st.integers(0, 700), data=st.data())
def test_consistency_proofs_are_those_of_the_standard(grown, newer, data):
    """Between any two sizes the proof is the standard's; from nothing and to itself it is empty."""
    store, leaves = grown
    older = data.draw(st.integers(0, newer))
    whole = TilesByDefinition(store.directory, leaves)
    expected = subproof(older, leaves[:newer], True) if 0 < older < newer else []
    assert list(tree.Tree(whole, newer).consistency(older)) == expected
    assert tree.Tree(whole, newer).root(older) == root(leaves[:older])


def tile_of(leaves, level, index):
    """Return a tile's bytes by definition: each hash is the root over 256**level leaves."""
    step = 256**level
    starts = range(index * 256 * step, min((index + 1) * 256 * step, len(leaves) // step * step), step)
    return b"".join(root(leaves[at : at + step]) for at in starts)


def test_tiles_hold_what_the_public_format_says(grown):
    """The files on the disk are the tiles by definition, under the paths of the format."""
    store, leaves = grown
    for level, index, width in [(0, 0, 256), (0, 1, 256), (0, 2, 188), (1, 0, 2)]:
        stored = (store.directory / tile_path(level, index, width)).read_bytes()
        assert stored == tile_of(leaves, level, index)[: width * 32]
    assert not (store.directory / tile_path(2, 0, 1)).exists()


@pytest.mark.parametrize(
    ("tile", "expected"),
    [
        ((0, 0), "tile/0/000"),
        ((0, 999), "tile/0/999"),
        ((0, 1000), "tile/0/x001/000"),
        ((2, 1234067), "tile/2/x001/x234/067"),
        ((0, 1234067, 8), "tile/0/x001/x234/067.p/8"),
    ],
)
def test_paths_are_those_of_the_public_format(tile, expected):
    """Numbers are split into groups of three digits, all but the last marked with x."""
    assert tile_path(*tile) == expected


def test_a_long_run_fills_tiles_of_three_levels(tmp_path):
    """65,793 leaves fill a tile of level 1 and begin one of level 2, whatever the pieces they come in."""
    store = TileStore(tmp_path / "one")
    hashes = b"".join(map(leaf, range(65_793)))
    growth = tree.Growth(store, 0)
    growth.add(hashes)
    pieces = tree.Growth(TileStore(tmp_path / "other"), 0)
    for at in range(0, len(hashes), 32 * 997):
        pieces.add(hashes[at : at + 32 * 997])
    whole = growth.finish()
    assert whole == pieces.finish()
    assert tree.Tree(store, 65_793).root() == whole.root() == root([leaf(i) for i in range(65_793)])
    files = sorted(
        str(file.relative_to(tmp_path / "one")) for file in (tmp_path / "one").rglob("*") if file.is_file()
    )
    assert [name for name in files if not name.startswith("tile/0/")] == [
        "tile/1/000",
        "tile/1/001.p/1",
        "tile/2/000.p/1",
    ]
    assert files == sorted(
        str(file.relative_to(tmp_path / "other"))
        for file in (tmp_path / "other").rglob("*")
        if file.is_file()
    )


def test_partial_tiles_go_once_they_are_filled(grown, tmp_path):
    """A filled tile stands in for the partial ones before it; a partial tile not yet filled stays."""
    store, leaves = grow(tmp_path, 200, 300)
    store.drop_partials(200, 300)
    assert not (tmp_path / "tile/0/000.p").exists()
    assert (tmp_path / "tile/0/001.p/44").exists()
    assert tree.Tree(store, 200).root() == root(leaves[:200])


def test_a_missing_or_short_tile_is_named(tmp_path):
    """What cannot be read is a refusal that says which file."""
    store, _ = grow(tmp_path, 300)
    (tmp_path / "tile/0/000").write_bytes(bytes(64))
    with pytest.raises(TileMissing, match="tile/0/000"):
        tree.Tree(store, 300).inclusion(5)


def test_a_frontier_packs_and_unpacks():
    """A frontier has a hash for each one in its size, no more and no fewer."""
    made = tree.Frontier(5, (leaf(1), leaf(2)))
    assert tree.Frontier.unpacked(5, made.packed()) == made
    with pytest.raises(ValueError, match="ones"):
        tree.Frontier.unpacked(4, made.packed())


@pytest.mark.parametrize("change", ["longer", "shorter"])
def test_a_proof_of_the_wrong_length_leads_nowhere(change):
    """A proof with a hash too many or too few is refused."""
    leaves = [leaf(i) for i in range(5)]
    proof = path(2, leaves)
    wrong = [*proof, leaf(9)] if change == "longer" else proof[:-1]
    with pytest.raises(ValueError, match="too"):
        tree.root_from_inclusion(leaves[2], 2, 5, wrong)
