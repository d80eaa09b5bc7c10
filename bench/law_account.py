"""The Chinese account for bench/law.py: 30 years of contributions with interest, then the pension.

The pack is the pack cn itself with three things more, so that one run can do all of it: the made-up
rates of the fictional region for the years they lack, the balance of the account taken over from its
history, and a calculation that asks for both. `different` works every person out again with Python's
decimal arithmetic, on both processors.
"""

import json
import shutil
from concurrent.futures import ProcessPoolExecutor
from decimal import ROUND_HALF_UP, Context, Decimal, setcontext
from pathlib import Path

import numpy as np

YEARS = range(2006, 2036)
REGION = 990000
GIVEN = {"account_since": "2006", "account_until": "2035", "region": str(REGION)}
OUTPUTS = ("closing_balance", "divisor", "basic_pension", "account_pension", "total")
ORIGINAL, STEP, LONGEST = (720, 660, 600), (4, 4, 2), (36, 36, 60)  # months, by category
_RATE = '    - {{since: {0}-01-01, until: {0}-12-31, value: "0.0{1:03d}"}}\n'
_TAKEN_OVER = """    formulas:
      - since: 2006-01-01
        words: {en: "the balance after the last year", zh: "期末个人账户储存额"}
"""
_ASKED = """
- id: cn.pension.bench
  namespace: cn.pension
  title: {en: Account and pension, zh: 账户与养老金}
  outputs: [closing_balance, divisor, basic_pension, account_pension, total]
"""


def make_pack(folder: Path) -> Path:
    """Copy the pack cn and add what the bench needs."""
    from provident.law.pack import pack_folder

    pack = folder / "cn"
    shutil.copytree(pack_folder("cn"), pack)
    place, asked = pack / f"places/{REGION}.yaml", pack / "calculations.yaml"
    lines = place.read_text().splitlines(keepends=True)
    first = lines.index("  cn.pension.account_interest_rate:\n") + 1
    known = [line for line in lines[first:] if line.startswith("    - {since: 20")]
    last = first + next(at for at, line in enumerate(lines[first:]) if not line.startswith("    - "))
    assert known
    rates = [_RATE.format(year, 300 + 17 * (year % 20)) for year in YEARS if year > 2024]
    place.write_text("".join([*lines[:last], *rates, *lines[last:]]))
    asked.write_text(asked.read_text().rstrip() + _ASKED)
    _put(pack / "variables/old_age.yaml", "  - name: account_balance\n", "    high: 100000000\n", _TAKEN_OVER)
    formulas = pack / "formulas/old_age.py"
    formulas.write_text(
        formulas.read_text()
        + "\n\ndef account_balance_2006_01(closing_balance: Whole) -> Whole:\n    return closing_balance\n"
    )
    return pack


def _put(file: Path, after: str, then: str, text: str) -> None:
    whole = file.read_text()
    at = whole.index(then, whole.index(after)) + len(then)
    file.write_text(whole[:at] + text + whole[at:])


def make_people(count: int, folder: Path) -> None:
    """Write random people as a folder with one array a column."""
    dice = np.random.default_rng(2)
    folder.mkdir()
    category = dice.integers(0, 3, count)
    planned = 2034 * 12 + dice.integers(0, 23, count)
    born = planned - np.array(ORIGINAL)[category] - 1970 * 12
    birth = born.astype("datetime64[M]").astype("datetime64[D]") + dice.integers(0, 28, count)
    np.save(folder / "person_id.npy", np.arange(count))
    np.save(folder / "birth_date.npy", birth)
    np.save(folder / "category.npy", category.astype(np.int8))
    np.save(folder / "average_index_minor.npy", dice.integers(60, 301, count).astype(np.int16))
    np.save(folder / "contribution_months.npy", dice.integers(240, 361, count).astype(np.int16))
    base = dice.integers(20_000, 600_000, count)
    for at, year in enumerate(YEARS):
        cents = base * (100 + 6 * at) // 100 * dice.integers(0, 2**16, count) // 2**15 * 12 * 8 // 100
        np.save(folder / f"credited_{year}_minor.npy", cents.astype(np.int32))


def facts(pack: Path) -> dict[str, object]:
    """Return the pack's numbers as the other side and the decimal check read them."""
    from provident.law import Law
    from provident.law.pack import load_pack

    law = Law(load_pack(pack))

    def index(name: str):
        return law.index(f"cn.pension.{name}")

    rates, bases = index("account_interest_rate"), index("published_benefit_base")
    extra, divisor = index("extra_part"), index("divisor_at_age")
    return {
        "years": [YEARS.start, YEARS.stop], "columns": list(GIVEN),
        "rate": {year: str(Decimal(rates.in_year(year, REGION)[0]) / rates.one) for year in YEARS},
        "base": {year: bases.on(year * 12, REGION)[0] for year in range(2036, 2041)},
        "extra": extra.on(2036 * 12, REGION)[0],
        "divisor": {age: divisor.at(age, None, 0)[0] for age in range(50, 71)},
    }  # fmt: skip


def different(folder: Path, told: dict[str, object], answers: Path, count: int) -> int:
    """Return how many persons differ in any amount from decimal arithmetic."""
    part = 50_000
    with ProcessPoolExecutor(2) as pool:
        jobs = [
            pool.submit(_checked, folder, json.dumps(told), answers, at, min(at + part, count))
            for at in range(0, count, part)
        ]
        return sum(job.result() for job in jobs)


def _checked(folder: Path, told: str, answers: Path, start: int, stop: int) -> int:
    setcontext(Context(prec=60, rounding=ROUND_HALF_UP))
    facts = json.loads(told)
    rates = [Decimal(facts["rate"][str(year)]) for year in YEARS]

    def column(name: str) -> list[int]:
        return np.load(folder / f"{name}.npy", mmap_mode="r")[start:stop].tolist()

    credited = zip(*(column(f"credited_{year}_minor") for year in YEARS), strict=True)
    birth = np.load(folder / "birth_date.npy", mmap_mode="r")[start:stop].astype("datetime64[M]").astype(int)
    rows = zip(birth.tolist(), column("category"), column("average_index_minor"),
               column("contribution_months"), credited, strict=True)  # fmt: skip
    ours = np.load(answers, mmap_mode="r")[start:stop].tolist()
    return sum(_alone(row, rates, facts) != mine for row, mine in zip(rows, ours, strict=True))


def _alone(row: tuple, rates: list[Decimal], facts: dict) -> list[int]:
    """Work one person out in decimals of yuan, as the law reads."""
    born, category, hundredths, months, credited = row
    cent, balance = Decimal("0.01"), Decimal(0)
    for rate, cents in zip(rates, credited, strict=True):
        balance += (balance * rate).quantize(cent) + Decimal(cents) / 100
    age = ORIGINAL[category]
    age += min((born + 1970 * 12 + age - 2025 * 12) // STEP[category] + 1, LONGEST[category])
    retired = born + 1970 * 12 + age
    base, index = Decimal(facts["base"][str(retired // 12)]) / 100, Decimal(hundredths) / 100
    years = (Decimal(months) / 12).quantize(cent)
    basic = ((base + (base * index).quantize(cent)) / 2 * years / 100).quantize(cent)
    reached, coming = (Decimal(facts["divisor"][str(one)]) for one in (age // 12, (age + 11) // 12))
    divisor = (reached - (reached - coming) * (age % 12) / 12).quantize(Decimal("0.1"))
    account = (balance / divisor).quantize(cent)
    total = basic + account + Decimal(facts["extra"]) / 100
    return [int(balance * 100), int(divisor * 10), int(basic * 100), int(account * 100), int(total * 100)]
