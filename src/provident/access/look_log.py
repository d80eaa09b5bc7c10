"""The access log as a named log: each look a leaf, in the order sealed, salted so that nobody can guess one.

The database makes the leaves (migrations/sql/look_log.sql): neither looks nor the secret that salts
those about nobody come out of it. The bytes are docs/spec/look-form.md.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from provident.ledger import wire
from provident.ledger.arrays import Array
from provident.ledger.seal.logs.named import NamedLog
from provident.ledger.seal.refusals import RowsMissing

_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class SealedLook:
    """What stands at one position of the log."""

    position: int
    look: int
    leaf: bytes | None  # as the stored rows give it now; None if the look, or the secret it needs, is gone
    unlinked: bytes | None  # the leaf kept when the person's secret was erased by decision; else None


@dataclass(slots=True)
class LookSource:
    """Reads leaves and gives positions."""

    # Taken where the source is made: a thread that reads ahead has no connection of its own.
    cursor: Any = field(default_factory=wire.cursor)
    _looks: list[Array] = field(default_factory=list)
    _unowned: list[Array] = field(default_factory=list)  # of these, the ones the installation's secret salts

    def waiting(self) -> Iterator[bytes]:
        """Yield the leaves of looks without a position, by number.

        A look whose transaction still runs is not seen and not passed over: the database begins above
        its watermark again at the next seal.
        """
        self._looks.clear()
        self._unowned.clear()
        ((past,),) = self._rows("SELECT access_look_watermark()", ())
        while True:
            ((looks, leaves, unowned),) = self._rows(
                "SELECT * FROM access_waiting_looks(%s, %s)", (past, _AT_ONCE)
            )
            if not looks:
                return
            self._looks.append(np.frombuffer(looks, ">i8"))
            self._unowned.append(np.frombuffer(unowned, ">i8"))
            past = int(self._looks[-1][-1])
            yield leaves

    def place(self, start: int) -> None:
        """Give what was yielded its positions."""
        for looks, unowned in zip(self._looks, self._unowned, strict=True):
            ((start,),) = self._rows(
                "SELECT access_place_looks(%s, %s, %s)",
                (start, wire.Int8Array(looks), wire.Int8Array(unowned)),
            )
        self._rows("SELECT access_look_watermark()", ())

    def sealed(self, size: int) -> Iterator[bytes]:
        """Yield the leaves of the first positions as they are stored now; where unlinked, as kept."""
        for low in range(0, size, _AT_ONCE):
            high = min(low + _AT_ONCE, size)
            leaves = [one.unlinked or one.leaf for one in self._between(low, high)]
            found = [leaf for leaf in leaves if leaf is not None]
            if len(found) != high - low:
                raise RowsMissing(what="access_look", id=f"{low}…{high}", rows=high - low, found=len(found))
            yield b"".join(found)

    def looks(self, start: int, end: int) -> Iterator[SealedLook]:
        """Yield what stands at positions from `start` up to `end`, by position; a gap there is a gap here.

        The operator's check holds each leaf against the tiles: a look that was changed, or whose member
        or batch was removed or added, gives another leaf; one that was removed gives none.
        """
        for low in range(start, end, _AT_ONCE):
            yield from self._between(low, min(low + _AT_ONCE, end))

    def left_out(self) -> tuple[int, ...]:
        """Return the looks that should have a position and have none: put in past the guards."""
        return tuple(look for (look,) in self._rows("SELECT access_looks_left_out()", ()))

    def waiting_since(self) -> dt.datetime | None:
        """Return when the oldest look without a position was written."""
        ((since,),) = self._rows("SELECT access_looks_waiting_since()", ())
        return since  # type: ignore[no-any-return]

    def _between(self, low: int, high: int) -> list[SealedLook]:
        rows = self._rows("SELECT * FROM access_sealed_looks(%s, %s)", (low, high))
        return [SealedLook(*row) for row in rows]

    def _rows(self, statement: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.cursor.execute(statement, parameters, binary=True).fetchall()
        return found


LOOKS = NamedLog("looks", LookSource)
