"""The Merkle tree of a log (RFC 9162, section 2.1), kept as tiles of 256 hashes.

A tree grows only at its right edge, so growing needs nothing but the last tile of each level. Hashes
travel as one run of bytes, 32 for each.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from provident.ledger.seal.tiles import TILE_BYTES, WIDTH, TileStore

HASH = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
_LEVEL_HEIGHT = 8  # a tile's hashes make a subtree of this height


def leaf_hash(form: bytes) -> bytes:
    """Return the leaf of a hashed form."""
    return hashlib.sha256(b"\0" + form).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two hashes."""
    return hashlib.sha256(b"\1" + left + right).digest()


def pair_up(hashes: bytes) -> bytes:
    """Return the nodes above an even run of hashes.

    The bytes to be hashed are laid out at once; one call a node is then all that is left to do.
    """
    pairs = np.empty((len(hashes) // (2 * HASH), 1 + 2 * HASH), "u1")
    pairs[:, 0] = 1
    pairs[:, 1:] = np.frombuffer(hashes, "u1").reshape(-1, 2 * HASH)
    sha256 = hashlib.sha256
    return b"".join([sha256(pair).digest() for pair in pairs.reshape(-1).view("V65").tolist()])


def perfect_root(hashes: bytes) -> bytes:
    """Return the root over a run of hashes whose count is a power of two."""
    while len(hashes) > HASH:
        hashes = pair_up(hashes)
    return hashes


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree's right edge: the roots of the perfect subtrees it is made of, the largest first."""

    size: int
    roots: tuple[bytes, ...] = ()

    def root(self) -> bytes:
        """Return the root of the tree."""
        return fold(self.roots)

    def packed(self) -> bytes:
        """Return the roots one after the other."""
        return b"".join(self.roots)

    @classmethod
    def unpacked(cls, size: int, packed: bytes) -> "Frontier":
        """Return the frontier of a tree from its packed roots."""
        if len(packed) != HASH * size.bit_count():
            raise ValueError("a tree has as many perfect subtrees as its size has ones")
        return cls(size, tuple(packed[at : at + HASH] for at in range(0, len(packed), HASH)))


def fold(roots: Sequence[bytes]) -> bytes:
    """Return the root over perfect subtrees that stand side by side, the largest first."""
    if not roots:
        return EMPTY_ROOT
    folded = roots[-1]
    for root in reversed(roots[:-1]):
        folded = node_hash(root, folded)
    return folded


def edge_roots(size: int, edges: Sequence[bytes]) -> Frontier:
    """Return the frontier of a tree from the last, unfilled tile of each level (level 0 first)."""
    roots = []
    for hashes in reversed(edges):
        at, width = 0, len(hashes) // HASH
        for part in (1 << bit for bit in reversed(range(_LEVEL_HEIGHT)) if width >> bit & 1):
            roots.append(perfect_root(hashes[at * HASH : (at + part) * HASH]))
            at += part
    return Frontier(size, tuple(roots))


def read_edges(store: TileStore, size: int) -> list[bytes]:
    """Return the last, unfilled tile of each level of a tree, level 0 first; empty where it is filled."""
    edges: list[bytes] = []
    while size:
        index, width = divmod(size, WIDTH)
        edges.append(store.read(len(edges), index, width) if width else b"")
        size = index
    return edges


class Growth:
    """A tree as it grows: leaves go in, tiles come out, and in the end a frontier."""

    def __init__(self, store: TileStore, size: int) -> None:
        self._store = store
        self._edges = read_edges(store, size)
        self.size = size

    def frontier(self) -> Frontier:
        """Return the right edge as it is now."""
        return edge_roots(self.size, self._edges)

    def add(self, leaves: bytes) -> None:
        """Add leaves at the right, writing each tile that is filled."""
        self.size += len(leaves) // HASH
        self._raise(0, leaves)

    def _raise(self, level: int, hashes: bytes) -> None:
        if level == len(self._edges):
            self._edges.append(b"")
        hashes = self._edges[level] + hashes
        whole = len(hashes) // TILE_BYTES * TILE_BYTES
        self._edges[level] = hashes[whole:]
        if not whole:
            return
        first = (self.size >> _LEVEL_HEIGHT * (level + 1)) - whole // TILE_BYTES
        for place, at in enumerate(range(0, whole, TILE_BYTES)):
            self._store.write(level, first + place, hashes[at : at + TILE_BYTES])
        above = hashes[:whole]
        for _ in range(_LEVEL_HEIGHT):
            above = pair_up(above)
        self._raise(level + 1, above)

    def finish(self) -> Frontier:
        """Write the unfilled tiles, bring everything written to the disk, and return the frontier."""
        rest = self.size
        for level, hashes in enumerate(self._edges):
            rest //= WIDTH
            if hashes:
                self._store.write(level, rest, hashes)
        self._store.sync()
        return self.frontier()


class Tree:
    """A tree of some size, read from its tiles. Every tile is read once."""

    def __init__(self, store: TileStore, size: int) -> None:
        self._store = store
        self.size = size
        self._tiles: dict[tuple[int, int], bytes] = {}

    def root(self, size: int | None = None) -> bytes:
        """Return the root, of this tree or of the smaller one it grew from."""
        whole = self.size if size is None else size
        return self._root_between(0, whole) if whole else EMPTY_ROOT

    def leaves(self, start: int, end: int) -> bytes:
        """Return the leaves at positions from `start` up to `end`."""
        found = []
        while start < end:
            index, first = divmod(start, WIDTH)
            last = min(WIDTH, end - index * WIDTH)
            found.append(self._tile(0, index)[first * HASH : last * HASH])
            start = index * WIDTH + last
        return b"".join(found)

    def inclusion(self, position: int) -> tuple[bytes, ...]:
        """Return the proof that the leaf at a position is in the tree (section 2.1.3)."""
        if not 0 <= position < self.size:
            raise IndexError(position)
        proof, start, end = [], 0, self.size
        while end - start > 1:
            middle = start + _split(end - start)
            if position < middle:
                proof.append(self._root_between(middle, end))
                end = middle
            else:
                proof.append(self._root_between(start, middle))
                start = middle
        return tuple(reversed(proof))

    def consistency(self, older: int) -> tuple[bytes, ...]:
        """Return the proof that this tree grew from the older one of that size (section 2.1.4)."""
        if not 0 <= older <= self.size:
            raise IndexError(older)
        if older in {0, self.size}:
            return ()
        proof, start, end, known = [], 0, self.size, True
        while older != end:
            middle = start + _split(end - start)
            if older <= middle:
                proof.append(self._root_between(middle, end))
                end = middle
            else:
                proof.append(self._root_between(start, middle))
                start, known = middle, False
        if not known:
            proof.append(self._root_between(start, end))
        return tuple(reversed(proof))

    def _root_between(self, start: int, end: int) -> bytes:
        """Return the root over leaves of which the tree is made as RFC 9162 splits it."""
        roots = []
        while start < end:
            # The largest perfect subtree that begins here and does not pass the end.
            height = min((start & -start).bit_length() - 1 if start else 64, (end - start).bit_length() - 1)
            roots.append(self._perfect(height, start >> height))
            start += 1 << height
        return fold(roots)

    def _perfect(self, height: int, index: int) -> bytes:
        """Return the root of the perfect subtree of a height, the `index`-th of its kind."""
        level, inside = divmod(height, _LEVEL_HEIGHT)
        tile, first = divmod(index << inside, WIDTH)
        hashes = self._tile(level, tile)[first * HASH : (first + (1 << inside)) * HASH]
        return perfect_root(hashes)

    def _tile(self, level: int, index: int) -> bytes:
        if (level, index) not in self._tiles:
            width = min(WIDTH, (self.size >> _LEVEL_HEIGHT * level) - index * WIDTH)
            self._tiles[level, index] = self._store.read(level, index, width)
        return self._tiles[level, index]


def root_from_inclusion(leaf: bytes, position: int, size: int, proof: Iterable[bytes]) -> bytes:
    """Return the root a leaf and its proof lead to (section 2.1.3.2); a wrong length is a ValueError."""
    at, last, root = position, size - 1, leaf
    for part in proof:
        if last == 0:
            raise ValueError("the proof is too long")
        if at & 1 or at == last:
            root = node_hash(part, root)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            root = node_hash(root, part)
        at, last = at >> 1, last >> 1
    if last:
        raise ValueError("the proof is too short")
    return root


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least two."""
    return 1 << (size - 1).bit_length() - 1
