"""Inclusion proofs from tiles (RFC 9162, section 2.1.3.1), each tile read once and each node made once."""

import binascii
from collections.abc import Iterator
from functools import cached_property, lru_cache

from provident.ledger.seal.tiles import WIDTH, TileStore
from provident.ledger.seal.tree import HASH, fold, pair_up

_HEIGHT = 8  # of the subtree over one tile
_TILES = 8192  # kept as they are, 8 KB each
_SUBTREES = 2048  # kept with the nodes above them, 16 KB each


class Paths:
    """The paths of a tree of some size. A caller that asks for many keeps one of these."""

    def __init__(self, store: TileStore, size: int) -> None:
        self._store = store
        self.size = size
        self._tile = lru_cache(_TILES)(self._read)
        self._subtree = lru_cache(_SUBTREES)(self._raise)
        self._above = lru_cache(_TILES)(lambda tile: list(self._climb(_HEIGHT, tile)))
        self._edges: dict[int, bytes] = {}

    def leaf(self, position: int) -> bytes:
        """Return the leaf at a position."""
        return self._node(0, position)

    def find(self, leaf: bytes, low: int, high: int, near: int) -> int | None:
        """Return where a leaf lies from one position up to another; look around `near` first."""
        around = near // WIDTH
        for index in sorted(range(low // WIDTH, high // WIDTH + 1), key=lambda one: abs(one - around)):
            hashes, at = self._tile(0, index), 0
            while (at := hashes.find(leaf, at)) >= 0:
                place = index * WIDTH + at // HASH
                if at % HASH == 0 and low <= place <= high:
                    return place
                at += 1
        return None

    def inclusion(self, position: int) -> list[str]:
        """Return the proof that the leaf at a position is in the tree, each node in base64."""
        if not 0 <= position < self.size:
            raise IndexError(position)
        tile, at = divmod(position, WIDTH)
        if (tile + 1) * WIDTH > self.size:
            return list(self._climb(0, position))
        inside = []
        for row in self._subtree(0, tile):
            beside = (at ^ 1) * HASH
            inside.append(_base64(row[beside : beside + HASH]))
            at >>= 1
        return inside + self._above(tile)

    def _climb(self, height: int, at: int) -> Iterator[str]:
        """Yield the proof from the node of a height, the `at`-th of its kind, upwards."""
        while 1 << height < self.size:
            beside = at ^ 1
            if beside << height < self.size:
                yield _base64(
                    self._node(height, beside) if self._is_whole(height, beside) else self._edge(height)
                )
            height, at = height + 1, at >> 1

    def _is_whole(self, height: int, index: int) -> bool:
        return (index + 1) << height <= self.size

    def _node(self, height: int, index: int) -> bytes:
        """Return the root of a perfect subtree."""
        level, inside = divmod(height, _HEIGHT)
        tile, at = divmod(index << inside, WIDTH)
        if not inside:
            return self._tile(level, tile)[at * HASH : (at + 1) * HASH]
        at >>= inside
        return self._subtree(level, tile)[inside][at * HASH : (at + 1) * HASH]

    def _edge(self, height: int) -> bytes:
        """Return the root over what the tree holds right of its last perfect subtree of this height."""
        if height not in self._edges:
            mask = (1 << height) - 1
            self._edges[height] = fold([root for of, root in self._frontier if 1 << of <= self.size & mask])
        return self._edges[height]

    @cached_property
    def _frontier(self) -> list[tuple[int, bytes]]:
        """The perfect subtrees the tree is made of, with their heights, the largest first."""
        heights = [height for height in reversed(range(self.size.bit_length())) if self.size >> height & 1]
        return [(height, self._node(height, (self.size >> height) - 1)) for height in heights]

    def _read(self, level: int, index: int) -> bytes:
        width = min(WIDTH, (self.size >> _HEIGHT * level) - index * WIDTH)
        return self._store.read(level, index, width)

    def _raise(self, level: int, index: int) -> tuple[bytes, ...]:
        """Return a tile's hashes and the rows of nodes above them."""
        rows = [self._tile(level, index)]
        while len(rows) < _HEIGHT:
            even = len(rows[-1]) // (2 * HASH) * (2 * HASH)
            rows.append(pair_up(rows[-1][:even]) if even else b"")
        return tuple(rows)


def _base64(node: bytes) -> str:
    return binascii.b2a_base64(node, newline=False).decode("ascii")
