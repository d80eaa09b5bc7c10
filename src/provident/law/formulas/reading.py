"""The shapes of a pack's variables, roundings, requirements and calculations."""

import datetime as dt
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from provident.kernel.rounding import Rounding
from provident.law.forms import Form, Spot
from provident.law.formulas.declared import (
    Calculation,
    Formula,
    Kind,
    Requirement,
    RoundingChoice,
    RoundingRule,
    Variable,
    Years,
)
from provident.law.formulas.source import since_of
from provident.law.shapes import Frame, read_source
from provident.law.sources import Title

# Where a kind says its own bounds and a variable gives none.
_BOUNDS = {
    Kind.MONTHS: (0, 1500), Kind.YEAR: (1900, 2100), Kind.MONTH: (1900 * 12, 2100 * 12 + 11),
    Kind.DATE: (-25567, 47846), Kind.REGION: (0, 999999), Kind.FLAG: (0, 1),
}  # fmt: skip
_MOST = 9 * 10**18


@dataclass(slots=True)
class Namespace:
    """What the variables of one file are read against."""

    name: str
    frame: Frame
    functions: Mapping[str, Callable[..., Any]]
    used: set[str] = field(default_factory=set)


def read_variable(data: object, spot: Spot, space: Namespace) -> Variable | None:
    """Read one variable of a variables file, its formulas joined with their functions."""
    form = Form(
        data, spot, required="name title kind",
        optional="decimals low high words years absent starts_with dated_by note formulas",
    )  # fmt: skip
    name, title, word = form.text("name"), form.title("title"), form.word("kind", tuple(Kind))
    if not (name and title and word):
        return None
    kind, words = Kind(word), form.words("words")
    if kind is Kind.WORD and not words:
        spot.at("words").fault("not_words")
        return None
    decimals = form.whole("decimals", 0, 12) or 0
    low, high = _bounds(form, kind, decimals, words)
    if low is None or high is None or low > high:
        spot.fault("no_bound")
        return None
    rows = [
        _formula(row, spot.at("formulas").at(i), name, space) for i, row in enumerate(form.rows("formulas"))
    ]
    formulas = tuple(sorted((one for one in rows if one is not None), key=lambda one: one.since))
    return Variable(
        id=f"{space.name}.{name}",
        title=title,
        kind=kind,
        decimals=decimals,
        low=low,
        high=high,
        words=words,
        years=_years(form, space.name),
        absent=form.whole("absent", -_MOST, _MOST),
        starts_with=_named(form.text("starts_with"), space.name),
        dated_by=_named(form.text("dated_by"), space.name),
        note=form.text("note") or "",
        formulas=_ending(formulas),
    )


def _bounds(form: Form, kind: Kind, decimals: int, words: tuple[str, ...]) -> tuple[int | None, int | None]:
    """Return the bounds in the variable's smallest unit; a file gives them in whole units."""
    if kind is Kind.WORD:
        return 0, len(words) - 1
    low, high = form.whole("low", -_MOST, _MOST), form.whole("high", -_MOST, _MOST)
    known_low, known_high = _BOUNDS.get(kind, (None, None))
    scale = 10**decimals
    lowest = low * scale if low is not None else known_low if known_low is not None else 0
    highest = high * scale if high is not None else known_high
    return lowest, None if highest is None or highest > _MOST else highest


def _years(form: Form, space: str) -> Years | None:
    if "years" not in form.data:
        return None
    part = Form(form.data["years"], form.spot.at("years"), optional="from to of")
    since, until = (_edge(part.data.get(key), space) for key in ("from", "to"))
    return Years(since, until, _named(part.text("of"), space))


def _edge(value: object, space: str) -> int | str | None:
    return _named(value, space) if isinstance(value, str) else value if isinstance(value, int) else None


def _named(name: str | None, space: str) -> str:
    """Return the id of a variable named in a file: by its last word within the namespace."""
    if not name:
        return ""
    return name if "." in name else f"{space}.{name}"


def full_name(argument: str, space: str) -> str:
    """Return the id a formula's parameter stands for: `pension__base_floor` is another namespace's."""
    if "__" not in argument:
        return f"{space}.{argument}"
    return f"{space.partition('.')[0]}.{argument.replace('__', '.')}"


def _formula(row: object, spot: Spot, variable: str, space: Namespace) -> Formula | None:
    form = Form(row, spot, required="since words", optional="until rounding cite evidence status same_as")
    since, words, source = form.date("since"), form.title("words"), read_source(form, space.frame)
    if since is None or words is None or source is None:
        return None
    at = form.date("same_as") or since
    found = [name for name in space.functions if since_of(name) == (variable, at)]
    if not found:
        spot.fault("no_function", variable=variable, since=at)
        return None
    space.used.add(found[0])
    function = space.functions[found[0]]
    inputs = tuple(inspect.signature(function).parameters)
    rounding = _rounding(form, since, space.name)
    return Formula(found[0], since, form.date("until"), words, source, rounding, inputs, function)


def _rounding(form: Form, since: dt.date, space: str) -> RoundingChoice:
    value = form.data.get("rounding")
    if value is None:
        return RoundingChoice()
    if isinstance(value, str):
        return RoundingChoice(((since, value),))
    if isinstance(value, dict):
        part = Form(value, form.spot.at("rounding"), required="by")
        return RoundingChoice(by=_named(part.text("by"), space))
    rules = []
    for index, row in enumerate(form.rows("rounding")):
        part = Form(row, form.spot.at("rounding").at(index), required="since rule")
        day, rule = part.date("since"), part.text("rule")
        if day is not None and rule is not None:
            rules.append((day, rule))
    return RoundingChoice(tuple(rules))


def _ending(formulas: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """End each formula where the next begins, unless it says itself when it ends."""
    ended = [
        one if one.until is not None else _until(one, after.since - dt.timedelta(days=1))
        for one, after in pairwise(formulas)
    ]
    return (*ended, *formulas[-1:])


def _until(one: Formula, day: dt.date) -> Formula:
    return Formula(one.name, one.since, day, one.words, one.source, one.rounding, one.inputs, one.function)


def read_rounding(data: object, spot: Spot) -> RoundingRule | None:
    """Read one rule of roundings.yaml."""
    form = Form(data, spot, required="id title mode to")
    rule, title, mode = form.text("id"), form.title("title"), form.word("mode", tuple(Rounding))
    step = form.text("to")
    return RoundingRule(rule, title, Rounding(mode), step) if rule and title and mode and step else None


def read_requirement(data: object, spot: Spot, frame: Frame) -> Requirement | None:
    """Read one sentence of requirements.yaml."""
    form = Form(data, spot, required="id sentence remedy", optional="cite evidence status")
    if not form.given:
        return None
    word, sentence, remedy = form.text("id"), form.title("sentence"), form.title("remedy")
    source = read_source(form, frame)
    return Requirement(word, sentence, remedy, source) if word and sentence and remedy and source else None


def read_calculation(data: object, spot: Spot) -> Calculation | None:
    """Read one calculation of calculations.yaml; outputs are named within `namespace`."""
    form = Form(data, spot, required="id namespace title outputs", optional="ignored")
    name, space, title = form.text("id"), form.text("namespace"), form.title("title")
    outputs = tuple(_named(one, space or "") for one in form.words("outputs"))
    return Calculation(name, title, outputs, form.words("ignored")) if name and title and outputs else None


def read_word(data: object, spot: Spot) -> tuple[str, Title] | None:
    """Read one word of words.yaml: what it means, for whoever does not know the pack."""
    form = Form(data, spot, required="word title")
    word, title = form.text("word"), form.title("title")
    return (word, title) if word and title else None
