"""The folder of a run: which statements are planned, which are done, and the index at the end.

manifest.jsonl   first line: year, languages, the moment the records are read as known on
                 then one line each time a person's statements are planned, done or not needed
index.csv        written when all are done: file, language, name, masked number, reference, SHA-256

Persons are named in the manifest by record reference. A file is planned before it is written, under
a random name, and takes its name in one step when it is whole: after a crash the plan says under
which name to make it again, so nothing is made twice and nothing half-made carries a name.
"""

import csv
import fcntl
import io
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from provident.filings.report import neutralise
from provident.kernel.words import Language
from provident.statements.phrases import phrases
from provident.statements.refusals import AnotherRun, RunAtWork

_MANIFEST, _INDEX, _LOCK, _PART = "manifest.jsonl", "index.csv", ".lock", ".part-"


@dataclass(slots=True)
class Manifest:
    """What a folder's manifest says; the methods add lines to it."""

    folder: Path
    year: int
    languages: tuple[Language, ...]
    known_on: str  # ISO 8601, in UTC; the same for all statements of the run
    planned: dict[str, str] = field(default_factory=dict)  # record reference -> statement reference
    done: dict[str, dict[str, Any]] = field(default_factory=dict)  # record reference -> its last line

    def plan(self, record: str, statement: str) -> None:
        """Note under which statement reference a person's files will be written."""
        self._add({"record": record, "planned": statement})

    def finish(self, record: str, facts: dict[str, Any]) -> None:
        """Note that a person's files are whole, with facts for the index; no facts: nothing to tell."""
        self._add({"record": record, "done": facts})

    def is_done(self, record: str) -> bool:
        """Say whether a person's files are there, or not needed."""
        facts = self.done.get(record)
        return facts is not None and all(
            (self.folder / name).is_file() for name in facts.get("files", {}).values()
        )

    def read_again(self) -> None:
        """Take in all that is written; what a crash cut off is ended, and made again."""
        path = self.folder / _MANIFEST
        head, *lines = path.read_text("utf-8", "replace").split("\n")
        header = json.loads(head)
        if (header["year"], header["languages"]) != (self.year, [one.value for one in self.languages]):
            raise AnotherRun(year=header["year"], languages=", ".join(header["languages"]))
        self.known_on = header["known_on"]
        for text in lines:
            with suppress(json.JSONDecodeError):
                line = json.loads(text)
                if "planned" in line:
                    self.planned[line["record"]] = line["planned"]
                else:
                    self.done[line["record"]] = line["done"]
        if lines[-1]:
            with path.open("ab") as file:
                file.write(b"\n")

    def follow(self) -> Callable[[], int]:
        """Return a count that can be asked again and again: persons finished since, by any process."""
        offset, count = (self.folder / _MANIFEST).stat().st_size, 0

        def finished() -> int:
            nonlocal offset, count
            with (self.folder / _MANIFEST).open("rb") as file:
                file.seek(offset)
                read = file.read()
            whole = read[: read.rfind(b"\n") + 1]
            offset += len(whole)
            count += whole.count(b'"done": {')
            return count

        return finished

    def _add(self, line: dict[str, Any]) -> None:
        # One write to a file opened for appending: processes do not get into each other's lines.
        text = json.dumps(line, ensure_ascii=False) + "\n"
        file = os.open(self.folder / _MANIFEST, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(file, text.encode())
        finally:
            os.close(file)

    def put(self, name: str, content: bytes) -> None:
        """Write a file of the folder whole or not at all."""
        write_whole(self.folder / name, content)

    def write_index(self) -> Path:
        """Write the list of all files, for whoever prints and posts them."""
        page = io.StringIO()
        rows = csv.writer(page, lineterminator="\r\n")
        rows.writerow(phrases(self.languages[0]).many("run.index_columns"))
        for facts in self.done.values():
            for language, name in facts.get("files", {}).items():
                told = (
                    name,
                    language,
                    facts["name"],
                    facts["number"],
                    facts["reference"],
                    facts["sha256"][language],
                )
                rows.writerow([neutralise(cell) for cell in told])
        self.put(_INDEX, page.getvalue().encode("utf-8-sig"))
        return self.folder / _INDEX


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by this account only."""
    part = path.with_name(f"{_PART}{path.name}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


@contextmanager
def opened(folder: Path, *, year: int, languages: Sequence[Language], known_on: str) -> Iterator[Manifest]:
    """Open a folder's run, or begin one; another process at work there or another run is refused."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunAtWork from None
        for part in folder.glob(f"{_PART}*"):
            part.unlink()
        yield _read(folder, year, tuple(languages), known_on)
    finally:
        os.close(lock)


def _read(folder: Path, year: int, languages: tuple[Language, ...], known_on: str) -> Manifest:
    manifest = Manifest(folder, year, languages, known_on)
    if not (folder / _MANIFEST).exists():
        header = {"year": year, "languages": [one.value for one in languages], "known_on": known_on}
        manifest.put(_MANIFEST, (json.dumps(header) + "\n").encode())
    manifest.read_again()
    return manifest
