"""Write the researched tables (CSV) into the pack cn: python tools/import_cn_facts.py --facts FOLDER.

Each table carries a phrase that says how well a row is evidenced. This file is the one place where
those phrases become a status. A phrase that is not listed stops the import; a row known only from
memory, or not known, is left out.
"""

import argparse
import csv
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml
from cn_deadlines import DEADLINES, LAW_OF
from cn_places import PROVINCES, place_rules

PACK = Path(__file__).resolve().parent.parent / "src/provident/packs/cn"
HEAD = "# Written by tools/import_cn_facts.py from researched tables; correct the tables, then write again.\n"

# Copies of official texts are `secondary` until they are re-read at the official page.
STATUS_OF = {
    "verified": "verified",
    "secondary": "secondary",
    "official text": "secondary",
    "official text read in a mirror": "secondary",
    "secondary copy or translation": "secondary",
    "official notice seen in excerpt": "secondary",
    "decision annex text, read in an archive copy; 180 applies to 2029 and earlier, +6 a year from 2030": (
        "secondary"
    ),
    "memory": None,
    "unknown": None,
    "repository list only": None,
}

# The tables give the amounts of "2025" without the notices' own dates. Some places count from
# January, some from July; the months below are covered by both.
BASES_SINCE, BASES_UNTIL = "2025-07-01", "2025-12-31"

LOWER_RATE = {
    "since": dt.date(2019, 5, 1),
    "unknown": {
        "en": "Parts of this province may be on a lower rate of their own; the local rule was not read.",
        "zh": "该省部分地区可能仍执行当地较低费率，当地规定尚未查阅。",
    },
}

TWO_FLOORS = {
    "since": dt.date.fromisoformat(BASES_SINCE),
    "until": dt.date.fromisoformat(BASES_UNTIL),
    "unknown": {
        "en": "Two lower limits apply by city, 5510 and 4775; which city has which was not read.",
        "zh": "该省按城市执行5510元和4775元两档下限，各市档次尚未查阅。",
    },
}

OLDER_LEAVER_LIST = {
    "id": "unemp-list-1999",
    "title": {"en": "Employer files the leavers' names (older rule)", "zh": "失业人员名单备案（旧规定）"},
    "value": 7,
    "unit": "calendar_day",
    "starts": "end of employment",
    "cite": {"law": "unemployment-regulations", "article": "16"},
    "evidence": "official text read in a mirror",
    "status": "secondary",
    "yields_to": "si-unemp-list",
}


