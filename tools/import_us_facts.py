"""Write the researched tables (CSV) into the pack us: python tools/import_us_facts.py --facts FOLDER.

Each table carries a phrase that says how well a row is evidenced. This file is the one place where
those phrases become a status. A phrase that is not listed stops the import.
"""

import argparse
import csv
from collections.abc import Callable, Iterable
from pathlib import Path

import yaml

PACK = Path(__file__).resolve().parent.parent / "src/provident/packs/us"
HEAD = "# Written by tools/import_us_facts.py from researched tables; correct the tables, then write again.\n"

# The agency's own program was read, not the notices themselves.
STATUS_OF = {
    "matches SSA calculator source data (2019 edition)": "secondary",
    "rule read in SSA calculator source": "secondary",
    "secondary": "secondary",
    "secondary: several repositories": "secondary",
    "secondary: several repositories; reproduces published bend points": "secondary",
}

# The increase of 1999 was paid at 2.4 %; for months from July 2001 the chain is worked out with 2.5 %.
CORRECTED_SINCE, AS_FIRST_PAID = "2001-07-01", {1999: "2.4"}

Row = dict[str, str]


def main() -> None:
    """Read the tables, write the files."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--facts", type=Path, required=True)
    folder = told.parse_args().facts
    write("average_wage_index", "National average wage index", "全国平均工资指数", "money",
          yearly(rows(folder, "us_awi.csv"), "average_wage_index", "209(k)(1)"))  # fmt: skip
    write("taxable_maximum", "Contribution and benefit base", "缴费与计发工资上限", "money",
          yearly(rows(folder, "us_taxable_max.csv"), "oasdi_taxable_maximum", "230(b)"))  # fmt: skip
    cola(rows(folder, "us_cola.csv"))
    ages = list(rows(folder, "us_nra_drc.csv"))
    table("full_retirement_age", "Full retirement age by year of birth", "各出生年份的完全退休年龄", "months",
          steps(ages, "birth_year", _age),
          "216(l)")  # fmt: skip
    table("delayed_credit", "Delayed retirement credit a year by year of eligibility",
          "各资格年份的延迟退休年增额",
          "share", steps(ages, "eligibility_year", _credit), "202(w)(6)")  # fmt: skip


def rows(folder: Path, name: str) -> Iterable[Row]:
    """Return a table's rows; a phrase of evidence that nobody classified stops the import."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    for row in found:
        if row["evidence"] not in STATUS_OF:
            raise SystemExit(f"{name}: evidence {row['evidence']!r} is not classified")
    return found


def yearly(found: Iterable[Row], column: str, article: str) -> list[dict[str, object]]:
    """Return one dated value for each year."""
    return [
        {
            "since": f"{row['year']}-01-01",
            "until": f"{row['year']}-12-31",
            "value": row[column],
            "cite": {"law": "ssa", "article": article},
            "evidence": row["evidence"],
            "status": STATUS_OF[row["evidence"]],
        }
        for row in found
    ]


def steps(found: Iterable[Row], key: str, value: Callable[[Row], object]) -> dict[int, object]:
    """Return the entries at which a table changes."""
    entries: dict[int, object] = {}
    for row in found:
        if not entries or list(entries.values())[-1] != value(row):
            entries[int(row[key])] = value(row)
    return entries


def _age(row: Row) -> int:
    return int(row["full_age_years"]) * 12 + int(row["full_age_months"])


def _credit(row: Row) -> str:
    return _share(row["delayed_credit_percent_per_year"])


def _share(percent: str) -> str:
    """Return a percentage as a share, exactly: 2.5 is 0.025."""
    whole, _, rest = percent.partition(".")
    digits = f"{int(whole):03d}{rest}"
    return f"{digits[: -2 - len(rest)]}.{digits[-2 - len(rest) :]}"


def cola(found: Iterable[Row]) -> None:
    """Write the increases as two tables: as first paid, and as corrected later."""
    percents = {int(row["year"]): row["percent"] for row in found}
    last_before = int(CORRECTED_SINCE[:4]) - 1
    first = {year: AS_FIRST_PAID.get(year, text) for year, text in percents.items() if year <= last_before}
    cite = {"cite": {"law": "ssa", "article": "215(i)"}, "status": "secondary"}
    values = [
        {"since": "1975-06-01", "table": {year: _share(text) for year, text in first.items()}, **cite,
         "evidence": "SSA calculator source data (2019 edition)"},
        {"since": CORRECTED_SINCE, "table": {year: _share(text) for year, text in percents.items()}, **cite,
         "evidence": "SSA calculator source data to 2019; later years agree in several repositories"},
    ]  # fmt: skip
    note = ("By the year in which an increase takes effect. The increase of 1999 was 2.4 percent when paid "
            "and is 2.5 percent in the amount of any month from July 2001.")  # fmt: skip
    write("cola", "Cost-of-living increase", "生活成本调整率", "share", values, lookup="exact", note=note)


def table(  # noqa: PLR0917
    name: str, en: str, zh: str, unit: str, entries: dict[int, object], article: str
) -> None:
    """Write a table that changes at its keys."""
    row = {"since": "1979-01-01", "table": entries, "cite": {"law": "ssa", "article": article},
           "evidence": "rule read in SSA calculator source", "status": "secondary"}  # fmt: skip
    write(name, en, zh, unit, [row], lookup="from")


def write(name: str, en: str, zh: str, unit: str, values: list[dict[str, object]], **more: str) -> None:
    """Write one parameter file."""
    document = {
        "id": f"us.retirement.{name}",
        "title": {"en": en, "zh": zh},
        "unit": unit,
        **more,
        "values": values,
    }
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)
    for key in ("since", "until"):
        text = _bare_dates(text, key)
    (PACK / f"parameters/retirement/{name}.yaml").write_text(HEAD + text, encoding="utf-8")


def _bare_dates(text: str, key: str) -> str:
    """Write dates as YAML dates: the dumper quotes texts that look like one."""
    return text.replace(f"{key}: '", f"{key}: ").replace("-01'\n", "-01\n").replace("-31'\n", "-31\n")


if __name__ == "__main__":
    main()
