"""Restored ledgers before a witness: it knows more than whoever restored them, and says so."""

import pytest
from tests.ledger import people
from tests.ledger.seal.test_cosigned_seals import Named, some
from tests.ledger.seal.test_witnesses import file, witness

from provident.ledger.journal.recovery import adopt, declare
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.logs.publishing import published
from provident.ledger.seal.sealing import seal
from provident.ledger.seal.witnesses import Outcome
from provident.verify.notes import parse_key
from provident.witness.actions import open_witness

__all__ = ["file"]


@pytest.fixture
def witnessed(agency, tmp_path, file):
    """Seal with a witness, copy everything, seal once more; return the witness's memory."""
    some()
    seal(LEDGER)
    agency.save()
    with witness(tmp_path / "one", Named(agency.places.log("ledger"))) as one:
        file(1, one)
        some()
        assert seal(LEDGER).published
        agency.set_back()
        yield one[2]


def test_a_guard_adopted_wrongly_is_found_out(agency, witnessed):
    """Guard gone, database put back and taken for the latest: the witness is ahead, nothing is published."""
    for path in agency.places.guard.iterdir():
        path.unlink()
    sealed = adopt(LEDGER, "I believe this is the latest")
    assert [answer.outcome for answer in sealed.answers] == [Outcome.AHEAD]
    assert not sealed.published
    assert published(agency.places.log("ledger")).checkpoint().size == 3
    people.post(*(people.entry(one) for one in people.register(9)))
    forked = seal(LEDGER)
    assert [answer.outcome for answer in forked.answers] == [Outcome.CONFLICT]
    assert not forked.published
    assert len(witnessed.evidence(forked.checkpoint.origin)) == 1


def test_a_new_epoch_is_a_new_log_to_a_witness(agency, witnessed, tmp_path):
    """It is co-signed once the witness's operator trusts it; the old origin stays where it was."""
    sealed = declare(LEDGER, "the disk failed")
    assert [answer.outcome for answer in sealed.answers] == [Outcome.UNKNOWN_LOG]
    assert not sealed.published
    (signature,) = sealed.note.signatures
    old = parse_key((agency.places.log("ledger") / "keys").read_text().splitlines()[0])
    origin = sealed.checkpoint.origin
    new = type(old)(origin, old.kind, old.public)
    assert signature.key_id == new.id
    store, _ = open_witness(tmp_path / "one")
    store.trust(origin, str(new))
    again = seal(LEDGER)
    assert again.published
    assert (store.log(old.name).size, store.log(origin).size) == (6, 4)
