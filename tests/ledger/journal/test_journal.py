"""The journal on disk: written in stretches, readable by a stranger, the same as what was posted."""

import hashlib
import json
import re
import stat

import polars as pl
import pytest
from tests.house.tree import ROOT
from tests.ledger import people

from provident.kernel.words import SubjectKind
from provident.ledger import actions, wire
from provident.ledger.journal import columns, refusals, segments, writing
from provident.ledger.records import NewEvent
from provident.ledger.seal.logs.entries import LEDGER
from provident.ledger.seal.sealing import seal
from provident.ledger.seal.tiles import TileStore
from provident.ledger.seal.tree import Growth


def some(count=3):
    persons = people.register(count)
    people.post(*(people.entry(one) for one in persons))
    events = [NewEvent(SubjectKind.PERSON, one, "identity.renamed", {"n": 1}) for one in persons]
    actions.append_events(events=events, source=people.new_source("act"))
    return persons


def test_each_export_adds_what_was_sealed_since(agency):
    """Segments follow one another; without anything new nothing is written; what waits is not in it."""
    some()
    agency.export()
    assert agency.written.end == 0
    seal(LEDGER)
    into = agency.export()
    some()
    agency.export()
    assert (agency.written.start, agency.written.end, agency.written.bytes) == (6, 6, 0)
    seal(LEDGER)
    agency.export()
    found = segments.segments(into / "ledger" / "1")
    assert [(one.start, one.end) for one in found] == [(0, 6), (6, 12)]
    before = {path: path.stat().st_mtime_ns for path in into.rglob("*")}
    agency.export()
    assert {path: path.stat().st_mtime_ns for path in into.rglob("*")} == before


def test_nobody_else_can_read_it(agency):
    """Directories are 0700 and files 0600: the journal holds secrets."""
    some()
    seal(LEDGER)
    into = agency.export()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in into.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (into, *into.rglob("*")) if path.is_dir()} == {
        0o700
    }


def test_the_leaves_of_a_journal_give_the_signed_root(agency, tmp_path, monkeypatch):
    """A stranger orders batches and events by position and rows, and hashes; files may hold few rows."""
    monkeypatch.setattr(writing, "ROWS", 4)
    for _ in range(3):
        some(5)
    sealed = seal(LEDGER)
    (segment,) = segments.segments(agency.export() / "ledger" / "1")
    reader = segments.SegmentReader(segment)
    assert len([name for name in reader.about["files"] if name.startswith("entries-")]) == 4
    entries = pl.concat(reader.frames("entries"))
    events = pl.concat(reader.frames("events"))
    leaves = {}
    for row in pl.concat(reader.frames("batches")).iter_rows(named=True):
        own = entries.filter(pl.col("batch") == row["batch"]).sort("row")["leaf"]
        leaves |= {row["position"] + place: leaf for place, leaf in enumerate(own)}
    for row in pl.concat(reader.frames("event_batches")).iter_rows(named=True):
        own = events.filter(pl.col("source") == row["source"]).sort("row")["leaf"]
        leaves |= {row["position"] + place: leaf for place, leaf in enumerate(own)}
    growth = Growth(TileStore(tmp_path / "again"), 0)
    growth.add(b"".join(leaves[place] for place in range(sealed.checkpoint.size)))
    assert growth.finish().root() == sealed.checkpoint.root


def test_every_person_of_a_segment_is_in_it_with_the_secret(agency):
    """Without the secret the forms of the lost range could not be made."""
    persons = some()
    stranger = people.register(1)
    seal(LEDGER)
    (segment,) = segments.segments(agency.export() / "ledger" / "1")
    (frame,) = segments.SegmentReader(segment).frames("persons")
    assert sorted(frame["person"]) == sorted(persons)
    assert stranger[0] not in set(frame["person"])
    assert {len(secret) for secret in frame["secret"]} == {32}


def test_an_export_that_was_cut_off_leaves_no_segment(agency, monkeypatch):
    """A segment has its name only when it is whole; the next export begins it anew."""
    some()
    seal(LEDGER)
    with monkeypatch.context() as broken:
        broken.setattr(segments.SegmentWriter, "finish", lambda *_: (_ for _ in ()).throw(OSError))
        with pytest.raises(OSError):
            agency.export()
    into = agency.base / "export"
    assert segments.segments(into / "ledger" / "1") == ()
    agency.export()
    assert [one.end for one in segments.segments(into / "ledger" / "1")] == [6]
    assert list((into / "ledger" / "1").glob(".*")) == []


def test_a_gap_between_segments_is_told(agency):
    """A journal from which a stretch was removed is damaged."""
    for _ in range(3):
        some()
        seal(LEDGER)
        into = agency.export()
    middle = segments.segments(into / "ledger" / "1")[1]
    (middle.path / "segment.json").unlink()
    with pytest.raises(refusals.JournalDamaged):
        agency.export()


def test_two_installations_do_not_share_a_journal(agency):
    """What another agency exported is not added to."""
    some()
    seal(LEDGER)
    into = agency.export()
    said = json.loads((into / "installation.json").read_text())
    (into / "installation.json").write_text(json.dumps(said | {"installation": "other"}))
    with pytest.raises(refusals.JournalOfAnother):
        agency.export()


def test_the_hashes_of_the_files_are_in_the_segment(agency):
    """Whoever keeps segment.json elsewhere can tell later whether a file was changed."""
    some()
    seal(LEDGER)
    (segment,) = segments.segments(agency.export() / "ledger" / "1")
    said = json.loads((segment.path / "segment.json").read_text())
    for name, file in said["files"].items():
        raw = (segment.path / name).read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(raw), hashlib.sha256(raw).hexdigest())
    assert set(said["files"]) | {"segment.json"} == {path.name for path in segment.path.iterdir()}


def test_money_is_whole_minor_units_under_a_name_that_says_so(agency):
    """Amounts are int64 with the suffix _minor, and are those posted."""
    some(1)
    seal(LEDGER)
    (segment,) = segments.segments(agency.export() / "ledger" / "1")
    (frame,) = segments.SegmentReader(segment).frames("entries")
    amounts = [name for name in frame.columns if name.endswith("_minor")]
    assert [frame[name].dtype for name in amounts] == [pl.Int64] * 5
    legs = people.LEGS
    assert frame.select(amounts).row(0) == (legs.base, legs.employee, legs.employer, legs.account, legs.fund)


def test_the_spec_names_every_column():
    """docs/spec/journal.md lists the columns of each file as they are written."""
    page = (ROOT / "docs/spec/journal.md").read_text()
    for name, wanted in columns.FILES.items():
        table = page.partition(f"### {name}\n")[2].partition("\n### ")[0]
        assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [column.name for column in wanted]


def test_the_exports_batches_are_the_ledgers(agency):
    """What a batch's row says in the journal is what the ledger holds."""
    some()
    seal(LEDGER)
    (segment,) = segments.segments(agency.export() / "ledger" / "1")
    (frame,) = segments.SegmentReader(segment).frames("batches")
    row = frame.row(0, named=True)
    here = wire.call_row(
        "SELECT batch_id, position, rows, source_hash, source_kind, pack_version, posted_at FROM ledger_batch",
        (),
    )
    assert here[:6] == tuple(
        row[name] for name in ("batch", "position", "rows", "source", "source_kind", "pack_version")
    )
    assert round(here[6].timestamp() * 1_000_000) == row["posted_at"]
