"""The reading copy: what it says is what the entries add up to, at any moment, however it was made."""

import datetime as dt
import os
from collections import defaultdict

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provident.kernel.keys import EmployerKey
from provident.kernel.month import Month
from provident.kernel.words import Branch, EntryKind
from provident.ledger import actions, queries
from provident.ledger.posting import BULK_ROWS, posting
from provident.ledger.records import Legs, NewEntry, RecordYear
from provident.ledger.wire import trips

from .people import (
    EMPLOYER,
    LEGS,
    MARCH,
    PACK,
    entry,
    new_source,
    open_all,
    post,
    record_of,
    register,
    rows,
)

SEVEN = Legs(account=-7, fund=-8)


def years_of(person, **asked):
    with record_of(person) as opened:
        return queries.record_years(opened, **asked)


def sums_of_entries(person, **asked):
    """Add up what stands, the slow way."""
    with record_of(person) as opened:
        read = queries.entries(opened, **asked)
    count, sums = defaultdict(int), defaultdict(Legs)
    for one in read:
        place = (one.branch, one.employer, one.kind, one.month)
        count[place] += -1 if one.reverses else 1
        sums[place] += one.legs
    return {place: legs for place, legs in sums.items() if count[place]}


def sums_of_years(years: tuple[RecordYear, ...]):
    found = {}
    for year in years:
        for branch in year.branches():
            for kind in year.kinds(branch):
                for number, legs in enumerate(year.months(branch, kind), 1):
                    if legs is not None:
                        found[branch, year.employer, kind, Month(year.year, number)] = legs
                if (legs := year.unmonthed(branch, kind)) is not None:
                    found[branch, year.employer, kind, None] = legs
    return found


def test_silence_and_zero_are_two_things(ledger):
    """A month of which nothing stands is None, a reported zero is zeros, and a reversed zero is None again."""
    (an,) = register(1)
    post(entry(an), entry(an, legs=Legs(), month=Month(2026, 4)))
    (year,) = years_of(an)
    assert (year.branches(), year.year, year.employer) == ((Branch.PENSION,), 2026, EMPLOYER)
    assert year.months(Branch.PENSION, EntryKind.DECLARED) == (None, None, LEGS, Legs(), *[None] * 8)
    assert year.months(Branch.PENSION, EntryKind.PAID) == (None,) * 12
    assert year.total(Branch.PENSION, EntryKind.DECLARED) == LEGS
    with record_of(an) as opened:
        zero = queries.entries(opened)[1]
    actions.reverse_entries(entries=[zero], source=new_source(), pack_version=PACK)
    assert years_of(an)[0].months(Branch.PENSION, EntryKind.DECLARED) == (None, None, LEGS, *[None] * 9)


@pytest.mark.parametrize("amount", [0, (1 << 31) - 1, 1 << 31, -(1 << 31), -(1 << 31) - 1, 1 << 62])
def test_amounts_of_any_size_are_kept(ledger, amount):
    """Small amounts are packed small; large ones are not cut off."""
    (an,) = register(1)
    legs = Legs(base=1, account=amount, fund=-amount)
    post(entry(an, EntryKind.ADJUSTMENT, legs), entry(an, legs=LEGS))
    actions.project_record_years()
    (year,) = years_of(an)
    assert year.months(Branch.PENSION, EntryKind.ADJUSTMENT)[2] == legs
    assert year.months(Branch.PENSION, EntryKind.DECLARED)[2] == LEGS
    assert year.kinds(Branch.PENSION) == {EntryKind.ADJUSTMENT, EntryKind.DECLARED}


def test_an_entry_without_a_month_is_in_year_zero(ledger):
    """An opening balance that concerns no month counts in the balance and in no year's months."""
    (an,) = register(1)
    post(entry(an, EntryKind.OPENING_BALANCE, Legs(account=900), month=None))
    (year,) = years_of(an)
    assert (year.year, year.unmonthed(Branch.PENSION, EntryKind.OPENING_BALANCE)) == (0, Legs(account=900))
    assert year.months(Branch.PENSION, EntryKind.OPENING_BALANCE) == (None,) * 12
    assert queries.account_balance([year], Branch.PENSION) == 900


