"""Write the tables behind the formulas of the pack cn: python tools/import_cn_rules.py --facts FOLDER.

The tables of ages, divisors, months and wages; contribution rates and places come from import_cn_facts.
"""

import argparse
import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path

import import_cn_facts
from import_cn_facts import PACK, rows, share

Row = dict[str, str]
Told = tuple[tuple[str, str], str, str]  # titles, unit, the variable whose words the keys stand for
Entries = tuple[str, str, Mapping[int, object]]  # lookup, since, values by key
HEAD = import_cn_facts.HEAD.replace("import_cn_facts", "import_cn_rules")
CATEGORIES = ("male60", "female55", "female50")

# Copies of official texts, and figures two or more sources agree on, are `secondary`.
SECONDARY = {
    "secondary",
    "whole age: annex of the 2005 decision (text copy in Fujian gazette; cross-checked with other copies)",
    "archive copy citing stats.gov.cn",
}
READ_2024 = (
    "decision and its measures read in an archive copy; the annex's tables are images and were not read"
)
READ = "official text read in a mirror, as of 2025-04-19; when it came into force was not re-read"


def main() -> None:
    """Read the tables, write the files."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--facts", type=Path, required=True, help="the folder with the CSV tables")
    told.add_argument("--pack", type=Path, default=PACK, help="the pack to write into")
    given = told.parse_args()
    for step in (retirement_age, divisor, unemployment, work_injury, income, average_wage, calendar):
        step(given.facts, given.pack)


def retirement_age(facts: Path, pack: Path) -> None:
    """Write the original ages, the steps of the delay and its caps, by category."""
    found = {row["category"]: row for row in rows(facts, "cn_retirement_age_rule.csv")}
    source = {"cite": {"law": "retirement-decision-2024"}, "evidence": READ_2024, "status": "secondary"}
    for name, column, titles, factor in (
        ("original_age", "original_age",
         ("Retirement age before the decision of 2024", "改革前法定退休年龄"), 12),
        ("delay_step", "months_of_birth_per_delay_month",
         ("Months of birth for each month of delay", "每延迟一个月对应的出生月数"), 1),
        ("delay_cap", "max_delay_months", ("Longest delay", "最长延迟月数"), 1),
    ):  # fmt: skip
        entries = {at: int(found[one][column]) * factor for at, one in enumerate(CATEGORIES)}
        since = "1978-05-24" if name == "original_age" else "2025-01-01"
        told = (titles, "months", "cn.pension.category")
        table(pack, f"pension.{name}", told, ("exact", since, entries), source)


def divisor(facts: Path, pack: Path) -> None:
    """Write the divisor at whole ages; ages between are worked out by the formula."""
    found = [row for row in rows(facts, "cn_divisor_months.csv") if row["age_extra_months"] == "0"]
    evidence = known(found, "evidence")
    entries = {int(row["age_years"]): int(row["divisor_months"]) for row in found}
    source = {
        "cite": {"law": "guofa-2005-38", "article": "annex"},
        "evidence": evidence,
        "status": "secondary",
    }
    titles = ("Months by which the account is divided, by age in years", "个人账户养老金计发月数")
    table(pack, "pension.divisor_at_age", (titles, "months", ""), ("exact", "2006-01-01", entries), source)


def unemployment(facts: Path, pack: Path) -> None:
    """Write the longest benefit by months contributed."""
    found = rows(facts, "cn_unemployment_months.csv")
    entries = {int(row["contributed_months_from"]): int(row["max_benefit_months"]) for row in found}
    source = {"cite": {"law": "si-law", "article": "46"}, "evidence": "official text read in a mirror",
              "status": "secondary"}  # fmt: skip
    titles = (
        "Longest unemployment benefit, by months contributed",
        "失业保险金最长领取月数（按累计缴费月数）",
    )
    table(
        pack, "unemployment.longest_benefit", (titles, "months", ""), ("from", "2011-07-01", entries), source
    )


def work_injury(facts: Path, pack: Path) -> None:
    """Write the one-time grant and the monthly allowance by degree of disablement."""
    found = rows(facts, "cn_work_injury_onetime_months.csv")
    source = {
        "cite": {"law": "work-injury-regulations", "article": "35-37"},
        "evidence": READ,
        "status": "secondary",
    }
    grants = {int(row["disability_grade"]): int(row["one_time_months_of_own_wage"]) for row in found}
    titles = (
        "One-time disability grant in months of own wage, by degree of disablement",
        "一次性伤残补助金月数（按伤残等级）",
    )
    table(pack, "work_injury.grant_months", (titles, "months", ""), ("exact", "2011-01-01", grants), source)
    monthly = {
        int(row["disability_grade"]): share(row["monthly_allowance_percent"])
        for row in found
        if row["monthly_allowance_percent"]
    }
    source = {**source, "cite": {"law": "work-injury-regulations", "article": "35-36"}}
    titles = (
        "Monthly disability allowance as a share of own wage, by degree of disablement",
        "伤残津贴占本人工资比例（按伤残等级）",
    )
    table(
        pack, "work_injury.allowance_share", (titles, "share", ""), ("exact", "2011-01-01", monthly), source
    )


def income(facts: Path, pack: Path) -> None:
    """Write the national urban disposable income, on which the death grant rests."""
    found = rows(facts, "cn_urban_disposable_income.csv")
    known(found, "status")
    titles = ("Urban disposable income a person and year", "全国城镇居民人均可支配收入")
    yearly(pack, "wages.urban_disposable_income", titles, found, "yuan_per_person_year")


def average_wage(facts: Path, pack: Path) -> None:
    """Write the national average wage; only rows that are not from memory."""
    found = [
        row for row in rows(facts, "cn_average_wages.csv")
        if row["series"] == "urban_nonprivate_employed" and row["status"] == "secondary"
    ]  # fmt: skip
    titles = ("Average wage a year, urban non-private employed", "城镇非私营单位就业人员年平均工资")
    yearly(pack, "wages.urban_nonprivate", titles, found, "yuan_per_year")


def calendar(facts: Path, pack: Path) -> None:
    """Write the days that are not what their weekday says."""
    found = rows(facts, "cn_workday_exceptions_2025_2026.csv")
    years = sorted({row["date"][:4] for row in found})
    document = [
        {
            "year": int(year),
            "cite": {"law": f"holidays-{year}"},
            "evidence": "official notice read in an archive copy",
            "status": "secondary",
            **{
                key: [
                    row["date"][5:]
                    for row in found
                    if row["date"].startswith(year) and row["day_type"] == kind
                ]
                for key, kind in (("rest_days", "off"), ("work_days", "workday"))
            },
        }
        for year in years
    ]
    write(pack / "calendar.yaml", document)


def write(target: Path, document: object) -> None:
    """Write a YAML file of the pack, with this file's name on it."""
    import_cn_facts.write(target, document, HEAD)


