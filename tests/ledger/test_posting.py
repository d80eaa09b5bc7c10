"""Posting: all or nothing, once, in strict order, small and in bulk."""

import datetime as dt
import threading

import numpy as np
import psycopg
import pytest
from django.db import connection, transaction

from provident.kernel.keys import PersonKey, entry_id, new_key
from provident.kernel.month import Month
from provident.kernel.words import EntryKind
from provident.ledger import actions, queries, wire
from provident.ledger.posting import BULK_ROWS, posting
from provident.ledger.records import Legs
from provident.ledger.refusals import (
    AlreadyInstalled,
    AlreadyPosted,
    AlreadyRegistered,
    NoInstallation,
    Unbalanced,
    UnknownPerson,
)

from .people import LEGS, MARCH, PACK, entry, install, new_source, post, record_of, register, rows


def load(*arrays, expected, source=None):
    with posting(source=source or new_source(), pack_version=PACK, expected_rows=expected) as batch:
        for array in arrays:
            batch.append(array)
    return batch.posted


def small(*arrays):
    return load(*arrays, expected=1)


def bulk(*arrays, source=None):
    return load(*arrays, expected=BULK_ROWS, source=source)


def test_an_entry_comes_back_as_it_was_posted(ledger):
    """Everything said about an entry is read again, with its id, moment, source and leaf."""
    (an,) = register(1)
    source = new_source()
    posted = post(entry(an), entry(an, EntryKind.BENEFIT_PAID, Legs(account=-7, fund=-8)), source=source)
    with record_of(an) as opened:
        first, second = queries.entries(opened)
    assert (first.person, first.kind, first.legs, first.month) == (an, EntryKind.DECLARED, LEGS, MARCH)
    assert (first.id, first.row) == (entry_id(source.hash, 0), 0)
    assert (first.source, first.pack_version, first.batch) == (source, PACK, posted.batch)
    assert first.posted_at == posted.posted_at
    assert first.posted_at.tzinfo is dt.UTC
    assert first.reverses is None
    assert second.legs == Legs(account=-7, fund=-8)
    assert posted.rows == 2
    assert queries.damaged(posted.batch) == ()


def test_nothing_can_be_posted_before_the_agency_is_named(db):
    """Without an installation there is no posting and no event."""
    (an,) = register(1)
    with pytest.raises(NoInstallation):
        post(entry(an))
    with pytest.raises(NoInstallation):
        queries.installation()


def test_there_is_one_agency(ledger):
    """The installation is registered once and read back."""
    with pytest.raises(AlreadyInstalled):
        install()
    here = queries.installation()
    assert (here.currency, here.zone.key, here.home_region) == ("CNY", "Asia/Shanghai", 990000)


def test_a_source_is_posted_once(ledger):
    """The same source again is a refusal, and the first posting stands."""
    (an,) = register(1)
    source = new_source()
    post(entry(an), source=source)
    with pytest.raises(AlreadyPosted), transaction.atomic():
        post(entry(an, month=Month(2026, 4)), source=source)
    with record_of(an) as opened:
        assert [one.month for one in queries.entries(opened)] == [MARCH]


def test_a_key_is_registered_once(ledger):
    """Registering a key again is a refusal."""
    (an,) = register(1)
    with pytest.raises(AlreadyRegistered), transaction.atomic():
        actions.register_persons([an])


def test_an_unknown_person_is_refused(ledger):
    """One entry for a key nobody has refuses the whole batch."""
    (an,) = register(1)
    with pytest.raises(UnknownPerson), transaction.atomic():
        post(entry(an), entry(PersonKey(new_key())))
    with record_of(an) as opened:
        assert queries.entries(opened) == ()


@pytest.mark.parametrize(
    ("kind", "legs"),
    [
        (EntryKind.DECLARED, Legs(base=1, employee=2, employer=3, account=2, fund=2)),
        (EntryKind.PAID, Legs(employee=2, employer=3, account=6)),
        (EntryKind.ADJUSTMENT, Legs(employee=1)),
        (EntryKind.BENEFIT_PAID, Legs(fund=5)),
        (EntryKind.BENEFIT_PAID, Legs(base=1, fund=-5)),
        (EntryKind.INTEREST_CREDITED, Legs(account=5)),
        (EntryKind.TRANSFER_IN, Legs(employee=5, account=5)),
        (EntryKind.TRANSFER_OUT, Legs(employer=-5, account=-5)),
        (EntryKind.OPENING_BALANCE, Legs(employee=1, account=1)),
    ],
)
def test_legs_that_do_not_add_up_are_refused(ledger, kind, legs):
    """Each kind's rule is the database's, and the refusal names it."""
    (an,) = register(1)
    with pytest.raises(Unbalanced, match="ledger_entry_legs"), transaction.atomic():
        post(entry(an, kind, legs))


