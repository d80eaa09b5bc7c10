"""`provident checkpoint` and what the doctor says about the logs."""

import base64
import shutil

import pytest

from provident.verify.notes import parse_checkpoint, parse_key, parse_note, verify_note


@pytest.fixture
def keys(tmp_path):
    """Return where the published files of the log lie."""
    return tmp_path / "state" / "log" / "ledger"


def test_a_checkpoint_is_sealed_and_printed(ready, keys):
    """The document says size, root, time and the signed note, which the published key verifies."""
    ran = ready("checkpoint", "--json")
    assert ran.code == 0, ran.out + ran.err
    (said,) = (one for one in ran.document["checkpoints"] if one["log"] == "ledger")
    note = parse_note(said["note"].encode())
    checkpoint = parse_checkpoint(note.text)
    assert verify_note(note, (parse_key((keys / "keys").read_text().splitlines()[0]),))[1] == ()
    assert (checkpoint.origin, checkpoint.size) == (said["origin"], said["size"])
    assert base64.b64decode(said["root"]) == checkpoint.root
    assert said["published"]
    assert said["cosigned_by"] == []
    assert (keys / "checkpoint").read_text() == said["note"]


def test_a_checkpoint_is_printed_for_people(ready):
    """Without --json the size, the time and the note are shown, in either language."""
    shown = ready("checkpoint", "--log", "ledger")
    assert shown.code == 0
    assert "ledger: " in shown.out
    assert "— provident." in shown.out
    assert "个叶子" in ready("checkpoint", "--lang", "zh-hans").out


def test_an_unknown_log_is_wrong_usage(ready):
    """A log nobody has is refused as usage, naming those there are."""
    assert ready("checkpoint", "--log", "nothing").code == 2


def test_recovery_mode_is_explained(ready, tmp_path):
    """With the guard gone the command refuses in the person's language, and the doctor says so too."""
    assert ready("checkpoint").code == 0
    (guard,) = (tmp_path / "config").rglob("guard")
    shutil.rmtree(guard)
    refused = ready("checkpoint", "--json")
    assert refused.code == 1
    assert refused.document["refused"] == "ledger.seal.guard_missing"
    assert "恢复模式" in refused.document["message"]["zh"]
    doctor = ready("doctor", "--json")
    assert doctor.code == 1
    assert any("Recovery mode" in one["message"]["en"] for one in doctor.document["findings"])


def test_the_doctor_knows_a_guard_in_the_data_directory(ready, tmp_path):
    """A guard that a copy of the data directory would take back is wrong."""
    guard = str(tmp_path / "state" / "guard")
    assert ready("checkpoint", PROVIDENT_GUARD=guard).code == 0
    doctor = ready("doctor", "--json", PROVIDENT_GUARD=guard)
    assert any("lies in the data directory" in one["message"]["en"] for one in doctor.document["findings"])


def test_the_doctor_finds_a_sealed_installation_well(ready):
    """After a seal the log is in time; the same disk is odd and not wrong."""
    assert ready("checkpoint").code == 0
    doctor = ready("doctor", "--json")
    assert doctor.code == 0, doctor.out
    levels = {one["check"]: one["level"] for one in doctor.document["findings"]}
    assert levels["seal"] == "well"
    assert levels["guard"] == "odd"
