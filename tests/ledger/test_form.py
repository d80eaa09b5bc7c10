"""The hashed form: frozen bytes, the manual, a stranger's implementation, and all our writers alike."""

import datetime as dt
import hashlib
import uuid
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provident.kernel.keys import EmployerKey, EntryId, PersonKey, entry_id
from provident.kernel.month import Month
from provident.kernel.words import Branch, Checked, EntryKind, Evidence, Scheme, SubjectKind
from provident.ledger import form
from provident.ledger.actions import as_array
from provident.ledger.arrays import entry_ids, leaves
from provident.ledger.records import Legs, NewEntry, NewEvent

from . import sample_entry as sample
from . import stranger

MANUAL = Path(__file__).parents[2] / "docs" / "spec" / "hashed-form.md"

GOLDEN_MONEY = (
    "0101890a5dac96774bbcceb302099a8057ea50e541b8e887eeae1865da0000000701014000000000000001"
    "10000000000000010100010"
    "00f1b300003176b00064e75cdbd0ec00003434e59000000000007a1200000000000009c400000000000013880"
    "0000000000009c400000000000013880000100000000000000000000000000000000"
    "ea50e541b8e8b7ee2e1865da65d4b29786f9386315b637ef499dc95e312a9a1c000000070008636e20302e312e30"
    "78011f0266396ab94d50e8ec522544375e8f28f514471a621d46bc9bfee25b80"
)
GOLDEN_EVENT = (
    "0101890a5dac96774bbcceb302099a8057c023e9a517fc87c395bff74a0000000002014000000000000001"
    "001663617365732e6f626a656374696f6e5f6c6f6467656400064e75cdbd0ec0"
    "ea50e541b8e8b7ee2e1865da65d4b29786f9386315b637ef499dc95e312a9a1c00000000"
    "6e4cb5228d5913c13a224927b14154adb626fb10e696e4fa22cd9aaf7b8c1b9c"
    "0cf820e0b4c0c6b488acc29baaa2b2903f85232cbf1293421d2d03e684ae798e"
)

keys = st.integers(1, (1 << 63) - 1)
amounts = st.integers(-(1 << 63), (1 << 63) - 1)
moments = st.datetimes(
    dt.datetime(2000, 1, 1), dt.datetime(2099, 12, 31), timezones=st.just(dt.UTC)
)  # datetimes keep microseconds, as the database does
texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
headings = st.builds(
    form.Heading,
    st.uuids(),
    st.sampled_from(["CNY", "EUR"]),
    moments,
    st.binary(min_size=32, max_size=32),
    texts,
)
entries = st.builds(
    NewEntry,
    person=keys.map(PersonKey),
    kind=st.sampled_from(EntryKind),
    branch=st.sampled_from(Branch),
    legs=st.builds(Legs, amounts, amounts, amounts, amounts, amounts),
    region=st.integers(1, 999999),
    month=st.none() | st.builds(Month, st.integers(1900, 2999), st.integers(1, 12)),
    employer=(st.just(0) | keys).map(EmployerKey),
    scheme=st.sampled_from(Scheme),
    evidence=st.sampled_from(Evidence),
    checked=st.sampled_from(Checked),
    reverses=st.none() | st.uuids().map(EntryId),
)
payloads = st.dictionaries(
    texts,
    st.recursive(
        st.none() | st.booleans() | st.integers(-(1 << 53), 1 << 53) | texts,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
        max_leaves=5,
    ),
    max_size=4,
)


def as_stranger(heading: form.Heading, row: int, entry: NewEntry, secret: bytes) -> dict:
    """Describe an entry in the stranger's words."""
    id_ = stranger.identifier(heading.source_hash, row)
    since = heading.posted_at - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return {
        "installation": heading.installation.bytes,
        "entry": id_,
        "kind": entry.kind,
        "person": entry.person,
        "employer": entry.employer,
        "branch": entry.branch,
        "scheme": entry.scheme,
        "region": entry.region,
        "month": entry.month.year * 100 + entry.month.month if entry.month else 0,
        "posted_at": since.days * 86_400_000_000 + since.seconds * 1_000_000 + since.microseconds,
        "currency": heading.currency,
        "legs": [
            entry.legs.base,
            entry.legs.employee,
            entry.legs.employer,
            entry.legs.account,
            entry.legs.fund,
        ],
        "evidence": entry.evidence,
        "checked": entry.checked,
        "reverses": entry.reverses and entry.reverses.bytes,
        "source": heading.source_hash,
        "row": row,
        "pack": form.unicodedata.normalize("NFC", heading.pack_version),
        "salt": stranger.salt(secret, id_),
    }


