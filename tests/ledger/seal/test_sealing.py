"""Sealing: everything acknowledged is in the next checkpoint, and two roots are never signed for one size."""

from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.sealing import seal
from .. import people


def test_first(sealing):
    """An empty ledger seals."""
    first = seal(LEDGER)
    assert first.checkpoint.size == 0
    persons = people.register(3)
    people.post(*[people.entry(p) for p in persons])
    second = seal(LEDGER)
    assert second.checkpoint.size == 3
    print(second)
    assert seal(LEDGER).note == second.note
