"""`provident calculate` needs no database, shows or writes answers, and explains them."""

import csv
from pathlib import Path

from provident.packs import us

CASES = Path(us.__file__).parent / "cases"


def files(tmp_path):
    """Write the published example of 2026, and somebody who cannot be answered."""
    people, history = tmp_path / "people.csv", tmp_path / "history.csv"
    people.write_text(
        "person_id,birth_date,sex,entitlement_month,benefit_month\n"
        "A,1964-02-02,F,2026-02,2026-02\nB,1964-02-02,M,2026-01,2026-01\n"
    )
    with (CASES / "example_earnings.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            f"A,{row['year']},{row['earnings']}"
            for row in csv.DictReader(file)
            if row["example"] == "US-2026-A"
        ]
    history.write_text("\n".join(["person_id,year,earnings", *rows]) + "\n")
    return "--people", str(people), "--history", str(history)


def test_answers_are_written_and_reasons_beside_them(run, tmp_path):
    """What can be answered is, what cannot is empty with its reason; the exit code says so."""
    out = tmp_path / "out.csv"
    done = run("calculate", "us.retirement", *files(tmp_path), "--out", str(out), "--json")
    assert done.code == 1
    assert done.document["persons"] == 2
    assert done.document["incomplete"] == 1
    assert out.read_text().splitlines()[1] == "A,5825,2609.80,2609.80,-60,1826.80,1826"
    assert out.read_text().splitlines()[2] == "B,,,,,,"
    assert "not_met" in (tmp_path / "out.csv.report.csv").read_text()


def test_a_small_file_is_shown(run, tmp_path):
    """Without --out the answers are the output."""
    done = run("calculate", "us.retirement", *files(tmp_path), "--json")
    assert done.code == 1
    assert done.document["answers"][0]["monthly_benefit"] == "1826"
    assert done.document["answers"][1]["monthly_benefit"] is None
    assert done.document["refused"][0]["article"] == "Social Security Act, art. 202(a)"


def test_a_variable_is_given_as_an_option(run, tmp_path):
    """Either way of writing it; a name that is no variable is refused."""
    people = tmp_path / "p.csv"
    people.write_text("person_id,birth_date\nA,1964-02-02\n")
    given = ("--aime", "5825", "--entitlement-month=2026-02", "--on", "2026-02-15")
    done = run("calculate", "us.retirement", "--people", str(people), *given, "--json")
    assert done.code == 0
    assert done.document["answers"][0]["monthly_benefit"] == "1826"
    done = run("calculate", "us.retirement", "--people", str(people), "--amie", "1", "--json")
    assert (done.code, done.document["refused"]) == (1, "law.no_such_variable")
    done = run("calculate", "us.retirement", "--people", str(people), "loose")
    assert done.code in {1, 2}


def test_every_step_is_explained(run, tmp_path):
    """The tree names formula, article, rounding and what was given; the trace says the same as JSON."""
    done = run("calculate", "us.retirement", *files(tmp_path), "--explain")
    for text in (
        "Social Security Act, 215(b)(1)",
        "5,825.820333… → 5,825",
        "given in the file",
        "National average wage index",
    ):
        assert text in done.out
    told = run("calculate", "us.retirement", *files(tmp_path), "--explain", "--json").document["answers"][0]
    steps = {step["id"]: step for step in told["trace"]["steps"]}
    assert steps["us.retirement.aime"]["rounding"]["id"] == "down_to_dollar"
    assert steps["us.retirement.birth_date"]["given"] == {"how": "column", "entries": []}
    named = {one["step"] for step in steps.values() for one in step.get("inputs", ()) if "step" in one}
    assert named <= set(steps)
    chinese = run("calculate", "us.retirement", *files(tmp_path), "--explain", "--lang", "zh-hans")
    assert "平均指数化月工资" in chinese.out


def test_an_unknown_calculation_is_refused(run, tmp_path):
    """With the names there are."""
    done = run("calculate", "us.retirment", *files(tmp_path), "--json")
    assert (done.code, done.document["refused"]) == (1, "law.no_such_calculation")
    assert "us.retirement" in done.document["remedy"]["en"]


def test_the_law_of_a_calculation_is_shown(run):
    """Calculations are listed; a calculation shows its variables, a variable its formulas."""
    assert "us.retirement" in {one["id"] for one in run("law", "list", "--json").document["calculations"]}
    shown = run("law", "show", "us.retirement", "--json").document
    assert {"us.retirement.birth_date", "us.retirement.aime"} <= {one["id"] for one in shown["variables"]}
    formula = run("law", "show", "us.retirement.pia_first", "--json").document["formulas"][0]
    assert formula["article"] == "Social Security Act, 215(a)(1)(A)"
    assert "NAME" not in run("law", "show", "us.retirement.cola").out
