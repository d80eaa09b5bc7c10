"""A pack's variables joined into a graph: who needs whom, by which formula, rounded how, proven how."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from provident.law.engine.index import Index
from provident.law.engine.numbers import threshold
from provident.law.engine.proof import Proof, Span, SpanLookup, SpanOps, prove
from provident.law.engine.rounding import Step, step_of, unnamed
from provident.law.formulas.declared import Calculation, Formula, Kind, Variable, Years
from provident.law.formulas.reading import full_name
from provident.law.records import Pack
from provident.law.refusals import GoesInCircles, NoSuchCalculation, NoSuchVariable
from provident.law.sources import Title

if TYPE_CHECKING:
    from provident.law.engine.trace import StepTaken

Key = tuple[str, int | None]  # a variable's id, and the year
ON = "on"  # the day the calculation is asked for, known to every pack


class Role(Enum):
    """What a formula's parameter stands for."""

    OPS = "ops"
    YEAR = "year"
    PREVIOUS = "previous"
    VALUE = "value"  # a variable of the person, or of the same year
    SERIES = "series"  # a variable of many years, as a whole
    LOOKUP = "lookup"  # a parameter


@dataclass(slots=True)
class Argument:
    """One parameter of a formula, resolved."""

    role: Role
    node: "Node | None" = None
    index: Index | None = None

    def key_in(self, year: int | None) -> Key:
        """Return the key of its variable in a year, or of its parameter."""
        if self.node is not None:
            return (self.node.variable.id, year if self.node.yearly else None)
        return (self.index.parameter.id if self.index is not None else "", None)


@dataclass(slots=True)
class Rounded:
    """How a formula's result is rounded: by date (ordered), or by the word of a variable."""

    starts: tuple[int, ...]  # thresholds in the dating variable's kind
    steps: tuple[Step, ...]
    by: "Node | None" = None
    words: tuple[Step | None, ...] = ()  # by the place of the word; None: left as it is, unrounded rule


@dataclass(frozen=True, slots=True)
class Planned:
    """What a formula needs in one year."""

    arguments: tuple[tuple[Role, Any, Key, Any], ...]  # role, variable, key, parameter
    inputs: tuple[Key, ...]  # variables; none where they differ from person to person
    reads: bool  # whether it looks anything up


@dataclass(slots=True)
class Bound:
    """A formula with everything it needs."""

    formula: Formula
    start: int
    end: int | None  # first value of the dating kind at which it no longer applies
    arguments: tuple[Argument, ...] = field(default=(), repr=False)  # they lead to everything else
    rounded: Rounded | None = None
    proof: Proof = field(default_factory=lambda: Proof((), within=False))
    step: Step | None = None  # the only one there is
    years: dict[int | None, Planned] = field(default_factory=dict, repr=False)

    def planned(self, year: int | None) -> Planned:
        """Return what the formula needs in a year; kept, since every person needs the same."""
        roles = {one.role for one in self.arguments}
        arguments = [(one.role, one.node, one.key_in(year), one.index) for one in self.arguments]
        differs = {Role.PREVIOUS, Role.SERIES} & roles or (self.rounded is not None and self.rounded.by)
        inputs = () if differs else tuple(one[2] for one in arguments if one[0] is Role.VALUE)
        self.years[year] = found = Planned(tuple(arguments), inputs, Role.LOOKUP in roles)
        return found


@dataclass(slots=True)
class Node:
    """A variable in the graph."""

    variable: Variable
    bounds: tuple[Bound, ...] = ()
    dated_by: "Node | None" = None
    since: "int | Node | None" = None
    until: "int | Node | None" = None
    of: "Node | None" = None
    starts_with: "Node | None" = None
    starts: tuple[int, ...] = ()
    yearly: bool = False  # whether it has a value for each year
    constant: bool = False  # whether it is the same for everybody: nothing it needs is given

    def chosen(self, when: int | None) -> Bound | None:
        """Return the formula in force; `when` None asks for the only one."""
        if when is None:
            return self.bounds[0]
        at = bisect_right(self.starts, when) - 1
        if at < 0:
            return None
        bound = self.bounds[at]
        return bound if bound.end is None or when < bound.end else None

    def needs(self) -> Iterator["Node"]:
        """Yield the variables any of its formulas may ask for, itself a year earlier left out."""
        for one in (self.dated_by, self.since, self.until, self.of, self.starts_with):
            if isinstance(one, Node):
                yield one
        for bound in self.bounds:
            for argument in bound.arguments:
                if argument.node is not None and argument.role is not Role.PREVIOUS:
                    yield argument.node
            if bound.rounded is not None and bound.rounded.by is not None:
                yield bound.rounded.by


