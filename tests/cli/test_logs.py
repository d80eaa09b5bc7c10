"""Exports, keys and recovery, as an operator has them: real directories, copied and put back."""

import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from provident.host.state import State
from provident.verify import logs, notes


@pytest.fixture
def operate(run: Callable, installation: State, tmp_path: Path) -> Callable:
    """Run commands on an installation whose guard and keys lie beside its data directory."""
    beside = {"PROVIDENT_GUARD": str(tmp_path / "guard"), "PROVIDENT_LOG_KEYS": str(tmp_path / "keys")}

    def ran(*arguments: object, **more: str):
        return run(*map(str, arguments), "--json", **beside, **more)

    return ran


def copy(old: Path, new: Path) -> None:
    """Copy a directory with its owners, as a backup of the machine would."""
    shutil.rmtree(new, ignore_errors=True)
    subprocess.run(["cp", "-a", str(old), str(new)], check=True)


def test_the_data_directory_put_back_signs_nothing_until_it_is_replayed(
    operate: Callable, installation: State, tmp_path: Path
) -> None:
    """Backed up, gone on, put back: recovery mode explains itself; the export brings everything back."""
    saved, into = tmp_path / "saved", tmp_path / "export"
    first = operate("key", "rotate")
    assert first.code == 0, first.out
    copy(installation.directory, saved)
    later = operate("key", "rotate").document
    exported = operate("export", into).document
    assert {(one["log"], one["size"]) for one in exported["logs"]} >= {("ledger", 4)}
    assert (exported["journal"]["start"], exported["journal"]["end"]) == (0, 4)

    copy(saved, installation.directory)
    stands = operate("recover")
    assert stands.code == 1
    (ledger,) = [one for one in stands.document["logs"] if one["log"] == "ledger"]
    assert ledger["lost"] == {"first": 2, "last": 3}
    assert ledger["trouble"]["refused"] == "ledger.seal.database_behind_guard"
    refused = operate("key", "rotate")
    assert (refused.code, refused.document["refused"]) == (1, "ledger.seal.database_behind_guard")

    done = operate("recover", "--replay", into)
    assert done.code == 0, done.out
    assert done.document["events"] == 2
    assert set(done.document["still_in_recovery"]) <= {"looks"}
    (looks,) = [one for one in operate("recover").document["logs"] if one["log"] == "looks"]
    assert ("looks" in done.document["still_in_recovery"]) is (looks["trouble"] is not None)
    checkpoint = (into / "log/ledger/checkpoint").read_text()
    assert done.document["checkpoint"].splitlines()[:4] == checkpoint.splitlines()[:4]
    assert operate("recover").document["logs"][0]["trouble"] is None
    again = operate("export", into)
    assert again.code == 0, again.out
    first_key = notes.parse_key(first.document["keys"][-1].partition(" ")[0])
    assert logs.check_log(into / "log/ledger", (first_key,)).signed.checkpoint.size >= 4
    assert later["keys"][0] in (into / "log/ledger/keys").read_text()


def test_a_loss_that_cannot_be_replayed_is_said_in_public(
    operate: Callable, installation: State, tmp_path: Path
) -> None:
    """A statement begins a new epoch, which is exported beside the one that ended."""
    saved, into = tmp_path / "saved", tmp_path / "export"
    operate("key", "rotate")
    copy(installation.directory, saved)
    operate("key", "rotate")
    copy(saved, installation.directory)
    assert operate("recover", "--replay", into).document["refused"] == "ledger.journal.of_another"
    assert operate("recover", "--statement", "").document["refused"] == "ledger.journal.reason_missing"
    said = operate("recover", "--statement", "the disk failed")
    assert (said.code, said.document["epoch"]) == (0, 2), said.out
    assert operate("export", into).code == 0
    assert "\nreason the disk failed\n" in (into / "log/ledger/recovery").read_text()
    assert logs.check_log(into / "log/ledger").signed.checkpoint.size == 2
    new = logs.check_log(into / "log/ledger/2").signed.checkpoint
    assert new.origin.endswith("/ledger/2")
    assert new.size == 3
    assert operate("recover").code == 0


def test_a_guard_that_is_gone_is_adopted(operate: Callable, tmp_path: Path) -> None:
    """Nothing is signed without it until somebody gives a reason."""
    operate("key", "rotate")
    for path in (tmp_path / "guard").glob("ledger*"):
        path.unlink()
    assert operate("recover").code == 1
    assert operate("key", "rotate").document["refused"] == "ledger.seal.guard_missing"
    assert operate("recover", "--adopt-guard", "moved to a new machine").code == 0
    assert operate("recover").code == 0


