"""The law over a population: `python bench/law.py --openfisca PYTHON` beside OpenFisca.

Two calculations: the monthly retirement benefit of the pack us out of 30 years of earnings, and the
individual account of the pack cn over 30 years with interest, then the pension. Both sides read the same
folder of arrays; OpenFisca in an environment of its own (`python -m venv E && E/bin/pip install
openfisca-core`), since its licence keeps it out of ours. Reading is included, writing is not. Each in
turn, medians; peak memory is the whole process. Every amount of the account is compared with decimal
arithmetic, the benefit with one person at a time; one person is worked out by id, with the trace.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import law_account
import numpy as np

YEARS = range(1986, 2016)
NOW = 2026
_SINGLE_ROUNDS = 5  # each takes a second or two
_READY = """
import json, sys, time
from pathlib import Path
import numpy as np
from provident.law import Law
from provident.law.pack import load_pack
from provident.law.runs import local
from provident.law.runs.persons import one_by_one
from provident.law.runs.sources import ArrayFolder, open_source
calculation, pack, people, options, out = sys.argv[1:6]
law = Law(load_pack(Path(pack)))
asked = local.Asked(calculation, Path(people), None, json.loads(options), 20779)
"""
_OURS = (
    _READY
    + """
# A pack is read, proven and compiled once, not once a run.
start, people = time.perf_counter(), open_source(asked.people)
assert local.compiled(local.prepared(law, asked, people), people)
making = time.perf_counter() - start
start, busy, found = time.perf_counter(), time.process_time(), []
people = open_source(asked.people)
for one in local.answers(local.prepared(law, asked, people), people, None, lambda done, of: None):
    assert not any(faults is not None and faults.any() for faults in one.faults)
    found.append(np.stack(one.values, axis=1) if out else one.values[-1].sum())
told = {
    "making": making, "seconds": time.perf_counter() - start, "busy": time.process_time() - busy,
    "mebibytes": int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024,
}
if out:
    np.save(out, np.concatenate(found))
print(json.dumps(told))
"""
)
_ONE = (
    _READY
    + """
people = ArrayFolder(asked.people)
job = local.prepared(law, asked, people)
times = []
for at in range(17, 1017):  # as long, in seconds, as the other side's thirty
    start = time.perf_counter()
    for told in one_by_one(job, iter([people.row(at)]), None):
        assert not told.refusals and len(told.trace.steps) > 60
    times.append(time.perf_counter() - start)
print(json.dumps({"seconds": sorted(times)[500]}))
"""
)


def main() -> None:
    """Make the people, measure both calculations, print the ratios."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--openfisca", required=True, help="the Python of OpenFisca's environment")
    told.add_argument("--persons", type=int, default=1_000_000)
    told.add_argument("--rounds", type=int, default=3)
    told.add_argument("--compare", type=int, default=1_000_000, help="persons compared with decimals")
    told.add_argument("--country", choices=("us", "cn"), help="one of the two only")
    options = told.parse_args()
    for country in (options.country,) if options.country else ("cn", "us"):
        with tempfile.TemporaryDirectory(prefix="bench-law-") as name:
            measure(country, Path(name), options)


def measure(country: str, folder: Path, options: argparse.Namespace) -> None:
    """Measure one calculation on both sides and print."""
    people, told = folder / "people", folder / "facts.json"
    if country == "cn":
        law_account.make_people(options.persons, people)
        pack = law_account.make_pack(folder)
        told.write_text(json.dumps(law_account.facts(pack)))
        ours = ["cn.pension.bench", str(pack), str(people), json.dumps(law_account.GIVEN)]
    else:
        from provident.law.pack import pack_folder

        make_people(options.persons, people)
        told.write_text(json.dumps(facts()))
        ours = ["us.retirement", str(pack_folder("us")), str(people), "{}"]
    beside = str(Path(__file__).with_name("law_openfisca.py"))
    theirs = [options.openfisca, beside, country, str(people), str(folder / "theirs.npy"), str(told)]
    measured: dict[str, list[dict[str, float]]] = {"ours": [], "openfisca": []}
    for _ in range(options.rounds):
        measured["ours"].append(told_by([sys.executable, "-c", _OURS, *ours, ""]))
        measured["openfisca"].append(told_by(theirs))
    print(f"{ours[0]}, {options.persons:,} persons x 30 years, load {os.getloadavg()[0]:.0f}")
    report(options.persons, measured)
    single = [
        (told_by([sys.executable, "-c", _ONE, *ours, ""])["seconds"], told_by([*theirs, "17"])["seconds"])
        for _ in range(max(options.rounds, _SINGLE_ROUNDS))
    ]
    one, other = (statistics.median(side) for side in zip(*single, strict=True))
    ratio = statistics.median(theirs / ours for ours, theirs in single)
    print(f"one person by id with trace: {one * 1000:.2f} ms, OpenFisca {other * 1000:.2f} ms: "
          f"{ratio:.1f} times, the median of {len(single)} rounds")  # fmt: skip
    if options.compare:
        compare(country, folder, ours, min(options.compare, options.persons))


def compare(country: str, folder: Path, ours: list[str], count: int) -> None:
    """Compare our amounts person by person."""
    answers = folder / "ours.npy"
    told_by([sys.executable, "-c", _OURS, *ours, str(answers)])
    if country == "cn":
        facts_told = json.loads((folder / "facts.json").read_text())
        wrong = law_account.different(folder / "people", facts_told, answers, count)
        print(f"{wrong} of {count:,} persons differ from decimal arithmetic in any amount")
    else:
        count = min(count, 20_000)
        wrong = different(folder / "people", answers, count)
        print(f"{wrong} of {count:,} persons differ between arrays and one at a time")


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
    """Write random people as a folder with one array a column."""
    dice = np.random.default_rng(1)
    birth = np.datetime64("1940-01-01") + dice.integers(0, 365 * 22, count).astype("timedelta64[D]")
    month = birth.astype("datetime64[M]").astype(np.int64)
    entitled = np.minimum(month + 62 * 12 + 1 + dice.integers(0, 96, count), 56 * 12 + 5)
    paid = np.minimum(entitled + dice.integers(0, 24, count), 56 * 12 + 5)
    base = dice.integers(8_000, 90_000, count)
    folder.mkdir()
    np.save(folder / "person_id.npy", np.arange(count))
    np.save(folder / "birth_date.npy", birth.astype("datetime64[D]"))
    for name, months in (("entitlement_month", entitled), ("benefit_month", paid)):
        np.save(folder / f"{name}.npy", months.astype("datetime64[M]"))
    for at, year in enumerate(YEARS):
        dollars = (base * (100 + 3 * at) // 100 * dice.integers(0, 2**16, count) // 2**15).astype(np.int32)
        np.save(folder / f"earnings_{year}_minor.npy", dollars * 100)


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


def different(people: Path, answers: Path, count: int) -> int:
    """Return how many persons' amounts differ between arrays and one person at a time."""
    from provident.law import law_of
    from provident.law.runs import local
    from provident.law.runs.persons import one_by_one
    from provident.law.runs.sources import ArrayFolder

    law, source = law_of("us.retirement"), ArrayFolder(people)
    job = local.prepared(law, local.Asked("us.retirement", people, None, {}, 20779), source)
    alone, ours = one_by_one(job, source.blocks(), None), np.load(answers)
    return sum(
        list(told.values.values()) != ours[at].tolist() for at, told in zip(range(count), alone, strict=False)
    )


if __name__ == "__main__":
    start = time.perf_counter()
    main()
    print(f"{time.perf_counter() - start:.0f} s in all")
