"""Who lives in the sample region, where they worked, and how their employers behave.

Pure and deterministic: the same seed and the same present month give the same region.
"""

import datetime as dt
import random
from dataclasses import dataclass
from enum import Enum

from provident.kernel.month import Month
from provident.kernel.words import Branch
from provident.sample import names, numbers

REGION = 990000
NEIGHBOUR_REGION = 990100
YEARS = 15
ALL_BRANCHES = tuple(Branch)
INJURY_ONLY = (Branch.WORK_INJURY,)

# Indexes with a story of their own; the README and the sample sign-ins point at them.
MOVER, FOREIGNER, TWO_EMPLOYERS, MERGED, TWIN, GAP = 10, 4, 11, 12, 13, 14
_STORIES = frozenset({MOVER, FOREIGNER, TWO_EMPLOYERS, MERGED, TWIN, GAP})


class Habit(Enum):
    """How an employer files and pays in the last twelve months."""

    PROMPT = "prompt"
    PAYS_LATE = "pays_late"  # two months behind
    PAYS_PART = "pays_part"  # three fifths of what is due
    STOPPED_PAYING = "stopped_paying"  # nothing for the last four months
    STOPPED_FILING = "stopped_filing"  # last due month never declared
    LUMP_SUM = "lump_sum"  # pays one sum without saying for what


_HABITS = {
    7: Habit.PAYS_LATE,
    13: Habit.PAYS_PART,
    21: Habit.STOPPED_PAYING,
    34: Habit.STOPPED_FILING,
    45: Habit.LUMP_SUM,
}


@dataclass(frozen=True, slots=True)
class SampleEmployer:
    """An employer: credit code, name, region, habit."""

    uscc: str
    name: str
    region: int
    habit: Habit


@dataclass(frozen=True, slots=True)
class Spell:
    """One employment: at which employer (index), from which month to which (None: still there)."""

    employer: int
    since: Month
    until: Month | None
    branches: tuple[Branch, ...]
    region: int = REGION


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A resident: number, name, birthday, wage as per mille of the average, employments, pension start."""

    number: str
    name: str
    born: dt.date
    wage_permille: int
    spells: tuple[Spell, ...]
    pension_since: Month | None


@dataclass(frozen=True, slots=True)
class Region:
    """The whole sample: `present` is the month it is built in; `start` the first month on record."""

    present: Month
    start: Month
    employers: tuple[SampleEmployer, ...]
    people: tuple[SamplePerson, ...]


def build(*, present: Month, residents: int, employers: int, seed: int) -> Region:
    """Return the region as it stands in the month `present`."""
    rng = random.Random(seed)  # noqa: S311 - a story, not a secret
    start = present.plus(-12 * YEARS)
    firms = tuple(
        SampleEmployer(
            uscc=numbers.credit_code(i + 1),
            name=names.employer_name(rng, i),
            region=NEIGHBOUR_REGION if i == employers - 1 else REGION,
            habit=_HABITS.get(i, Habit.PROMPT),
        )
        for i in range(employers)
    )
    taken: set[str] = set()
    people = tuple(
        _person(rng, i, start, present, employers=employers, taken=taken) for i in range(residents)
    )
    return Region(present, start, firms, people)


def _free_number(born: dt.date, index: int, taken: set[str]) -> str:
    """Return a number nobody has: its three digits of sequence tell apart those born on one day."""
    while (number := numbers.resident_number(born, index % 1000)) in taken:
        index += 1
    taken.add(number)
    return number


def _person(
    rng: random.Random, index: int, start: Month, present: Month, *, employers: int, taken: set[str]
) -> SamplePerson:
    age = rng.choices((22, 30, 40, 50, 59, 66), weights=(12, 28, 27, 20, 5, 8))[0] + rng.randrange(-3, 4)
    if index in _STORIES:
        age = 44  # old enough to have worked through all the years, too young to draw a pension
    born = dt.date(present.year - age, rng.randrange(1, 13), rng.randrange(1, 29))
    name = names.person_name(rng, index)
    if index in (MERGED, TWIN):  # one person who was registered twice, under two numbers
        born, name = dt.date(present.year - age, 5, 17), "钱清源"
    number = numbers.foreign_number(index) if index == FOREIGNER else _free_number(born, index, taken)
    wage = min(4200, max(350, int(rng.lognormvariate(6.85, 0.45))))
    pension_since = _pension_start(born, start, present)
    spells = _special_spells(index, start, present, employers) or _career(
        rng, max(start, Month(born.year + 19, born.month)), pension_since, present, employers
    )
    return SamplePerson(number, name, born, wage, spells, pension_since)


def _pension_start(born: dt.date, start: Month, present: Month) -> Month | None:
    """Return the first month of pension: the month of turning 62, which is a story and not a rule of law."""
    month = Month(born.year + 62, born.month)
    return max(month, start) if month <= present.plus(-13) else None


def _special_spells(index: int, start: Month, present: Month, employers: int) -> tuple[Spell, ...]:
    """Return the employments of those whom the sample tells a story about."""
    neighbour = employers - 1
    move = present.plus(-60)
    stories = {
        MOVER: (
            Spell(neighbour, start, move.plus(-1), ALL_BRANCHES, NEIGHBOUR_REGION),
            Spell(2, move, None, ALL_BRANCHES),
        ),
        FOREIGNER: (Spell(5, present.plus(-40), None, ALL_BRANCHES),),
        TWO_EMPLOYERS: (
            Spell(3, start.plus(30), None, ALL_BRANCHES),
            Spell(9, present.plus(-20), None, INJURY_ONLY),
        ),
        MERGED: (Spell(34, start.plus(80), None, ALL_BRANCHES),),
        TWIN: (Spell(6, start, start.plus(79), ALL_BRANCHES),),
        GAP: (
            Spell(1, start, start.plus(50), ALL_BRANCHES),
            Spell(21, start.plus(64), None, ALL_BRANCHES),
        ),
    }
    return stories.get(index, ())


def _career(
    rng: random.Random, first: Month, pension_since: Month | None, present: Month, employers: int
) -> tuple[Spell, ...]:
    """Return employments from `first` until retirement or until today, with gaps between some of them."""
    spells: list[Spell] = []
    since = first.plus(rng.choice((0, 0, 0, 0, 3, 9, 20)))
    end = pension_since or present
    while since < end:
        until = since.plus(rng.randrange(14, 110))
        employer = min(int(rng.expovariate(1 / 18)), employers - 2)
        if until >= end.plus(-1):
            spells.append(Spell(employer, since, pension_since and pension_since.plus(-1), ALL_BRANCHES))
            break
        spells.append(Spell(employer, since, until, ALL_BRANCHES))
        since = until.plus(1 + rng.choice((0, 0, 0, 0, 2, 5, 11)))
    return tuple(spells)
