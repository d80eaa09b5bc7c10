"""What a receipt comes to."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

FILE = "receipt.json"
MEDIA_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt of format 1 and what can be said of it without reading it."""

    raw: bytes = field(repr=False)
    origin: str
    size: int
    time: dt.datetime  # of the checkpoint
    witnesses: tuple[str, ...]  # who co-signed it
    entries: int
    unlinked: int
    waiting: tuple[uuid.UUID, ...]  # acknowledged, in no published checkpoint yet, so not in the receipt

    def document(self) -> dict[str, object]:
        """Return what commands say of it as JSON."""
        return {
            "origin": self.origin,
            "size": self.size,
            "time": self.time.isoformat(),
            "witnesses": list(self.witnesses),
            "entries": self.entries,
            "unlinked": self.unlinked,
            "waiting": [str(one) for one in self.waiting],
        }
