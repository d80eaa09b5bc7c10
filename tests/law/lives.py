"""Random lives, as a file of people and a history would give them, for asking one and many the same."""

import random
from dataclasses import dataclass, field

import numpy as np

from provident.kernel.refusal import Refusal
from provident.law import law_of
from provident.law.engine.many import Batch, Column, Many, Reasons
from provident.law.engine.one import One
from provident.law.engine.trace import Given as GivenToOne
from provident.law.machine.person import Given
from provident.law.machine.program import Output, compiled, written

TODAY = 20_779


@dataclass
class Life:
    """One person: whole numbers by variable id, and of years by variable id and year."""

    given: dict = field(default_factory=dict)
    series: dict = field(default_factory=dict)


def american(seed):
    """Return a life in the pack us: sometimes before the law's reach, sometimes asking too early."""
    dice = random.Random(seed)
    born = dice.randrange(-19_600, -1_500)  # 1916 to 1965
    at_62 = (born // 365.25 + 1970 + 62) * 12 + dice.randrange(12)
    entitled = min(int(at_62) + dice.randint(-3, 110), 2099 * 12)
    life = Life(
        {
            "us.retirement.birth_date": born,
            "us.retirement.entitlement_month": entitled,
            "us.retirement.benefit_month": min(entitled + dice.randint(-2, 300), 2026 * 12 + 9),
        }
    )
    first = dice.randint(1945, 2000)
    years = {
        year: dice.choice((0, dice.randint(0, 60_000) * 100, dice.randint(0, 25_000_000)))
        for year in range(first, min(2027, first + dice.randint(0, 50)))
        if dice.random() < 0.95
    }
    if years:
        life.series["us.retirement.earnings"] = years
    for name, most in (("aime", 15_000), ("insured", 1), ("credited_months", 48)):
        if dice.random() < 0.05:
            life.given[f"us.retirement.{name}"] = dice.randint(0, most)
    return life


def one_by_one(calculation, lives):
    """Return each life's outputs, a number or the refusal's sentence, worked out on its own."""
    law = law_of(calculation)
    nodes = [law.node(name) for name in law.calculation(calculation).outputs]
    answers = []
    for life in lives:
        given = {name: GivenToOne(value) for name, value in life.given.items()}
        series = {n: {year: GivenToOne(v) for year, v in years.items()} for n, years in life.series.items()}
        one = One(law, calculation, {f"{law.pack.id}.on": GivenToOne(TODAY), **given}, series)
        answers.append([_asked(one, node) for node in nodes])
    return answers


def _asked(one, node):
    try:
        return one.value(node)
    except Refusal as refusal:
        return str(refusal)


def all_at_once(calculation, lives):
    """Return the same, worked out as arrays."""
    law = law_of(calculation)
    nodes = [law.node(name) for name in law.calculation(calculation).outputs]
    reasons = Reasons()
    names = sorted({name for life in lives for name in life.given})
    given = {name: _column([life.given.get(name) for life in lives]) for name in names}
    series = {}
    for name in sorted({name for life in lives for name in life.series}):
        years = sorted({year for life in lives for year in life.series.get(name, {})})
        series[name] = {
            year: _column([life.series.get(name, {}).get(year) for life in lives]) for year in years
        }
    many = Many(law, Batch(len(lives), {f"{law.pack.id}.on": Column(TODAY), **given}, series), reasons)
    cells = [many.value(node) for node in nodes]
    columns = []
    for cell in cells:
        values = np.broadcast_to(cell.values, (len(lives),)).tolist()
        faults = np.broadcast_to(0 if cell.faults is None else cell.faults, (len(lives),)).tolist()
        columns.append(
            [str(reasons.refusals[n - 1]) if n else v for v, n in zip(values, faults, strict=True)]
        )
    return [list(row) for row in zip(*columns, strict=True)]


def by_program(calculation, lives, common=None):
    """Return the same, worked out by a program; None for whom it leaves to the arrays."""
    law = law_of(calculation)
    nodes = [law.node(name) for name in law.calculation(calculation).outputs]
    asked = sorted({(name, None) for life in lives for name in life.given}, key=str)
    asked += sorted({(name, y) for life in lives for name, years in life.series.items() for y in years})
    columns = {one: Given(str(one), 8, mask=True) for one in asked if one[0] not in (common or {})}
    program = compiled(written(law, nodes, columns, {f"{law.pack.id}.on": TODAY, **(common or {})}))
    held = {}
    for (name, year), given in columns.items():
        of = [one.given.get(name) if year is None else one.series.get(name, {}).get(year) for one in lives]
        column = _column(of)
        held[id(given)] = column.values
        held[id(program.mask((name, year)))] = np.array([one is not None for one in of])
    results, doubts = program.run(len(lives), held)
    rows = [
        [int(results[one.place][at]) if isinstance(one, Output) else str(one) if isinstance(one, Refusal) else one
         for one in program.outputs]
        for at in range(len(lives))
    ]  # fmt: skip
    return [None if doubted else row for row, doubted in zip(rows, doubts, strict=True)]


def _column(values):
    present = np.array([value is not None for value in values])
    whole = np.array([0 if value is None else value for value in values], dtype=np.int64)
    return Column(whole, None if present.all() else present)
