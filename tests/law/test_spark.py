"""The same run through a real Spark session gives the same bytes."""

import pytest

from provident.kernel.words import Language
from provident.law.runs import local
from provident.law.runs.local import Asked

from .files import LAW, lives, write_history, write_people
from .lives import TODAY

pytest.importorskip(
    "pyspark", reason="NOT TESTED: the extra `spark` is not installed (pip install 'provident[spark]')"
)

from provident.law.runs import spark


@pytest.mark.xdist_group("spark")
@pytest.mark.filterwarnings("ignore")
def test_spark_gives_the_same_bytes(tmp_path):
    """Two thousand lives on at least two partitions, answers and reasons alike."""
    some = lives(2_000)
    people = write_people(tmp_path / "people.csv", some)
    history = write_history(tmp_path / "history.csv", some, order=lambda row: row[1])
    asked = Asked("us.retirement", people, history, {}, TODAY)
    here = local.run(LAW, asked, tmp_path / "local.csv", Language.EN, lambda a, b: None)
    there = spark.run(LAW, asked, tmp_path / "spark.csv", Language.EN, lambda a, b: None)
    assert here == there
    for name in ("{}.csv", "{}.csv.report.csv"):
        local_bytes, spark_bytes = ((tmp_path / name.format(one)).read_bytes() for one in ("local", "spark"))
        assert local_bytes == spark_bytes
