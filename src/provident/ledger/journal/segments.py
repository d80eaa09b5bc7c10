"""A journal on disk: one folder for each stretch of the log, never changed once it has its name.

installation.json                  whose journal this is
<log>/<epoch>/<start>-<end>/       positions from `start` up to `end`
    segment.json                   written last: sizes, SHA-256 and rows of the files, the root at `end`
    persons.parquet batches.parquet entries-0001.parquet …
    event_batches.parquet events-0001.parquet …
"""

import hashlib
import io
import itertools
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from provident.host.locks import open_private
from provident.ledger.journal.columns import FORMAT
from provident.ledger.journal.refusals import JournalDamaged
from provident.ledger.seal.tiles import sync_file

SEGMENT = "segment.json"
_NAME = re.compile(r"(\d{15})-(\d{15})")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the log in the journal."""

    path: Path
    start: int
    end: int


def segments(folder: Path) -> tuple[Segment, ...]:
    """Return the finished segments of one epoch of a log, which follow one another."""
    found = []
    for path in sorted(folder.glob("*")):
        name = _NAME.fullmatch(path.name)
        if name and (path / SEGMENT).exists():
            found.append(Segment(path, int(name[1]), int(name[2])))
    for before, after in itertools.pairwise(found):
        if before.end != after.start:
            raise JournalDamaged(path=folder, what=f"nothing between {before.end} and {after.start}")
    return tuple(found)


class SegmentWriter:
    """A segment in the making; it appears under its name when it is complete and on the disk."""

    def __init__(self, folder: Path, start: int, end: int) -> None:
        self.path = folder / f"{start:015d}-{end:015d}"
        self._making = folder / f".{self.path.name}.making"
        shutil.rmtree(self._making, ignore_errors=True)
        for path in (folder.parent, folder, self._making):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._files: dict[str, dict[str, object]] = {}

    def add(self, name: str, frame: pl.DataFrame) -> None:
        """Write one file."""
        image = io.BytesIO()
        frame.write_parquet(image, compression="zstd")
        raw = image.getvalue()
        self._files[name] = {"bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest(), "rows": len(frame)}
        write_private(self._making / name, raw)

    def finish(self, about: dict[str, Any]) -> int:
        """Write what the segment is and give it its name; return its size in bytes."""
        said = {"format": FORMAT, **about, "files": self._files}
        write_private(self._making / SEGMENT, json.dumps(said, indent=1).encode() + b"\n")
        sync_file(self._making)
        self._making.rename(self.path)
        sync_file(self.path.parent)
        return sum(path.stat().st_size for path in self.path.iterdir())


class SegmentReader:
    """A segment whose files are what they were when it was written."""

    def __init__(self, segment: Segment) -> None:
        self._path = segment.path
        try:
            self.about: dict[str, Any] = json.loads((segment.path / SEGMENT).read_bytes())
            fits = (
                self.about["format"] == FORMAT
                and (self.about["start"], self.about["end"]) == (segment.start, segment.end)
                and all(isinstance(file["sha256"], str) for file in self.about["files"].values())
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise JournalDamaged(path=segment.path, what=f"{SEGMENT} cannot be read") from error
        if not fits:
            raise JournalDamaged(path=segment.path, what=f"{SEGMENT} is not that of this folder")

    def frames(self, kind: str) -> Iterator[pl.DataFrame]:
        """Yield the frames of `batches`, `entries` and so on, each checked against its hash first."""
        for name in sorted(self.about["files"]):
            if name.removesuffix(".parquet").partition("-")[0] != kind:
                continue
            try:
                raw = (self._path / name).read_bytes()
            except OSError as error:
                raise JournalDamaged(path=self._path, what=f"{name} cannot be read") from error
            if hashlib.sha256(raw).hexdigest() != self.about["files"][name]["sha256"]:
                raise JournalDamaged(path=self._path, what=f"{name} was changed")
            yield pl.read_parquet(raw)


def write_private(path: Path, raw: bytes) -> None:
    """Write a new file only its owner may read, through to the disk."""
    with os.fdopen(open_private(path, os.O_WRONLY | os.O_TRUNC), "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
