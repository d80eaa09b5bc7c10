"""Sealing with witnesses: published with enough co-signatures, and not before."""

import pytest
from tests.ledger import people
from tests.ledger.seal.test_witnesses import file, witness

from provident.host.doctor import Level
from provident.ledger.seal.logs.cosigning import examine_witnesses
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.logs.publishing import published
from provident.ledger.seal.refusals import WitnessPolicyUnusable
from provident.ledger.seal.sealing import seal
from provident.ledger.seal.witnesses import Outcome, policy
from provident.verify.notes import parse_key
from provident.witness.actions import open_witness

__all__ = ["file"]


def some():
    people.post(*(people.entry(one) for one in people.register(3)))


@pytest.fixture
def log(sealing):
    """Seal once without witnesses, so that there is a key; return the directory of what is shown."""
    some()
    seal(LEDGER)
    return sealing.places.log("ledger")


class Named:
    """A log as a witness is told of it."""

    def __init__(self, log):
        self.key = parse_key((log / "keys").read_text().splitlines()[0])
        self.origin = self.key.name


def levels():
    return [finding.level for finding in examine_witnesses([LEDGER])]


def test_a_checkpoint_is_shown_with_the_cosignatures_it_needs(log, tmp_path, file):
    """Two witnesses, both needed: each seal asks both, from where they are."""
    assert levels() == [Level.ODD]  # nobody is asked yet
    with witness(tmp_path / "one", Named(log)) as one, witness(tmp_path / "two", Named(log)) as two:
        file(2, one, two)
        for size in (6, 9):
            some()
            sealed = seal(LEDGER)
            assert [answer.outcome for answer in sealed.answers] == [Outcome.COSIGNED] * 2
            assert sealed.published
            shown = published(log)
            assert shown.checkpoint().size == size
            assert policy().cosigners(shown) == ("witness.example/one", "witness.example/two")
        assert levels() == [Level.WELL]


def test_too_few_cosignatures_hold_a_checkpoint_back(log, tmp_path, file):
    """The old checkpoint stays until the missing witness is back; then the new one is shown."""
    with witness(tmp_path / "one", Named(log)) as one:
        away = open_witness(tmp_path / "two", "witness.example/two")[1]
        file(2, one, (str(away.verifier_key), "http://127.0.0.1:9/"))
        some()
        held = seal(LEDGER)
        assert [answer.outcome for answer in held.answers] == [Outcome.COSIGNED, Outcome.DOWN]
        assert not held.published
        assert published(log).checkpoint().size == 3
        assert levels() == [Level.WRONG]
        with witness(tmp_path / "two", Named(log)) as two:
            file(2, one, two)
            again = seal(LEDGER)
            assert again.published
            assert again.added == 0
            assert published(log).checkpoint().size == 6


def test_one_of_two_is_enough_where_the_policy_says_so(log, tmp_path, file):
    """It goes on when one is down, and the doctor says who."""
    with witness(tmp_path / "one", Named(log)) as one:
        away = open_witness(tmp_path / "two", "witness.example/two")[1]
        file(1, one, (str(away.verifier_key), "http://127.0.0.1:9/"))
        some()
        assert seal(LEDGER).published
        (finding,) = examine_witnesses([LEDGER])
        assert finding.level is Level.ODD
        assert "witness.example/two" in finding.remedy_en


def test_a_policy_that_is_not_understood_stops_sealing(log, tmp_path, monkeypatch):
    """Nothing is published by mistake with fewer co-signatures than were meant."""
    (tmp_path / "w.yaml").write_text("needed: 1\n")
    monkeypatch.setenv("PROVIDENT_WITNESSES", str(tmp_path / "w.yaml"))
    with pytest.raises(WitnessPolicyUnusable):
        seal(LEDGER)
    assert levels() == [Level.WRONG]


def test_the_key_is_shown_before_anybody_has_co_signed(sealing, tmp_path, file):
    """A witness needed from the first day is given the key of a log that has published nothing yet."""
    directory = sealing.places.log("ledger")
    with witness(tmp_path / "one") as one:
        file(1, one)
        some()
        held = seal(LEDGER)
        assert [answer.outcome for answer in held.answers] == [Outcome.UNKNOWN_LOG]
        assert not held.published
        assert published(directory) is None
        known = Named(directory)
        assert known.origin == held.checkpoint.origin
        one[2].trust(known.origin, str(known.key))
        assert seal(LEDGER).published
    assert len((directory / "keys").read_text().splitlines()) == 1
