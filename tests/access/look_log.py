"""The log of looks of a test's own, and what is wrong with it."""

from dataclasses import dataclass

from provident.access.look_log import LOOKS, LookSource
from provident.ledger.seal.logs.named import Places
from provident.ledger.seal.sealing import Sealed, seal
from provident.ledger.seal.tree import HASH, Tree


@dataclass(frozen=True)
class LookLog:
    """Where it lies, and the acts of the tests."""

    places: Places

    def seal(self) -> Sealed:
        """Seal the log."""
        return seal(LOOKS)

    def leaves(self, size: int) -> list[bytes]:
        """Return the leaves as the tiles have them."""
        tree = Tree(self.places.tiles("looks"), size)
        raw = tree.leaves(0, size)
        return [raw[at : at + HASH] for at in range(0, len(raw), HASH)]

    def damage(self, size: int) -> set[int]:
        """Return the positions whose stored rows do not give the leaf that was sealed, as the check finds them."""
        stored = {one.position: one.unlinked or one.leaf for one in LookSource().looks(0, size)}
        return {position for position, leaf in enumerate(self.leaves(size)) if stored.get(position) != leaf}
