"""Reads: what a calculation says of an opened record."""

import datetime as dt
from collections.abc import Mapping

from provident.kernel.clock import legal_day
from provident.kernel.month import Month
from provident.kernel.opened import Opened
from provident.kernel.refusal import Refusal
from provident.law import law_of
from provident.law.engine import numbers
from provident.law.engine.one import One
from provident.law.engine.plan import ON, Law
from provident.law.engine.trace import Given
from provident.law.formulas.declared import Calculation
from provident.law.runs.columns import not_a_value
from provident.ledger import queries as ledger
from provident.statements.estimates.facts import pension_facts, read
from provident.statements.estimates.records import Estimate, Facts
from provident.statements.references import reference_of
from provident.statements.refusals import NotOfARecord

FROM_THE_RECORD = ("cn.pension.old_age", "cn.retirement_age", "cn.retirement_age.window")
_EPOCH = dt.date(1970, 1, 1)


def require_of_a_record(calculation: str) -> None:
    """Refuse a calculation whose facts no record holds."""
    law_of(calculation)
    if calculation not in FROM_THE_RECORD:
        raise NotOfARecord(calculation=calculation, known=", ".join(FROM_THE_RECORD))


def estimate(
    opened: Opened,
    calculation: str,
    options: Mapping[str, str],
    *,
    on: dt.date | None = None,
    known_on: dt.datetime | None = None,
) -> Estimate:
    """Work a calculation out of an opened record; what is given as an option stands before the record."""
    require_of_a_record(calculation)
    law = law_of(calculation)
    known = law.calculation(calculation)
    day = on or legal_day(known_on or opened.at, ledger.installation().zone)
    facts = pension_facts(read(opened, as_of=Month.of(day), known_on=known_on))
    given = {f"{law.pack.id}.{ON}": Given((day - _EPOCH).days, "option")}
    given |= facts.given
    given |= _given(law, known, options)
    one = One(law, calculation, given, facts.series)
    return told_of(one, facts, reference=reference_of(opened.person), as_of=Month.of(day))


def told_of(one: One, facts: Facts, *, reference: str, as_of: Month) -> Estimate:
    """Ask for every answer of a calculation, keep the refusals, and say what was left out."""
    calculation = one.trace.calculation
    values: dict[str, int] = {}
    refused: dict[str, Refusal] = {}
    outputs = tuple(one.law.node(name) for name in one.law.calculation(calculation).outputs)
    for node in outputs:
        try:
            values[node.variable.id] = one.value(node)
        except Refusal as refusal:
            refused[node.variable.id] = refusal
    return Estimate(
        calculation=calculation,
        pack=one.law.version,
        reference=reference,
        as_of=as_of,
        outputs=outputs,
        values=values,
        refused=refused,
        left_out=facts.left_out,
        entries=facts.entries,
        trace=one.trace,
    )


def _given(law: Law, known: Calculation, options: Mapping[str, str]) -> dict[str, Given]:
    given: dict[str, Given] = {}
    for name, text in options.items():
        variable = law.named(name, known).variable
        try:
            given[variable.id] = Given(numbers.parse(variable, text), "option")
        except numbers.NotOne:
            raise not_a_value(variable, text) from None
    return given
