"""Write the researched examples as cases of the packs cn and eu: python tools/import_cases.py --facts FOLDER.

A case says what is given and what must come out; the numbers are the tables', never a program's.
"""

import argparse
from pathlib import Path

from import_cn_facts import PACK, rows, write

HEAD = "# Written by tools/import_cases.py from researched tables; correct the tables, then write again.\n"


def main() -> None:
    """Read the tables, write the cases."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--facts", type=Path, required=True, help="the folder with the CSV tables")
    told.add_argument("--packs", type=Path, default=PACK.parent, help="the folder of the packs")
    given = told.parse_args()
    for pack, name, calculation, cases in (
        ("cn", "retirement_age", "cn.retirement_age", retirement_age),
        ("cn", "divisor", "cn.pension.old_age", divisor),
        ("cn", "formula", "cn.pension.old_age", formula),
        ("cn", "minimum_months", "cn.retirement_age.window", minimum_months),
        ("cn", "unemployment", "cn.unemployment.benefit_months", unemployment),
        ("cn", "work_injury", "cn.work_injury.disability", work_injury),
        ("eu", "pro_rata", "eu.pension.old_age", pro_rata),
    ):
        document = {"calculation": calculation, "cases": cases(given.facts)}
        write(given.packs / pack / "cases" / f"{name}.yaml", document, HEAD)


def case(name: str, evidence: str, given: dict[str, str], expected: dict[str, str]) -> dict[str, object]:
    """Return one case."""
    return {"name": name, "evidence": evidence, "given": given, "expected": expected}


def retirement_age(facts: Path) -> list[dict[str, object]]:
    """Return a case for each row: born in that month, retired in that month."""
    return [
        case(
            f"{row['category']} born {row['birth_month']}",
            row["evidence"],
            {"birth_date": f"{row['birth_month']}-15", "category": row["category"]},
            {
                "original_age_months": str(int(row["original_age"]) * 12),
                "delay_months": row["delay_months"],
                "retirement_age_months": str(
                    int(row["new_age_years"]) * 12 + int(row["new_age_extra_months"])
                ),
                "retirement_month": row["retirement_month"],
            },
        )
        for row in rows(facts, "cn_retirement_age_rows.csv")
    ]


def divisor(facts: Path) -> list[dict[str, object]]:
    """Return a case for each cell that was seen somewhere; derived cells prove nothing."""
    return [
        case(
            f"{row['age_years']} years {row['age_extra_months']} months",
            row["evidence"],
            {"retirement_age_months": str(int(row["age_years"]) * 12 + int(row["age_extra_months"]))},
            {"divisor": f"{row['divisor_months']}{'' if '.' in row['divisor_months'] else '.0'}"},
        )
        for row in rows(facts, "cn_divisor_months.csv")
        if not row["evidence"].startswith("derived")
    ]


def formula(facts: Path) -> list[dict[str, object]]:
    """Return a case for each example of the basic pension."""
    return [
        case(
            row["id"],
            row["status"],
            {
                "benefit_base": row["base_monthly"],
                "average_index": row["avg_index"],
                "contribution_months": str(int(row["years"]) * 12),
                "years_rounding": "exact",
                "indexed_wage_rounding": "exact",
            },
            {"basic_pension": f"{row['basic_pension_monthly']}.00"},
        )
        for row in rows(facts, "cn_formula_vectors.csv")
    ]


def minimum_months(facts: Path) -> list[dict[str, object]]:
    """Return a case for each year of retirement."""
    return [
        case(
            f"retired in {row['retirement_year']}",
            row["evidence"],
            {
                "retirement_month": f"{row['retirement_year']}-{month}",
                "statutory_month": f"{row['retirement_year']}-12",
            },
            {"months_needed": row["min_months"]},
        )
        for row in rows(facts, "cn_min_contribution_months.csv")
        for month in ("01", "12")
    ]


def unemployment(facts: Path) -> list[dict[str, object]]:
    """Return a case for each end of each band."""
    found = []
    for row in rows(facts, "cn_unemployment_months.csv"):
        last = int(row["contributed_months_below"] or 481) - 1
        for months in (int(row["contributed_months_from"]), last):
            given = {"contributed_months": str(months)}
            found.append(
                case(f"{months} months", row["law"], given, {"benefit_months": row["max_benefit_months"]})
            )
    return found


def work_injury(facts: Path) -> list[dict[str, object]]:
    """Return a case for each degree, for a wage of 1,000 yuan; a degree without an allowance expects none."""
    found = []
    for row in rows(facts, "cn_work_injury_onetime_months.csv"):
        given = {"degree": row["disability_grade"], "own_wage": "1000"}
        expected = {"grant": f"{row['one_time_months_of_own_wage']}000.00"}
        if row["monthly_allowance_percent"]:
            expected["monthly_allowance"] = f"{int(row['monthly_allowance_percent']) * 10}.00"
        found.append(case(f"degree {row['disability_grade']}", row["law"], given, expected))
    return found


def pro_rata(facts: Path) -> list[dict[str, object]]:
    """Return a case for each state."""
    return [
        case(
            f"{row['case']}, {row['country']}",
            row["status"],
            {
                "own_months": months(row["own_years"]),
                "all_months": months(row["total_years"]),
                "minimum_months": months(row["minimum_years"]),
                "national_amount": row["national_independent"],
                "theoretical_amount": row["theoretical_total"],
            },
            {
                "national_benefit": f"{row['national_independent']}.00",
                "pro_rata": f"{row['pro_rata']}.00",
                "payable": f"{row['paid']}.00",
            },
        )
        for row in rows(facts, "eu_prorata_example.csv")
    ]


def months(years: str) -> str:
    """Return years as months: halves are whole months."""
    whole, _, half = years.partition(".")
    return str(int(whole) * 12 + (6 if half == "5" else 0))


if __name__ == "__main__":
    main()
