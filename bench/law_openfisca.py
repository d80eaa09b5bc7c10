"""The other side of bench/law.py: the same work in OpenFisca, in an environment of its own.

`python bench/law_openfisca.py us|cn PEOPLE RESULT.npy FACTS.json [PERSON]` reads the same folder of
arrays, works everybody out (or one person, many times over, as OpenFisca builds a simulation for one)
and prints its figures as JSON. OpenFisca looks back one period only unless told otherwise; the limit is
raised so that increases and balances are complete. Its numbers are 32-bit floats by design, so its cents
are not compared.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from openfisca_core.entities import Entity
from openfisca_core.periods import YEAR
from openfisca_core.populations import Population
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.simulations import Simulation
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

COUNTRY = sys.argv[1]
FACTS = json.loads(Path(sys.argv[4]).read_text())
YEARS = range(*FACTS["years"])
Person = Entity("person", "persons", "", "")


def by_year(name):
    """Return a table of the facts by whole-number key."""
    return {int(year): value for year, value in FACTS.get(name, {}).items()}


def variable(name, kind=float, formula=None):
    """Return a variable of a person and year."""
    held = {"value_type": kind, "entity": Person, "definition_period": YEAR}
    return type(name, (Variable,), held | ({"formula": formula} if formula else {}))


def down(values, to):
    """Round down; a millionth hides what 32 bits lose."""
    return np.floor(values * to + 1e-6) / to


def near(values, to=100):
    """Round to the nearest."""
    return np.floor(values * to + 0.5) / to


class US:
    """The monthly retirement benefit out of yearly earnings."""

    wanted, now = ("benefit",), 2026
    awi, base, cola, quarter = (by_year(name) for name in ("awi", "base", "cola", "quarter"))
    full_age = np.array([by_year("full_age").get(year, 0) for year in range(1917, 1966)])
    credit = np.array([by_year("credit").get(year, 0) for year in range(1979, 2028)])
    wages = np.array([by_year("awi").get(year, 0) for year in range(1900, 2030)])

    def indexed(person, period):
        year = period.start.year
        now = person("eligibility_year", US.now)
        counted = np.minimum(person("earnings", period), US.base[year])
        factor = np.where(now - 2 > year, US.wages[now - 2 - 1900] / US.awi.get(year, 1), 1)
        return near(counted * factor)

    def aime(person, period):
        rows = [person("indexed", year) for year in YEARS]
        if len(rows) > 35:
            rows = np.partition(np.stack(rows), len(rows) - 35, axis=0)[-35:]
        return np.floor(sum(rows) / 420)

    def pia_first(person, period):
        average, year = person("aime", period), person("eligibility_year", US.now)
        wage = US.wages[year - 2 - 1900]
        one, two = (np.floor(base * wage / US.awi[1977] + 0.5) for base in (180, 1085))
        raw = (0.9 * np.minimum(average, one) + 0.32 * np.clip(average - one, 0, two - one)
               + 0.15 * np.maximum(average - two, 0))  # fmt: skip
        return down(raw, 10)

    def pia(person, period):
        """Return the amount after a year's increase: looks back until the year of eligibility."""
        year = period.start.year
        if year < FACTS["first_eligibility"]:
            return person("pia_first", US.now)
        before = person("pia", period.last_year)
        counts = (person("eligibility_year", US.now) <= year) & (person("last_increase", US.now) >= year)
        return np.where(counts, down(before * (1 + US.cola[year]), 10), before)

    def quarters(person, period):
        return sum(np.minimum(np.floor(person("earnings", year) / US.quarter[year]), 4) for year in YEARS)

    def benefit(person, period):
        month, paid, born = (person(name, US.now) for name in ("entitled", "paid", "birth_month"))
        full = born + US.full_age[person("eligibility_year", US.now) - 62 - 1917]
        at_70 = born + 840
        months = np.minimum(month, at_70) - full
        early, late = np.maximum(-months, 0), np.maximum(months, 0)
        late = np.where(paid >= at_70, late, np.minimum(late, np.maximum(paid - paid % 12 - full, 0)))
        lost = np.minimum(early, 36) * 5 / 900 + np.maximum(early - 36, 0) * 5 / 1200
        gained = late * US.credit[person("eligibility_year", US.now) - 1979] / 12
        insured = person("quarters", US.now) >= 40
        return insured * np.floor(down(person("pia", 2025) * (1 - lost + gained), 10))

    floats = {"indexed": indexed, "aime": aime, "pia_first": pia_first, "pia": pia, "quarters": quarters,
              "benefit": benefit}  # fmt: skip
    wholes = ("eligibility_year", "birth_month", "entitled", "paid", "last_increase")
    yearly = "earnings"

    def given(column):
        """Return what is not yearly as OpenFisca's variables take it."""
        birth, paid = months(column("birth_date") - 1), months(column("benefit_month"))
        return {
            "eligibility_year": birth // 12 + 62, "birth_month": birth, "paid": paid,
            "entitled": months(column("entitlement_month")), "last_increase": paid // 12 - (paid % 12 < 11),
        }  # fmt: skip


