"""A lost key and a guard that knows too little: each has a way out that strangers and witnesses can follow."""

import shutil

import pytest
from tests.ledger import people
from tests.ledger.journal.test_recovery import before, lose
from tests.ledger.journal.test_witnessed import witnessed
from tests.ledger.seal.test_cosigned_seals import some
from tests.ledger.seal.test_witnesses import file

from provident.ledger.journal import refusals
from provident.ledger.journal.recovery import adopt, declare, standing
from provident.ledger.journal.renewing import BEGINNING, remember, replace_key
from provident.ledger.journal.rotating import keys_of
from provident.ledger.seal import refusals as seal_refusals
from provident.ledger.seal import serving
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.sealing import seal
from provident.ledger.seal.witnesses import Outcome
from provident.verify import logs, notes

__all__ = ["file", "witnessed"]


def lose_key(agency):
    agency.places.key("ledger").unlink()


def clear_guard(agency):
    for path in agency.places.guard.iterdir():
        path.unlink()


def test_a_lost_key_is_replaced_in_public(agency):
    """A new epoch goes on with the same tree under a new key; how it began is told, and old proofs stay good."""
    before(agency)
    old = seal(LEDGER)
    lose_key(agency)
    people.post(people.entry(people.register(1)[0]))
    with pytest.raises(seal_refusals.SigningKeyMissing):
        seal(LEDGER)
    sealed = replace_key(LEDGER, "the disk with\n the key burnt")
    assert (sealed.epoch, sealed.published) == (2, True)
    assert sealed.checkpoint.size == old.checkpoint.size + 2  # what waited, and the event that tells of it
    shown = logs.check_log(agency.places.log("ledger", 2))
    assert shown.root_at(old.checkpoint.size) == old.checkpoint.root
    assert logs.check_log(agency.places.log("ledger")).signed.checkpoint.size == old.checkpoint.size
    told = serving.shown(agency.places.logs, "ledger/2", BEGINNING).content
    key = notes.parse_key(keys_of(LEDGER).published[0])
    note = notes.parse_note(told)
    assert [one.key for one in notes.verify_note(note, [key])[0]] == [key]
    assert f"log {old.checkpoint.origin}\nnow {key.name}\nsize {old.checkpoint.size + 1}\n" in note.text
    assert note.text.endswith("reason the disk with the key burnt\n")
    assert BEGINNING in serving.plain_shown(agency.places.logs, "ledger/2")
    assert seal(LEDGER).epoch == 2


def test_a_key_that_is_there_is_not_replaced(agency):
    """Whoever has the key rotates it, so that the old one vouches for the new; a reason is needed either way."""
    with pytest.raises(refusals.NothingToRecover):
        replace_key(LEDGER, "never sealed")
    before(agency)
    with pytest.raises(refusals.KeyNotLost):
        replace_key(LEDGER, "I want another")
    with pytest.raises(refusals.ReasonMissing):
        replace_key(LEDGER, " ")
    clear_guard(agency)
    with pytest.raises(seal_refusals.GuardMissing):
        replace_key(LEDGER, "no guard either")


@pytest.mark.parametrize("again", [lambda: seal(LEDGER), lambda: replace_key(LEDGER, "lost")])
def test_a_replacement_cut_off_goes_on(agency, monkeypatch, again):
    """Whatever was done when it was cut off, calling it again or the next seal ends in the new epoch."""
    before(agency)
    lose_key(agency)
    with monkeypatch.context() as patched:
        patched.setattr("provident.ledger.journal.renewing.tell", _cut)
        with pytest.raises(ZeroDivisionError):
            replace_key(LEDGER, "lost")
    assert standing(LEDGER).head.epoch == 1
    with monkeypatch.context() as patched:
        patched.setattr("provident.ledger.journal.renewing.Guard.swap", _cut)
        with pytest.raises(ZeroDivisionError):
            replace_key(LEDGER, "lost")
    sealed = again()
    assert (sealed.epoch, standing(LEDGER).trouble) == (2, None)
    assert logs.check_log(agency.places.log("ledger", 2)).signed.checkpoint.size == sealed.checkpoint.size


@pytest.mark.parametrize("cut", [None, "tell", "Guard.swap"])
def test_a_lost_key_and_a_lost_history_have_a_way_out(agency, monkeypatch, cut):
    """Nobody can sign the statement: the beginning says what is lost, and calling it again goes on."""
    before(agency)
    last, _ = lose(agency, journal=False)
    shown = shutil.copytree(agency.places.logs, agency.places.guard.parent / "mirror")
    agency.set_back()
    shutil.copytree(shown, agency.places.logs, dirs_exist_ok=True)  # what was published is published
    lose_key(agency)
    with pytest.raises(seal_refusals.SigningKeyMissing):
        declare(LEDGER, "set back")
    kept = standing(LEDGER).head
    assert (kept.epoch, agency.places.key("ledger").exists()) == (1, False)  # nothing was begun
    if cut:
        with monkeypatch.context() as patched:
            patched.setattr(f"provident.ledger.journal.renewing.{cut}", _cut)
            with pytest.raises(ZeroDivisionError):
                replace_key(LEDGER, "the disk burnt")
    sealed = replace_key(LEDGER, "the disk burnt")
    assert (sealed.epoch, standing(LEDGER).trouble) == (2, None)
    shown = logs.check_log(agency.places.log("ledger", 2))
    assert shown.begun.lost == (kept.size, last.checkpoint.size - 1)
    assert (shown.begun.log, shown.begun.reason) == (last.checkpoint.origin, "the disk burnt")
    assert shown.parent.checkpoint.size == last.checkpoint.size
    former = logs.check_log(agency.places.log("ledger"))
    assert (former.signed.checkpoint.size, former.ended) == (last.checkpoint.size, None)


