"""The other side of bench/law.py: the same benefit in OpenFisca, in an environment of its own.

`python bench/law_openfisca.py DATA.arrow RESULT.npy FACTS.json [PERSON]` reads the same file, works the
monthly benefit out for everybody (or once for one person, many times) and prints its figures as JSON.
OpenFisca looks back one period only unless told otherwise; the limit is raised so that the chain of
increases is complete. Its numbers are 32-bit floats by design, so its cents are not compared.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
from openfisca_core.entities import Entity
from openfisca_core.periods import YEAR, period
from openfisca_core.populations import Population
from openfisca_core.simulations import Simulation
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

FACTS = json.loads(open(sys.argv[3]).read())  # noqa: SIM115, PTH123
AWI = {int(year): value for year, value in FACTS["awi"].items()}
BASE = {int(year): value for year, value in FACTS["base"].items()}
COLA = {int(year): value for year, value in FACTS["cola"].items()}
FULL_AGE = np.array([FACTS["full_age"][str(year)] for year in range(1917, 1966)])
CREDIT = np.array([FACTS["credit"][str(year)] for year in range(1979, 2028)])
QUARTER = {int(year): value for year, value in FACTS["quarter"].items()}
YEARS = range(*FACTS["years"])
NOW = FACTS["now"]
WAGES = np.array([AWI.get(year, 0) for year in range(1900, 2030)])

Person = Entity("person", "persons", "", "")


def _whole(name):
    return type(name, (Variable,), {"value_type": int, "entity": Person, "definition_period": YEAR})


class earnings(Variable):
    value_type, entity, definition_period = float, Person, YEAR


class indexed(Variable):
    value_type, entity, definition_period = float, Person, YEAR

    def formula(person, period):
        year = period.start.year
        now = person("eligibility_year", NOW)
        counted = np.minimum(person("earnings", period), BASE[year])
        wage = WAGES[now - 2 - 1900]
        factor = np.where(now - 2 > year, wage / AWI.get(year, 1), 1)
        return np.floor(counted * factor * 100 + 0.5) / 100


class aime(Variable):
    value_type, entity, definition_period = float, Person, YEAR

    def formula(person, period):
        rows = [person("indexed", year) for year in YEARS]
        total = (
            sum(rows)
            if len(rows) <= 35
            else np.partition(np.stack(rows), len(rows) - 35, axis=0)[-35:].sum(axis=0)
        )
        return np.floor(total / 420)


class pia_first(Variable):
    value_type, entity, definition_period = float, Person, YEAR

    def formula(person, period):
        average, year = person("aime", period), person("eligibility_year", NOW)
        wage = WAGES[year - 2 - 1900]
        one, two = (np.floor(base * wage / AWI[1977] + 0.5) for base in (180, 1085))
        raw = (0.9 * np.minimum(average, one) + 0.32 * np.clip(average - one, 0, two - one)
               + 0.15 * np.maximum(average - two, 0))  # fmt: skip
        return np.floor(raw * 10 + 1e-6) / 10


class pia(Variable):
    """The amount after a year's increase: looks back a year at a time to the year of eligibility."""

    value_type, entity, definition_period = float, Person, YEAR

    def formula(person, period):
        year = period.start.year
        if year < FACTS["first_eligibility"]:
            return person("pia_first", NOW)
        before = person("pia", period.last_year)
        counts = (person("eligibility_year", NOW) <= year) & (person("last_increase", NOW) >= year)
        return np.where(counts, np.floor(before * (1 + COLA[year]) * 10 + 1e-6) / 10, before)


class quarters(Variable):
    value_type, entity, definition_period = float, Person, YEAR

    def formula(person, period):
        return sum(np.minimum(np.floor(person("earnings", year) / QUARTER[year]), 4) for year in YEARS)


class benefit(Variable):
    value_type, entity, definition_period = float, Person, YEAR

    def formula(person, period):
        month, paid = person("entitled", NOW), person("paid", NOW)
        born = person("birth_month", NOW)
        full = born + FULL_AGE[person("eligibility_year", NOW) - 62 - 1917]
        at_70 = born + 840
        months = np.minimum(month, at_70) - full
        early, late = np.maximum(-months, 0), np.maximum(months, 0)
        late = np.where(paid >= at_70, late, np.minimum(late, np.maximum(paid - paid % 12 - full, 0)))
        lost = np.minimum(early, 36) * 5 / 900 + np.maximum(early - 36, 0) * 5 / 1200
        gained = late * CREDIT[person("eligibility_year", NOW) - 1979] / 12
        insured = person("quarters", NOW) >= 40
        return insured * np.floor(np.floor(person("pia", 2025) * (1 - lost + gained) * 10 + 1e-6) / 10)


SYSTEM = TaxBenefitSystem([Person])
for one in (earnings, indexed, aime, pia_first, pia, quarters, benefit,
            *map(_whole, ("eligibility_year", "birth_month", "entitled", "paid",
                          "last_increase"))):  # fmt: skip
    SYSTEM.add_variable(one)


def simulation(count):
    population = Population(SYSTEM.person_entity)
    population.count = count
    population.ids = np.arange(count)
    made = Simulation(SYSTEM, {"person": population})
    made.max_spiral_loops = 100
    return made


def load(path, row=None):
    """Read the file into a simulation; with `row`, one person of it."""
    scanned = pl.scan_ipc(path)
    frame = (scanned if row is None else scanned.slice(row, 1)).collect()
    made = simulation(len(frame))
    day = frame["birth_date"].to_numpy().astype("datetime64[D]") - 1
    birth = day.astype("datetime64[M]").astype(int) + 1970 * 12
    paid = _months(frame["benefit_month"])
    facts = {
        "eligibility_year": birth // 12 + 62, "birth_month": birth,
        "entitled": _months(frame["entitlement_month"]),
        "paid": paid, "last_increase": paid // 12 - (paid % 12 < 11),
    }  # fmt: skip
    for name, values in facts.items():
        made.set_input(name, NOW, values.astype(np.int32))
    for year in YEARS:
        made.set_input("earnings", year, frame[f"earnings_{year}"].to_numpy().astype(np.float32))
    return made


def _months(dates):
    return dates.to_numpy().astype("datetime64[M]").astype(int) + 1970 * 12


def main():
    path, out = sys.argv[1:3]
    if len(sys.argv) > 4:
        times = []
        for _ in range(30):
            start = time.perf_counter()
            load(path, int(sys.argv[4])).calculate("benefit", NOW)
            times.append(time.perf_counter() - start)
        print(json.dumps({"seconds": sorted(times)[15]}))
        return
    start, busy = time.perf_counter(), time.process_time()
    result = load(path).calculate("benefit", NOW)
    took, busy = time.perf_counter() - start, time.process_time() - busy
    np.save(out, result)
    peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    print(json.dumps({"seconds": took, "busy": busy, "mebibytes": peak, "persons": len(result)}))


if __name__ == "__main__":
    period(NOW)
    main()
