"""The folder of a yearly run: nothing half-made carries a name, nothing is made twice."""

import csv
import os

import pytest

from provident.kernel.words import Language
from provident.statements.manifest import Manifest, opened, write_whole
from provident.statements.refusals import AnotherRun, RunAtWork

BOTH = (Language.ZH_HANS, Language.EN)
RUN = {"year": 2025, "languages": BOTH, "known_on": "2026-02-20T01:30:00+00:00"}


def finish(
    manifest: Manifest, record: str, name: str = "王明", reference: str = "2025-AAAA-BBBB-CCCC"
) -> None:
    files = {one.value: f"{reference}.{one.value}.pdf" for one in manifest.languages}
    for file in files.values():
        manifest.put(file, b"%PDF")
    facts = {"name": name, "number": "990000********0014", "reference": reference}
    manifest.finish(record, {"files": files, "sha256": dict.fromkeys(files, "00"), **facts})


def test_a_finished_person_is_known_after_a_restart(tmp_path):
    """Who is finished stays finished; who was only planned keeps the planned reference."""
    with opened(tmp_path / "run", **RUN) as manifest:
        manifest.plan("R-1", "2025-AAAA-BBBB-CCCC")
        finish(manifest, "R-1")
        manifest.plan("R-2", "2025-DDDD-EEEE-FFFF")
    with opened(tmp_path / "run", **RUN) as again:
        assert again.is_done("R-1")
        assert not again.is_done("R-2")
        assert again.planned["R-2"] == "2025-DDDD-EEEE-FFFF"


def test_a_lost_file_is_made_again(tmp_path):
    """Somebody whose file was removed is not finished."""
    with opened(tmp_path, **RUN) as manifest:
        finish(manifest, "R-1")
        (tmp_path / "2025-AAAA-BBBB-CCCC.en.pdf").unlink()
        manifest.read_again()
        assert not manifest.is_done("R-1")


def test_a_line_cut_off_by_a_crash_does_no_harm(tmp_path):
    """Half a line at the end is left out, and what is written next starts on a line of its own."""
    with opened(tmp_path, **RUN) as manifest:
        finish(manifest, "R-1")
    with (tmp_path / "manifest.jsonl").open("ab") as file:
        file.write('{"record": "R-2", "done": {"name": "王'.encode()[:-1])
    with opened(tmp_path, **RUN) as manifest:
        assert manifest.is_done("R-1")
        assert not manifest.is_done("R-2")
        finish(manifest, "R-3")
    with opened(tmp_path, **RUN) as manifest:
        assert manifest.is_done("R-3")


def test_half_written_files_are_removed(tmp_path):
    """What a crash left half-written is gone when the run is taken up again."""
    with opened(tmp_path, **RUN):
        pass
    (tmp_path / ".part-2025-AAAA-BBBB-CCCC.en.pdf").write_bytes(b"half")
    with opened(tmp_path, **RUN):
        assert not list(tmp_path.glob(".part-*"))


def test_a_run_goes_on_as_known_when_it_began(tmp_path):
    """Taking up a run keeps its moment, so that all its statements show the same knowledge."""
    with opened(tmp_path, **RUN):
        pass
    with opened(tmp_path, **{**RUN, "known_on": "2026-03-01T00:00:00+00:00"}) as manifest:
        assert manifest.known_on == RUN["known_on"]


@pytest.mark.parametrize("other", [{"year": 2024}, {"languages": (Language.EN,)}])
def test_another_run_does_not_mix_in(tmp_path, other):
    """A folder with another year or other languages is refused."""
    with opened(tmp_path, **RUN):
        pass
    with pytest.raises(AnotherRun, match="2025"), opened(tmp_path, **{**RUN, **other}):
        pass


def test_two_runs_at_once_in_one_folder(tmp_path):
    """The second process is refused while the first is at work."""
    with opened(tmp_path, **RUN), pytest.raises(RunAtWork), opened(tmp_path, **RUN):
        pass


def test_finished_persons_are_counted_as_they_come(tmp_path):
    """Progress counts what other processes finish, whole lines only."""
    with opened(tmp_path, **RUN) as manifest:
        finished = manifest.follow()
        assert finished() == 0
        other = Manifest(tmp_path, 2025, BOTH, RUN["known_on"])
        finish(other, "R-1")
        other.plan("R-2", "2025-DDDD-EEEE-FFFF")
        assert finished() == 1
        other.finish("R-2", {})
        assert finished() == 2


def test_the_index_holds_no_formula(tmp_path):
    """A name that a spreadsheet would calculate is neutralised in the index."""
    with opened(tmp_path, **RUN) as manifest:
        finish(manifest, "R-1", name="=HYPERLINK(1)")
        manifest.finish("R-2", {})
        manifest.read_again()
        index = manifest.write_index()
    rows = list(csv.reader(index.read_text("utf-8-sig").splitlines()))
    assert len(rows) == 3
    assert rows[1][:3] == ["2025-AAAA-BBBB-CCCC.zh-hans.pdf", "zh-hans", "'=HYPERLINK(1)"]
    assert rows[1][3] == "990000********0014"


def test_only_this_account_can_read_what_is_written(tmp_path):
    """Folder and files are closed to other accounts of the machine."""
    with opened(tmp_path / "run", **RUN) as manifest:
        finish(manifest, "R-1")
    assert (tmp_path / "run").stat().st_mode & 0o77 == 0
    for path in (tmp_path / "run").iterdir():
        assert path.stat().st_mode & 0o77 == 0, path.name


def test_a_file_is_whole_or_not_there(tmp_path, monkeypatch):
    """A write that fails leaves the old file as it was."""
    path = tmp_path / "file.pdf"
    write_whole(path, b"old")

    def fails(_number):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="disk full"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
