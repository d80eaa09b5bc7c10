"""Paths rarely walked: each ends in a sentence too."""

import runpy
import sys

import pytest

from provident.verify import notes
from provident.verify.checking import money
from provident.verify.verdicts import NotProven

from . import small_log as small
from .test_program import _pdf

LOG = small.SmallLog.of(7)


def test_the_folder_s_program_is_the_same(monkeypatch, tmp_path, capsys):
    """`python -m` runs the program and ends with its code."""
    path = tmp_path / "receipt.json"
    path.write_bytes(small.written(LOG.receipt()))
    monkeypatch.setattr(sys, "argv", ["verify", str(path)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("provident.verify", run_name="__main__")
    assert ended.value.code == 0
    assert "Position 2" in capsys.readouterr().out


def test_an_event_may_come_without_its_payload(verify, tmp_path):
    """The payload's hash is proven all the same; what it says is left out."""
    receipt = LOG.receipt()
    del receipt["entries"][1]["payload"]
    path = tmp_path / "receipt.json"
    path.write_bytes(small.written(receipt))
    answer = verify(path)
    assert answer.code == 0
    assert not answer.says("It says")


@pytest.mark.parametrize(("field", "value"), [("salt", "00"), ("pack_version", "x" * 65_536)])
def test_a_field_of_the_wrong_length_is_refused(verify, tmp_path, field, value):
    """Hashes have 32 bytes, and a text fits its length."""
    receipt = LOG.receipt()
    receipt["entries"][0]["form"][field] = value
    path = tmp_path / "receipt.json"
    path.write_bytes(small.written(receipt))
    assert verify(path).reason == "wanted"


@pytest.mark.parametrize(
    ("minor", "currency", "told"),
    [(-5, "CNY", "-0.05"), (123, "JPY", "123"), (-1234, "KWD", "-1.234"), ((1 << 63) - 1, "CNY", "92233720368547758.07")],
)  # fmt: skip
def test_amounts_are_exact_in_any_currency(minor, currency, told):
    """Decimals follow the currency; nothing is rounded."""
    assert money(minor, currency) == told


@pytest.mark.parametrize(
    ("time", "told"), [(None, "a time it does not say"), ((1 << 63) - 1, f"{(1 << 63) - 1} s")]
)
def test_a_checkpoint_of_no_time_or_any_time_is_told(verify, tmp_path, time, told):
    """Other programs' checkpoints may lack the line, and a number may be no date."""
    text = f"{small.ORIGIN}\n0\n{small.b64(small.root([]))}\n" + ("" if time is None else f"time {time}\n")
    path = tmp_path / "checkpoint"
    path.write_text(f"{text}\n{small.LOG.line(text)}", encoding="utf-8")
    assert verify(path, "--key", small.LOG.vkey).says(f"stated at {told} that it held 0")


def test_files_beside_a_log_have_bounds_and_are_text(verify, tmp_path):
    """A checkpoint too large, or not UTF-8, is refused."""
    folder = LOG.publish(tmp_path / "log")
    (folder / "checkpoint").write_bytes(bytes(70_000))
    assert verify(folder).reason == "too_large"
    (folder / "checkpoint").write_bytes(b"a\n\xff\n\n\xe2\x80\x94 a b\n")
    assert verify(folder).reason == "note_malformed"
    assert verify(folder / "checkpoint").reason == "note_malformed"


def test_two_logs_side_by_side_are_no_contradiction(verify, tmp_path):
    """What two different logs say is looked at one by one."""
    other = small.Key("log.agency.example/looks")
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text(small.checkpoint(LOG.leaves, (small.LOG,)), encoding="utf-8")
    two.write_text(small.checkpoint(LOG.leaves[:3], (other,), other.name), encoding="utf-8")
    answer = verify(one, two, "--key", small.LOG.vkey, "--key", other.vkey)
    assert answer.code == 0
    assert len(answer.document["files"]) == 2
    assert verify(one, "--against", two, "--key", small.LOG.vkey, "--key", other.vkey).reason == "other_log"


def test_a_signature_is_held_against_its_own_key_only():
    """Asked about another key, the check of a signature says no; an empty keys file is none."""
    note = notes.parse_note(small.checkpoint(LOG.leaves).encode())
    with pytest.raises(NotProven):
        notes.verify_signature(note.text, note.signatures[0], notes.parse_key(small.NEXT.vkey))
    assert (
        notes.verify_signature(note.text, note.signatures[1], notes.parse_key(small.WITNESSING.vkey))
        == small.TIME
    )


def test_a_dictionary_out_of_reach_is_no_attachment(verify, tmp_path):
    """A stream whose dictionary is longer than any statement's is not searched."""
    path = tmp_path / "statement.pdf"
    path.write_bytes(
        _pdf(small.written(LOG.receipt()), head=b"/Type /EmbeddedFile /Filter /FlateDecode " + b" " * 2000)
    )
    assert verify(path).reason == "no_attachment"
