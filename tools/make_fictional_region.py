"""Write the fictional region and its neighbour into the pack cn: python tools/make_fictional_region.py.

Its numbers are made up and say so. Their shape follows the published averages: wages grow fast,
then slower; contribution bases lie between 60 % and 300 % of the average month of the year before.
"""

import argparse
from pathlib import Path

PACK = Path(__file__).resolve().parent.parent / "src/provident/packs/cn"
FIRST, LAST = 2005, 2040
INTEREST_LAST = 2024  # the rate of the year after is "not known yet", as it is in life for a while
BRANCHES = ("pension", "medical", "unemployment", "work_injury", "maternity")
RATES = {
    "pension.employee_rate": "0.08",
    "pension.employer_rate": "0.16",
    "pension.account_rate": "0.08",
    "pension.flexible.employee_rate": "0.20",
    "pension.flexible.employer_rate": "0",
    "pension.flexible.account_rate": "0.08",
    "medical.employee_rate": "0.02",
    "medical.employer_rate": "0.08",
    "unemployment.employee_rate": "0.005",
    "unemployment.employer_rate": "0.005",
    "work_injury.employee_rate": "0",
    "work_injury.employer_rate": "0.004",
    "maternity.employee_rate": "0",
    "maternity.employer_rate": "0.008",
}
PENSION_RULES = {
    "years_rule": "2dp",
    "indexed_wage_rule": "2dp",
    "index_gap_rule": "months_paid",
    "transition_coefficient": "0.012",
    "transition_wage_rule": "indexed_wage",
    "transition_index_rule": "average_index",
    "extra_part": "20.00",
}
HEAD = """\
# Written by tools/make_fictional_region.py. No such place exists and no value here is law.
region: {region}
defaults:
  cite: {{law: fictional-rules}}
  evidence: made up for sample and tests
  status: synthetic
values:
"""


def growth(year: int) -> int:
    """Return by how many per cent the average wage grew in a year."""
    for before, percent in ((2013, 12), (2020, 9), (2026, 6)):
        if year < before:
            return percent
    return 4


def averages(start: int) -> dict[int, int]:
    """Return the average month of the year before, in whole yuan, by year."""
    found, amount = {}, start
    for year in range(FIRST, LAST + 1):
        found[year] = amount
        amount = amount * (100 + growth(year)) // 100
    return found


def bases(start: int, percent: int, july: bool) -> list[str]:
    """Return one line a year: that percentage of the average, to the whole yuan, halves up."""
    lines = []
    for year, average in averages(start).items():
        month = "07" if july and year > FIRST else "01"
        lines.append(f'    - {{since: {year}-{month}-01, value: "{(average * percent + 50) // 100}.00"}}')
    return [*lines[:-1], lines[-1].replace("value", f"until: {LAST}-12-31, value")]


def pension_rules(start: int, **other: str) -> list[str]:
    """Return how the place works a pension out: wages, benefit bases, roundings, what it adds."""
    lines = ["  cn.wages.full_caliber:"]
    lines += [
        f'    - {{since: {year - 1}-01-01, until: {year - 1}-12-31, value: "{average}.00"}}'
        for year, average in averages(start).items()
    ]
    lines.append("  cn.pension.published_benefit_base:")
    lines += [
        f'    - {{since: {year}-01-01, until: {year}-12-31, value: "{average}.00"}}'
        for year, average in averages(start + 60).items()
    ]
    for name, rule in (PENSION_RULES | other).items():
        lines += [
            f"  cn.pension.{name}:",
            f'    - {{since: {FIRST}-01-01, until: {LAST}-12-31, value: "{rule}"}}',
        ]
    return lines


def interest(year: int) -> str:
    """Return the interest of a year in ten-thousandths: from 3 % up to 8 % in 2016 and down again."""
    points = 300 + (year - FIRST) * 45 if year <= 2016 else 800 - (year - 2016) * 70
    return f"0.{points:04d}"


def home() -> str:
    """Return the fictional region's file."""
    lines = [HEAD.format(region=990000).rstrip()]
    for name, percent in (("base_floor", 60), ("base_ceiling", 300)):
        lines.append(f"  cn.pension.{name}: &{name}")
        lines += bases(1500, percent, july=False)
        lines += [f"  cn.{branch}.{name}: *{name}" for branch in (*BRANCHES[1:], "pension.flexible")]
    span = f"since: {FIRST}-01-01, until: {LAST}-12-31"
    for name, rate in RATES.items():
        lines += [f"  cn.{name}:", f'    - {{{span}, value: "{rate}"}}']
    lines += ["  cn.filing.due_day:", f"    - {{{span}, value: 15}}", "  cn.pension.account_interest_rate:"]
    lines += [
        f'    - {{since: {year}-01-01, until: {year}-12-31, value: "{interest(year)}"}}'
        for year in range(FIRST, INTEREST_LAST + 1)
    ]
    return "\n".join([*lines, *pension_rules(1500)]) + "\n"


def neighbour() -> str:
    """Return the neighbour's file: bases that change in July, a later day; the rest as next door."""
    lines = [HEAD.format(region=990100).rstrip()]
    for name, percent in (("base_floor", 60), ("base_ceiling", 300)):
        lines.append(f"  cn.pension.{name}: &{name}")
        lines += bases(1800, percent, july=True)
        lines += [f"  cn.{branch}.{name}: *{name}" for branch in (*BRANCHES[1:], "pension.flexible")]
    span = f"since: {FIRST}-01-01, until: {LAST}-12-31"
    lines += ["  cn.filing.due_day:", f"    - {{{span}, value: 20}}"]
    lines += pension_rules(1800, index_gap_rule="months_due")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pack", type=Path, default=PACK, help="the pack to write into")
    pack = parser.parse_args().pack
    (pack / "places").mkdir(parents=True, exist_ok=True)
    (pack / "places/990000.yaml").write_text(home(), encoding="utf-8")
    (pack / "places/990100.yaml").write_text(neighbour(), encoding="utf-8")


if __name__ == "__main__":
    main()