def test_a_declaration_is_no_money(ledger):
    """The balance of the account counts what was paid, credited and paid out, never what was declared."""
    (an,) = register(1)
    post(
        entry(an),
        entry(an, EntryKind.PAID, Legs(employee=30, employer=70, account=30, fund=70)),
        entry(an, EntryKind.INTEREST_CREDITED, Legs(account=5, fund=-5)),
        entry(an, EntryKind.BENEFIT_PAID, SEVEN),
        entry(an, EntryKind.PAID, Legs(employee=1, account=1), branch=Branch.MEDICAL),
    )
    assert queries.account_balance(years_of(an), Branch.PENSION) == 30 + 5 - 7


@pytest.mark.parametrize("count", [20, BULK_ROWS])
def test_the_copy_catches_up_and_nothing_changes(lasting_ledger, count):
    """A record reads the same before and after the job has brought the copy up to date, late entries too."""
    persons = register(count // 5)
    with posting(source=new_source(), pack_version=PACK, expected_rows=count) as batch:
        batch.append(rows(persons, count))
    an = persons[0]
    late = years_of(an)
    assert actions.project_record_years() == 1
    assert years_of(an) == late
    assert actions.project_record_years() == 0
    post(entry(an, EntryKind.PAID))
    with_late = sums_of_years(years_of(an))
    assert with_late[Branch.PENSION, EMPLOYER, EntryKind.PAID, MARCH] == LEGS
    assert actions.project_record_years() == 1
    assert sums_of_years(years_of(an)) == with_late
    assert sums_of_years(years_of(an)) == sums_of_entries(an)


def test_months_of_which_the_same_holds_are_kept_once(ledger):
    """A fact is as long as nothing changes, month after month; a change, a gap and a reversal end it."""
    (an,) = register(1)
    sizes = []
    for month in (1, 2, 3, 4, 6, 7):
        kinds = (EntryKind.DECLARED, EntryKind.PAID)
        post(*(entry(an, kind, month=Month(2026, month)) for kind in kinds))
        actions.project_record_years()
        sizes.append(len(years_of(an)[0].packed[0]))
    assert sizes == [51, 51, 51, 51, 101, 101]
    with record_of(an) as opened:
        second = next(one for one in queries.entries(opened) if one.month == Month(2026, 2))
    actions.reverse_entries(entries=[second], source=new_source(), pack_version=PACK)
    post(entry(an, legs=Legs(), month=Month(2026, 8)), entry(an, legs=Legs(), month=Month(2026, 9)))
    actions.project_record_years()
    (year,) = years_of(an)
    assert year.months(Branch.PENSION, EntryKind.DECLARED) == (
        *(LEGS, None, LEGS, LEGS, None, LEGS, LEGS, Legs(), Legs()),
        *(None, None, None),
    )
    assert year.months(Branch.PENSION, EntryKind.PAID) == (
        LEGS,
        LEGS,
        LEGS,
        LEGS,
        None,
        LEGS,
        LEGS,
        *[None] * 5,
    )
    assert len(year.packed[0]) == 101 + 25 + 25
    assert sums_of_years([year]) == sums_of_entries(an)


def test_facts_that_name_no_month_are_never_joined(ledger):
    """An opening balance is no month before January, and the same balance twice is two."""
    (an,) = register(1)
    balance = entry(an, EntryKind.OPENING_BALANCE, Legs(account=900), month=None)
    for _ in range(2):
        post(balance)
        actions.project_record_years()
    assert years_of(an)[0].unmonthed(Branch.PENSION, EntryKind.OPENING_BALANCE) == Legs(account=1800)


def test_the_copy_can_be_made_anew(lasting_ledger):
    """Rebuilt from the entries, the copy says what it said."""
    an, bo = register(2)
    posted = post(entry(an), entry(bo))
    actions.project_record_years()
    actions.reverse_batch(batch=posted.batch, source=new_source())
    post(entry(an, legs=Legs()))
    actions.project_record_years()
    before = sums_of_years(years_of(an)), sums_of_years(years_of(bo))
    assert actions.rebuild_record_years(os.environ["PROVIDENT_OWNER_DATABASE_URL"]) == 3
    assert (sums_of_years(years_of(an)), sums_of_years(years_of(bo))) == before
    assert before == ({(Branch.PENSION, EMPLOYER, EntryKind.DECLARED, MARCH): Legs()}, {})


def test_what_was_known_can_be_asked(ledger):
    """As known on a moment, entries and years are those posted up to then; a later correction is not there yet."""
    (an,) = register(1)
    first = post(entry(an))
    with record_of(an) as opened:
        read = queries.entries(opened)
    second = actions.reverse_entries(
        entries=read, instead=[entry(an, legs=Legs())], source=new_source(), pack_version=PACK
    )
    actions.project_record_years()
    before = first.posted_at - dt.timedelta(microseconds=1)
    place = (Branch.PENSION, EMPLOYER, EntryKind.DECLARED, MARCH)
    for moment, known in (
        (before, {}),
        (first.posted_at, {place: LEGS}),
        (second.posted_at - dt.timedelta(microseconds=1), {place: LEGS}),
        (second.posted_at, {place: Legs()}),
    ):
        assert sums_of_years(years_of(an, known_on=moment)) == known
        assert sums_of_entries(an, known_on=moment) == known


def test_nothing_is_read_without_a_look(ledger):
    """Outside an answered look the same queries give nothing, projected or not."""
    (an,) = register(1)
    posted = post(entry(an))
    with record_of(an) as opened:
        assert queries.record_years(opened) != ()
    with transaction.atomic():
        queries.wire.cursor().execute("SELECT set_config('provident.person', %s, true)", (str(an),))
    bo = register(1)[0]
    actions.project_record_years()
    post(entry(bo))
    with record_of(an) as opened:
        stranger = type(opened)(
            bo, (bo,), opened.look, opened.actor, opened.purpose, opened.fields, opened.at
        )
        assert queries.record_years(stranger) == ()
        assert queries.record_years(stranger, known_on=posted.posted_at + dt.timedelta(days=1)) == ()
        assert queries.entries(stranger) == ()
        assert queries.events(stranger) == ()


def test_what_is_posted_while_a_record_is_open_is_in_it(lasting_ledger):
    """The years asked on the way in are asked again if the ledger grew since."""
    (an,) = register(1)
    post(entry(an))
    with record_of(an) as opened:
        post(entry(an, EntryKind.PAID))
        (year,) = queries.record_years(opened)
        assert year.kinds(Branch.PENSION) == {EntryKind.DECLARED, EntryKind.PAID}


def test_the_years_come_with_the_opening(lasting_ledger, monkeypatch):
    """Whoever opens a record for its contributions has them without another trip; of two keys they are asked."""
    an, bo = register(2)
    post(entry(an), entry(bo))
    actions.project_record_years()
    with record_of(an) as opened, monkeypatch.context() as patched:
        patched.setattr(trips, "_one_trip", None)
        assert [year.kinds(Branch.PENSION) for year in queries.record_years(opened)] == [{EntryKind.DECLARED}]
    with record_of(an):
        open_all(bo)
        actions.alias_person(key=bo, into=an)
    with record_of(an) as opened:
        assert queries.record_years(opened)[0].total(Branch.PENSION, EntryKind.DECLARED) == LEGS + LEGS


def test_totals_name_nobody_and_reconcile(ledger):
    """Sums by employer and over all, what is unpaid, and months nobody named."""
    an, bo = register(2)
    other = EmployerKey(88)
    post(
        entry(an),
        entry(bo, employer=other),
        entry(bo, EntryKind.OPENING_BALANCE, Legs(account=9), month=None),
    )
    post(entry(an, EntryKind.PAID), entry(an, EntryKind.BENEFIT_PAID, SEVEN))
    of_an = queries.employer_totals(EMPLOYER)
    assert [(one.kind, one.entries, one.legs) for one in of_an if one.month] == [
        (EntryKind.DECLARED, 1, LEGS),
        (EntryKind.PAID, 1, LEGS),
        (EntryKind.BENEFIT_PAID, 1, SEVEN),
    ]
    assert [(one.kind, one.legs) for one in queries.employer_totals(other)] == [(EntryKind.DECLARED, LEGS)]
    unmonthed, march = queries.reconciliation()
    assert (unmonthed.month, unmonthed.declared, unmonthed.unpaid) == (None, Legs(), 0)
    assert (march.month, march.branch) == (MARCH, Branch.PENSION)
    assert (march.declared, march.paid, march.benefit) == (LEGS + LEGS, LEGS, SEVEN)
    assert march.unpaid == 120_000


small = st.integers(-1_000_000, 1_000_000) | st.integers(-(1 << 50), 1 << 50)
balanced = st.tuples(small, small, small, small).map(
    lambda parts: Legs(parts[0], parts[1], parts[2], parts[3], parts[1] + parts[2] - parts[3])
)
entries = st.builds(
    lambda kind, legs, **facts: {"kind": kind, "legs": legs, **facts},
    st.sampled_from([EntryKind.DECLARED, EntryKind.PAID, EntryKind.ADJUSTMENT]),
    balanced,
    branch=st.sampled_from(Branch),
    month=st.builds(Month, st.integers(2024, 2026), st.integers(1, 12)),
    employer=st.sampled_from([EmployerKey(0), EMPLOYER]),
)
steps = st.lists(
    st.tuples(st.just("post"), st.lists(st.tuples(st.integers(0, 1), entries), min_size=1, max_size=6))
    | st.tuples(st.just("correct"), st.integers(0, 10))
    | st.tuples(st.just("withdraw"), st.integers(0, 10))
    | st.just(("project", 0)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_copy_entries_and_reconciliation_always_agree(ledger, steps):
    """Whatever is posted, corrected, withdrawn and projected in whatever order, all three add up to the same."""
    point = transaction.savepoint()
    persons = register(2)
    batches = []
    for act, told in steps:
        if act == "post":
            new = [NewEntry(person=persons[who], region=990000, **facts) for who, facts in told]
            batches.append(post(*new).batch)
        elif act == "project":
            actions.project_record_years()
        else:
            _take_back(act, told, persons, batches)
    known = [sums_of_entries(person) for person in persons]
    assert [sums_of_years(years_of(person)) for person in persons] == known
    assert [sums_of_years(years_of(person, known_on=dt.datetime.now(dt.UTC))) for person in persons] == known
    assert sum((one.legs for one in queries.totals()), Legs()) == sum(
        (legs for sums in known for legs in sums.values()), Legs()
    )
    transaction.savepoint_rollback(point)


def _take_back(act, which, persons, batches):
    with record_of(persons[which % 2]) as opened:
        read = queries.entries(opened)
    gone = {one.reverses for one in read}
    standing = [one for one in read if one.reverses is None and one.id not in gone]
    if act == "correct" and standing:
        wrong = standing[which % len(standing)]
        right = entry(wrong.person, wrong.kind, Legs(), month=wrong.month, branch=wrong.branch)
        actions.reverse_entries(entries=[wrong], instead=[right], source=new_source(), pack_version=PACK)
    elif act == "withdraw" and standing:
        batch = standing[which % len(standing)].batch
        if batch in batches:
            actions.reverse_batch(batch=batch, source=new_source())
            batches.remove(batch)