def test_an_export_goes_on_and_never_mixes(operate: Callable, tmp_path: Path) -> None:
    """What is there is not written again; another directory's content is not touched."""
    into = tmp_path / "export"
    operate("key", "rotate")
    assert operate("export", into, "--public").document["journal"] is None
    assert not (into / "journal").exists()
    operate("export", into)
    assert stat.S_IMODE((into / "journal").stat().st_mode) == 0o700
    before = {path: path.stat().st_mtime_ns for path in into.rglob("*") if path.is_file()}
    assert operate("export", into).document["journal"]["bytes"] == 0
    assert {path: path.stat().st_mtime_ns for path in before} == before
    (tmp_path / "full").mkdir()
    (tmp_path / "full/notes.txt").write_text("mine")
    refused = operate("export", tmp_path / "full")
    assert (refused.code, refused.document["refused"]) == (1, "ledger.journal.export_taken")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["notes.txt"]


def test_the_keys_are_shown_and_not_given_away(operate: Callable, tmp_path: Path) -> None:
    """Shown are public keys of every log; one way out at a time; a log that is none is a wrong call."""
    operate("key", "rotate")
    shown = operate("key", "show")
    (ledger,) = [one for one in shown.document["logs"] if one["log"] == "ledger"]
    assert len(ledger["keys"]) == 2
    private = (tmp_path / "keys/ledger.pem").read_text().splitlines()[1]
    assert private not in shown.out
    assert operate("key", "rotate", "nothing").code == 2
    assert operate("recover", "--replay", tmp_path, "--statement", "x").code == 2


def test_the_key_of_the_log_of_looks_changes_with_its_next_look(operate: Callable, tmp_path: Path) -> None:
    """Announced in the ledger; the next checkpoint of the looks, after an export was one, is signed by both."""
    operate("export", tmp_path / "export")
    operate("checkpoint")
    waiting = operate("key", "rotate", "looks").document
    assert waiting["coming"]
    operate("export", tmp_path / "export")
    assert operate("checkpoint").code == 0
    shown = operate("key", "show").document["logs"]
    (looks,) = [one for one in shown if one["log"] == "looks"]
    assert looks["keys"][0] == waiting["coming"]
    assert (looks["coming"], len(looks["keys"])) == (None, 2)
    operate("export", tmp_path / "export")
    assert logs.check_log(tmp_path / "export/log/looks").signed.checkpoint.size > 0


def test_a_lost_key_is_replaced_by_a_reason(operate: Callable, tmp_path: Path) -> None:
    """A key that is there is not replaced; a lost one is, in a new epoch, with what the witnesses have to run."""
    operate("key", "rotate")
    assert operate("key", "replace", "I want another").document["refused"] == "ledger.journal.key_not_lost"
    (tmp_path / "keys/ledger.pem").unlink()
    assert operate("checkpoint").document["refused"] == "ledger.seal.signing_key_missing"
    replaced = operate("key", "replace", "the disk failed")
    assert (replaced.code, replaced.document["epoch"]) == (0, 2), replaced.out
    assert replaced.document["origin"].endswith("/ledger/2")
    assert operate("export", tmp_path / "export").code == 0
    assert "\nreason the disk failed\n" in (tmp_path / "export/log/ledger/2/beginning").read_text()


def test_a_guard_is_told_what_somebody_kept(operate: Callable, installation: State, tmp_path: Path) -> None:
    """What was signed before the database was put back makes the loss known; our own checkpoint is no news."""
    saved, kept = tmp_path / "saved", tmp_path / "kept"
    operate("key", "rotate")
    copy(installation.directory, saved)
    operate("key", "rotate")
    shutil.copy(installation.directory / "log/ledger/checkpoint", kept)
    assert operate("recover", "--seen", kept).document["refused"] == "ledger.journal.nothing_to_recover"
    copy(saved, installation.directory)
    for path in (tmp_path / "guard").glob("ledger*"):
        path.unlink()
    (ledger,) = operate("recover", "--seen", kept).document["logs"]
    assert ledger["lost"] == {"first": 2, "last": 3}
    assert ledger["trouble"]["refused"] == "ledger.seal.database_behind_guard"
