"""What `provident law` tells of rules: calculations and variables as records for showing."""

from collections.abc import Iterable
from dataclasses import dataclass

from provident.law.book import Book
from provident.law.engine.numbers import written
from provident.law.formulas.declared import Calculation, Formula, Variable
from provident.law.refusals import NoSuchParameter
from provident.law.sources import Title


@dataclass(frozen=True, slots=True)
class ShownFormula:
    """One formula of a variable, as it is told."""

    since: str
    until: str
    words: Title
    rounding: str
    article: str
    evidence: str
    status: str


@dataclass(frozen=True, slots=True)
class ShownVariable:
    """One variable, as it is told."""

    id: str
    title: Title
    kind: str
    low: str
    high: str
    note: str
    words: tuple[str, ...]
    formulas: tuple[ShownFormula, ...]


def find_rule(books: Iterable[Book], name: str) -> tuple[Book, Calculation | ShownVariable]:
    """Return the calculation or variable of an id; refused if no pack has one."""
    for book in books:
        rules = book.pack.rules
        if name in rules.calculations:
            return book, rules.calculations[name]
        if name in rules.variables:
            return book, shown_variable(rules.variables[name])
    raise NoSuchParameter(id=name, pack=", ".join(book.pack_version for book in books))


def shown_variable(variable: Variable) -> ShownVariable:
    """Return a variable as it is told."""
    low, high = (written(variable, one) for one in (variable.low, variable.high))
    formulas = tuple(_formula(one) for one in variable.formulas)
    return ShownVariable(
        variable.id, variable.title, variable.kind, low, high, variable.note, variable.words, formulas
    )


def _formula(formula: Formula) -> ShownFormula:
    choice = formula.rounding
    rules = ", ".join(f"{rule} ({day})" if len(choice.rules) > 1 else rule for day, rule in choice.rules)
    source = formula.source
    cited = source.citation
    return ShownFormula(
        since=formula.since.isoformat(),
        until=formula.until.isoformat() if formula.until else "",
        words=formula.words,
        rounding=rules or choice.by,
        article=f"{cited.law}, {cited.article}" if cited.article else cited.law,
        evidence=source.evidence,
        status=source.status,
    )
