"""What the ledger really seals and hands out, held against the stranger's check."""

import re
import shutil

import pytest
from filings import world
from tests.statements import sealing

from provident.kernel.words import Language
from provident.ledger import queries as ledger
from provident.ledger.journal.rotating import rotate
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.logs.named import places
from provident.statements import pdf, queries
from provident.statements.receipts import FIELDS, of_statement

from . import stranger

PEOPLE = (1, 2, 3)


@pytest.fixture
def published(fresh_database, tmp_path, monkeypatch):
    """Return the directory of a sealed log with three people in it, and the desk to send more to."""
    sealing.set_places(monkeypatch, tmp_path)
    world.agency(1)
    desk = world.Desk(tmp_path)
    desk.send(world.enrol(PEOPLE, "2025-03"))
    desk.send(world.declare(PEOPLE, "2025-03"))
    sealing.sealed()
    return places(ledger.installation().id).log(LEDGER.name), desk


def test_the_published_log_holds(verify, published):
    """The program and the script written from the manual both rebuild the root from the published files."""
    folder, _ = published
    assert verify(folder).code == 0
    assert stranger.check(folder)


def test_a_real_receipt_holds_and_an_altered_digit_does_not(verify, published, tmp_path):
    """A receipt is proven against the log's own directory and key; any digit changed, it is refused."""
    folder, _ = published
    raw = sealing.receipt_of(1).raw
    path = tmp_path / "receipt.json"
    path.write_bytes(raw)
    answer = verify(path, "--log", folder, "--key", folder / "keys")
    assert answer.code == 0
    assert answer.document["files"][0]["key_confirmed"]
    assert {one["month"] for one in answer.document["files"][0]["entries"] if "month" in one} == {"2025-03"}
    for found in list(re.finditer(rb"[0-9]", raw))[::37]:
        other = b"%d" % ((int(found[0]) + 1) % 10)
        path.write_bytes(raw[: found.start()] + other + raw[found.end() :])
        assert verify(path).code == 3


def test_the_log_that_has_grown_holds_against_what_was_kept(verify, published, tmp_path):
    """An earlier checkpoint and an earlier receipt are part of the longer log; an earlier copy is not longer."""
    folder, desk = published
    kept, receipt, copy = tmp_path / "kept", tmp_path / "receipt.json", tmp_path / "copy"
    shutil.copyfile(folder / "checkpoint", kept)
    shutil.copytree(folder, copy)
    receipt.write_bytes(sealing.receipt_of(2).raw)
    desk.send(world.declare(PEOPLE, "2025-04"))
    sealing.sealed()
    assert verify(folder, "--against", kept).says("Nothing before it was changed or removed.")
    assert verify(receipt, "--log", folder).code == 0
    shutil.copyfile(folder / "checkpoint", kept)
    assert verify(copy, "--against", kept).reason == "shorter"


def test_a_key_changed_by_the_ledger_is_followed(verify, published, tmp_path):
    """Who kept the first key alone is led to the new one, and a receipt of before stays good."""
    folder, desk = published
    receipt = tmp_path / "receipt.json"
    receipt.write_bytes(sealing.receipt_of(1).raw)
    [first] = (folder / "keys").read_text(encoding="utf-8").splitlines()
    rotate(LEDGER)
    desk.send(world.declare(PEOPLE, "2025-04"))
    sealing.sealed()
    assert (folder / "keys").read_text(encoding="utf-8").splitlines()[0] != first
    assert verify(folder, "--key", first).says("or one that key handed over to")
    assert verify(receipt, "--log", folder, "--key", first).code == 0
    assert stranger.check(folder)


def test_a_real_statement_is_checked_by_what_it_carries(verify, published, tmp_path):
    """The yearly statement as PDF holds its receipt where the program finds it."""
    with sealing.opened(1, (*FIELDS, "name", "numbers")) as person:
        found = queries.record(person)
        attached = of_statement(person, 2025, known_on=found.known_on)
    path = tmp_path / "statement.pdf"
    path.write_bytes(pdf.render(found, 2025, Language.EN, pdf.new_reference(2025), attached))
    answer = verify(path, "--key", published[0] / "keys")
    assert answer.code == 0
    assert answer.document["files"][0]["kind"] == "statement"
    assert answer.says("declared, pension, 2025-03")
    assert answer.says("what its pages print was not compared")
