"""Everyone's statements: complete, told to each person, and carried on with after any stop."""

import csv
import io
import re

import pypdf
import pytest
from filings import world

from provident import access
from provident.access import queries as log
from provident.access.records import OPERATOR
from provident.identity import actions as identity
from provident.kernel.words import Language
from provident.ledger.seal.tiles import TileStore
from provident.statements import actions, pdf
from provident.statements.actions import Written
from provident.statements.references import reference_of
from provident.statements.refusals import CannotDraw
from provident.verify.pdf import attached_receipt
from provident.verify.receipts import check_receipt
from provident.verify.signing import Trust
from provident.verify.strict import read_json

from .sealing import sealed, set_places

PEOPLE = (1, 2, 3)


@pytest.fixture
def run(fresh_database, tmp_path, monkeypatch):
    """Return how to run for an agency with three people who have a record and one who has none."""
    monkeypatch.setenv("PROVIDENT_DATA", str(tmp_path / "state"))
    world.agency(1)
    desk = world.Desk(tmp_path)
    desk.send(world.enrol(PEOPLE, "2025-03"))
    desk.send(world.declare(PEOPLE, "2025-03"))
    identity.register_resident(name="无记录", number=world.number(9), at=world.NOW)

    def write(languages=(Language.ZH_HANS, Language.EN), **more) -> Written:
        return actions.write_all(
            year=2025, out_dir=tmp_path / "out", languages=languages, by=OPERATOR, **more
        )

    return write


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix == ".pdf")


def test_everybody_with_a_record_gets_their_statement(run):
    """Each person has one file a language, under a random name; who has nothing on record has none."""
    written = run()
    assert (written.persons, written.files, written.made, written.nothing, written.refused) == (
        3,
        6,
        3,
        1,
        (),
    )
    files = names(written.folder)
    assert len(files) == 6
    assert all(re.fullmatch(r"2025(-[0-9A-Z]{4}){3}\.(en|zh-hans)\.pdf", name) for name in files)
    rows = list(csv.reader(io.StringIO(written.index.read_text("utf-8-sig"))))
    assert sorted(row[0] for row in rows[1:]) == files
    assert {row[2] for row in rows[1:]} == {f"Person {one}" for one in PEOPLE}
    for row in rows[1:]:
        text = pypdf.PdfReader(written.folder / row[0]).pages[0].extract_text()
        assert row[2] in text
        assert row[4] in text


def test_no_number_stands_in_the_folder_but_masked(run):
    """Neither file names, manifest nor index hold an official number or a person key."""
    written = run()
    text = "".join(names(written.folder)) + written.index.read_text("utf-8-sig")
    text += (written.folder / "manifest.jsonl").read_text("utf-8")
    for one in PEOPLE:
        assert world.number(one) not in text
        assert str(world.key_of(one)) not in text


def test_the_run_is_shown_to_each_person(run):
    """Everybody finds one look for the yearly statements in their log."""
    run()
    for one in PEOPLE:
        with world.opened(one) as opened:
            purposes = [look.purpose for look in log.looks(opened)]
        assert purposes.count("statement_run") == 1


def test_a_second_run_makes_nothing_again(run):
    """Finished files stay as they are; no record is opened for them again."""
    run()
    folder = run().folder
    before = {name: (folder / name).stat().st_mtime_ns for name in names(folder)}
    again = run()
    assert again.made == 0
    assert (again.persons, again.files) == (3, 6)
    assert before == {name: (folder / name).stat().st_mtime_ns for name in names(folder)}
    with world.opened(1) as opened:
        assert [look.purpose for look in log.looks(opened)].count("statement_run") == 1


def test_a_stopped_run_is_carried_on_with(run, monkeypatch):
    """A run stopped after some files leaves whole files only, and the next makes just the rest."""
    render = pdf.render
    made = []

    def stops(record, year, language, reference, receipt):
        if len(made) == 3:
            raise KeyboardInterrupt
        made.append(record.person.name)
        return render(record, year, language, reference, receipt)

    monkeypatch.setattr(pdf, "render", stops)
    with pytest.raises(KeyboardInterrupt):
        run()
    monkeypatch.setattr(pdf, "render", render)
    folder = run().folder
    assert len(names(folder)) == 6
    assert run().made == 0
    references = {name.split(".")[0] for name in names(folder)}
    assert len(references) == 3


def test_one_person_s_trouble_does_not_stop_the_others(run, monkeypatch):
    """Who cannot be drawn is reported by record reference, and made on the next run."""
    render = pdf.render

    def refuses(record, *more):
        if record.person.name == "Person 2":
            raise CannotDraw(reason="no ink")
        return render(record, *more)

    monkeypatch.setattr(pdf, "render", refuses)
    written = run()
    assert (written.made, len(written.refused)) == (2, 1)
    assert written.refused[0].refusal.code == "statements.cannot_draw"
    monkeypatch.setattr(pdf, "render", render)
    assert run().made == 1


def test_progress_counts_up_to_everybody(run):
    """Progress starts at nobody and ends with everybody."""
    told = []
    run(progress=lambda done, whole: told.append((done, whole)))
    assert told[0] == (0, 4)
    assert told[-1] == (4, 4)


def test_two_processes_make_the_same_files(run, monkeypatch):
    """Split over processes, everybody is made once."""
    monkeypatch.setattr(actions, "_SMALL", 0)
    written = run(languages=(Language.EN,))
    assert (written.persons, written.files, written.nothing) == (3, 3, 1)
    with world.opened(3) as opened:
        assert [look.purpose for look in log.looks(opened)].count("statement_run") == 1


def test_only_who_may_can_run_it(run):
    """An account without the role is refused before anybody is listed."""
    with pytest.raises(access.refusals.LookRefused):
        actions.write_all(year=2025, out_dir=run().folder, languages=(Language.ZH_HANS, Language.EN), by=999)


def test_each_statement_of_a_run_carries_its_receipt(run, tmp_path, monkeypatch):
    """Every file has its own person's proven entries attached, and a chunk reads each tile once for all."""
    set_places(monkeypatch, tmp_path)
    sealed()
    read: list[tuple[int, int]] = []
    inner = TileStore.read

    def counted(self, level, index, width=256):
        read.append((level, index))
        return inner(self, level, index, width)

    monkeypatch.setattr(TileStore, "read", counted)
    written = run()
    assert read == [(0, 0)] * actions.PROCESSES  # one chunk for each
    whose = set()
    for name in names(written.folder):
        raw = (written.folder / name).read_bytes()
        found = check_receipt(read_json(attached_receipt(raw, 1 << 20)), Trust((), ()))
        (entry,) = found.entries
        assert entry.form["month"] == "2025-03"
        whose.add(entry.form["person_key"])
    assert whose == {f"{world.key_of(one):016x}" for one in PEOPLE}


def test_a_damaged_entry_refuses_that_person_s_statement_alone(
    run, tmp_path, monkeypatch, superuser_connection
):
    """Who has an entry that is not what was sealed is reported; everybody else gets theirs."""
    set_places(monkeypatch, tmp_path)
    sealed()
    superuser_connection.execute("SET session_replication_role = replica")
    change = "UPDATE ledger_entry SET region = region + 1 WHERE person_key = %s"
    superuser_connection.execute(change, (world.key_of(2),))
    written = run()
    assert (written.persons, written.files) == (2, 4)
    (refused,) = written.refused
    assert refused.refusal.code == "statements.not_as_sealed"
    assert refused.record == reference_of(world.key_of(2))
