"""A log changes its key in public: announced under the old one, taken over in a checkpoint of both."""

import stat
import sys
from pathlib import Path

import pytest
from tests.ledger import people

from provident.ledger import wire
from provident.ledger.journal.rotating import keys_of, rotate
from provident.ledger.seal import rotation
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.refusals import SigningKeyOpen
from provident.ledger.seal.rotation import Keyring
from provident.ledger.seal.sealing import seal
from provident.verify import logs, notes


def some():
    people.post(*(people.entry(one) for one in people.register(3)))
    return seal(LEDGER)


def signed_with(note, lines):
    keys = [notes.parse_key(line.partition(" ")[0]) for line in lines]
    held, _ = notes.verify_note(notes.parse_note(str(note).encode()), keys)
    return [one.key for one in held]


def test_both_keys_sign_the_checkpoint_after_the_announcement(agency):
    """Old until there, new from there; the announcement is an event in the log."""
    before = some()
    old = keys_of(LEDGER).published[0]
    found = rotate(LEDGER)
    after = some()
    assert found.coming == ""
    new, earlier = found.published
    assert earlier == f"{old} # until 5"
    directory = agency.places.log("ledger")
    assert [str(key) for key in signed_with(before.note, found.published)] == [old]
    handed = (directory / "rotation" / "5").read_text()
    assert [str(key) for key in signed_with(handed, found.published)] == [old, new]
    assert [str(key) for key in signed_with(after.note, found.published)] == [new]
    events = wire.cursor().execute("SELECT type FROM ledger_event ORDER BY posted_at").fetchall()
    assert events == [("ledger.key_announced",), ("ledger.key_taken_over",)]
    assert [path.name for path in agency.places.keys.glob("ledger*")] == ["ledger.pem"]
    assert stat.S_IMODE((agency.places.keys / "ledger.pem").stat().st_mode) == 0o600


def test_who_trusts_the_old_key_follows_to_the_new_one(agency):
    """The stranger's check of the published log, given only the key before two rotations."""
    some()
    old = notes.parse_key(keys_of(LEDGER).published[0])
    rotate(LEDGER)
    some()
    rotate(LEDGER)
    last = some()
    found = logs.check_log(agency.places.log("ledger"), (old,))
    assert found.signed.checkpoint.size == last.checkpoint.size
    assert len(keys_of(LEDGER).published) == 3


def test_a_rotation_that_was_cut_off_goes_on(agency, monkeypatch):
    """Cut off before anything moved in the key's place, the next call ends with one key."""
    some()
    with monkeypatch.context() as broken:
        broken.setattr(rotation, "publish_rotation", cut_off)
        with pytest.raises(KeyboardInterrupt):
            rotate(LEDGER)
    assert keys_of(LEDGER).coming
    found = rotate(LEDGER)
    assert found.coming == ""
    assert found.published[1].endswith("# until 5")
    some()
    assert logs.check_log(agency.places.log("ledger"))


@pytest.mark.parametrize("step", ["rename", "unlink"])
def test_cut_off_while_the_files_change_places(agency, monkeypatch, step):
    """The new key signs alone all the same, and the key can be changed once more."""
    some()
    whole = getattr(Path, step)

    def stop(path, *more, **named):
        if path.name == {"rename": "ledger.next.pem", "unlink": "ledger.rotation"}[step]:
            raise KeyboardInterrupt
        return whole(path, *more, **named)

    with monkeypatch.context() as broken:
        broken.setattr(Path, step, stop)
        with pytest.raises(KeyboardInterrupt):
            rotate(LEDGER)
    after = some()
    lines = keys_of(LEDGER).published
    assert [str(key) for key in signed_with(after.note, lines)] == [lines[0]]
    assert not (agency.places.keys / "ledger.next.pem").exists()
    assert len(rotate(LEDGER).published) == 3
    some()
    assert logs.check_log(agency.places.log("ledger"))


def cut_off(*_):
    raise KeyboardInterrupt


def test_a_command_signs_and_hands_over(agency, tmp_path, monkeypatch):
    """With signing commands the next one takes over, before and after the operator moves it up."""

    def command(seed):
        program = tmp_path / f"sign{seed}.py"
        program.write_text(
            "import base64, sys\n"
            "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey as Key\n"
            f"key = Key.from_private_bytes(bytes([{seed}]) * 32)\n"
            "say = key.public_key().public_bytes_raw() if sys.argv[1] == 'public'"
            " else key.sign(sys.stdin.buffer.read())\n"
            "print(base64.b64encode(say).decode())\n"
        )
        return f"{sys.executable} {program}"

    monkeypatch.setenv("PROVIDENT_LOG_SIGNER", command(1))
    some()
    monkeypatch.setenv("PROVIDENT_LOG_NEXT_SIGNER", command(2))
    found = rotate(LEDGER)
    new = found.published[0]
    assert [str(key) for key in signed_with(some().note, found.published)] == [new]
    monkeypatch.setenv("PROVIDENT_LOG_SIGNER", command(2))
    monkeypatch.delenv("PROVIDENT_LOG_NEXT_SIGNER")
    assert [str(key) for key in signed_with(some().note, found.published)] == [new]
    assert logs.check_log(agency.places.log("ledger"))
    assert not list(agency.places.keys.glob("*.pem"))
    monkeypatch.setenv("PROVIDENT_LOG_NEXT_SIGNER", command(3))
    assert [str(key) for key in signed_with(some().note, found.published)] == [new]  # not announced yet
    again = rotate(LEDGER).published
    assert len(again) == 3
    assert [str(key) for key in signed_with(some().note, again)] == [again[0]]
    assert logs.check_log(agency.places.log("ledger"))


@pytest.mark.parametrize("name", ["ledger.pem", "ledger.next.pem"])
def test_a_key_others_can_read_signs_nothing(agency, name):
    """Neither the current key nor the next one."""
    some()
    Keyring("x", agency.places.key("ledger")).prepare()
    (agency.places.keys / name).chmod(0o640)
    with pytest.raises(SigningKeyOpen):
        some()
