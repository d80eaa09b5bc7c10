"""The entry and the event that docs/spec/hashed-form.md shows byte by byte."""

import datetime as dt
import hashlib
import uuid

from provident.kernel.keys import EmployerKey, EntryId, PersonKey, entry_id
from provident.kernel.month import Month
from provident.kernel.words import Branch, Checked, EntryKind, Evidence, Scheme, SubjectKind
from provident.ledger import form
from provident.ledger.records import Legs, NewEntry, NewEvent

SECRET = bytes(range(32))
HEADING = form.Heading(
    installation=uuid.UUID("01890a5d-ac96-774b-bcce-b302099a8057"),
    currency="CNY",
    posted_at=dt.datetime(2026, 4, 2, 8, 15, 30, 123456, tzinfo=dt.UTC),
    source_hash=hashlib.sha256(b"payroll.csv").digest(),
    pack_version="cn 0.1.0",
)
ROW = 7
ENTRY_ID = entry_id(HEADING.source_hash, ROW)
ENTRY = NewEntry(
    person=PersonKey(4611686018427387905),
    kind=EntryKind.DECLARED,
    branch=Branch.PENSION,
    legs=Legs(base=500_000, employee=40_000, employer=80_000, account=40_000, fund=80_000),
    region=990000,
    month=Month(2026, 3),
    employer=EmployerKey(1152921504606846977),
    scheme=Scheme.EMPLOYEES,
    evidence=Evidence.NONE,
    checked=Checked.CHECKED,
)
REVERSAL_ID = EntryId(uuid.UUID("00112233-4455-8677-8899-aabbccddeeff"))
EVENT = NewEvent(
    SubjectKind.PERSON, ENTRY.person, "cases.objection_lodged", {"case": "2026-17", "说明": ["缴费", 2]}
)
EVENT_ROW = 0
EVENT_ID = form.event_id(HEADING.source_hash, EVENT_ROW)

_MONEY_FIELDS = (
    ("version", 1),
    ("installation", 16),
    ("entry id", 16),
    ("family", 1),
    ("kind", 1),
    ("person key", 8),
    ("employer key", 8),
    ("branch", 1),
    ("scheme", 2),
    ("region", 4),
    ("month", 4),
    ("posted at", 8),
    ("currency", 5),
    ("base", 8),
    ("employee", 8),
    ("employer", 8),
    ("account", 8),
    ("fund", 8),
    ("evidence", 1),
    ("checked", 1),
    ("reverses", 16),
    ("source hash", 32),
    ("row", 4),
    ("pack version", 10),
    ("salt", 32),
)
_EVENT_FIELDS = (
    ("version", 1),
    ("installation", 16),
    ("event id", 16),
    ("family", 1),
    ("subject kind", 1),
    ("subject key", 8),
    ("type", 24),
    ("posted at", 8),
    ("source hash", 32),
    ("row", 4),
    ("payload hash", 32),
    ("salt", 32),
)


def money_bytes() -> bytes:
    """Return the form of the sample entry."""
    return form.money_form(HEADING, ENTRY_ID, ROW, ENTRY, form.entry_salt(SECRET, ENTRY_ID))


def event_form(heading, id_, row, event, salt) -> bytes:
    """Return an event's form with its payload hashed here."""
    hashed = form.payload_hash(form.canonical(event.payload))
    return form.event_form(heading, id_, row, event, hashed=hashed, salt=salt)


def event_bytes() -> bytes:
    """Return the form of the sample event."""
    return event_form(HEADING, EVENT_ID, EVENT_ROW, EVENT, form.entry_salt(SECRET, EVENT_ID))


def shown(raw: bytes, fields: tuple[tuple[str, int], ...]) -> str:
    """Return a form as lines of field and bytes, and its leaf."""
    lines, at = [], 0
    for name, size in fields:
        lines.append(f"{name:<13} {raw[at : at + size].hex()}")
        at += size
    assert at == len(raw)
    return "\n".join([*lines, f"{'leaf':<13} {form.leaf_hash(raw).hex()}"])


def samples() -> tuple[str, str]:
    """Return the two samples as the manual prints them."""
    return shown(money_bytes(), _MONEY_FIELDS), shown(event_bytes(), _EVENT_FIELDS)
