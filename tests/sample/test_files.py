"""The sample region's people, employers and files."""

import csv
import io

import pytest

from provident.identity.numbers import classify, uscc
from provident.kernel.month import Month
from provident.kernel.words import Branch
from provident.law import book
from provident.sample import population
from provident.sample.files import Files
from provident.sample.wages import Wages

PRESENT = Month(2026, 11)


@pytest.fixture(scope="module")
def region():
    return population.build(present=PRESENT, residents=2000, employers=60, seed=5)


@pytest.fixture(scope="module")
def files(region):
    return Files(region, Wages(book()))


def rows(content: bytes, encoding: str = "utf-8"):
    return list(csv.DictReader(io.StringIO(content.decode(encoding))))


def test_one_seed_gives_one_region(region):
    """The same seed and month give the same people and employers; another seed gives others."""
    again = population.build(present=PRESENT, residents=2000, employers=60, seed=5)
    other = population.build(present=PRESENT, residents=2000, employers=60, seed=6)
    assert region == again
    assert region != other


def test_numbers_are_well_formed_and_nobodys(region):
    """Every resident and employer number passes our own check and carries the region that was never assigned."""
    for person in region.people:
        classify(person.number)
        assert person.number.startswith(("990000", "XXA"))
    for firm in region.employers:
        assert uscc(firm.uscc).normal == firm.uscc
        assert firm.uscc[2:8] == "990000"
    assert len({person.number for person in region.people}) == len(region.people)


def test_declared_amounts_follow_the_region_s_rates_to_the_cent(region, files):
    """What an employer declares is what the law's rates give on the base, in each branch."""
    line = next(
        row for row in rows(files.declaration(1, Month(2026, 10)).content) if row["branch"] == "pension"
    )
    rule = book().contribution_rule(990000, Branch.PENSION, 1, Month(2026, 10))
    base = round(float(line["base"]) * 100)
    assert float(line["employee"]) * 100 == pytest.approx(
        base * rule.employee_rate.numerator / rule.employee_rate.denominator, abs=0.51
    )
    assert rule.floor_minor <= base <= rule.ceiling_minor


def test_every_seventh_employer_writes_chinese_in_gb18030(files):
    """Some payroll programs write Chinese headings in GB18030, and the sample has them."""
    found = rows(files.declaration(0, Month(2026, 10)).content, "gb18030")
    assert found[0]["险种"] in {"养老", "医疗", "失业", "工伤", "生育"}


def test_an_employer_that_stopped_filing_leaves_the_last_month_out(files):
    """The employer that stopped filing has no file for the last due month and one for the month before."""
    assert files.declaration(34, PRESENT.plus(-1)) is None
    assert files.declaration(34, PRESENT.plus(-2)) is not None


def test_years_are_taken_on_one_file_each(files):
    """Every calendar year before the last twelve months is one take-on file that names its evidence."""
    found = {file.name: rows(file.content) for file in files.years_taken_on()}
    assert list(found) == [f"take-on-{year}.csv" for year in range(2011, 2026)]
    assert {row["evidence"] for lines in found.values() for row in lines} == {
        "documented",
        "prior_system",
        "stated",
    }
    assert {row["kind"] for lines in found.values() for row in lines} == {
        "contribution",
        "unpaid",
        "interest",
        "benefit",
    }
