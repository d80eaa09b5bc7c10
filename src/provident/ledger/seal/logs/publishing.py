"""What a log shows the world: `checkpoint`, `keys` and its tiles, under one directory."""

from contextlib import suppress
from pathlib import Path

from provident.ledger.seal.notes import Note, VerifierKey
from provident.ledger.seal.tiles import publish


def published(directory: Path) -> Note | None:
    """Return the checkpoint the log shows now."""
    with suppress(FileNotFoundError):
        return Note.parse((directory / "checkpoint").read_text(encoding="utf-8"))
    return None


def publish_checkpoint(directory: Path, note: Note, key: VerifierKey) -> None:
    """Show a checkpoint, and the key that signed it; what is shown already is left alone."""
    publish_key(directory / "keys", key, note.checkpoint().size)
    if published(directory) != note:
        publish(directory / "checkpoint", str(note))


def publish_key(path: Path, key: VerifierKey, size: int) -> None:
    """Put the current key first; a key that was first before signed up to this size at most."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    if lines and lines[0] == str(key):
        return
    if lines and "#" not in lines[0]:
        lines[0] = f"{lines[0]} # until {size}"
    publish(path, "".join(f"{line}\n" for line in (str(key), *lines)))