@pytest.mark.parametrize(
    ("kind", "legs"),
    [
        (EntryKind.DECLARED, Legs()),
        (EntryKind.PAID, Legs(employee=2, employer=3, account=1, fund=4)),
        (EntryKind.ADJUSTMENT, Legs(base=9, employee=-1, fund=-1)),
        (EntryKind.BENEFIT_PAID, Legs(fund=-5)),
        (EntryKind.INTEREST_CREDITED, Legs(account=5, fund=-5)),
        (EntryKind.TRANSFER_IN, Legs(account=5, fund=7)),
        (EntryKind.TRANSFER_OUT, Legs(account=-5, fund=-7)),
        (EntryKind.OPENING_BALANCE, Legs(account=1)),
    ],
)
def test_legs_that_add_up_are_taken(ledger, kind, legs):
    """Each kind's rule lets through what keeps it, and the postings of the view add up to zero."""
    (an,) = register(1)
    post(entry(an, kind, legs))
    with record_of(an) as opened, connection.cursor() as cursor:
        assert [one.legs for one in queries.entries(opened)] == [legs]
        cursor.execute(
            "SELECT sum(amount), sum(amount) FILTER (WHERE place = 'fund') FROM ledger_balanced_posting"
        )
        assert cursor.fetchone() == (0, legs.fund)


@pytest.mark.parametrize("change", [{"month": None}, {"region": 0}])
def test_words_outside_the_lists_are_refused(ledger, change):
    """A declaration without a month, or an entry without a region, is no entry."""
    (an,) = register(1)
    with pytest.raises(Unbalanced, match="ledger_entry_words"), transaction.atomic():
        post(entry(an, **change))


def test_rows_must_rise(ledger):
    """Ids are made from rows, so a row given twice is a programming error, within an array and across."""
    persons = register(2)
    for arrays in (
        [rows(persons, 5), rows(persons, 5, first=4)],
        [rows(persons, 5)[::-1]],
        [rows(persons, 5, first=(1 << 31) - 4)],
    ):
        with pytest.raises(ValueError, match="rows must rise"), transaction.atomic():
            small(*arrays)


def test_an_array_of_another_shape_is_refused(ledger):
    """Only ENTRY_DTYPE is laid out as the form needs it."""
    with pytest.raises(TypeError), transaction.atomic():
        small(np.zeros(1, "i8"))


def test_a_bulk_load_and_a_small_batch_give_the_same_entries(lasting_ledger):
    """COPY into a table of its own and insertion into the open leaf store the same, and every leaf is right."""
    persons = register(40)
    array = rows(persons, 10_000)
    large = bulk(array)
    with posting(source=new_source(), pack_version=PACK, expected_rows=10) as batch:
        for start in range(0, 10_000, 3_000):
            with batch.queries():
                queries.installation()
            batch.append(array[start : start + 3_000])
    assert large.rows == batch.posted.rows == 10_000
    assert queries.damaged(large.batch) == queries.damaged(batch.posted.batch) == ()
    with record_of(persons[7]) as opened:
        found = queries.entries(opened)
    by_batch = [
        [
            (one.row, one.branch, one.legs, one.month, one.employer, one.region)
            for one in found
            if one.batch == number
        ]
        for number in (large.batch, batch.posted.batch)
    ]
    assert by_batch[0] == by_batch[1] != []


def test_a_batch_knows_what_it_holds(ledger):
    """Rows, months and the one employer are counted, however the rows came."""
    persons = register(10)
    arrays = rows(persons, 20, month=Month(2025, 11)), rows(persons, 20, first=20)
    for posted in (small(*arrays), bulk(*arrays)):
        facts = wire.call_row(
            "SELECT rows, min_month, max_month, employer_key FROM ledger_batch WHERE batch_id = %s",
            (posted.batch,),
        )
        assert facts == (40, 202511, 202603, 77)


