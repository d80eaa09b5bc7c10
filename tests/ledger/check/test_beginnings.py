"""What an epoch publishes of its beginning is held against how it began, and against the log before it."""

import pytest
from tests.ledger import people
from tests.ledger.check.conftest import checked, codes

from provident.ledger.journal.renewing import BEGINNING, replace_key
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.sealing import seal


@pytest.fixture
def renewed(filled, sealing):
    """Lose the key and go on; return the directories of the log that stopped and of the one that goes on."""
    sealing.places.key("ledger").unlink()
    replace_key(LEDGER, "The disk failed.")
    people.post(people.entry(filled.persons[0]))
    seal(LEDGER)
    return filled.log, sealing.places.log("ledger", 2)


def test_an_epoch_that_goes_on_is_sound_and_one_that_does_not_is_damage(renewed):
    """As it was published nothing is wrong, the lost key's epoch included; another reason, another root, another parent each are."""
    before, now = renewed
    assert codes(checked()) == set()
    told = (now / BEGINNING).read_text()
    for other in (told.replace("The disk", "A thief"), told.replace("root ", "root 0"), "nothing\n"):
        (now / BEGINNING).write_text(other)
        assert codes(checked()) == {"beginning.changed"}
    (now / BEGINNING).write_text(told)
    shown = (before / "checkpoint").read_text()
    size = shown.split("\n")[1]
    (before / "checkpoint").write_text(shown.replace(f"\n{size}\n", f"\n{int(size) + 100}\n", 1))
    found = checked()
    assert codes(found) == {"beginning.broken"}
    assert "epoch 2 does not go on" in found.damage[0].sentence("en")
    assert "纪元 2 并未延续" in found.damage[0].sentence("zh-hans")