class _Plain(yaml.SafeDumper):
    """Writes a repeated value out again instead of pointing at it."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the base class's signature
        """Never point."""
        return True


def status_of(phrase: str) -> str | None:
    """Return the status a phrase of evidence stands for; None leaves the row out."""
    try:
        return STATUS_OF[phrase]
    except KeyError:
        sys.exit(f"no status is decided for the evidence {phrase!r}; decide it in STATUS_OF")


def rows(facts: Path, name: str) -> list[dict[str, str]]:
    """Return a table's rows."""
    with (facts / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def share(percent: str) -> str:
    """Return a percentage as the share it is, exactly: 8.31 becomes 0.0831."""
    whole, _, decimals = percent.partition(".")
    digits = (whole + decimals).rjust(len(decimals) + 3, "0")
    point = len(digits) - len(decimals) - 2
    text = f"{digits[:point]}.{digits[point:]}".rstrip("0").rstrip(".")
    return text or "0"


def value(
    since: str, text: object, cite: str, *, row: dict[str, str], until: str = ""
) -> dict[str, object] | None:
    """Return one dated value, or None if the row's evidence does not ship."""
    phrase = row.get("status") or row["evidence"]
    status = status_of(phrase)
    if status is None:
        return None
    law, _, article = cite.partition(" ")
    return {
        "since": dt.date.fromisoformat(since),
        **({"until": dt.date.fromisoformat(until)} if until else {}),
        "value": text,
        "cite": {"law": law, **({"article": article} if article else {})},
        "evidence": row.get("note") or phrase,
        "status": status,
    }


def write(target: Path, document: object, head: str = HEAD) -> None:
    """Write a YAML file of the pack."""
    target.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(document, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=110)
    target.write_text(head + text, encoding="utf-8")


def parameter(pack: Path, name: str, titles: tuple[str, str], values: Sequence[object], **more: str) -> None:
    """Write one parameter file."""
    document = {
        "id": f"cn.{name}",
        "title": {"en": titles[0], "zh": titles[1]},
        "unit": more.get("unit", "share"),
        **({"note": more["note"]} if "note" in more else {}),
        "values": [one for one in values if one is not None],
    }
    write(pack / "parameters" / file_of(name), document)


RATES = [
    # (branch in the table, stem of the parameter and its file, Chinese name, source)
    ("pension", "pension", "养老保险", "guobanfa-2019-13"),
    ("pension_flexible", "pension.flexible", "灵活就业人员养老保险", "guofa-2005-38"),
    ("unemployment", "unemployment", "失业保险", "unemployment-regulations 6"),
]
SIDES = [
    ("employee", "own contribution rate", "个人缴费比例"),
    ("employer", "employer's contribution rate", "单位缴费比例"),
]
ENGLISH = {
    "pension": "Pension insurance",
    "pension.flexible": "Pension insurance, flexible workers",
    "unemployment": "Unemployment insurance",
}


def file_of(name: str) -> str:
    """Return a parameter's file: the branch is the folder, the rest the file's name."""
    branch, *rest = name.split(".")
    return f"{branch}/{'_'.join(rest)}.yaml"


def contribution_rates(facts: Path, pack: Path) -> None:
    """Write the rates; a row that gives only a total, or a range, is no rate and is left out."""
    table = rows(facts, "cn_contribution_rates.csv")
    for branch, stem, chinese, cite in RATES:
        for side, english_side, chinese_side in SIDES:
            values = [
                value(row["from"], share(row[f"{side}_percent"]), cite, row=row, until=row["to"])
                for row in table
                if row["branch"] == branch and row[f"{side}_percent"].replace(".", "").isdigit()
            ]
            titles = (f"{ENGLISH[stem]}: {english_side}", f"{chinese}{chinese_side}")
            parameter(pack, f"{stem}.{side}_rate", titles, values)


def account(facts: Path, pack: Path) -> None:
    """Write the share credited to the account, for employees and flexible workers, and the interest."""
    credited = [
        value(row["from"], share(row["credited_percent_of_base"]), "guofa-2005-38", row=row, until=row["to"])
        for row in rows(facts, "cn_account_credit_share.csv")
    ]
    for _, stem, chinese, _ in RATES[:2]:
        titles = (
            f"{ENGLISH[stem]}: share of the base credited to the account",
            f"{chinese}记入个人账户的比例",
        )
        parameter(pack, f"{stem}.account_rate", titles, credited)
    interest = [
        value(f"{row['year']}-01-01", share(row["rate_percent"]), "interest-notices",
              row={"note": row["evidence"], **row}, until=f"{row['year']}-12-31")
        for row in rows(facts, "cn_account_interest.csv")
        if row["scheme"] == "national_enterprise" and row["rate_percent"]
    ]  # fmt: skip
    titles = ("Interest credited to pension accounts for a year", "养老保险个人账户年度记账利率")
    note = "One value a calendar year, announced after it ends. The public sector's before 2016 is not here."
    parameter(pack, "pension.account_interest_rate", titles, interest, note=note)


def minimum_months(facts: Path, pack: Path) -> None:
    """Write the minimum months by year of retirement; equal years after each other are one value."""
    statute = {"evidence": "official text read in a mirror"}
    values = [value("2011-07-01", 180, "si-law 16", row=statute)]
    last = ""
    for row in rows(facts, "cn_min_contribution_months.csv"):
        if row["min_months"] != last:
            since = f"{row['retirement_year']}-01-01"
            values.append(value(since, int(row["min_months"]), "retirement-decision-2024", row=row))
        last = row["min_months"]
    titles = ("Minimum months of contribution for a pension", "按月领取养老金的最低缴费月数")
    parameter(pack, "pension.minimum_months", titles, values, unit="months")


def places(facts: Path, pack: Path) -> None:
    """Write one file for each place of which anything is evidenced."""
    found: dict[int, dict[str, object]] = {}
    for row in rows(facts, "cn_provincial_bases_2025.csv"):
        values = contribution_bases(row) | place_rules(row["province"])
        if values:
            found[PROVINCES[row["province"]]] = values
    for code, values in found.items():
        write(pack / f"places/{code}.yaml", {"region": code, "values": values})


def contribution_bases(row: dict[str, str]) -> dict[str, object]:
    """Return the limits of the base and the average wage behind them, where an official notice was seen."""
    phrase = row["evidence_contribution_columns"]
    cite, until = f"provincial-bases-2025 {row['province']}", BASES_UNTIL
    named = {"status": phrase}
    if not row["contribution_floor_2025"]:
        return {}
    floor = value(BASES_SINCE, f"{row['contribution_floor_2025']}.00", cite, row=named, until=until)
    ceiling = value(BASES_SINCE, f"{row['contribution_ceiling_2025']}.00", cite, row=named, until=until)
    wage = value(
        "2024-01-01", f"{row['full_caliber_monthly_avg_2024']}.00", cite, row=named, until="2024-12-31"
    )
    if floor is None or ceiling is None:
        return {}
    lower = {"cn.pension.employer_rate": [LOWER_RATE]} if row["province"] in {"Zhejiang", "Guangdong"} else {}
    return {
        "cn.pension.base_floor": [TWO_FLOORS if row["province"] == "Guangdong" else floor],
        "cn.pension.base_ceiling": [ceiling],
        "cn.wages.full_caliber": [wage],
        **lower,
    }


def deadlines(facts: Path, pack: Path) -> None:
    """Write the deadlines that are a time; what is known from memory, or is no time, is left out."""
    found: list[object] = []
    for row in rows(facts, "deadlines.csv"):
        if row["id"] not in DEADLINES or status_of(row["evidence"]) is None:
            continue
        english, chinese, starts = DEADLINES[row["id"]]
        article = {"article": row["article"]} if row["article"] != "-" else {}
        found.append(
            {
                "id": row["id"],
                "title": {"en": english, "zh": chinese},
                "value": int(row["value"]),
                "unit": row["unit"],
                **({"starts": starts} if starts else {}),
                "cite": {"law": LAW_OF[row["law"]], **article},
                "evidence": row["evidence"],
                "status": status_of(row["evidence"]),
                **({"note": f"Extension: {row['extension']}."} if row.get("extension") else {}),
            }
        )
    write(pack / "deadlines.yaml", [*found, OLDER_LEAVER_LIST])


def main() -> None:
    """Write every file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=Path, required=True, help="the folder with the CSV tables")
    parser.add_argument("--pack", type=Path, default=PACK, help="the pack to write into")
    given = parser.parse_args()
    for step in (contribution_rates, account, minimum_months, places, deadlines):
        step(given.facts, given.pack)


if __name__ == "__main__":
    main()
