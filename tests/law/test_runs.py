"""A calculation over files: every format gives the same, and who cannot be answered is told why."""

import csv

import numpy as np
import polars as pl
import pytest

from provident.kernel.refusal import Refusal
from provident.kernel.words import Language
from provident.law.refusals import ColumnMissing, FileUnreadable, NotAValue, PersonTwice, YearUnreadable
from provident.law.runs import local, sources
from provident.law.runs.local import Asked

from .files import LAW, lives, write_history, write_people
from .lives import TODAY, one_by_one

NAME = "us.retirement"
LIVES = lives(300)


def ran(tmp_path, people, history=None, out="out.csv", **options):
    told = []
    done = local.run(LAW, Asked(NAME, people, history, options, TODAY), tmp_path / out, Language.EN,
                     lambda a, b: told.append((a, b)))  # fmt: skip
    assert told[-1] == (done.persons, done.persons)
    return done


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("lives")
    write_people(made / "people.csv", LIVES)
    write_history(made / "history.csv", LIVES)
    ran(made, made / "people.csv", made / "history.csv")
    return made


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_file_run_answers_as_one_by_one(folder):
    """Every person of the file has the answers they have alone; reasons stand in the report."""
    alone = one_by_one(NAME, LIVES)
    answered = read(folder / "out.csv")
    names = [name.rpartition(".")[2] for name in LAW.calculation(NAME).outputs]
    reasons = {(row["person_id"], row["output"]): row for row in read(folder / "out.csv.report.csv")}
    nodes = [LAW.node(name).variable for name in LAW.calculation(NAME).outputs]
    assert list(answered[0]) == ["person_id", *names]
    for expected, row in zip(alone, answered, strict=True):
        for variable, value in zip(nodes, expected, strict=True):
            if isinstance(value, str):
                assert row[variable.name] == ""
                assert reasons.pop((row["person_id"], variable.name))["reason"] == value
            else:
                assert row[variable.name] == f"{value / 10**variable.decimals:.{variable.decimals}f}"
    assert reasons == {}


def test_the_order_of_the_history_does_not_matter(folder, tmp_path):
    """Sorted by year, or in any order, each row finds its person."""
    shuffled = write_history(tmp_path / "shuffled.csv", LIVES, order=lambda row: (row[1], row[0][::-1]))
    ran(tmp_path, folder / "people.csv", shuffled)
    assert (tmp_path / "out.csv").read_bytes() == (folder / "out.csv").read_bytes()
    assert (tmp_path / "out.csv.report.csv").read_bytes() == (folder / "out.csv.report.csv").read_bytes()


def test_parquet_and_arrow_hold_minor_units_and_say_the_same(folder, tmp_path):
    """Typed files in and out: whole minor units, empty where there is no answer."""
    people = pl.read_csv(folder / "people.csv", infer_schema=False)
    people.with_columns(pl.col("birth_date").str.to_date()).write_parquet(tmp_path / "people.parquet")
    history = pl.read_csv(folder / "history.csv", infer_schema=False).with_columns(
        pl.col("year").cast(pl.Int16), pl.col("earnings").cast(pl.Decimal(12, 2))
    )
    history.write_parquet(tmp_path / "history.parquet")
    expected = pl.read_csv(folder / "out.csv", schema_overrides={"pia": pl.Decimal(12, 2)})
    for suffix, reading in (("parquet", pl.read_parquet), ("arrow", pl.read_ipc)):
        ran(tmp_path, tmp_path / "people.parquet", tmp_path / "history.parquet", f"out.{suffix}")
        found = reading(tmp_path / f"out.{suffix}")
        assert found["pia_minor"].to_list() == (expected["pia"] * 100).cast(pl.Int64).to_list()
        assert found["monthly_benefit_minor"].to_list() == [
            None if one is None else one * 100 for one in expected["monthly_benefit"].to_list()
        ]


def test_a_folder_of_arrays_says_the_same(tmp_path, folder):
    """One NumPy file a column, years in columns of their own, in and out."""
    some = [one for one in LIVES if len(one.given) == 3][:100]
    people = write_people(tmp_path / "people.csv", some)
    write_history(tmp_path / "history.csv", some)
    ran(tmp_path, people, tmp_path / "history.csv")
    arrays = tmp_path / "arrays"
    arrays.mkdir()
    frame = pl.read_csv(people)
    np.save(arrays / "person_id.npy", np.array(frame["person_id"].to_list()))
    np.save(arrays / "birth_date.npy", np.array(frame["birth_date"].to_list(), dtype="datetime64[D]"))
    for name in ("entitlement_month", "benefit_month"):
        np.save(
            arrays / f"{name}.npy",
            np.array([int(one.replace("-", "")) for one in frame[name]], dtype=np.int32),
        )
    years = {year for life in some for year in life.series.get("us.retirement.earnings", {})}
    for year in years:
        cents = [life.series.get("us.retirement.earnings", {}).get(year, 0) for life in some]
        np.save(arrays / f"earnings_{year}_minor.npy", np.array(cents, dtype=np.int32))
    ran(tmp_path, arrays, out="result")
    expected = read(tmp_path / "out.csv")
    for name, scale in (("monthly_benefit", 1), ("pia_minor", 100)):
        found = np.load(tmp_path / "result" / f"{name}.npy")
        texts = [row[name.removesuffix("_minor")] for row in expected]
        assert found.tolist() == [
            np.iinfo(np.int64).min if text == "" else round(float(text) * scale) for text in texts
        ]
    one = sources.ArrayFolder(arrays).row(5)
    assert one["person_id"][0] == frame["person_id"][5]