def known(found: Iterable[Row], column: str) -> str:
    """Return the phrase of evidence of a table; one that nobody classified stops the import."""
    phrases = {row[column] for row in found}
    if not phrases <= SECONDARY:
        raise SystemExit(f"not classified: {sorted(phrases - SECONDARY)}")
    return phrases.pop()


def table(pack: Path, name: str, told: Told, entries: Entries, source: Mapping[str, object]) -> None:
    """Write a parameter that is one table."""
    titles, unit, keys = told
    lookup, since, values = entries
    document = {
        "id": f"cn.{name}",
        "title": {"en": titles[0], "zh": titles[1]},
        "unit": unit,
        "lookup": lookup,
        **({"keys": keys} if keys else {}),
        "values": [{"since": dt.date.fromisoformat(since), "table": dict(sorted(values.items())), **source}],
    }
    write(pack / "parameters" / f"{name.replace('.', '/')}.yaml", document)


def yearly(pack: Path, name: str, titles: tuple[str, str], found: list[Row], column: str) -> None:
    """Write a parameter with one amount a year."""
    document = {
        "id": f"cn.{name}",
        "title": {"en": titles[0], "zh": titles[1]},
        "unit": "money",
        "values": [
            {
                "since": dt.date(int(row["year"]), 1, 1),
                "until": dt.date(int(row["year"]), 12, 31),
                "value": f"{row[column]}.00",
                "cite": {"law": "statistics-releases"},
                "evidence": row.get("evidence") or row["status"],
                "status": "secondary",
            }
            for row in sorted(found, key=lambda row: row["year"])
        ],
    }
    write(pack / "parameters" / f"{name.replace('.', '/')}.yaml", document)


if __name__ == "__main__":
    main()
