"""How the pack's written files come about: from researched tables, and from a rule for the fiction."""

import importlib.util
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "src/provident/packs/cn"


def tool(name):
    if str(ROOT / "tools") not in sys.path:  # as when the tool is run from the command line
        sys.path.insert(0, str(ROOT / "tools"))
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_tables(folder, rates):
    """Tables with the real columns; only the rates' rows matter here."""
    (folder / "cn_contribution_rates.csv").write_text(
        "branch,employer_percent,employee_percent,from,to,status,note\n" + rates, encoding="utf-8"
    )
    (folder / "cn_account_credit_share.csv").write_text(
        "from,to,credited_percent_of_base,status\n1998-01-01,2005-12-31,11,memory\n2006-01-01,,8,secondary\n"
    )
    (folder / "cn_account_interest.csv").write_text(
        "year,rate_percent,scheme,status,evidence\n2016,8.31,national_enterprise,verified,notice\n"
        "2015,5.00,public_sector_only,verified,notice\n2017,,national_enterprise,unknown,none\n"
    )
    (folder / "cn_min_contribution_months.csv").write_text(
        "retirement_year,min_months,evidence\n2025,180,secondary\n"
    )
    (folder / "cn_provincial_bases_2025.csv").write_text(
        "province,full_caliber_monthly_avg_2024,contribution_floor_2025,contribution_ceiling_2025,evidence_contribution_columns\n"
        "Jilin,7322,,,repository list only\nBeijing,11937,7162,35811,official notice seen in excerpt\n"
    )
    (folder / "deadlines.csv").write_text(
        "id,law,article,value,unit,evidence\n"
        'si-emp-register,"Social Insurance Law (2010, am. 2018)",57,30,calendar_day,official text read in a mirror\n'
    )


def run(module, monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["tool", *map(str, arguments)])
    module.main()


def test_memory_and_totals_are_left_out(tmp_path, monkeypatch):
    """A row known from memory or giving only a total does not reach the pack; the others do, exactly."""
    write_tables(
        tmp_path,
        "pension,20,8,2006-01-01,2019-04-30,memory,\npension,16,8,2019-05-01,,secondary,plan\n"
        "unemployment,total 1,within total,2023-05-01,2024-12-31,secondary,\n",
    )
    run(tool("import_cn_facts"), monkeypatch, "--facts", tmp_path, "--pack", tmp_path / "pack")
    rate = yaml.safe_load((tmp_path / "pack/parameters/pension/employer_rate.yaml").read_text())
    assert [(value["value"], value["status"]) for value in rate["values"]] == [("0.16", "secondary")]
    unemployment = yaml.safe_load((tmp_path / "pack/parameters/unemployment/employer_rate.yaml").read_text())
    assert unemployment["values"] == []
    interest = yaml.safe_load((tmp_path / "pack/parameters/pension/account_interest_rate.yaml").read_text())
    assert [value["value"] for value in interest["values"]] == ["0.0831"]
    account = yaml.safe_load((tmp_path / "pack/parameters/pension/account_rate.yaml").read_text())
    assert [str(value["since"]) for value in account["values"]] == ["2006-01-01"]
    assert sorted(path.name for path in (tmp_path / "pack/places").iterdir()) == ["110000.yaml"]


def test_a_phrase_nobody_decided_stops_the_import(tmp_path, monkeypatch):
    """An unknown phrase of evidence is not guessed."""
    write_tables(tmp_path, "pension,16,8,2019-05-01,,heard somewhere,\n")
    with pytest.raises(SystemExit, match="heard somewhere"):
        run(tool("import_cn_facts"), monkeypatch, "--facts", tmp_path, "--pack", tmp_path / "pack")


@pytest.mark.parametrize(
    ("percent", "share"),
    [
        ("8", "0.08"),
        ("8.31", "0.0831"),
        ("0", "0"),
        ("16", "0.16"),
        ("1.50", "0.015"),
        ("100", "1"),
        ("0.5", "0.005"),
    ],
)
def test_percent_becomes_share_digit_by_digit(percent, share):
    """No float stands between the table and the pack."""
    assert tool("import_cn_facts").share(percent) == share


def test_the_fictional_region_is_what_its_rule_gives(tmp_path, monkeypatch):
    """The files in the pack are those the tool writes; nobody edited them by hand."""
    run(tool("make_fictional_region"), monkeypatch, "--pack", tmp_path)
    for name in ("990000.yaml", "990100.yaml"):
        assert (tmp_path / "places" / name).read_text() == (PACK / "places" / name).read_text()


def test_american_tables_become_exact_shares_and_steps():
    """A percentage is moved two places, never divided; a table keeps the keys at which it changes."""
    us = tool("import_us_facts")
    assert [us._share(text) for text in ("2.5", "14.3", "0.0", "8")] == ["0.025", "0.143", "0.000", "0.08"]
    rows = [{"year": str(year), "value": value} for year, value in ((1, "a"), (2, "a"), (3, "b"))]
    assert us.steps(rows, "year", lambda row: row["value"]) == {1: "a", 3: "b"}


def test_an_american_phrase_nobody_classified_stops_the_import(tmp_path):
    """Nothing ships whose evidence nobody has judged."""
    us = tool("import_us_facts")
    (tmp_path / "us_awi.csv").write_text("year,average_wage_index,evidence\n1951,2799.16,somebody said so\n")
    with pytest.raises(SystemExit, match="somebody said so"):
        us.rows(tmp_path, "us_awi.csv")


def test_the_american_files_are_what_the_tool_writes():
    """Each file says where it comes from."""
    folder = ROOT / "src/provident/packs/us/parameters/retirement"
    written = {path.stem for path in folder.glob("*.yaml") if "import_us_facts" in path.read_text("utf-8")}
    assert written == {
        "average_wage_index", "taxable_maximum", "cola", "full_retirement_age", "delayed_credit",
    }  # fmt: skip
