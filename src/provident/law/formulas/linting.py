"""Faults that only show when a pack's rules are joined: loose names, circles, possible overflow."""

from collections.abc import Iterator

from provident.law.formulas.declared import Formula, Kind, Variable
from provident.law.formulas.reading import full_name
from provident.law.problems import Problems
from provident.law.records import Pack

_ENGINE = frozenset(("ops", "year", "previous", "on"))


def check_rules(pack: Pack, problems: Problems) -> None:
    """Note every name that stands for nothing, then what joining the graph refuses."""
    before = len(problems.found)
    rules = pack.rules
    for variable in rules.variables.values():
        for name in _variables_named(variable):
            if name not in rules.variables and name != f"{pack.id}.on":
                problems.add(variable.id, "", "unknown_name", what=name)
        for formula in variable.formulas:
            _formula(pack, variable, formula, problems)
        if len(variable.formulas) > 1 and not variable.dated_by and variable.years is None:
            problems.add(variable.id, "", "undated")
    for calculation in rules.calculations.values():
        for name in calculation.outputs:
            if name not in rules.variables:
                problems.add("calculations.yaml", calculation.id, "unknown_name", what=name)
    if len(problems.found) == before:
        _joined(pack, problems)


def _variables_named(variable: Variable) -> Iterator[str]:
    yield from (one for one in (variable.dated_by, variable.starts_with) if one)
    if variable.years is not None:
        edges = (variable.years.since, variable.years.until, variable.years.of)
        yield from (one for one in edges if isinstance(one, str) and one)


def _formula(pack: Pack, variable: Variable, formula: Formula, problems: Problems) -> None:
    for argument in formula.inputs:
        name = full_name(argument, variable.namespace)
        if argument not in _ENGINE and name not in pack.rules.variables and name not in pack.parameters:
            problems.add(variable.id, formula.name, "unknown_name", what=name)
    for _, rule in formula.rounding.rules:
        if rule not in pack.rules.roundings:
            problems.add(variable.id, formula.name, "unknown_name", what=rule)
    by = formula.rounding.by
    if by and (by not in pack.rules.variables or pack.rules.variables[by].kind is not Kind.WORD):
        problems.add(variable.id, formula.name, "unknown_name", what=by)


def _joined(pack: Pack, problems: Problems) -> None:
    """Join the graph as a calculation does; the engine says what cannot be."""
    from provident.law.engine.plan import Law  # noqa: PLC0415 - the engine stands above the formulas it runs
    from provident.law.refusals import GoesInCircles, MayOverflow  # noqa: PLC0415

    law = Law(pack)
    for name in pack.rules.variables:
        try:
            law.node(name)
        except GoesInCircles as refusal:
            problems.add(name, "", "in_a_circle", what=refusal.facts["path"])
            return
        except MayOverflow as refusal:
            problems.add(name, str(refusal.facts["formula"]), "may_overflow", what=refusal.facts["what"])
            return