def test_a_fork_under_a_lost_key_is_said_as_one(agency, witnessed):
    """What is here differs from what was signed, and the key is gone: the beginning says that."""
    clear_guard(agency)
    adopt(LEDGER, "I believe this is the latest")
    people.post(*(people.entry(one) for one in people.register(9)))
    longer = seal(LEDGER)
    remember(LEDGER, witnessed.log(longer.checkpoint.origin).note)
    lose_key(agency)
    assert replace_key(LEDGER, "an old copy was gone on with").epoch == 2
    assert "\ncause key lost, forked\n" in (agency.places.log("ledger", 2) / BEGINNING).read_text()


def test_a_key_at_hand_signs_the_statement_of_a_loss(agency):
    """Whoever has the key says the loss under it; that it was not the database that kept it changes nothing."""
    before(agency)
    lose(agency, journal=False)
    agency.set_back()
    with pytest.raises(refusals.KeyNotLost):
        replace_key(LEDGER, "I want another")
    assert declare(LEDGER, "set back").epoch == 2


def _cut(*_, **__):
    raise ZeroDivisionError


def test_a_witness_is_told_of_a_new_key(agency, witnessed):
    """The new origin is a new log to it, co-signed once its operator trusts the key."""
    declare(LEDGER, "set back")
    lose_key(agency)
    sealed = replace_key(LEDGER, "and the key too")
    assert [answer.outcome for answer in sealed.answers] == [Outcome.UNKNOWN_LOG]
    assert not sealed.published
    found = keys_of(LEDGER)
    witnessed.trust(found.origin, found.published[0])
    assert (seal(LEDGER).published, found.origin[-2:]) == (True, "/3")


def test_a_guard_adopted_wrongly_has_a_way_out(agency, witnessed):
    """The checkpoint the witness kept puts the log where a restore puts it: the loss is said, signing goes on."""
    clear_guard(agency)
    sealed = adopt(LEDGER, "I believe this is the latest")
    held = witnessed.log(sealed.checkpoint.origin)
    found = remember(LEDGER, held.note)
    assert (found.lost.start, found.lost.end) == (sealed.checkpoint.size, held.size)
    with pytest.raises(seal_refusals.DatabaseBehindGuard):
        seal(LEDGER)
    declare(LEDGER, "an old copy was taken for the latest")
    key = keys_of(LEDGER)
    witnessed.trust(key.origin, key.published[0])
    assert seal(LEDGER).published
    ended = logs.check_log(agency.places.log("ledger")).ended
    assert (ended.kept, ended.signed, ended.now) == (sealed.checkpoint.size, held.size, key.origin)


def test_it_has_a_way_out_when_the_second_history_is_longer(agency, witnessed):
    """What both histories signed differently is a fork, and is said as one."""
    clear_guard(agency)
    adopt(LEDGER, "I believe this is the latest")
    people.post(*(people.entry(one) for one in people.register(9)))
    longer = seal(LEDGER)
    remember(LEDGER, witnessed.log(longer.checkpoint.origin).note)
    with pytest.raises(seal_refusals.DatabaseForked):
        seal(LEDGER)
    assert declare(LEDGER, "an old copy was gone on with").epoch == 2
    told = (agency.places.log("ledger") / "recovery").read_text()
    assert "\nforked\n" in told


def test_a_lost_guard_is_told_what_somebody_kept(agency):
    """Without a guard and with a checkpoint from outside nobody has to believe anything."""
    before(agency)
    last, _ = lose(agency, journal=False)
    agency.set_back()
    clear_guard(agency)
    found = remember(LEDGER, str(last.note))
    assert found.lost.end == last.checkpoint.size


def test_only_what_the_log_signed_elsewhere_is_remembered(agency):
    """One of our own checkpoints, one nobody signed, one of another log: each is refused and changes nothing."""
    before(agency)
    some()
    sealed = seal(LEDGER)
    guard = (agency.places.guard / "ledger.json").read_bytes()
    with pytest.raises(refusals.NothingToRecover):
        remember(LEDGER, str(sealed.note))
    text = str(sealed.note)
    size = f"\n{sealed.checkpoint.size}\n"
    for unfit in ("", text.replace(size, "\n99\n"), text.replace("/ledger", "/looks")):
        with pytest.raises(refusals.CheckpointUnfit):
            remember(LEDGER, unfit)
    assert (agency.places.guard / "ledger.json").read_bytes() == guard
