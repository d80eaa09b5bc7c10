"""Step one of taking a file in: reading it whole, while a copy of it goes into the store of originals."""

import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from provident.filings import queries
from provident.filings.intake import originals
from provident.filings.intake.gathering import Gathered, gather
from provident.filings.reading.opening import open_filing
from provident.filings.reading.records import FilingFile, Format, Notice
from provident.filings.reading.refusals import FileRefusal, FileTooLarge, NotReadable
from provident.filings.records import Incoming, Receipt
from provident.filings.refusals import NothingFiled
from provident.kernel.refusal import Refusal

Progress = Callable[[str, int, int], None]  # what is being done, rows done, rows expected


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as read: its rows, or why it could not be read; the copy is None in a trial."""

    file_name: str
    format: Format | None
    size: int
    sha256: bytes
    copy: originals.Copy | None
    gathered: Gathered | None = None
    notices: tuple[Notice, ...] = ()
    refusal: Refusal | None = None
    already: Receipt | None = None  # the filing these bytes were posted with


def take(file: Incoming, held: ExitStack, *, trial: bool, progress: Progress | None) -> Taken:
    """Read a file. `held` keeps file and copy open until the caller is done with them."""
    try:
        opened = held.enter_context(open_filing(file.path, file.name))
    except (NotReadable, FileTooLarge):
        raise
    except FileRefusal as refusal:
        return _unreadable(file, held, refusal, trial=trial)
    already = queries.posted_with(sha256=opened.sha256)
    copy = None if trial or already else held.enter_context(originals.copying(file.path))
    taken = Taken(file.name, opened.format, opened.size, opened.sha256, copy, notices=opened.notices)
    return _with(taken, already=already) if already else _gathered(taken, opened, progress)


def _unreadable(file: Incoming, held: ExitStack, refusal: Refusal, *, trial: bool) -> Taken:
    copy = None if trial else held.enter_context(originals.copying(file.path))
    with file.path.open("rb") as given:
        sha256 = hashlib.file_digest(given, "sha256").digest()
    return Taken(file.name, None, file.path.stat().st_size, sha256, copy, refusal=refusal)


def _gathered(taken: Taken, opened: FilingFile, progress: Progress | None) -> Taken:
    def told(rows: int) -> None:
        if progress:
            progress("reading", rows, max(rows, opened.expected_rows))

    try:
        gathered = gather(opened.kind, opened.chunks(), told)
    except FileRefusal as refusal:
        return _with(taken, refusal=refusal)
    if not len(gathered) and not gathered.rows.refused:
        return _with(taken, refusal=NothingFiled(file=taken.file_name))
    return _with(taken, gathered=gathered)


def _with(taken: Taken, **known: object) -> Taken:
    facts = {name: getattr(taken, name) for name in Taken.__slots__}
    return Taken(**(facts | known))
