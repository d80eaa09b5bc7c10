"""The trace: every step of a calculation, with what it needed and how it was rounded."""

from dataclasses import dataclass, field
from typing import NamedTuple

from provident.kernel.rate import Rate
from provident.law.engine.numbers import decimal_text, written
from provident.law.engine.plan import Bound, Law, Node
from provident.law.engine.rounding import Quotient, Step
from provident.law.records import DatedValue, Parameter, Table, Unit
from provident.law.sources import Title

SCHEMA = "provident:trace-1"  # docs/reference/trace-1.schema.json
VERSION = 1


class Given(NamedTuple):
    """A value that is not computed: how it came, and the ledger entries it rests on."""

    value: int
    how: str = "column"  # column, option, ledger, default
    entries: tuple[str, ...] = ()


class Reading(NamedTuple):
    """One look at a parameter: for when, and what was found."""

    parameter: Parameter
    one: int
    asked: str
    value: int
    found: DatedValue | None


class StepTaken(NamedTuple):
    """One variable (of one year) worked out or given."""

    node: Node
    year: int | None
    value: int
    given: Given | None = None
    bound: Bound | None = None
    inputs: tuple[tuple[str, int | None], ...] = ()  # variable id, year
    readings: tuple[Reading, ...] = ()
    exact: Quotient | None = None
    step: Step | None = None

    @property
    def id(self) -> str:
        """The variable's id, with the year where there is one."""
        return step_id(self.node.variable.id, self.year)


def step_id(variable: str, year: int | None) -> str:
    """Return how a step is named: us.retirement.aime, us.retirement.indexed_earnings[1986]."""
    return variable if year is None else f"{variable}[{year}]"


@dataclass(slots=True)
class Trace:
    """The steps in the order in which they were taken, needed ones first."""

    law: Law
    calculation: str
    steps: list[StepTaken] = field(default_factory=list)

    def document(self, subject: str = "") -> dict[str, object]:
        """Return the trace as the published JSON form."""
        return {
            "schema": SCHEMA,
            "version": VERSION,
            "calculation": self.calculation,
            "pack": self.law.version,
            "subject": subject,
            "steps": [_document(step, self.law) for step in self.steps],
        }


def _pair(title: Title) -> dict[str, str]:
    return {"en": title.en, "zh-Hans": title.zh}


def _document(step: StepTaken, law: Law) -> dict[str, object]:
    variable = step.node.variable
    found: dict[str, object] = {
        "id": step.id,
        "title": _pair(variable.title),
        "unit": unit_of(step.node, law),
        "value": written(variable, step.value),
    }
    if step.given is not None:
        found["given"] = {"how": step.given.how, "entries": list(step.given.entries)}
        return found
    formula = step.bound.formula if step.bound else None
    if formula is not None:
        cited = formula.source.citation
        found["formula"] = _pair(formula.words)
        found["since"] = formula.since.isoformat()
        found["article"] = f"{cited.law}, {cited.article}" if cited.article else cited.law
        found["status"] = str(formula.source.status)
    found["inputs"] = [
        *({"step": step_id(*one)} for one in step.inputs),
        *(_reading(one) for one in step.readings),
    ]
    if step.exact is not None and step.step is not None:
        found["exact"] = f"{step.exact.number}/{step.exact.by * 10**variable.decimals}"
        found["rounding"] = rounding_of(step, law)
    return found


def rounding_of(step: StepTaken, law: Law) -> dict[str, object]:
    """Return the rounding applied; where the law names none, the rule of this engine."""
    rule = step.step.rule if step.step else ""
    named = law.pack.rules.roundings.get(rule)
    if named is None:
        places = step.node.variable.decimals
        title = Title(
            f"none named by the law; {places} decimals, halves up",
            f"法规未规定；保留{places}位小数，四舍五入",
        )
        return {"id": None, "title": _pair(title)}
    return {"id": rule, "title": _pair(named.title)}


def _reading(reading: Reading) -> dict[str, object]:
    document: dict[str, object] = {
        "parameter": reading.parameter.id,
        "title": _pair(reading.parameter.title),
        "for": reading.asked,
        "value": reading_text(reading),
    }
    if reading.found is not None:
        source = reading.found.source
        cited = source.citation
        document["since"] = reading.found.since.isoformat()
        document["article"] = f"{cited.law}, {cited.article}" if cited.article else cited.law
        document["status"] = str(source.status)
    return document


def reading_text(reading: Reading) -> str:
    """Return a parameter's value as the pack writes it."""
    parameter = reading.parameter
    if reading.found is None:
        return str(reading.value)
    if parameter.unit is Unit.WORD:
        return parameter.words[reading.value]
    if isinstance(reading.found.value, Table):
        if parameter.unit is Unit.FRACTION:
            return _fraction(reading)
        places = len(str(reading.one)) - 1
        return (
            decimal_text(reading.value, places)
            if reading.one == 10**places
            else f"{reading.value}/{reading.one}"
        )
    return reading.found.text


def _fraction(reading: Reading) -> str:
    """Return a table's fraction as the pack writes it: 5/900 and not 1/180."""
    table = reading.found.value if reading.found else None
    rates = [rate for _, rate in table.entries if isinstance(rate, Rate)] if isinstance(table, Table) else []
    same = [one for one in rates if one.numerator * reading.one == reading.value * one.denominator]
    return f"{same[0].numerator}/{same[0].denominator}" if same else f"{reading.value}/{reading.one}"


def unit_of(node: Node, law: Law) -> str:
    """Return what the value is counted in: a currency, or the kind."""
    kind = node.variable.kind
    return law.pack.currency if kind == "money" else str(kind)
