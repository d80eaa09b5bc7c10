"""Everyone's yearly statements: in chunks, by two processes, each chunk one look, resumable at any point."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from pathlib import Path

import django

from provident import access
from provident.kernel.keys import AccountId, PersonKey
from provident.kernel.opened import Opened, OpenedRun
from provident.kernel.refusal import Refusal
from provident.kernel.words import Language
from provident.statements import pdf, queries
from provident.statements.manifest import Manifest, opened
from provident.statements.receipts import FIELD, Receipt, Receipts
from provident.statements.records import PersonRecord
from provident.statements.references import reference_of

PURPOSE = "statement_run"
FIELDS = ("name", "numbers", "enrolments", "contributions", "benefits", "account", FIELD)
PROCESSES = 2
CHUNK = 500  # persons under one look at most
_SMALL = 25  # persons for whom starting processes does not pay

Progress = Callable[[int, int], None]  # how many persons are done, of how many


@dataclass(frozen=True, slots=True)
class Refused:
    """A person whose statement could not be made, by record reference, and why."""

    record: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Written:
    """What a run came to."""

    folder: Path
    index: Path
    known_on: dt.datetime
    persons: int  # with a statement in the folder, those of earlier runs too
    files: int
    made: int  # persons whose files this run made
    nothing: int  # persons of whom nothing is on record up to the year
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class _Work:
    """What a process is handed: persons, and under which statement reference each was planned."""

    folder: Path
    year: int
    languages: tuple[Language, ...]
    known_on: str
    by: AccountId
    system: str
    persons: tuple[tuple[PersonKey, str], ...]


@dataclass(slots=True)
class _Sum:
    made: int = 0
    refused: list[Refused] = field(default_factory=list)


def write_all(
    *,
    year: int,
    out_dir: Path,
    languages: Sequence[Language],
    by: AccountId,
    progress: Progress = lambda _done, _all: None,
    system: str = "cli",
) -> Written:
    """Write everyone's statements of one year into a folder; what a stopped run left is carried on with.

    All statements of a folder show the records as known at the moment its run began.
    """
    now = dt.datetime.now(dt.UTC).isoformat()
    with opened(out_dir, year=year, languages=languages, known_on=now) as manifest:
        everyone = queries.everyone(by=by, system=system)
        left = [person for person in everyone if not manifest.is_done(reference_of(person))]
        before, finished = len(everyone) - len(left), manifest.follow()
        progress(before, len(everyone))
        total = _Sum()
        for part in _carried_out(list(_works(manifest, left, by, system))):
            if part is not None:
                total.made += part.made
                total.refused += part.refused
            progress(before + finished() + len(total.refused), len(everyone))
        manifest.read_again()
        told = [facts for facts in manifest.done.values() if "files" in facts]
        return Written(
            folder=out_dir,
            index=manifest.write_index(),
            known_on=dt.datetime.fromisoformat(manifest.known_on),
            persons=len(told),
            files=sum(len(facts["files"]) for facts in told),
            made=total.made,
            nothing=len(manifest.done) - len(told),
            refused=tuple(total.refused),
        )


def _works(manifest: Manifest, left: list[PersonKey], by: AccountId, system: str) -> Iterator[_Work]:
    size = max(1, min(CHUNK, -(-len(left) // PROCESSES)))
    for at in range(0, len(left), size):
        persons = tuple(
            (person, manifest.planned.get(reference_of(person), "")) for person in left[at : at + size]
        )
        yield _Work(
            manifest.folder, manifest.year, manifest.languages, manifest.known_on, by, system, persons
        )


def _carried_out(works: list[_Work]) -> Iterator[_Sum | None]:
    """Yield what each chunk came to as it ends, and None each second; one small chunk is made right here."""
    if sum(len(work.persons) for work in works) <= _SMALL:
        yield from map(carry_out, works)
        return
    with ProcessPoolExecutor(PROCESSES, get_context("spawn"), initializer=django.setup) as pool:
        running = {pool.submit(carry_out, work) for work in works}
        try:
            while running:
                ended, running = wait(running, timeout=1, return_when="FIRST_COMPLETED")
                yield from (one.result() for one in ended)
                yield None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def carry_out(work: _Work) -> _Sum:
    """Read the records of one chunk under one look, then draw and write them outside of it."""
    manifest = Manifest(work.folder, work.year, work.languages, work.known_on)
    planned = dict(work.persons)
    total = _Sum()
    for person, (record, receipt) in _read(work, planned, total):
        if _orphaned():
            break
        try:
            total.made += _write(manifest, record, planned[person], receipt)
        except Refusal as refusal:
            total.refused.append(Refused(record.person.reference, refusal))
    return total


def _read(
    work: _Work, planned: dict[PersonKey, str], total: _Sum
) -> list[tuple[PersonKey, tuple[PersonRecord, Receipt | None]]]:
    """Return each member's record with the receipt of the year; the tiles are read once for all of them."""
    known_on = dt.datetime.fromisoformat(work.known_on)
    receipts = Receipts.newest_if_any()
    found = []
    with access.open_run(
        by=work.by, purpose=PURPOSE, fields=FIELDS, system=work.system, members=tuple(planned)
    ) as run:
        for person, member in _members(run, planned):
            try:
                receipt = receipts.of_year(member, work.year, known_on=known_on) if receipts else None
                found.append((person, (queries.record(member, known_on=known_on), receipt)))
            except Refusal as refusal:
                total.refused.append(Refused(reference_of(person), refusal))
    return found


def _orphaned() -> bool:
    """Say whether the process that handed out the work is gone; it alone holds the folder."""
    parent = parent_process()
    return parent is not None and not parent.is_alive()


def _members(run: OpenedRun, planned: dict[PersonKey, str]) -> Iterator[tuple[PersonKey, Opened]]:
    families = queries.families(tuple(planned))
    for person in planned:
        yield (
            person,
            Opened(person, families[person], run.look, run.actor, run.purpose, run.fields, run.at),
        )


def _write(manifest: Manifest, record: PersonRecord, planned: str, receipt: Receipt | None) -> bool:
    """Write one person's files; say whether there was anything to tell."""
    if not _speaks_of(record, manifest.year):
        manifest.finish(record.person.reference, {})
        return False
    reference = planned or pdf.new_reference(manifest.year)
    if not planned:
        manifest.plan(record.person.reference, reference)
    files, hashes = {}, {}
    for language in manifest.languages:
        drawn = pdf.render(record, manifest.year, language, reference, receipt)
        files[language.value] = f"{reference}.{language.value}.pdf"
        hashes[language.value] = hashlib.sha256(drawn).hexdigest()
        manifest.put(files[language.value], drawn)
    person = record.person
    facts = {"name": person.name, "number": person.number, "reference": reference}
    manifest.finish(person.reference, {"files": files, "sha256": hashes, **facts})
    return True


def _speaks_of(record: PersonRecord, year: int) -> bool:
    """Say whether anything is on record up to the end of that year."""
    return any(one <= year for one in record.calendar_years()) or any(
        spell.since.year <= year for spell in record.spells
    )
