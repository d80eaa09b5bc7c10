"""A named log: where its leaves come from, what it is called, and where its files lie."""

import datetime as dt
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from provident.host.state import default_directory
from provident.ledger.seal.refusals import LogNameUnusable
from provident.ledger.seal.tiles import TileStore

NAME = "PROVIDENT_LOG_NAME"
GUARD = "PROVIDENT_GUARD"
KEYS = "PROVIDENT_LOG_KEYS"


class StartAgain(Exception):  # noqa: N818 - said by a source to its reader, never shown
    """A source found out, while it was read, that it must be read differently. What came so far is void."""


class LogSource(Protocol):
    """Where a log's leaves come from. One is made for each seal, inside its transaction and lock."""

    def waiting(self) -> Iterator[bytes]:
        """Yield the leaves that have no position yet, in the order they will have, in runs of 32 bytes each.

        It may run in a thread of its own, ahead of whoever hashes, and may raise `StartAgain`.
        """

    def place(self, start: int) -> None:
        """Give everything `waiting` yielded its position, counted from `start`; in the same transaction."""

    def sealed(self, size: int) -> Iterator[bytes]:
        """Yield the leaves of the first `size` positions as they are stored now, in runs."""

    def waiting_since(self) -> dt.datetime | None:
        """Return when the oldest thing that waits was acknowledged; None if nothing waits."""


@dataclass(frozen=True, slots=True)
class NamedLog:
    """A log with its name."""

    name: str
    source: Callable[[], LogSource]


@dataclass(frozen=True, slots=True)
class Places:
    """Where an installation's logs keep things: three places, so that no copy takes all of them."""

    logs: Path  # published: tiles, checkpoints, public keys
    guard: Path
    keys: Path

    def log(self, name: str, epoch: int = 1) -> Path:
        """Return the directory of a log's published files; like its origin, a later epoch has its own.

        What was shown under an address stays true: tiles are kept by caches for ever.
        """
        return self.logs / name if epoch == 1 else self.logs / name / str(epoch)

    def tiles(self, name: str, epoch: int = 1) -> TileStore:
        """Return a log's tiles."""
        return TileStore(self.log(name, epoch))

    def key(self, name: str) -> Path:
        """Return the file of a log's signing key."""
        return self.keys / f"{name}.pem"


def places(installation: uuid.UUID) -> Places:
    """Return where this installation's logs keep things, by the settings."""
    xdg = os.environ.get("XDG_CONFIG_HOME", "")
    base = Path(xdg) if xdg and Path(xdg).is_absolute() else Path("~/.config").expanduser()
    own = base / "provident" / str(installation)
    return Places(
        logs=default_directory() / "log",
        guard=_named(GUARD) or own / "guard",
        keys=_named(KEYS) or own / "keys",
    )


def _named(setting: str) -> Path | None:
    given = os.environ.get(setting, "")
    return Path(given).expanduser().absolute() if given else None


def origin_of(installation: uuid.UUID, log: str, epoch: int = 1) -> str:
    """Return a log's origin, which is also its key's name; from the second epoch on it says which."""
    name = os.environ.get(NAME, "") or f"provident.{installation}"
    if any(character.isspace() or character == "+" for character in name):
        raise LogNameUnusable(name=name)
    return f"{name}/{log}" if epoch == 1 else f"{name}/{log}/{epoch}"
