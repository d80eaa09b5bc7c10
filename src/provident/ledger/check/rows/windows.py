"""The rows of one batch, each at its place, however they lie in the table."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from provident.ledger.arrays import Array

ABSENT, GOOD, OTHER_LEAF, UNLINKED, NO_SECRET = range(5)
_IN_MEMORY = 1 << 18  # leaves; more lie in a temporary file, which has holes where rows have gaps
_BLOCK = 1 << 16


@dataclass(slots=True)
class Window:
    """The leaves the rows of a batch give, by source row from `first` on; what fits nowhere is surplus."""

    first: int
    length: int
    rows: int  # how many there should be
    surplus: list[int] = field(default_factory=list)  # source rows
    found: int = 0
    _leaves: Array = field(init=False)
    _states: Array = field(init=False)

    def __post_init__(self) -> None:
        self.length = max(0, min(self.length, 1 << 31))
        if self.length <= _IN_MEMORY:
            self._leaves = np.zeros((self.length, 32), "u1")
            self._states = np.zeros(self.length, "u1")
        else:
            self._leaves = _in_a_file((self.length, 32))
            self._states = _in_a_file((self.length,))

    def put(self, source_rows: Array, leaves: Array, states: Array) -> None:
        """Put rows in; a row that has no place here, or whose place is taken, is surplus."""
        at = source_rows.astype("i8") - self.first
        fits = (at >= 0) & (at < self.length)
        if not fits.all() or len(at) != 1 + int(at.max(initial=-1)) - int(at.min(initial=0)):
            first_of_kind = np.zeros(len(at), bool)
            first_of_kind[np.unique(at, return_index=True)[1]] = True
            fits &= first_of_kind
        fits[fits] = self._states[at[fits]] == ABSENT
        if not fits.all():
            self.surplus += source_rows[~fits].tolist()
            at, leaves, states = at[fits], leaves[fits], states[fits]
        self._leaves[at] = leaves
        self._states[at] = states
        self.found += len(at)

    def blocks(self) -> Iterator[tuple[Array, Array, Array]]:
        """Yield source rows, leaves and states of as many places as there should be rows, in order.

        Rows need not be numbered without gaps. Then the absent are told apart from the gaps by the tree:
        see `aligned`.
        """
        if self.length == self.rows:
            for at in range(0, self.length, _BLOCK):
                part = slice(at, min(at + _BLOCK, self.length))
                rows = np.arange(part.start, part.stop) + self.first
                yield rows, np.asarray(self._leaves[part]), np.asarray(self._states[part])
            return
        there = np.flatnonzero(self._states)
        for at in range(0, len(there), _BLOCK):
            some = there[at : at + _BLOCK]
            yield some + self.first, self._leaves[some], self._states[some]

    def has_gaps(self) -> bool:
        """Say whether rows are numbered with gaps, so that a place is not known from the row alone."""
        return self.length != self.rows

    def aligned(self, sealed: Array) -> Iterator[tuple[Array, Array, Array]]:
        """Yield the same where rows have gaps, given the leaves that were sealed: each row at its leaf.

        A row without its leaf takes the first free place between its neighbours' if there is one.
        """
        there = np.flatnonzero(self._states)
        place_of = {leaf.tobytes(): place for place, leaf in enumerate(sealed)}
        rows = np.full(len(sealed), -1, "i8")
        leaves, states = np.zeros_like(sealed), np.zeros(len(sealed), "u1")
        left = []
        for at in there.tolist():
            place = place_of.get(self._leaves[at].tobytes())
            if place is None or states[place]:
                left.append(at)
            else:
                rows[place], leaves[place], states[place] = (
                    at + self.first,
                    self._leaves[at],
                    self._states[at],
                )
        free = np.flatnonzero(states == ABSENT).tolist()
        for at in left:
            after = int(np.max(np.flatnonzero((rows >= 0) & (rows < at + self.first)), initial=-1))
            before = int(np.min(np.flatnonzero(rows > at + self.first), initial=len(sealed)))
            place = next((one for one in free if after < one < before), None)
            if place is None:
                self.surplus.append(at + self.first)
                continue
            free.remove(place)
            rows[place], leaves[place], states[place] = at + self.first, self._leaves[at], self._states[at]
        yield rows, leaves, states


def _in_a_file(shape: tuple[int, ...]) -> Array:
    """Return zeros that lie in a temporary file, which is gone with the array."""
    with tempfile.TemporaryFile() as file:
        return np.memmap(file, "u1", "w+", shape=shape)
