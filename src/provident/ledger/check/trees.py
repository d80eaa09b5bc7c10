"""A log's tree, held against its tiles: level 0 against the rows, every level above against the one below."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from provident.ledger.arrays import Array
from provident.ledger.check.findings import Findings
from provident.ledger.seal.refusals import TileMissing
from provident.ledger.seal.tiles import WIDTH, TileStore, tile_path
from provident.ledger.seal.tree import EMPTY_ROOT, HASH, Growth

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Said:
    """What a checkpoint says: so many leaves have this root."""

    size: int
    root: bytes


@dataclass(slots=True)
class _Comparing(TileStore):
    """Tiles that are not written but compared. Level 0 is what the tree is made of here."""

    log: str = ""
    findings: Findings = field(default_factory=Findings)

    def write(self, level: int, index: int, hashes: bytes) -> None:
        if level:
            path = tile_path(level, index, len(hashes) // HASH)
            try:
                if self.read(level, index, len(hashes) // HASH) != hashes:
                    self.findings.add("tile.changed", log=self.log, what=path)
            except TileMissing:
                self.findings.add("tile.missing", log=self.log, what=path)

    def sync(self) -> None:
        return


class TreeCheck:
    """A log's tree as it is gone through once, from `start` (a size that was sealed) to its last size."""

    def __init__(
        self, log: str, directory: Path, findings: Findings, said: list[Said], start: int = 0
    ) -> None:
        self.log, self.position, self._findings = log, start, findings
        self.size = said[-1].size if said else 0
        self._store = _Comparing(directory, log=log, findings=findings)
        self._said: Iterator[Said] = iter(one for one in said if one.size >= start)
        self._next = next(self._said, None)
        self._growth = Growth(self._store, start)
        self._missed: set[int] = set()
        self._hold_said()

    def take(self, found: Array) -> Array:
        """Go over the next positions: return which leaves found (rows of 32 bytes) are those of the tree.

        Where a tile is missing, the leaves found stand in for it.
        """
        leaves = self.peek(0, found)
        self._grow(leaves.tobytes())
        same = equal(leaves, found)
        self._findings.next_checked(self.log, len(found), self.size)
        return same

    def root(self) -> bytes:
        """Return the root of what was gone over so far."""
        return self._growth.frontier().root()

    def finish(self) -> None:
        """Hold the unfilled tiles of each level, too, against those below."""
        if self.position == self.size:
            self._growth.finish()

    def peek(self, offset: int, found: Array) -> Array:
        """Return the tree's leaves from so many positions on, as many as are found."""
        leaves = np.empty_like(found)
        at, end, begin = 0, len(found), self.position + offset
        while at < end:
            index, first = divmod(begin + at, WIDTH)
            width = min(WIDTH, self.size - index * WIDTH)
            count = min(width - first, end - at)
            part = slice(at, at + count)
            try:
                tile = np.frombuffer(self._store.read(0, index, width), "u1").reshape(-1, HASH)
                leaves[part] = tile[first : first + count]
            except TileMissing:
                if index not in self._missed:
                    self._missed.add(index)
                    self._findings.add("tile.missing", log=self.log, what=tile_path(0, index, width))
                leaves[part] = found[part]
            at += count
        return leaves

    def _grow(self, leaves: bytes) -> None:
        """Add leaves, stopping wherever a checkpoint was made."""
        while self._next is not None and self._next.size <= self.position + len(leaves) // HASH:
            part = (self._next.size - self.position) * HASH
            self._growth.add(leaves[:part])
            self.position, leaves = self._next.size, leaves[part:]
            self._hold_said()
        self._growth.add(leaves)
        self.position += len(leaves) // HASH

    def _hold_said(self) -> None:
        while self._next is not None and self._next.size == self.position:
            root = self._growth.frontier().root() if self.position else EMPTY_ROOT
            if root != self._next.root:
                self._findings.add("checkpoint.root", log=self.log, what=str(self.position))
            self._next = next(self._said, None)


def equal(leaves: Array, others: Array) -> Array:
    """Say of two runs of leaves, row by row, which are the same."""
    same: Array = (np.ascontiguousarray(leaves).view("u8") == np.ascontiguousarray(others).view("u8")).all(
        axis=1
    )
    return same