class CN:
    """The individual account with interest, then the pension."""

    wanted, now = ("balance", "divisor", "basic", "account", "pension"), 2036
    rate, bases = (
        by_year("rate"),
        np.array([by_year("base").get(year, 0) for year in range(2000, 2050)]) / 100,
    )
    months_at = np.array([by_year("divisor").get(age, 0) for age in range(80)])
    original, step, cap = np.array([720, 660, 600]), np.array([4, 4, 2]), np.array([36, 36, 60])

    def balance(person, period):
        """Return the balance at the end of a year: looks back until the first."""
        year = period.start.year
        credited = person("credited", period)
        if year == YEARS.start:
            return credited
        before = person("balance", period.last_year)
        return before + near(before * float(CN.rate[year])) + credited

    def age(person, period):
        kind, born = person("category", period), person("birth_month", period)
        planned = born + CN.original[kind]
        delay = np.minimum((planned - 2025 * 12) // CN.step[kind] + 1, CN.cap[kind])
        return CN.original[kind] + np.where(planned >= 2025 * 12, delay, 0)

    def divisor(person, period):
        months = person("age", period)
        reached, coming = CN.months_at[months // 12], CN.months_at[(months + 11) // 12]
        return near(reached - (reached - coming) * (months % 12) / 12, 10)

    def basic(person, period):
        retired = person("birth_month", period) + person("age", period)
        base, years = CN.bases[retired // 12 - 2000], near(person("months", period) / 12)
        return near((base + near(base * person("index", period))) / 2 * years / 100)

    def account(person, period):
        return near(person("balance", YEARS.stop - 1) / person("divisor", period))

    def pension(person, period):
        return person("basic", period) + person("account", period) + FACTS.get("extra", 0) / 100

    floats = {"balance": balance, "age": age, "divisor": divisor, "basic": basic, "account": account,
              "pension": pension, "index": None}  # fmt: skip
    wholes = ("birth_month", "category", "months")
    yearly = "credited"

    def given(column):
        """Return what is not yearly as OpenFisca's variables take it."""
        return {
            "birth_month": months(column("birth_date")), "category": column("category"),
            "months": column("contribution_months"), "index": column("average_index_minor") / 100,
        }  # fmt: skip


def months(dates):
    """Return counted months."""
    return dates.astype("datetime64[M]").astype(int) + 1970 * 12


LAW = {"us": US, "cn": CN}[COUNTRY]
SYSTEM = TaxBenefitSystem([Person])
FLOATS = [variable(name, int if name == "age" else float, how) for name, how in LAW.floats.items()]
for one in (variable(LAW.yearly), *(variable(name, int) for name in LAW.wholes), *FLOATS):
    SYSTEM.add_variable(one)


def everybody(folder):
    """Read the folder into a simulation of everybody."""

    def column(name):
        return np.load(folder / f"{name}.npy", mmap_mode="r")

    population = Population(SYSTEM.person_entity)
    population.count = len(column("person_id"))
    population.ids = np.arange(population.count)
    made = Simulation(SYSTEM, {"person": population})
    made.max_spiral_loops = 100
    for name, values in LAW.given(column).items():
        kind = np.int32 if name in LAW.wholes else np.float32
        made.set_input(name, LAW.now, np.asarray(values).astype(kind))
    for year in YEARS:
        cents = column(f"{LAW.yearly}_{year}_minor")
        made.set_input(LAW.yearly, year, cents.astype(np.float32) / 100)
    return made


def alone(folder, row):
    """Read one person and build a simulation of the situation, as OpenFisca is given one."""

    def column(name):
        return np.load(folder / f"{name}.npy", mmap_mode="r")[row : row + 1]

    told = {name: {str(LAW.now): values[0].item()} for name, values in LAW.given(column).items()}
    told[LAW.yearly] = {str(year): column(f"{LAW.yearly}_{year}_minor")[0].item() / 100 for year in YEARS}
    made = SimulationBuilder().build_from_entities(SYSTEM, {"persons": {"one": told}})
    made.max_spiral_loops = 100
    return made


def worked_out(made):
    """Return every wanted variable."""
    return [made.calculate(name, YEARS.stop - 1 if name == "balance" else LAW.now) for name in LAW.wanted]


def main():
    """Work everybody or one person out and print the figures."""
    folder, out = Path(sys.argv[2]), sys.argv[3]
    if len(sys.argv) > 5:
        times = []
        for _ in range(30):
            start = time.perf_counter()
            worked_out(alone(folder, int(sys.argv[5])))
            times.append(time.perf_counter() - start)
        print(json.dumps({"seconds": sorted(times)[15]}))
        return
    start, busy = time.perf_counter(), time.process_time()
    result = worked_out(everybody(folder))
    took, busy = time.perf_counter() - start, time.process_time() - busy
    np.save(out, np.stack(result, axis=1))
    peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    print(json.dumps({"seconds": took, "busy": busy, "mebibytes": peak, "persons": len(result[0])}))


if __name__ == "__main__":
    main()
