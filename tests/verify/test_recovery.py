"""A log that has ended says so, signed, and what it kept is what its tiles hold."""

import pytest

from provident.ledger.journal import recovery
from provident.ledger.seal.guard import Guarded
from provident.ledger.seal.logs.heads import Head
from provident.ledger.seal.tree import Frontier
from provident.verify.notes import parse_recovery

from . import small_log as small

NEXT = small.Key(f"{small.ORIGIN}/2")
LEAVES = small.others(9)


def text(size=5, root=None, **changed):
    lines = {
        "provident-recovery/1": "",
        "log": f" {small.ORIGIN}",
        "now": f" {NEXT.name}",
        "kept": f" {size} {small.b64(root or small.root(LEAVES[:size]))}",
        "signed": f" 12 {small.b64(bytes(32))}",
        "lost": f" {size} 11",
        "time": f" {small.TIME}",
        "reason": " The machine was lost.",
    } | changed
    return "".join(f"{name}{value}\n" for name, value in lines.items() if value is not None)


@pytest.fixture
def ended(tmp_path):
    """Publish a log of nine entries with a recovery statement; return its folder."""

    def publish(said, *keys):
        folder = small.SmallLog(LEAVES).publish(tmp_path / "log")
        signed = "".join(key.line(said) for key in keys or (small.LOG, NEXT))
        (folder / "recovery").write_text(f"{said}\n{signed}", encoding="utf-8")
        return folder

    return publish


def test_a_log_that_has_ended_says_what_was_lost(verify, plain, ended):
    """The statement is told with its reason, in both languages."""
    folder = ended(text())
    answer = verify(folder)
    assert answer.code == 0
    assert answer.says(f"{NEXT.name} goes on with its first 5 entries, and that it had signed 12")
    assert answer.says("Reason given: The machine was lost.")
    assert answer.document["files"][0]["continued_by"] == NEXT.name
    assert "该日志已终止" in plain(folder, "--lang", "zh-hans").out


def test_a_fork_is_told_like_a_loss(verify, ended):
    """A log some entries of which differ from what was signed ends in the same way."""
    lines = [line if not line.startswith("lost") else "forked" for line in text().splitlines()]
    assert verify(ended("\n".join(lines) + "\n")).says("This log has ended")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (text(root=bytes(32)), "recovery_root"),
        (text(log=" other"), "other_log"),
        (text(now=f" {small.ORIGIN}"), "recovery_malformed"),
        (text(now=" a+b"), "recovery_malformed"),
        (text(log=" a b"), "recovery_malformed"),
        (text(kept=" 5 AAAA"), "recovery_malformed"),
        (text(signed=" 12 AAAA"), "recovery_malformed"),
        (text(lost=" 5 12"), "recovery_malformed"),
        (text(time=None), "recovery_malformed"),
        (text(reason=None), "recovery_malformed"),
        (text(more=" x"), "recovery_malformed"),
        (text(**{"provident-recovery/1": None, "x": ""}), "recovery_malformed"),
    ],
)
def test_a_statement_that_does_not_hold_is_refused(verify, ended, said, reason):
    """Another root, another log or a line out of place refuses the directory."""
    assert verify(ended(said)).reason == reason


def test_nobody_else_ends_a_log(verify, ended):
    """Without the signature of the log's own key a statement is none."""
    assert verify(ended(text(), NEXT)).reason == "key_unknown"
    assert verify(ended(text(), small.Key(seed=bytes([3] * 32)))).reason == "key_unknown"


@pytest.mark.parametrize("signed", [5, 12])
def test_the_ledger_s_statement_is_read(signed):
    """What the ledger declares, after a loss or a fork, the stranger understands."""
    seen = Guarded(small.ORIGIN, 1, signed, bytes(32).hex(), small.TIME)
    head = Head("ledger", 2, 5, bytes(range(32)), Frontier(0), small.TIME, None)
    said = parse_recovery(recovery.statement(seen, head, (small.ORIGIN, NEXT.name), "Lost."))
    assert (said.log, said.now, said.kept, said.signed) == (small.ORIGIN, NEXT.name, 5, signed)
    assert (said.kept_root, said.time, said.reason) == (bytes(range(32)), small.TIME, "Lost.")