def test_a_column_is_needed_only_where_it_counts(tmp_path):
    """With the average given, no earnings are needed; without a benefit month, the month asked for counts."""
    people = tmp_path / "people.csv"
    people.write_text("person_id,birth_date,entitlement_month,aime,colour\nA,1964-02-02,2026-02,5825,red\n")
    done = ran(tmp_path, people)
    assert done.incomplete == 0
    assert done.unused == ("colour",)
    assert read(tmp_path / "out.csv")[0]["monthly_benefit"] == "1826"
    people.write_text("person_id,birth_date\nA,1964-02-02\n")
    assert ran(tmp_path, people).incomplete == 1
    assert {row["code"] for row in read(tmp_path / "out.csv.report.csv")} == {"law.not_given"}
    assert ran(tmp_path, people, aime="5825", entitlement_month="2026-02").incomplete == 0
    assert not (tmp_path / "out.csv.report.csv").exists()


@pytest.mark.parametrize(
    ("column", "text"),
    [("birth_date", "1964-02-30"), ("birth_date", "02/02/1964"), ("entitlement_month", "2026-13"),
     ("aime", "12.5"), ("aime", "1e3"), ("insured", "maybe"), ("aime", "99999999999999999999")],
)  # fmt: skip
def test_a_cell_that_is_no_value_is_refused_for_its_person_only(tmp_path, column, text):
    """The others of the file are answered."""
    people = tmp_path / "people.csv"
    good = {
        "person_id": "A",
        "birth_date": "1964-02-02",
        "entitlement_month": "2026-02",
        "aime": "5825",
        "insured": "1",
    }
    rows = [good, {**good, "person_id": "B", column: text}]
    people.write_text("\n".join(",".join(row) for row in [good, *(one.values() for one in rows)]) + "\n")
    ran(tmp_path, people)
    answered = read(tmp_path / "out.csv")
    assert answered[0]["monthly_benefit"] == "1826"
    assert answered[1]["monthly_benefit"] == ""
    assert {row["code"] for row in read(tmp_path / "out.csv.report.csv")} == {"law.not_a_value"}


def test_a_year_reported_twice_is_refused_and_strangers_are_counted(tmp_path):
    """Nobody guesses which of two amounts is right, nor whose a row is."""
    (tmp_path / "p.csv").write_text(
        "person_id,birth_date,entitlement_month\nA,1964-02-02,2026-02\nB,1964-02-02,2026-02\n"
    )
    (tmp_path / "h.csv").write_text("person_id,year,earnings\nA,1990,5\nA,1990,6\nB,1990,7\nZ,1990,8\n")
    done = ran(tmp_path, tmp_path / "p.csv", tmp_path / "h.csv")
    assert (done.incomplete, done.strangers) == (1, 1)
    told = read(tmp_path / "out.csv.report.csv")
    assert {(row["person_id"], row["code"]) for row in told} == {("A", "law.reported_twice")}


@pytest.mark.parametrize(
    ("people", "history", "refusal"),
    [
        ("birth_date\n1964-02-02\n", "", ColumnMissing),
        ("person_id\nA\n", "year,earnings\n1990,5\n", ColumnMissing),
        ("person_id\nA\nA\n", "person_id,year,earnings\nA,1990,5\n", PersonTwice),
        ("person_id\nA\n", "person_id,year,earnings\nA,now,5\n", YearUnreadable),
        (None, "", FileUnreadable),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_whole(tmp_path, people, history, refusal):
    """Before anything is written."""
    if people is not None:
        (tmp_path / "p.csv").write_text(people)
    if history:
        (tmp_path / "h.csv").write_text(history)
    with pytest.raises(refusal):
        ran(tmp_path, tmp_path / "p.csv", (tmp_path / "h.csv") if history else None)
    assert not (tmp_path / "out.csv").exists()


def test_an_option_that_is_no_value_is_refused(tmp_path):
    """Options are read as strictly as cells."""
    (tmp_path / "p.csv").write_text("person_id\nA\n")
    with pytest.raises(NotAValue):
        ran(tmp_path, tmp_path / "p.csv", aime="lots")
    with pytest.raises(Refusal, match="no variable"):
        ran(tmp_path, tmp_path / "p.csv", amie="1")


def test_many_blocks_keep_their_order(tmp_path, folder, monkeypatch):
    """Blocks and chunks smaller than the file give the same bytes."""
    monkeypatch.setattr(sources, "BLOCK", 37)
    monkeypatch.setattr(sources, "_ROWS", 41)
    monkeypatch.setattr("provident.law.runs.assembling.CHUNK", 11)
    ran(tmp_path, folder / "people.csv", folder / "history.csv")
    assert (tmp_path / "out.csv").read_bytes() == (folder / "out.csv").read_bytes()


@pytest.mark.parametrize("held", [np.ones((3, 2)), np.array(["a", None, 1], dtype=object), b"no array"])
def test_what_is_no_column_is_refused(tmp_path, held):
    """A table, things that are no numbers, another file: each is refused before anything is worked out."""
    path = tmp_path / "birth_date.npy"
    path.write_bytes(held) if isinstance(held, bytes) else np.save(path, held, allow_pickle=True)
    with pytest.raises(FileUnreadable):
        sources.open_source(tmp_path)
