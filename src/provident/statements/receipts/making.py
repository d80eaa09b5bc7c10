"""Makes receipts against the newest published checkpoint, one person after the other."""

import base64
import datetime as dt
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provident.kernel.opened import Opened
from provident.ledger import queries as ledger
from provident.ledger import wire
from provident.ledger.records import Entry, Event, Installation
from provident.ledger.seal import placed, witnesses
from provident.ledger.seal.logs import heads
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.logs.named import places
from provident.ledger.seal.logs.publishing import published
from provident.ledger.seal.notes import COSIGNATURE, Checkpoint, Note, VerifierKey, cosigned_at, is_signed_by
from provident.ledger.seal.paths import Paths
from provident.ledger.seal.placed import Placed
from provident.statements.receipts.fields import item_of, leaf_of
from provident.statements.receipts.records import Receipt
from provident.statements.refusals import (
    NoSuchEntry,
    NotAsSealed,
    NothingPublished,
    NothingToProve,
    OnlyUnlinked,
)

FORMAT = "provident-receipt/1"
FIELD = "receipt"  # what a look must cover; the database asks for it before it makes a salt
FIELDS = ("enrolments", "contributions", "benefits", "account", "events", FIELD)

_SALTS = "SELECT statements_salts(%s, %s)"


@dataclass(frozen=True, slots=True)
class Receipts:
    """The newest published checkpoint, and everything receipts against it share: tiles are read once."""

    installation: Installation
    note: Note
    keys: tuple[VerifierKey, ...]
    checkpoint: Checkpoint
    paths: Paths

    @classmethod
    def newest(cls) -> "Receipts":
        """Return what receipts are made against now; a refusal where nothing was published yet.

        That is the epoch the database is in: positions of an earlier one that was lost mean other entries.
        """
        installation = ledger.installation()
        head = heads.last(LEDGER.name)
        store = places(installation.id).tiles(LEDGER.name, head.epoch if head else 1)
        note = published(store.directory)
        if note is None:
            raise NothingPublished
        checkpoint = note.checkpoint()
        signed = tuple(_signed(note, _known_keys(store.directory / "keys")))
        kept = {(key.name, key.id) for key in signed}
        under = tuple(one for one in note.signatures if (one.name, one.key_id) in kept)
        paths = Paths(store, checkpoint.size)
        return cls(installation, Note(note.text, under), signed, checkpoint, paths)

    @classmethod
    def newest_if_any(cls) -> "Receipts | None":
        """Return the same, or None where nothing was published yet."""
        with suppress(NothingPublished):
            return cls.newest()
        return None

    def of_person(self, opened: Opened) -> Receipt:
        """Return the receipt of everything about the person: all entries, all events."""
        return self._receipt(placed.of_person(opened))

    def of_entry(self, opened: Opened, id_: uuid.UUID) -> Receipt:
        """Return the receipt of one entry or event; one that is not the person's is refused."""
        found = tuple(placed.of_id(opened, id_))
        if not found:
            raise NoSuchEntry(entry=id_)
        return self._receipt(found)

    def of_year(self, opened: Opened, year: int, *, known_on: dt.datetime) -> Receipt | None:
        """Return the receipt of the money a statement of that year tells of; None if none of it is sealed."""
        with suppress(NothingToProve):
            return self._receipt(placed.of_year(opened, year, known_on=known_on))
        return None

    def _receipt(self, wanted: Iterable[Placed]) -> Receipt:
        found = tuple(wanted)
        sealed = [one for one in found if not one.waits_for(self.checkpoint.size)]
        waiting = tuple(one.what.id for one in found if one.waits_for(self.checkpoint.size))
        return self.assemble(zip(sealed, salts([one.what for one in sealed]), strict=True), waiting)

    def assemble(self, sealed: Iterable[tuple[Placed, bytes]], waiting: tuple[uuid.UUID, ...]) -> Receipt:
        """Return the receipt of entries with their salts; what no longer gives its leaf is refused."""
        entries: dict[int, dict[str, Any]] = {}
        unlinked: dict[int, dict[str, Any]] = {}
        for one, salt in sealed:
            leaf = leaf_of(self.installation, one.what, salt) if salt else one.what.leaf_hash
            position = one.position(leaf, self.paths)
            if position is None:
                raise NotAsSealed(entry=one.what.id)
            if salt:
                item = item_of(self.installation, one.what, salt)
                entries[position] = {"position": position, **item}
            else:
                unlinked[position] = {"position": position, "leaf": base64.b64encode(leaf).decode()}
        if unlinked and not entries:
            raise OnlyUnlinked(count=len(unlinked))
        if not entries:
            raise NothingToProve(waiting=len(waiting))
        return Receipt(
            raw=self._document(entries, unlinked),
            origin=self.checkpoint.origin,
            size=self.checkpoint.size,
            time=dt.datetime.fromtimestamp(self.checkpoint.time, dt.UTC),
            witnesses=tuple(key.name for key in self.keys if key.kind == COSIGNATURE),
            entries=len(entries),
            unlinked=len(unlinked),
            waiting=waiting,
        )

    def _document(self, *lists: dict[int, dict[str, Any]]) -> bytes:
        """Return the file: one line for each entry, by rising position."""
        head = {
            "format": FORMAT,
            "origin": self.checkpoint.origin,
            "keys": [str(key) for key in self.keys],
            "checkpoint": str(self.note),
        }
        parts = [f"{_json(name)}:{_json(value)}" for name, value in head.items()]
        for name, items in zip(("entries", "unlinked"), lists, strict=True):
            lines = [self._line(at, items[at]) for at in sorted(items)]
            parts.append(f"{_json(name)}:[{','.join(chr(10) + line for line in lines)}]")
        return ("{" + ",\n".join(parts) + "}\n").encode()

    def _line(self, position: int, item: dict[str, Any]) -> str:
        """Return an item with its proof; base64 needs no escapes, so the proof is put in as it is."""
        nodes = '","'.join(self.paths.inclusion(position))
        proof = f'["{nodes}"]' if nodes else "[]"
        return f'{_json(item)[:-1]},"proof":{proof}}}'


def of_statement(opened: Opened, year: int, *, known_on: dt.datetime) -> Receipt | None:
    """Return the receipt a statement carries; None where nothing it tells of is in a checkpoint yet."""
    receipts = Receipts.newest_if_any()
    return receipts.of_year(opened, year, known_on=known_on) if receipts else None


def salts(of: Sequence[Entry | Event]) -> list[bytes]:
    """Return the salts of opened persons' entries and events; empty where the person's secret was erased.

    The database makes them, and only inside a look that covers the field `receipt`; for a receipt the
    secret itself never comes out of it.
    """
    if not of:
        return []
    persons = [one.person if isinstance(one, Entry) else one.subject_key for one in of]
    made: list[bytes] = wire.call(_SALTS, (persons, [one.id for one in of]))
    return made


def _known_keys(path: Path) -> Iterator[VerifierKey]:
    """Yield the keys that may have signed: those the log shows, and those of the witnesses we ask."""
    with suppress(FileNotFoundError):
        for line in path.read_text(encoding="utf-8").splitlines():
            if key := line.partition(" #")[0]:
                yield VerifierKey.parse(key)
    yield from (one.key for one in witnesses.policy().witnesses)


def _signed(note: Note, known: Iterable[VerifierKey]) -> Iterator[VerifierKey]:
    """Yield, once each, the keys that have signed the note."""
    for key in dict.fromkeys(known):
        if cosigned_at(note, key) is not None if key.kind == COSIGNATURE else is_signed_by(note, key):
            yield key


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
