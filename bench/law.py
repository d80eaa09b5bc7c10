"""The law over a population: `python bench/law.py --openfisca PYTHON` beside OpenFisca.

Both read the same yearly earnings and work the monthly retirement benefit of the pack us out, OpenFisca
in an environment of its own (`python -m venv E && E/bin/pip install openfisca-core polars`), since its
licence keeps it out of ours. Reading is included, writing is not. Each in turn, medians; peak memory
is the whole process. Our cents are compared with plain whole-number arithmetic for every person asked
for with --compare, and one person is worked out by id, with the trace.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

YEARS = range(1986, 2016)
NOW = 2026
_OURS = """
import json, sys, time
from pathlib import Path
from provident.law import law_of
from provident.law.runs import local
from provident.law.runs.sources import open_source
law = law_of("us.retirement")
asked = local.Asked("us.retirement", Path(sys.argv[1]), None, {}, 20779)
start, busy, count, total = time.perf_counter(), time.process_time(), 0, 0
people = open_source(asked.people)
job = local.prepared(law, asked, people)
for one in local.answers(job, people, None, lambda done, of: None):
    assert not any(faults.any() for faults in one.faults)
    count, total = count + len(one.values[-1]), total + int(one.values[-1].sum())
print(json.dumps({
    "seconds": time.perf_counter() - start, "busy": time.process_time() - busy,
    "persons": count, "dollars": total,
    "mebibytes": int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024,
}))
"""
_ONE = """
import json, sys, time
from pathlib import Path
from provident.law import law_of
from provident.law.runs import local
from provident.law.runs.persons import one_by_one
from provident.law.runs.sources import ArrayFolder
law = law_of("us.retirement")
people = ArrayFolder(Path(sys.argv[1]))
job = local.prepared(law, local.Asked("us.retirement", Path(sys.argv[1]), None, {}, 20779), people)
times = []
for at in range(int(sys.argv[2]), int(sys.argv[2]) + 200):
    start = time.perf_counter()
    for told in one_by_one(job, iter([people.row(at)]), None):
        assert told.values["monthly_benefit"] and len(told.trace.steps) > 60
    times.append(time.perf_counter() - start)
print(json.dumps({"seconds": sorted(times)[100]}))
"""


def main() -> None:
    """Make the people, measure both in turn, print the ratios."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--openfisca", required=True, help="the Python of OpenFisca's environment")
    told.add_argument("--persons", type=int, default=1_000_000)
    told.add_argument("--rounds", type=int, default=3)
    told.add_argument("--compare", type=int, default=20_000)
    options = told.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-law-") as name:
        folder = Path(name)
        make_people(options.persons, folder)
        (folder / "facts.json").write_text(json.dumps(facts()))
        beside = str(Path(__file__).with_name("law_openfisca.py"))
        theirs = [
            options.openfisca,
            beside,
            str(folder / "people.arrow"),
            str(folder / "out.npy"),
            str(folder / "facts.json"),
        ]
        measured: dict[str, list[dict[str, float]]] = {"ours": [], "openfisca": []}
        for _ in range(options.rounds):
            measured["ours"].append(told_by([sys.executable, "-c", _OURS, str(folder / "people")]))
            measured["openfisca"].append(told_by(theirs))
        report(options.persons, measured)
        one = told_by([sys.executable, "-c", _ONE, str(folder / "people"), "17"])["seconds"]
        other = told_by([*theirs, "17"])["seconds"]
        print(
            f"one person by id with trace: {one * 1000:.2f} ms, OpenFisca {other * 1000:.2f} ms: "
            f"{other / one:.1f} times"
        )
        print(
            f"{different(folder, options.compare)} of {options.compare} persons differ from "
            "one-by-one whole numbers"
        )


def told_by(command: list[str]) -> dict[str, float]:
    """Run a program and return what it printed."""
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def report(persons: int, measured: dict[str, list[dict[str, float]]]) -> None:
    """Print the medians and their ratios."""
    middle = {
        name: {key: statistics.median(one[key] for one in rounds) for key in ("seconds", "busy", "mebibytes")}
        for name, rounds in measured.items()
    }
    for name, one in middle.items():
        print(f"{name}: {persons / one['seconds']:,.0f} persons a second, busy {one['busy']:.2f} s, "
              f"peak {one['mebibytes']:,.0f} MiB")  # fmt: skip
    ours, theirs = middle["ours"], middle["openfisca"]
    print(f"{theirs['seconds'] / ours['seconds']:.1f} times OpenFisca's persons a second "
          f"(CPU {theirs['busy'] / ours['busy']:.1f}), "
          f"{ours['mebibytes'] / theirs['mebibytes']:.2f} of its memory")  # fmt: skip


