"""Changing the key that signs a log.

1. a new key is made beside the old one, which goes on signing
2. an event names it, and is sealed under the old key
3. the first checkpoint after that is signed by both: whoever trusts the old key can follow to the new one
4. that checkpoint stays published as `rotation/<size>`, `keys` says how far the old key was good, and the
   old key's file is replaced by the new one's

Cut off anywhere, the next seal or the next call goes on. With a signing command the new key is the one of
PROVIDENT_LOG_NEXT_SIGNER, and step 4 leaves it to the operator to make that command the signer.
"""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provident.host.locks import open_private
from provident.ledger.seal.keys import KeyFile, SigningCommand, make_key, read_key, signer
from provident.ledger.seal.logs.heads import Head
from provident.ledger.seal.logs.publishing import publish_key
from provident.ledger.seal.notes import Note, Signer, VerifierKey, is_signed_by
from provident.ledger.seal.tiles import publish, sync_file

NEXT_SIGNER = "PROVIDENT_LOG_NEXT_SIGNER"


@dataclass(frozen=True, slots=True)
class Keyring:
    """Who signs a log now, and who comes next."""

    origin: str
    path: Path  # of the current key's file

    @property
    def _coming(self) -> Path:
        return self.path.with_suffix(".next.pem")

    @property
    def _said(self) -> Path:
        return self.path.with_suffix(".rotation")

    def announced(self) -> int | None:
        """Return the size at which the next key was announced; None if no rotation is under way."""
        said = self._state()
        return None if "settled" in said else said.get("announced")

    def _has_settled(self, coming: Signer) -> bool:
        """Say whether this key signs alone already; a state left by an earlier rotation is of another one."""
        return self._state().get("settled") == coming.public.hex()

    def _state(self) -> dict[str, Any]:
        with suppress(FileNotFoundError):
            found: dict[str, Any] = json.loads(self._said.read_text(encoding="ascii"))
            return found
        return {}

    def coming(self) -> Signer | None:
        """Return the next key; None if there is none."""
        if command := os.environ.get(NEXT_SIGNER, ""):
            return SigningCommand(self.origin, command)
        return KeyFile(self.origin, read_key(self._coming)) if self._coming.exists() else None

    def prepare(self) -> Signer:
        """Make the next key, unless it is there (step 1)."""
        found = self.coming()
        if found is None:
            make_key(self._coming)
            found = KeyFile(self.origin, read_key(self._coming))
        return found

    def announce(self, size: int) -> None:
        """Note that the next key was announced by a checkpoint of this size (step 2)."""
        self._say({"announced": size})

    def signers(self, size: int, *, signed_before: bool = True) -> tuple[Signer, ...]:
        """Return who signs a checkpoint of this size: both keys after an announcement (step 3)."""
        coming = self.coming()
        if coming is not None and self._has_settled(coming):
            return (coming,)
        now, announced = signer(self.origin, self.path, signed_before=signed_before), self.announced()
        if coming is None or announced is None or size <= announced:
            return (now,)
        return now, coming

    def settle(self, head: Head | None, directory: Path) -> None:
        """Let the new key stand alone once both have signed (step 4)."""
        coming, announced = self.coming(), self.announced()
        if isinstance(coming, KeyFile) and self._has_settled(coming):  # cut off before its file was moved
            self._take_over()
        if coming is None or announced is None or head is None or head.note is None:
            return
        key = VerifierKey(coming.name, coming.public)
        if head.size <= announced or not is_signed_by(head.note, key):
            return
        publish_rotation(directory, head.note)
        publish_key(directory / "keys", key, head.size)
        self._say({"announced": announced, "settled": coming.public.hex()})
        if isinstance(coming, KeyFile):
            self._take_over()

    def _take_over(self) -> None:
        self._coming.rename(self.path)
        sync_file(self.path.parent)
        self._said.unlink()

    def _say(self, said: dict[str, Any]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self.path.with_suffix(".rotation.new")
        with os.fdopen(open_private(fresh, os.O_WRONLY | os.O_TRUNC), "w", encoding="ascii") as file:
            json.dump(said, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(self._said)
        sync_file(self._said.parent)


def publish_rotation(directory: Path, note: Note) -> None:
    """Show the checkpoint by which a key took over from another, for good."""
    publish(directory / "rotation" / str(note.checkpoint().size), str(note))