def test_a_bulk_load_may_use_the_connection_between_two_arrays(ledger):
    """The caller's own queries go on while a load is open, and the load goes on after."""
    persons = register(4)
    with posting(source=new_source(), pack_version=PACK, expected_rows=BULK_ROWS) as batch:
        batch.append(rows(persons, 20))
        with batch.queries():
            assert queries.installation().currency == "CNY"
        batch.append(rows(persons, 20, first=20))
        batch.append(rows(persons, 0))
    assert batch.posted.rows == 40


@pytest.mark.parametrize("expected", [1, BULK_ROWS])
def test_an_exception_leaves_nothing(lasting_ledger, expected):
    """If the caller fails in the middle, no row, batch or table is left, and the source can be posted after."""
    persons = register(4)
    source = new_source()

    def fail():
        with posting(source=source, pack_version=PACK, expected_rows=expected) as batch:
            batch.append(rows(persons, 2_000))
            raise ZeroDivisionError

    tables = "SELECT count(*) FROM pg_class WHERE relname ~ '^ledger_entry'"
    post(entry(persons[0]))
    before = wire.call(tables, ())
    with pytest.raises(ZeroDivisionError):
        fail()
    assert wire.call(tables, ()) == before
    assert wire.call("SELECT count(*) FROM ledger_batch", ()) == 1
    assert post(entry(persons[1]), source=source).rows == 1


@pytest.mark.parametrize("expected", [1, BULK_ROWS])
def test_what_the_server_refuses_leaves_nothing(lasting_ledger, expected):
    """One wrong row among thousands refuses the batch, in bulk too."""
    persons = register(4)
    array = rows(persons, 9_000)
    array["fund"][8_500] += 1
    with pytest.raises(Unbalanced):
        load(array, expected=expected)
    assert wire.call("SELECT count(*) FROM ledger_batch", ()) == 0
    assert bulk(rows(persons, 20)).rows == 20


def test_a_load_whose_connection_dies_leaves_nothing(lasting_ledger, superuser_connection):
    """If the server loses the loader in the middle, nothing is left and the next posting goes on."""
    persons = register(4)
    source = new_source()

    def lose():
        with posting(source=source, pack_version=PACK, expected_rows=BULK_ROWS) as batch:
            batch.append(rows(persons, 5_000))
            superuser_connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE usename = 'provident_app' AND datname = current_database()"
            )
            batch.append(rows(persons, 90_000, first=5_000))

    with pytest.raises(psycopg.OperationalError):
        lose()
    connection.close()
    assert superuser_connection.execute("SELECT count(*) FROM ledger_batch").fetchone() == (0,)
    found = superuser_connection.execute("SELECT count(*) FROM pg_class WHERE relname ~ '^ledger_entry_2'")
    assert found.fetchone() == (0,)
    assert bulk(rows(persons, 20), source=source).rows == 20


def test_an_empty_batch_is_a_batch(ledger):
    """A source that comes to no entries is remembered as posted, small or in bulk."""
    for expected in (0, BULK_ROWS):
        source = new_source()
        with posting(source=source, pack_version=PACK, expected_rows=expected) as batch:
            pass
        assert batch.posted.rows == 0
        with pytest.raises(AlreadyPosted), transaction.atomic():
            actions.append(entries=[], source=source, pack_version=PACK)


def test_moments_rise_with_every_posting(lasting_ledger):
    """However many post at once, every batch has a later moment than all committed before it."""
    persons = register(4)
    order = []
    seen = []

    def work(number):
        try:
            for turn in range(6):
                with transaction.atomic():
                    posted = post(entry(persons[number], month=MARCH.plus(turn)))
                    order.append(posted.posted_at)
                    seen.append(wire.call("SELECT max(posted_at) FROM ledger_batch", ()))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(order)) == 24
    assert order == sorted(order)
    assert [moment.astimezone(dt.UTC) for moment in seen] == order


def test_a_batch_that_was_never_closed_cannot_be_committed(lasting_ledger):
    """A client that opens a batch and commits is refused by the database."""
    with psycopg.connect(**connection.get_connection_params()) as raw:
        raw.execute("SELECT ledger_open_batch(%s, 'payroll', %s, false, '1 day')", (bytes(32), PACK))
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
            raw.commit()


def test_posting_needs_the_isolation_it_was_made_for(lasting_ledger):
    """Under repeatable read the order of moments could not be promised, so the database refuses."""
    with psycopg.connect(**connection.get_connection_params()) as raw:
        raw.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with pytest.raises(psycopg.errors.InvalidTransactionState):
            raw.execute("SELECT ledger_open_batch(%s, 'payroll', %s, false, '1 day')", (bytes(32), PACK))
        raw.rollback()