def make_people(count: int, folder: Path) -> None:
    """Write the same random people as a folder of arrays and as one Arrow file."""
    dice = np.random.default_rng(1)
    birth = np.datetime64("1940-01-01") + dice.integers(0, 365 * 22, count).astype("timedelta64[D]")
    month = birth.astype("datetime64[M]").astype(np.int64)
    entitled = np.minimum(month + 62 * 12 + 1 + dice.integers(0, 96, count), 56 * 12 + 5)
    paid = np.minimum(entitled + dice.integers(0, 24, count), 56 * 12 + 5)
    base = dice.integers(8_000, 90_000, count)
    arrays = folder / "people"
    arrays.mkdir()
    frame = {"birth_date": birth.astype("datetime64[D]")}
    np.save(arrays / "person_id.npy", np.arange(count))
    np.save(arrays / "birth_date.npy", frame["birth_date"])
    for name, months in (("entitlement_month", entitled), ("benefit_month", paid)):
        np.save(arrays / f"{name}.npy", months.astype("datetime64[M]"))
        frame[name] = months.astype("datetime64[M]").astype("datetime64[D]")
    for at, year in enumerate(YEARS):
        dollars = (base * (100 + 3 * at) // 100 * dice.integers(0, 2**16, count) // 2**15).astype(np.int32)
        np.save(arrays / f"earnings_{year}_minor.npy", dollars * 100)
        frame[f"earnings_{year}"] = dollars
    pl.DataFrame(frame).write_ipc(folder / "people.arrow")


def facts() -> dict[str, object]:
    """Return the pack's numbers as OpenFisca's side reads them."""
    from provident.law import law_of

    law = law_of("us.retirement")

    def index(name: str):
        return law.index(f"us.retirement.{name}")

    def known(name: str, first: int, last: int, scale: int) -> dict[int, float]:
        return {year: index(name).in_year(year, 0)[0] / scale for year in range(first, last + 1)}

    cola, age, credit = index("cola"), index("full_retirement_age"), index("delayed_credit")
    quarter = law.node("us.retirement.quarter_amount")
    from provident.law.engine.one import One

    one = One(law, "us.retirement", {}, {})
    return {
        "awi": known("average_wage_index", 1951, 2024, 100),
        "base": known("taxable_maximum", 1951, 2026, 100),
        "cola": {year: cola.at(year, NOW * 12, 0)[0] / cola.one for year in range(1975, 2026)},
        "full_age": {year: age.at(year, None, 0)[0] for year in range(1917, 1966)},
        "credit": {year: credit.at(year, None, 0)[0] / credit.one for year in range(1979, 2028)},
        "quarter": {year: one.row(quarter, year) / 100 for year in range(1978, 2027)},
        "years": [YEARS.start, YEARS.stop], "now": NOW, "first_eligibility": 2001,
    }  # fmt: skip


def different(folder: Path, count: int) -> int:
    """Return how many persons' cents differ between arrays and one person at a time."""
    from provident.law import law_of
    from provident.law.runs import local
    from provident.law.runs.persons import one_by_one
    from provident.law.runs.sources import ArrayFolder

    law, people = law_of("us.retirement"), ArrayFolder(folder / "people")
    job = local.prepared(law, local.Asked("us.retirement", folder / "people", None, {}, 20779), people)
    answers = np.concatenate(
        [np.stack(one.values, axis=1) for one in local.answers(job, people, None, lambda *_: None)]
    )
    alone = one_by_one(job, people.blocks(), None)
    return sum(
        list(told.values.values()) != answers[at].tolist()
        for at, told in zip(range(count), alone, strict=False)
    )


if __name__ == "__main__":
    start = time.perf_counter()
    main()
    print(f"{time.perf_counter() - start:.0f} s in all")
