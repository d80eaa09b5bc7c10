"""Step one of taking a file in: opening it, and reading it whole while a copy goes into the store."""

import ctypes
import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from provident.filings.intake import originals
from provident.filings.intake.gathering import Gathered, Heard, ahead, gather
from provident.filings.reading.opening import open_filing
from provident.filings.reading.records import FilingFile, Format, Notice
from provident.filings.reading.refusals import FileRefusal, FileTooLarge, NotReadable
from provident.filings.records import Incoming
from provident.filings.refusals import NothingFiled
from provident.kernel.refusal import Refusal

Progress = Callable[[str, int, int], None]  # what is being done, rows done, rows expected
MANY = 20_000  # rows from which on it pays to read in a thread of its own


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that is open, or why it could not be opened; the copy is None in a trial."""

    file_name: str
    format: Format | None
    size: int
    sha256: bytes
    copy: originals.Copy | None
    notices: tuple[Notice, ...] = ()
    refusal: Refusal | None = None
    opened: FilingFile | None = field(default=None, repr=False)


def take(file: Incoming, held: ExitStack, *, trial: bool) -> Taken:
    """Open a file and begin to copy it. `held` keeps both until the caller is done with them."""
    refusal: Refusal | None = None
    opened: FilingFile | None = None
    try:
        opened = held.enter_context(open_filing(file.path, file.name))
    except (NotReadable, FileTooLarge):
        raise
    except FileRefusal as found:
        refusal = found
    copy = None if trial else held.enter_context(originals.copying(file.path))
    if opened:
        return Taken(file.name, opened.format, opened.size, opened.sha256, copy, opened.notices, None, opened)
    with file.path.open("rb") as given:
        sha256 = hashlib.file_digest(given, "sha256").digest()
    return Taken(file.name, None, file.path.stat().st_size, sha256, copy, refusal=refusal)


def read(taken: Taken, heard: Heard) -> Gathered | Refusal:
    """Read an open file whole, or say why that cannot be done."""
    opened = taken.opened
    if opened is None:
        return taken.refusal or NothingFiled(file=taken.file_name)
    chunks = opened.chunks()
    try:
        gathered = gather(opened.kind, ahead(chunks) if opened.expected_rows >= MANY else chunks, heard)
    except FileRefusal as refusal:
        return refusal
    if len(gathered) >= MANY:
        _give_back()
    if not len(gathered) and not gathered.rows.refused:
        return NothingFiled(file=taken.file_name)
    return gathered


def _give_back() -> None:
    """Hand back what reading took and has freed: 90 MB for a million rows, which Linux keeps otherwise."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