def test_the_forms_bytes_are_frozen():
    """The sample entry and the sample event have the bytes they had when the form was frozen."""
    assert sample.money_bytes().hex() == GOLDEN_MONEY
    assert sample.event_bytes().hex() == GOLDEN_EVENT


def test_the_manual_opens_with_the_samples_as_they_are():
    """The samples printed in the manual are what the code writes."""
    manual = MANUAL.read_text(encoding="utf-8")
    for printed in sample.samples():
        assert f"```\n{printed}\n```" in manual
    assert form.canonical(sample.EVENT.payload) in manual


@given(headings, st.integers(0, (1 << 31) - 1), entries, st.binary(min_size=32, max_size=32))
def test_a_stranger_writes_the_same_entry(heading, row, entry, secret):
    """The manual is enough to write any entry's form, id, salt and leaf."""
    id_ = entry_id(heading.source_hash, row)
    ours = form.money_form(heading, id_, row, entry, form.entry_salt(secret, id_))
    theirs = stranger.money(as_stranger(heading, row, entry, secret))
    assert ours == theirs
    assert form.leaf_hash(ours).hex() == stranger.leaf(theirs)


@given(headings, st.integers(0, 9), keys, payloads, st.sampled_from(SubjectKind))
def test_a_stranger_writes_the_same_event(heading, row, subject, payload, kind):
    """The manual is enough to write any event's form and id."""
    event = NewEvent(kind, subject, "identity.records_merged", payload)
    id_ = form.event_id(heading.source_hash, row)
    ours = sample.event_form(heading, id_, row, event, form.NO_SALT)
    theirs = stranger.event(
        {
            "installation": heading.installation.bytes,
            "event": stranger.event_identifier(heading.source_hash, row),
            "subject_kind": kind,
            "subject": subject,
            "type": "identity.records_merged",
            "posted_at": form.microseconds(heading.posted_at),
            "source": heading.source_hash,
            "row": row,
            "payload": form.canonical(payload),
            "salt": bytes(32),
        }
    )
    assert ours == theirs


@given(
    headings,
    st.lists(st.tuples(entries, st.integers(0, 2)), min_size=1, max_size=5),
    st.binary(min_size=96, max_size=96),
)
def test_many_at_once_are_the_same_as_one_by_one(heading, chosen, three_secrets):
    """The array writer gives the ids and leaves the plain writer gives."""
    secrets = np.frombuffer(three_secrets, "u1").reshape(3, 32)
    array = as_array([entry for entry, _ in chosen])
    ids = entry_ids(heading.source_hash, array["row"])
    together = leaves(heading, array, ids, secrets, np.array([whose for _, whose in chosen]))
    for row, (entry, whose) in enumerate(chosen):
        id_ = entry_id(heading.source_hash, row)
        assert ids[row].tobytes() == id_.bytes
        salt = form.entry_salt(secrets[whose].tobytes(), id_)
        assert together[row].tobytes() == form.leaf_hash(form.money_form(heading, id_, row, entry, salt))


def test_canonical_json_orders_names_by_utf16():
    """Names are ordered as RFC 8785 says, where a rare character comes before U+FFFD."""
    assert (
        form.canonical({"\ufffd": 1, "\U00020000": 2, "a": [True, None]})
        == '{"a":[true,null],"\U00020000":2,"\ufffd":1}'
    )


@pytest.mark.parametrize("value", [1.5, 1 << 54, {1: 2}, {"a": b"x"}, object()])
def test_a_payload_others_would_write_differently_is_refused(value):
    """Fractions, huge numbers and what JSON does not know cannot be in a payload."""
    with pytest.raises(TypeError):
        form.canonical({"a": value})


def test_an_entry_and_an_event_of_one_row_have_different_ids():
    """Both families may count the rows of one source."""
    source = hashlib.sha256(b"file").digest()
    assert form.event_id(source, 1) != entry_id(source, 1)
    assert isinstance(form.event_id(source, 1), uuid.UUID)
