"""Random lives written as the files a run reads."""

import csv
import datetime as dt

from provident.law import law_of
from provident.law.engine.numbers import written

from .lives import american

LAW = law_of("us.retirement")
_PEOPLE = ("birth_date", "entitlement_month", "benefit_month", "aime", "insured", "credited_months")


def lives(count):
    """Lives whose given values every kind of file can hold."""
    return [american(seed) for seed in range(count)]


def write_people(path, some):
    """Write the people as CSV, an empty cell where nothing is given; ids are texts in no order."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("person_id", "sex", *_PEOPLE))
        for at, life in enumerate(some):
            cells = []
            for name in _PEOPLE:
                value = life.given.get(f"us.retirement.{name}")
                variable = LAW.node(f"us.retirement.{name}").variable
                cells.append("" if value is None else written(variable, value))
            out.writerow((f"P{at * 7919 % 100003}", "x", *cells))
    return path


def write_history(path, some, order=None):
    """Write the years as CSV, in the people's order or in another."""
    rows = [
        (f"P{at * 7919 % 100003}", year, f"{value // 100}.{value % 100:02d}")
        for at, life in enumerate(some)
        for year, value in life.series.get("us.retirement.earnings", {}).items()
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("person_id", "year", "earnings"), *(sorted(rows, key=order) if order else rows)]
        )
    return path


def day(text):
    """Return a counted day."""
    return (dt.date.fromisoformat(text) - dt.date(1970, 1, 1)).days
