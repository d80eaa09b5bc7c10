"""Keys that turn out to be one person, and events."""

import datetime as dt
import uuid

import numpy as np
import pytest
from django.db import transaction

from provident.kernel.keys import PersonKey, new_key
from provident.kernel.month import Month
from provident.kernel.words import Branch, EntryKind, SubjectKind
from provident.ledger import actions, form, queries, wire
from provident.ledger.posting import secrets_of
from provident.ledger.records import NewEvent, Source
from provident.ledger.refusals import AlreadyPosted, NoInstallation, NotJoined, UnknownPerson

from .people import LEGS, entry, new_source, open_all, post, record_of, register
from .sample_entry import event_form


def read(person):
    with record_of(person) as opened:
        return queries.record_years(opened), queries.entries(opened)


def test_a_merge_is_read_as_one_and_undone_exactly(ledger):
    """Merged, either key opens the entries of both; parted again, each has its own, and nothing moved."""
    an, twin = register(2)
    post(entry(an), entry(twin, month=Month(2026, 4)))
    before = read(an), read(twin)
    actions.alias_person(key=twin, into=an)
    years, entries = read(an)
    assert [one.person for one in entries] == [an, twin]
    assert years[0].months(Branch.PENSION, EntryKind.DECLARED)[2:4] == (LEGS, LEGS)
    assert len(years) == 1
    assert read(twin) == (years, entries)
    actions.unalias_person(key=twin)
    assert (read(an), read(twin)) == before


def test_a_chain_of_merges_is_one_person(ledger):
    """A person merged into another that is merged on belongs to the last; parting goes back a step."""
    a, b, c = register(3)
    open_all(a, b, c)
    actions.alias_person(key=a, into=b)
    actions.alias_person(key=b, into=c)
    with pytest.raises(NotJoined), transaction.atomic():
        actions.alias_person(key=c, into=a)
    actions.unalias_person(key=b)
    actions.alias_person(key=c, into=b)


def test_aliases_list_every_key_of_a_person(lasting_ledger, owner_connection):
    """The list of aliases pairs all keys of a person with each other, and leaves single keys out."""
    a, b, c, _ = register(4)
    with transaction.atomic():
        open_all(a, b, c)
        actions.alias_person(key=a, into=b)
        actions.alias_person(key=b, into=c)
    found = owner_connection.execute("SELECT person_key, same_person FROM ledger_alias").fetchall()
    assert set(found) == {(one, other) for one in (a, b, c) for other in (a, b, c)}
    assert len(found) == 9


def test_keys_that_cannot_be_joined_are_refused(ledger):
    """Not to itself, not twice, not to an alias, not parted when whole, not unknown."""
    a, b, c = register(3)
    nobody = PersonKey(new_key())
    open_all(a, b, c)
    actions.alias_person(key=a, into=b)
    for key, into in ((b, b), (a, c), (c, a)):
        with pytest.raises(NotJoined), transaction.atomic():
            actions.alias_person(key=key, into=into)
    with pytest.raises(NotJoined), transaction.atomic():
        actions.unalias_person(key=b)
    for key, into in ((nobody, b), (c, nobody)):
        with pytest.raises(UnknownPerson), transaction.atomic():
            actions.alias_person(key=key, into=into)


def lodged(person, **payload):
    return NewEvent(SubjectKind.PERSON, person, "cases.objection_lodged", payload)


def test_an_event_comes_back_as_it_was_appended(ledger):
    """Type and payload are read again, and the leaf is that of the form with the person's salt."""
    (an,) = register(1)
    source = Source.of_act("objection", case="2026-17")
    told = [lodged(an, case="2026-17", 说明=["缴费", 2]), lodged(an, case="2026-18")]
    ids = actions.append_events(events=told, source=source, first_row=5)
    with record_of(an) as opened:
        read = queries.events(opened)
        assert queries.events(opened, known_on=read[0].posted_at - dt.timedelta(microseconds=1)) == ()
    assert [(one.type, one.payload, one.row, one.id) for one in read] == [
        (one.type, one.payload, row, id_) for row, (one, id_) in enumerate(zip(told, ids, strict=True), 5)
    ]
    secret = secrets_of(np.array([an])).tobytes()
    heading = form.Heading(queries.installation().id, "", read[0].posted_at, source.hash, "")
    salt = form.entry_salt(secret, ids[0])
    assert read[0].leaf_hash == form.leaf_hash(event_form(heading, ids[0], 5, told[0], salt))


def test_events_about_others_have_no_salt_and_need_no_look(ledger):
    """An event about an employer is nobody's secret; a mixed batch keeps each its own."""
    an, bo = register(2)
    about_employer = NewEvent(SubjectKind.EMPLOYER, 77, "filings.posted", {"rows": 3})
    source = new_source()
    told = [lodged(bo), about_employer, lodged(an)]
    ids = actions.append_events(events=told, source=source)
    leaf, moment = wire.call_row(
        "SELECT leaf_hash, posted_at FROM ledger_event WHERE event_id = %s", (ids[1],)
    )
    heading = form.Heading(queries.installation().id, "", moment.astimezone(dt.UTC), source.hash, "")
    assert leaf == form.leaf_hash(event_form(heading, ids[1], 1, about_employer, form.NO_SALT))
    for person, id_ in ((an, ids[2]), (bo, ids[0])):
        with record_of(person) as opened:
            assert [one.id for one in queries.events(opened)] == [id_]


def test_an_event_is_appended_once(ledger):
    """The same source and row again is a refusal; no events are no act."""
    (an,) = register(1)
    source = new_source()
    actions.append_events(events=[lodged(an)], source=source)
    with pytest.raises(AlreadyPosted), transaction.atomic():
        actions.append_events(events=[lodged(an, again=True)], source=source)
    assert actions.append_events(events=[], source=source) == ()


def test_an_event_needs_an_agency_and_a_person(db):
    """Nothing is appended for a key nobody has, nor before the agency is named."""
    with pytest.raises(NoInstallation):
        actions.append_events(events=[lodged(PersonKey(1))], source=new_source())


def test_an_event_about_an_unknown_person_is_refused(ledger):
    """A person without a secret has no events."""
    with pytest.raises(UnknownPerson), transaction.atomic():
        actions.append_events(events=[lodged(PersonKey(new_key()))], source=new_source())


def test_an_event_cannot_be_dated_back(ledger):
    """The moment of an event is the moment it is appended, by the server's clock."""
    with pytest.raises(Exception, match="posted when it is appended"), transaction.atomic():
        wire.call(
            "SELECT ledger_insert_events('{2}', '{1}', ARRAY[%s]::uuid[], '{a.b}', now() - interval '1 day', "
            "%s, '{0}', '{{}}', ARRAY[%s], ARRAY[%s])",
            (uuid.uuid4(), bytes(32), bytes(32), bytes(32)),
        )


def test_a_payload_must_have_its_hash(ledger):
    """The database holds the payload against the hash that the form holds."""
    with pytest.raises(Exception, match="ledger_event"), transaction.atomic():
        wire.call(
            "SELECT ledger_insert_events('{2}', '{1}', ARRAY[%s]::uuid[], '{a.b}', clock_timestamp(), "
            "%s, '{0}', ARRAY['x'], ARRAY[%s], ARRAY[%s])",
            (uuid.uuid4(), bytes(32), bytes(32), bytes(32)),
        )


def test_acts_without_a_document_are_never_the_same_source():
    """Two acts with the same facts are two sources."""
    assert Source.of_act("merge", into=1).hash != Source.of_act("merge", into=1).hash
