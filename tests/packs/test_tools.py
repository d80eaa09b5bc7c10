"""How the packs' tables and cases come about, and how a change of a formula is tried."""

import pytest
import yaml
from tests.law.test_tools import run, tool

TABLES = {
    "cn_retirement_age_rule.csv": "category,months_of_birth_per_delay_month,max_delay_months,original_age\n"
    "male60,4,36,60\nfemale55,4,36,55\nfemale50,2,60,50\n",
    "cn_divisor_months.csv": "age_years,age_extra_months,divisor_months,evidence\n"
    "60,0,139,whole age: annex of the 2005 decision (text copy in Fujian gazette; cross-checked with other copies)\n"
    "60,1,138.4,seen on transcribed decision sheets\n60,2,137.8,derived by linear interpolation\n",
    "cn_unemployment_months.csv": "contributed_months_from,contributed_months_below,max_benefit_months,law\n"
    "0,12,0,SI Law 45\n12,,12,SI Law 46\n",
    "cn_work_injury_onetime_months.csv": "disability_grade,one_time_months_of_own_wage,monthly_allowance_percent,law\n"
    "1,27,90,35\n7,13,,37\n",
    "cn_urban_disposable_income.csv": "year,yuan_per_person_year,status\n2025,56502,archive copy citing stats.gov.cn\n",
    "cn_average_wages.csv": "year,series,yuan_per_year,status,evidence\n"
    "2005,urban_nonprivate_employed,18200,memory,\n2024,urban_nonprivate_employed,124110,secondary,two\n",
    "cn_workday_exceptions_2025_2026.csv": "date,day_type\n2025-01-01,off\n2025-01-26,workday\n",
    "cn_retirement_age_rows.csv": "category,birth_month,original_age,delay_months,new_age_years,"
    "new_age_extra_months,retirement_month,evidence\nmale60,1965-01,60,1,60,1,2025-02,anchor\n",
    "cn_formula_vectors.csv": "id,base_monthly,avg_index,years,basic_pension_monthly,status\nF1,4000,0.6,15,480,book\n",
    "cn_min_contribution_months.csv": "retirement_year,min_months,evidence\n2030,186,annex\n",
    "eu_prorata_example.csv": "case,country,own_years,total_years,minimum_years,national_independent,"
    "theoretical_total,pro_rata,paid,status\nT2,B,0.5,40,15,0,1000,0,0,ours\n",
}


@pytest.fixture
def facts(tmp_path):
    """Write tables with the real columns and a row of each kind."""
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_tables_become_parameters(facts, monkeypatch, tmp_path):
    """Whole ages only, amounts of a year, nothing from memory, days that are not what their weekday says."""
    run(tool("import_cn_rules"), monkeypatch, "--facts", facts, "--pack", tmp_path / "cn")
    made = tmp_path / "cn/parameters"
    assert read(made / "pension/divisor_at_age.yaml")["values"][0]["table"] == {60: 139}
    assert read(made / "pension/original_age.yaml")["values"][0]["table"] == {0: 720, 1: 660, 2: 600}
    assert read(made / "work_injury/allowance_share.yaml")["values"][0]["table"] == {1: "0.9"}
    assert [one["value"] for one in read(made / "wages/urban_nonprivate.yaml")["values"]] == ["124110.00"]
    (year,) = read(tmp_path / "cn/calendar.yaml")
    assert (year["rest_days"], year["work_days"]) == (["01-01"], ["01-26"])


def test_an_unknown_evidence_stops_the_import(facts, monkeypatch, tmp_path):
    """A phrase nobody classified is not shipped."""
    table = facts / "cn_urban_disposable_income.csv"
    table.write_text("year,yuan_per_person_year,status\n2025,56502,hearsay\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="hearsay"):
        run(tool("import_cn_rules"), monkeypatch, "--facts", facts, "--pack", tmp_path / "cn")


def test_rows_become_cases(facts, monkeypatch, tmp_path):
    """A derived cell is no case; half a year is six months; a degree without an allowance expects none."""
    run(tool("import_cases"), monkeypatch, "--facts", facts, "--packs", tmp_path)
    ages = read(tmp_path / "cn/cases/divisor.yaml")["cases"]
    assert [one["expected"]["divisor"] for one in ages] == ["139.0", "138.4"]
    (row,) = read(tmp_path / "cn/cases/retirement_age.yaml")["cases"]
    assert row["expected"]["retirement_age_months"] == "721"
    (state,) = read(tmp_path / "eu/cases/pro_rata.yaml")["cases"]
    assert state["given"]["own_months"] == "6"
    degrees = read(tmp_path / "cn/cases/work_injury.yaml")["cases"]
    assert "monthly_allowance" not in degrees[1]["expected"]


def test_one_thing_is_changed_at_a_time():
    """Numbers, operators, comparisons, choices and roundings, each in a copy of its own."""
    text = "def f(a, ops):\n    return ops.where(a >= 7, ops.rounded(ops.minimum(a + 2, 9), 'whole'), 0)\n"
    made = dict(tool("mutate_formulas").mutants(text))
    assert len(made) == 14
    assert all(one != text for one in made.values())
    assert sum("a - 2" in one for one in made.values()) == 1
    assert sum("maximum" in one for one in made.values()) == 1
    assert sum("'down'" in one for one in made.values()) == 1
