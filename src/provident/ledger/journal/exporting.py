"""Everything out of the house: what logs show, as on the web, and the confidential journal.

    export.json     whose export this is
    log/            the same files as under /log/ on the web
    journal/        0700; see docs/spec/journal.md

An export goes on where the last one into the same directory ended.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provident.ledger import queries
from provident.ledger.journal.refusals import ExportTaken
from provident.ledger.journal.writing import Progress, Written, write_journal
from provident.ledger.seal.logs.named import places
from provident.ledger.seal.notes import Note
from provident.ledger.seal.serving import logs_shown, plain_shown, shown, tiles_shown
from provident.ledger.seal.tiles import TILE_BYTES

if TYPE_CHECKING:
    import psycopg

FORMAT = "provident-export/1"
_MARK = "export.json"


@dataclass(frozen=True, slots=True)
class LogExported:
    """A log as it was copied."""

    name: str
    size: int
    files: int  # copied this time


def export_logs(into: Path, progress: Callable[[str, int], None]) -> tuple[LogExported, ...]:
    """Copy what every log shows; each checkpoint after the tiles it covers."""
    _mark(into)
    logs = places(queries.installation().id).logs
    return tuple(_export_log(logs, name, into / "log", progress) for name in logs_shown(logs))


def export_journal(connection: "psycopg.Connection[Any]", into: Path, progress: Progress) -> Written:
    """Add to the journal what was sealed since; read as the owner, past row security."""
    _mark(into)
    return write_journal(connection, queries.installation(), into / "journal", progress)


def _mark(into: Path) -> None:
    """Refuse a directory that holds anything but an export of this installation."""
    own = {"format": FORMAT, "installation": str(queries.installation().id)}
    mark = into / _MARK
    try:
        taken = json.loads(mark.read_bytes()) != own if mark.exists() else any(into.iterdir())
    except FileNotFoundError:
        taken = False
    except (OSError, ValueError):
        taken = True
    if taken:
        raise ExportTaken(path=into)
    into.mkdir(parents=True, exist_ok=True)
    if not mark.exists():
        mark.write_text(json.dumps(own, indent=1) + "\n", encoding="ascii")


def _export_log(logs: Path, name: str, into: Path, progress: Callable[[str, int], None]) -> LogExported:
    checkpoint = (logs / name / "checkpoint").read_bytes()  # first, so that nothing it covers is missing
    size = Note.parse(checkpoint.decode()).checkpoint().size
    copied = 0
    for path in tiles_shown(size):
        target = into / name / path
        # A tile that is there is the same: its width is in its name, and what it holds never changes.
        if not target.exists() or target.stat().st_size not in {TILE_BYTES, _bytes(path)}:
            copied += _copy(logs, name, path, target)
            progress(name, copied)
    for path in plain_shown(logs, name):
        target = into / name / path
        found = shown(logs, name, path) if path != "checkpoint" else None
        content = found.content if found else checkpoint
        if not target.exists() or target.read_bytes() != content:
            _write(target, content)
            copied += 1
    return LogExported(name, size, copied)


def _bytes(path: str) -> int:
    width = path.partition(".p/")[2]
    return int(width) * 32 if width else TILE_BYTES


def _copy(logs: Path, name: str, path: str, target: Path) -> int:
    found = shown(logs, name, path)
    if found is None:
        raise FileNotFoundError(logs / name / path)
    _write(target, found.content)
    return 1


def _write(target: Path, content: bytes) -> None:
    """Put a file in place whole, so that whoever serves the directory never shows half of one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    fresh.write_bytes(content)
    fresh.rename(target)
