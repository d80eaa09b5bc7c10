"""Corrections: nothing is edited, everything taken back is a mirror that says so."""

import uuid

import pytest
from django.db import transaction

from provident.kernel.keys import EntryId
from provident.kernel.month import Month
from provident.kernel.words import Branch, EntryKind
from provident.ledger import actions, queries
from provident.ledger.posting import BULK_ROWS, posting
from provident.ledger.records import Legs
from provident.ledger.refusals import NotReversible

from .people import LEGS, PACK, entry, new_source, post, record_of, register, rows

RIGHT = Legs(base=600_000, employee=48_000, employer=96_000, account=48_000, fund=96_000)


def entries_of(person):
    with record_of(person) as opened:
        return queries.entries(opened)


def standing(person):
    read = entries_of(person)
    gone = {one.reverses for one in read}
    return [one for one in read if one.reverses is None and one.id not in gone]


def reverse(*entries, instead=()):
    return actions.reverse_entries(
        entries=entries, instead=instead, source=new_source("correction"), pack_version=PACK
    )


def test_a_correction_is_a_mirror_and_a_new_entry(ledger):
    """The wrong entry stays, its mirror takes it back, the right one stands."""
    (an,) = register(1)
    post(entry(an))
    (wrong,) = entries_of(an)
    posted = reverse(wrong, instead=[entry(an, legs=RIGHT)])
    read = entries_of(an)
    assert [(one.legs, one.reverses) for one in read] == [(LEGS, None), (-LEGS, wrong.id), (RIGHT, None)]
    assert [one.legs for one in standing(an)] == [RIGHT]
    assert queries.damaged(posted.batch) == ()


def test_an_entry_is_reversed_once(ledger):
    """A second reversal is refused, whether in another batch or in the same."""
    (an,) = register(1)
    post(entry(an), entry(an, branch=Branch.MEDICAL))
    first, second = entries_of(an)
    reverse(first)
    with pytest.raises(NotReversible), transaction.atomic():
        reverse(first)
    with pytest.raises(NotReversible), transaction.atomic():
        reverse(second, second)


def test_a_reversal_is_not_reversed(ledger):
    """What was taken back is posted anew, not brought back by taking back the taking back."""
    (an,) = register(1)
    post(entry(an))
    reverse(*entries_of(an))
    mirror = entries_of(an)[1]
    with pytest.raises(NotReversible), transaction.atomic():
        reverse(mirror)


@pytest.mark.parametrize(
    "change",
    [
        {"legs": -RIGHT},
        {"month": Month(2026, 4)},
        {"branch": Branch.MEDICAL},
        {"kind": EntryKind.ADJUSTMENT},
        {"reverses": EntryId(uuid.uuid4())},
    ],
)
def test_a_reversal_that_is_no_mirror_is_refused(ledger, change):
    """Amounts, month, branch, kind and the entry named must be those of a standing entry."""
    (an,) = register(1)
    post(entry(an))
    (wrong,) = entries_of(an)
    told = {"legs": -LEGS, "reverses": wrong.id, **change}
    with pytest.raises(NotReversible), transaction.atomic():
        post(entry(an, **told))


def test_another_persons_entry_is_not_reversed(ledger):
    """A mirror stands under the key of what it takes back."""
    an, bo = register(2)
    post(entry(an))
    (wrong,) = entries_of(an)
    with pytest.raises(NotReversible), transaction.atomic():
        post(entry(bo, legs=-LEGS, reverses=wrong.id))


@pytest.mark.parametrize("count", [20, BULK_ROWS])
def test_a_whole_batch_is_taken_back(lasting_ledger, count):
    """Every entry of a batch is mirrored in one act, small or in bulk, and the leaves are right."""
    persons = register(100)
    with posting(source=new_source(), pack_version=PACK, expected_rows=count) as batch:
        batch.append(rows(persons, count))
    source = new_source("withdrawal")
    posted = actions.reverse_batch(batch=batch.posted.batch, source=source)
    assert posted.rows == count
    assert posted.posted_at > batch.posted.posted_at
    assert queries.damaged(posted.batch) == ()
    assert standing(persons[1]) == []
    mirrors = [one for one in entries_of(persons[1]) if one.reverses]
    assert {(one.source, one.pack_version) for one in mirrors} == {(source, PACK)}
    with pytest.raises(NotReversible):
        actions.reverse_batch(batch=batch.posted.batch, source=new_source())
    totals = [(one.entries, one.legs) for one in queries.totals()]
    assert totals == [(0, Legs())] * 5


def test_what_was_corrected_before_is_left_out_of_a_withdrawal(ledger):
    """Withdrawing a batch takes back what still stands of it; the corrected entry's successor stays."""
    (an,) = register(1)
    posted = post(entry(an), entry(an, branch=Branch.MEDICAL))
    wrong = entries_of(an)[0]
    reverse(wrong, instead=[entry(an, legs=RIGHT)])
    withdrawn = actions.reverse_batch(batch=posted.batch, source=new_source())
    assert withdrawn.rows == 1
    assert [one.legs for one in standing(an)] == [RIGHT]


def test_a_batch_of_which_nothing_stands_is_not_withdrawn(ledger):
    """When all of a batch was corrected, there is nothing to withdraw."""
    (an,) = register(1)
    posted = post(entry(an))
    reverse(*entries_of(an))
    with pytest.raises(NotReversible), transaction.atomic():
        actions.reverse_batch(batch=posted.batch, source=new_source())


def test_a_batch_that_reverses_and_a_batch_that_is_not_there_are_not_withdrawn(ledger):
    """A correction is corrected by another; an unknown batch is refused."""
    (an,) = register(1)
    post(entry(an))
    correction = reverse(*entries_of(an))
    for batch in (correction.batch, 10**9):
        with pytest.raises(NotReversible), transaction.atomic():
            actions.reverse_batch(batch=batch, source=new_source())