class Law:
    """A pack made ready for calculating."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._indexes: dict[str, Index] = {}
        self._nodes: dict[str, Node] = {}
        self._proven: set[str] = set()
        self._ready: set[str] = set()  # proven with all they may need
        self.steps: dict[tuple[str, int], Step] = {}
        self.constants: dict[Key, StepTaken] = {}  # steps that are the same for everybody
        self.absent: dict[Key, StepTaken] = {}  # steps of what nobody gave
        self.constant_names: set[str] = set()
        self.programs: dict[object, Any] = {}  # machine code, being made or there; of `law.runs.programs`

    @property
    def version(self) -> str:
        """The pack and its version, e.g. "us 0.1.0"."""
        return f"{self.pack.id} {self.pack.version}"

    @cached_property
    def on_day(self) -> Node:
        """The day the calculation is asked for."""
        title = Title("day of the calculation", "计算日期")
        variable = Variable(
            f"{self.pack.id}.{ON}", title, Kind.DATE, 0, -25567, 47846, (), None, None, "", "", "", ()
        )
        return Node(variable)

    def calculation(self, name: str) -> Calculation:
        """Return a calculation by its id; refused if there is none."""
        found = self.pack.rules.calculations.get(name)
        if found is None:
            raise NoSuchCalculation(id=name, known=", ".join(sorted(self.pack.rules.calculations)))
        return found

    def index(self, parameter: str) -> Index:
        """Return a parameter ready for looking up."""
        if parameter not in self._indexes:
            self._indexes[parameter] = Index(self.pack, self.pack.parameters[parameter])
        return self._indexes[parameter]

    def named(self, name: str, calculation: Calculation) -> Node:
        """Return the variable of a short name, as a column uses it; refused if there is none."""
        space = calculation.outputs[0].rpartition(".")[0]
        full = full_name(name, space) if "." not in name else name
        if name == ON:
            return self.on_day
        if full not in self.pack.rules.variables:
            raise NoSuchVariable(calculation=calculation.id, name=name)
        return self.node(full)

    def node(self, name: str) -> Node:
        """Return a variable with all it may need, proven; refused if it goes in circles."""
        node = self._join(name, ())
        if name not in self._ready:
            for one in closure([node]):
                self._prove(one)
            self._ready.add(name)
        return node

    def step(self, rule: str, decimals: int) -> Step:
        """Return a rounding of the pack at a variable's decimals."""
        key = (rule, decimals)
        found = self.steps.get(key)
        if found is None:
            found = step_of(self.pack.rules.roundings[rule], decimals)
            if found is None:
                raise ValueError(f"{rule} cannot be expressed with {decimals} decimals")
            self.steps[key] = found
        return found

    def _join(self, name: str, path: tuple[str, ...]) -> Node:
        if name == f"{self.pack.id}.{ON}":
            return self.on_day
        if name in path:
            raise GoesInCircles(path=" → ".join((*path[path.index(name) :], name)))
        if name in self._nodes:
            return self._nodes[name]
        variable = self.pack.rules.variables[name]
        node, trail = Node(variable, yearly=variable.years is not None), (*path, name)
        years = variable.years or Years()
        node.dated_by = self._join(variable.dated_by, trail) if variable.dated_by else None
        node.since, node.until = self._edge(years.since, trail), self._edge(years.until, trail)
        node.of = self._join(years.of, trail) if years.of else None
        node.starts_with = self._join(variable.starts_with, trail) if variable.starts_with else None
        kind = self._dating(node)
        bounds = [self._bound(node, formula, kind, trail) for formula in variable.formulas]
        node.bounds, node.starts = tuple(bounds), tuple(bound.start for bound in bounds)
        node.constant = bool(bounds) and all(one.constant for one in node.needs())
        if node.constant:
            self.constant_names.add(name)
        self._nodes[name] = node
        return node

    def _dating(self, node: Node) -> Kind | None:
        if node.dated_by is not None:
            return node.dated_by.variable.kind
        return Kind.YEAR if node.yearly else None

    def _edge(self, edge: int | str | None, trail: tuple[str, ...]) -> int | Node | None:
        return self._join(edge, trail) if isinstance(edge, str) else edge

    def _bound(self, node: Node, formula: Formula, kind: Kind | None, trail: tuple[str, ...]) -> Bound:
        after = formula.until + dt.timedelta(days=1) if formula.until else None
        bound = Bound(
            formula,
            threshold(kind, formula.since) if kind else 0,
            threshold(kind, after) if kind and after else None,
        )
        bound.arguments = tuple(self._argument(name, node, trail) for name in formula.inputs)
        bound.rounded = rounded = self._rounded(node, formula, kind, trail)
        bound.step = rounded.steps[0] if len(rounded.steps) == 1 else None
        return bound

    def _argument(self, name: str, node: Node, trail: tuple[str, ...]) -> Argument:
        if name in {"ops", "year"}:
            return Argument(Role(name))
        if name == "previous":
            return Argument(Role.PREVIOUS, node)
        full = full_name(name, node.variable.namespace)
        if name == ON:
            return Argument(Role.VALUE, self.on_day)
        if full in self.pack.rules.variables:
            needed = self._join(full, trail)
            series = needed.yearly and not node.yearly
            return Argument(Role.SERIES if series else Role.VALUE, needed)
        return Argument(Role.LOOKUP, index=self.index(full))

    def _rounded(self, node: Node, formula: Formula, kind: Kind | None, trail: tuple[str, ...]) -> Rounded:
        choice, decimals = formula.rounding, node.variable.decimals
        if choice.by:
            by = self._join(choice.by, trail)
            rules = self.pack.rules.roundings
            words = tuple(
                self.step(word, decimals) if word in rules else unnamed() for word in by.variable.words
            )
            return Rounded((), (), by, words)
        if not choice.rules:
            return Rounded((0,), (unnamed(),))
        starts = tuple(threshold(kind, day) if kind else 0 for day, _ in choice.rules)
        return Rounded(starts, tuple(self.step(rule, decimals) for _, rule in choice.rules))

    def _prove(self, node: Node) -> None:
        if node.variable.id in self._proven:
            return
        decimals = node.variable.decimals
        for bound in node.bounds:
            ops = SpanOps(lambda rule: self.step(rule, decimals))
            rounded = bound.rounded or Rounded((0,), (unnamed(),))
            steps = rounded.words if rounded.by is not None else rounded.steps
            known = tuple(step for step in steps if step is not None)
            bound.proof = prove(bound.formula.name, partial(_on_spans, bound), ops, known, _span_of(node))
        self._proven.add(node.variable.id)


def closure(nodes: Iterable[Node]) -> list[Node]:
    """Return the nodes and all they may need, each once, needed ones first."""
    found: dict[int, Node] = {}

    def visit(node: Node) -> None:
        if id(node) in found:
            return
        for needed in node.needs():
            visit(needed)
        found[id(node)] = node

    for node in nodes:
        visit(node)
    return list(found.values())


def _span_of(node: Node) -> Span:
    return Span(node.variable.low, node.variable.high)


def _on_spans(bound: Bound, ops: SpanOps) -> object:
    given: list[object] = []
    for argument in bound.arguments:
        if argument.role is Role.OPS:
            given.append(ops)
        elif argument.role is Role.YEAR:
            given.append(Span(1900, 2100))
        elif argument.index is not None:
            given.append(SpanLookup(argument.index.one, argument.index.low, argument.index.high))
        elif argument.node is not None:
            given.append(_span_of(argument.node))
    return bound.formula.function(*given)
