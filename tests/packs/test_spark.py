"""Lives under the packs cn and eu go through a real Spark session and come out with the same bytes."""

import csv

import pytest
from tests.law.lives import TODAY

from provident.kernel.words import Language
from provident.law.engine.numbers import written
from provident.law.runs import local
from provident.law.runs.local import Asked

from .asking import law
from .lives import ASKED

pytest.importorskip(
    "pyspark", reason="NOT TESTED: the extra `spark` is not installed (pip install 'provident[spark]')"
)

from provident.law.runs import spark

LARGE = [(name, life, count) for name, life, count in ASKED if count >= 2000]


def cells(rules, facts):
    """Return values as a file holds them, by heading."""
    return {
        name.rpartition(".")[2]: written(rules.node(name).variable, value) for name, value in facts.items()
    }


def write_rows(path, rows):
    """Write rows as CSV under every heading one of them has; a cell nobody gave is empty."""
    headings = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, headings, restval="")
        out.writeheader()
        out.writerows(rows)
    return path


def write_history(path, rules, lives):
    """Write each person's reported years, or nothing where the calculation has none."""
    rows = []
    for at, life in enumerate(lives):
        for year in sorted({year for years in life.series.values() for year in years}):
            facts = {name: years[year] for name, years in life.series.items() if year in years}
            rows.append({"person_id": f"P{at}", "year": year, **cells(rules, facts)})
    return write_rows(path, rows) if rows else None


@pytest.mark.xdist_group("spark")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("calculation", "life", "count"), LARGE, ids=[name for name, _, _ in LARGE])
def test_spark_gives_the_same_bytes(calculation, life, count, tmp_path):
    """Two thousand lives of each kind on at least two partitions, answers and reasons alike."""
    rules = law(calculation.partition(".")[0])
    lives = [life(seed) for seed in range(count)]
    rows = [{"person_id": f"P{at}", **cells(rules, one.given)} for at, one in enumerate(lives)]
    people = write_rows(tmp_path / "people.csv", rows)
    asked = Asked(calculation, people, write_history(tmp_path / "history.csv", rules, lives), {}, TODAY)
    here = local.run(rules, asked, tmp_path / "local.csv", Language.EN, lambda a, b: None)
    there = spark.run(rules, asked, tmp_path / "spark.csv", Language.EN, lambda a, b: None)
    assert here == there
    for name in ("{}.csv", "{}.csv.report.csv"):
        ours, theirs = ((tmp_path / name.format(one)).read_bytes() for one in ("local", "spark"))
        assert ours == theirs
    answers = (tmp_path / "local.csv").read_text(encoding="utf-8").splitlines()
    assert len(answers) == count + 1
