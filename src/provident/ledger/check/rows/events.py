"""Events against their leaves, and both against the tree."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from provident.kernel.words import SubjectKind
from provident.ledger.arrays import Array
from provident.ledger.check.findings import Findings
from provident.ledger.check.rows.batches import Group, Installation
from provident.ledger.check.snapshot import Snapshot
from provident.ledger.check.trees import TreeCheck
from provident.ledger.form import NO_SALT, Heading, entry_salt, event_form, event_id, leaf_hash

if TYPE_CHECKING:
    from provident.ledger.records import NewEvent

_ROWS = 4096
_COLUMNS = """
    e.event_id, e.subject_kind, e.subject_key, e.type, e.posted_at, e.source_hash, e.source_row, e.payload,
    e.payload_hash, e.leaf_hash, p.secret, p.person_key IS NOT NULL"""
_EVENTS = f"""
    SELECT g.id, {_COLUMNS}
    FROM unnest(%s::bigint[], %s::uuid[], %s::uuid[]) g (id, low, high)
        JOIN ledger_event e ON e.event_id BETWEEN g.low AND g.high
        LEFT JOIN ledger_person p ON e.subject_kind = 1 AND p.person_key = e.subject_key
    ORDER BY g.id, e.event_id"""
_STRANGERS = """
    SELECT e.event_id::text FROM ledger_event e
    WHERE NOT EXISTS (
        SELECT FROM ledger_event_batch g
        WHERE g.source_hash = e.source_hash AND e.source_row BETWEEN g.first_row AND g.first_row + g.rows - 1
          AND e.event_id = ledger_entry_id(sha256('\\x02'::bytea || e.source_hash), e.source_row))
    ORDER BY 1"""


class _Row(NamedTuple):
    id: uuid.UUID
    subject_kind: int
    subject_key: int
    type: str
    posted_at: dt.datetime
    source_hash: bytes
    row: int
    payload: str
    payload_hash: bytes
    stored: bytes
    secret: bytes | None
    has_person: bool


@dataclass(slots=True)
class EventCheck:
    """Goes over groups of events in the order of the log."""

    snapshot: Snapshot
    installation: Installation
    forgotten: Array
    findings: Findings
    tree: TreeCheck
    seen: int = 0

    def check(self, groups: Sequence[Group]) -> None:
        """Check groups that follow each other in the log, or that have no place yet."""
        for run in _runs(groups):
            found = self._rows(run)
            for group in run:
                self._check(group, found.get(group.id, []))

    def _rows(self, run: Sequence[Group]) -> dict[int, list[_Row]]:
        lows = [event_id(group.source_hash, max(group.first_row, 0)) for group in run]
        highs = [event_id(group.source_hash, max(group.first_row + group.rows - 1, 0)) for group in run]
        found: dict[int, list[_Row]] = {}
        for id_, *row in self.snapshot.rows(_EVENTS, ([group.id for group in run], lows, highs)):
            found.setdefault(id_, []).append(_Row(*row))
        return found

    def _check(self, group: Group, rows: list[_Row]) -> None:
        self.seen += len(rows)
        by_id = {row.id: row for row in rows}
        made = np.zeros((group.rows, 32), "u1")
        sound = np.zeros(group.rows, bool)
        verdicts: list[str] = []
        for at in range(group.rows):
            row = by_id.pop(event_id(group.source_hash, group.first_row + at), None)
            leaf, verdict = self._leaf(group, row)
            made[at] = np.frombuffer(leaf, "u1")
            verdicts.append(verdict)
            sound[at] = verdict in {"", "unlinked"}
        start = self.tree.position if group.position is not None else None
        same = self.tree.take(made) if group.position is not None else np.ones(group.rows, bool)
        if start is None:
            self.findings.waiting["ledger"] += len(rows)
        self.findings.unlinked["ledger"] += sum(
            verdict == "unlinked" and bool(same[at]) for at, verdict in enumerate(verdicts)
        )
        for at in np.flatnonzero(~(sound & same)).tolist():
            id_ = "" if verdicts[at] == "missing" else str(event_id(group.source_hash, group.first_row + at))
            code = f"event.{verdicts[at] if verdicts[at] in {'missing', 'secret_missing'} else 'changed'}"
            self.findings.add(code, log="ledger", position=None if start is None else start + at, id=id_)
        for stranger in by_id.values():
            self.findings.add("event.surplus", log="ledger", id=str(stranger.id))
        posted = {row.posted_at for row in rows}
        if posted and posted != {group.posted_at}:
            self.findings.add("event_batch.changed", log="ledger", what=f"{group.id}: posted_at")

    def _leaf(self, group: Group, row: _Row | None) -> tuple[bytes, str]:
        """Return the leaf a row gives, and what is to be said of it; nothing if it is sound."""
        if row is None:
            return bytes(32), "missing"
        stored = row.stored.ljust(32, b"\0")[:32]
        salt = NO_SALT
        if row.subject_kind == SubjectKind.PERSON:
            if row.secret is None:
                decided = row.has_person and bool(np.isin(row.subject_key, self.forgotten))
                return stored, "unlinked" if decided else "secret_missing"
            salt = entry_salt(row.secret, row.id)
        hashed = hashlib.sha256(row.payload.encode()).digest()
        heading = Heading(self.installation.id, "", row.posted_at.astimezone(dt.UTC), row.source_hash, "")
        try:
            form = event_form(heading, row.id, row.row, cast("NewEvent", row), hashed=hashed, salt=salt)
        except ValueError:  # a number that fits no form
            return bytes(32), "changed"
        made = leaf_hash(form)
        whole = made == row.stored and hashed == row.payload_hash and row.source_hash == group.source_hash
        return made, "" if whole else "changed"

    def strangers(self) -> None:
        """Name events that belong to no group."""
        if self.snapshot.value("SELECT count(*) FROM ledger_event") != self.seen:
            for (id_,) in self.snapshot.rows(_STRANGERS):
                self.findings.add("event.surplus", log="ledger", id=id_)


def _runs(groups: Sequence[Group]) -> Iterator[list[Group]]:
    run: list[Group] = []
    for group in groups:
        run.append(group)
        if sum(one.rows for one in run) >= _ROWS:
            yield run
            run = []
    if run:
        yield run


def forgotten(snapshot: Snapshot) -> Array:
    """Return the keys whose secrets were erased by a recorded decision, rising."""
    rows: list[Any] = snapshot.rows(
        "SELECT DISTINCT ('x' || k)::bit(64)::bigint FROM ledger_event e,"
        " jsonb_array_elements_text(e.payload::jsonb -> 'persons') k"
        " WHERE e.subject_kind = 3 AND e.subject_key = 0 AND e.type = 'ledger.secret_erased' ORDER BY 1"
    )
    return np.array([key for (key,) in rows], "i8")
