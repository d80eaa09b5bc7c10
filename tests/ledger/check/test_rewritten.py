"""A history rewritten from end to end and signed with the real key: only what left the building exposes it."""

import base64
import os
import shutil

import pytest
from tests.ledger import people
from tests.ledger.check.conftest import checked, codes, happen

from provident.cli.commands.logs import against
from provident.cli.refusals import NoOlderCheckpoint
from provident.ledger import actions
from provident.ledger.check.findings import Findings
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.logs.publishing import published
from provident.ledger.seal.sealing import seal
from provident.ledger.seal.tree import Tree
from provident.witness.actions import open_witness, trust_log
from provident.witness.protocol import add_checkpoint

_FORGED = """
    UPDATE ledger_entry t SET base = base + 1, leaf_hash = sha256('\\x00'::bytea || ledger_money_form(i, b,
        ROW (t.person_key, t.employer_key, t.base + 1, t.employee, t.employer_share, t.account, t.fund, t.batch_id,
             t.posted_month, t.leaf, t.region, t.month, t.source_row, t.kind, t.branch, t.scheme, t.evidence,
             t.checked, t.entry_id, t.leaf_hash, t.reverses)::ledger_entry, ledger_salt(p.secret, t.entry_id)))
    FROM ledger_installation i, ledger_batch b, ledger_person p
    WHERE b.batch_id = t.batch_id AND p.person_key = t.person_key AND t.batch_id = 1 AND t.source_row = 2"""


def forge(session, sealing) -> None:
    """Rewrite an entry with its leaf, forget every seal, and seal all of it again with the real key."""
    session.execute(_FORGED)
    session.execute("UPDATE ledger_batch SET position = NULL, first_row = NULL, last_row = NULL")
    session.execute("UPDATE ledger_event_batch SET position = NULL")
    session.execute("DELETE FROM ledger_checkpoint WHERE log = 'ledger'")
    shutil.rmtree(sealing.places.log("ledger"))
    (sealing.places.guard / "ledger.json").unlink()
    actions.rebuild_record_years(os.environ["PROVIDENT_OWNER_DATABASE_URL"])
    seal(LEDGER)


def held(path) -> set[str]:
    """Hold the log as it is against a file."""
    findings = Findings()
    against.hold(against.read(path), findings)
    return codes(findings)


@pytest.fixture
def kept(filled, sealing):
    """Return an exported checkpoint, and grow the log after it."""
    path = sealing.base / "kept"
    path.write_text(str(published(filled.log)))
    people.post(people.entry(filled.persons[0]))
    happen(filled.persons[1])
    seal(LEDGER)
    return path


def request(old: int, note, prove) -> bytes:
    """Return what a log asks of a witness."""
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in prove(old))]
    return ("\n".join(lines) + f"\n\n{note}").encode()


def test_an_older_checkpoint_exposes_it(kept, damager, sealing):
    """The forgery is whole in itself; the checkpoint that was kept elsewhere does not lead to it."""
    assert held(kept) == set()
    forge(damager, sealing)
    assert not checked().damage
    assert held(kept) == {"against.history"}


def test_a_receipt_exposes_it(kept, damager, sealing):
    """So does the checkpoint inside a receipt."""
    receipt = sealing.base / "receipt.json"
    note = kept.read_text().replace("\n", "\\n")
    receipt.write_text(f'{{"format": "provident-receipt/1", "checkpoint": "{note}"}}')
    assert held(receipt) == set()
    forge(damager, sealing)
    assert held(receipt) == {"against.history"}


def test_a_witness_refuses_it(kept, filled, damager, sealing):
    """Whoever co-signed the old history co-signs no other, and keeps the evidence."""
    folder = sealing.base / "witness"
    store, key = open_witness(folder, "witness.example/w1")
    note = published(filled.log)
    origin = note.checkpoint().origin
    trust_log(folder, origin, (filled.log / "keys").read_text().splitlines()[0])
    assert add_checkpoint(store, key, request(0, note, lambda old: ()), 1_800_000_000).status == 200
    size = note.checkpoint().size
    forge(damager, sealing)
    forged = published(filled.log)
    assert forged.checkpoint().size == size
    assert add_checkpoint(store, key, request(size, forged, lambda old: ()), 1_800_000_060).status == 409
    people.post(people.entry(filled.persons[2]))
    grown = seal(LEDGER)
    prove = Tree(sealing.places.tiles("ledger"), grown.checkpoint.size).consistency
    assert add_checkpoint(store, key, request(size, grown.note, prove), 1_800_000_120).status == 422
    assert len(store.evidence(origin)) == 2


def test_a_log_that_was_cut_short_is_exposed(kept, damager, sealing):
    """A history that ends before the kept checkpoint is shorter than it."""
    damager.execute("DELETE FROM ledger_checkpoint WHERE size = (SELECT max(size) FROM ledger_checkpoint)")
    damager.execute("DELETE FROM ledger_checkpoint WHERE size = (SELECT max(size) FROM ledger_checkpoint)")
    assert held(kept) == {"against.shorter"}


def test_a_strangers_checkpoint_proves_nothing(kept, sealing):
    """A checkpoint of another log, or with another signature, is said to prove nothing; a text is refused."""
    text = kept.read_text()
    for other in (text.replace("provident.", "else.", 1), text.replace("\ntime 1", "\ntime 2", 1)):
        path = sealing.base / "other"
        path.write_text(other)
        assert held(path) == {"against.unproven"}
    path.write_text("no checkpoint")
    with pytest.raises(NoOlderCheckpoint):
        against.read(path)
