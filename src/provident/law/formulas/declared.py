"""A pack's variables, formulas, roundings, requirements and calculations as records."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from provident.kernel.rounding import Rounding
from provident.law.sources import Sourced, Title


class Kind(StrEnum):
    """What a variable's whole numbers stand for."""

    MONEY = "money"  # 10^-decimals of the pack's currency
    NUMBER = "number"  # 10^-decimals
    MONTHS = "months"
    YEAR = "year"
    MONTH = "month"  # a calendar month, counted: year × 12 + month - 1
    DATE = "date"  # a day, counted from 1970-01-01
    REGION = "region"  # a division code
    WORD = "word"  # the place of a word in the variable's list of words
    FLAG = "flag"  # 0 no, 1 yes


@dataclass(frozen=True, slots=True)
class RoundingRule:
    """A rounding the law names: how, and to what step (in the variable's unit, e.g. 0.10)."""

    id: str
    title: Title
    mode: Rounding
    step: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """What must hold for a formula to apply, as it is told to the person for whom it does not."""

    id: str
    sentence: Title
    remedy: Title
    source: Sourced


@dataclass(frozen=True, slots=True)
class RoundingChoice:
    """How one formula is rounded: by dated rules, or by the word a variable holds; empty: not named."""

    rules: tuple[tuple[dt.date, str], ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """One way a variable is worked out, from a date on (`until=None`: no known end)."""

    name: str  # of the function, e.g. pia_first_1979_01
    since: dt.date
    until: dt.date | None
    words: Title
    source: Sourced
    rounding: RoundingChoice
    inputs: tuple[str, ...]
    function: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Years:
    """The years a variable has values for; an edge is a year, or the variable that holds it."""

    since: int | str | None = None
    until: int | str | None = None
    of: str = ""  # a variable whose reported years these are


@dataclass(frozen=True, slots=True)
class Variable:
    """A named quantity: what its whole numbers stand for, their bounds, how it is worked out."""

    id: str
    title: Title
    kind: Kind
    decimals: int
    low: int
    high: int
    words: tuple[str, ...]
    years: Years | None
    absent: int | None  # what a year that is not reported stands for; None: refused
    starts_with: str  # variable that holds the value before the first year
    dated_by: str  # variable whose date says which formula is in force
    note: str
    formulas: tuple[Formula, ...]

    @property
    def name(self) -> str:
        """The last word of the id, which a column and a formula's parameter use."""
        return self.id.rpartition(".")[2]

    @property
    def namespace(self) -> str:
        """The id without its last word."""
        return self.id.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Calculation:
    """What one can ask for by name: some variables, in an order."""

    id: str
    title: Title
    outputs: tuple[str, ...]  # variable ids
    ignored: tuple[str, ...]  # columns that may be there and are not used


@dataclass(frozen=True, slots=True)
class Rules:
    """All of a pack's law that is not a number."""

    variables: Mapping[str, Variable] = field(default_factory=dict)
    calculations: Mapping[str, Calculation] = field(default_factory=dict)
    roundings: Mapping[str, RoundingRule] = field(default_factory=dict)
    requirements: Mapping[str, Requirement] = field(default_factory=dict)
    words: Mapping[str, Title] = field(default_factory=dict)

    def told(self, word: str) -> Title:
        """Return what a word of a variable or parameter means, for whoever does not know the pack."""
        rounding = self.roundings.get(word)
        return self.words.get(word) or (rounding.title if rounding else Title(word, word))
