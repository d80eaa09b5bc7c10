"""Reading a 30-year record: `python bench/record.py`.

The ledger's query, alone and with its rows made into records, against `SELECT 1` on the same
connection, all inside a transaction in which the record is open; and the same through the door, the
durable look included, as a page reads it, against the commit of a one-row insert. A person insured by
four employers one after the other, in five branches, declared and paid every month for 30 years, among
others like them; the wage base moves each July. Every single act is timed in turn with its unit, so that
both meet the machine in the same state; medians.
"""

import argparse
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np
from installation import installation, superuser, vacuum

YEARS = range(1996, 2026)
FIELDS = ("contributions", "account")


def main() -> None:
    """Measure and print the ratios."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--persons", type=int, default=200)
    told.add_argument("--times", type=int, default=1000)
    told.add_argument("--rounds", type=int, default=5)
    options = told.parse_args()
    with installation() as server, superuser(server) as raw:
        persons = lifelong(options.persons)
        raw.execute(
            "CREATE TABLE bench_row (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz)"
        )
        raw.execute("GRANT INSERT ON bench_row TO provident_app")
        vacuum(raw)
        measure(options, persons)


def measure(options: argparse.Namespace, persons: list[int]) -> None:
    """Time the ledger's query, the door, and their units in turn."""
    from provident.access.door import open_record, read_record
    from provident.access.records import OPERATOR, Asking
    from provident.kernel.keys import PersonKey
    from provident.ledger import queries, wire

    asking = Asking(OPERATOR, "console", FIELDS, reason="bench")

    def questions(keys: Sequence[PersonKey]) -> list[wire.Statement]:
        return [queries.years_question(keys)]

    def look() -> object:
        with read_record(next(whom), asking, questions) as opened:
            return queries.record_years(opened)

    def query(keys: list[int]) -> object:
        asked = queries._RECORD_YEARS  # noqa: SLF001 - the query by itself
        return wire.ask(asked, (keys,))

    def insert() -> None:
        wire.cursor().execute("INSERT INTO bench_row (at) VALUES (now())")

    whom = (PersonKey(persons[i % len(persons)]) for i in range(10**9))
    took: dict[str, list[float]] = defaultdict(list)
    for _ in range(options.rounds):
        with open_record(next(whom), by=OPERATOR, purpose="console", fields=FIELDS, reason="bench") as opened:
            found = queries.record_years(opened)
            keys = list(opened.keys)
            inside = {
                "SELECT 1": lambda: wire.cursor().execute("SELECT 1", binary=True).fetchall(),
                "query": lambda: query(keys),  # noqa: B023
                "record": lambda: queries.record_years(opened),
            }
            in_turn(options.times, inside, took)
        in_turn(options.times, {"commit of a row": insert, "through the door": look}, took)
    size = sum(len(part) for one in found for part in one.packed)
    print(f"{len(found)} rows of the reading copy, {size:,} bytes")
    medians = {name: statistics.median(times) for name, times in took.items()}
    for name, seconds in medians.items():
        print(f"{name}: {seconds * 1e6:.0f} µs")
    print(f"query / SELECT 1: {medians['query'] / medians['SELECT 1']:.1f}")
    print(f"query and its records / SELECT 1: {medians['record'] / medians['SELECT 1']:.1f}")
    print(
        f"through the door / commit of a row: {medians['through the door'] / medians['commit of a row']:.2f}"
    )


def in_turn(times: int, acts: dict[str, Callable[[], object]], took: dict[str, list[float]]) -> None:
    """Time acts, each once after the other, so that all meet the machine in the same state."""
    for _ in range(times):
        for name, act in acts.items():
            start = time.perf_counter()
            act()
            took[name].append(time.perf_counter() - start)


def lifelong(count: int) -> list[int]:
    """Post 30 years for some persons, a file a year, and bring the reading copy up to date."""
    from provident.kernel.keys import new_key
    from provident.ledger import actions

    persons = np.array([new_key() for _ in range(count)], "i8")
    actions.register_persons(persons)
    for year in YEARS:
        post_year(persons, year, employer=1 + (year - YEARS.start) // 8)
    actions.project_record_years()
    return [int(key) for key in persons]


def post_year(persons: np.ndarray, year: int, *, employer: int) -> None:
    """Post everybody's year with an employer: five branches, twelve months, declared and paid."""
    from provident.access.door import open_run
    from provident.access.records import OPERATOR
    from provident.kernel.words import EntryKind
    from provident.ledger.arrays import ENTRY_DTYPE
    from provident.ledger.posting import posting
    from provident.ledger.records import Source

    entries = np.zeros(len(persons) * 120, ENTRY_DTYPE)
    place = np.arange(len(entries))
    entries["row"] = place
    entries["person"] = persons[place // 120]
    entries["employer"] = employer
    entries["branch"] = 1 + place % 5
    entries["month"] = year * 100 + 1 + place // 5 % 12
    entries["kind"] = np.where(place // 60 % 2, EntryKind.PAID, EntryKind.DECLARED)
    entries["scheme"] = entries["checked"] = 1
    entries["region"] = 990000
    season = year + (entries["month"] % 100 > 6)  # the wage base is set anew each July
    season += place // 120 * 100 + place % 5 * 7  # no two people earn the same, no two branches ask the same
    entries["base"] = np.where(entries["kind"] == EntryKind.DECLARED, 300_000 + season * 100, 0)
    entries["employee"] = entries["account"] = 24_000 + season
    entries["employer_share"] = entries["fund"] = 48_000 + season
    source = Source(os.urandom(32), "payroll")
    with (
        open_run(by=OPERATOR, purpose="filing", fields=FIELDS[:1], system="bench"),
        posting(source=source, pack_version="cn 0.1.0", expected_rows=len(entries)) as batch,
    ):
        batch.append(entries)


if __name__ == "__main__":
    main()
