"""A trace told as a tree that needs neither the code nor the law to be read."""

from collections.abc import Iterator
from itertools import groupby

from provident.kernel.words import Language
from provident.law.engine.numbers import decimal_text, written
from provident.law.engine.plan import Node
from provident.law.engine.trace import Reading, StepTaken, Trace, reading_text, rounding_of, unit_of
from provident.law.formulas.declared import Kind
from provident.law.sources import Sourced, Title

_BEFORE = {"en": "worked out above", "zh": "计算见上文"}
_GIVEN = {
    "column": {"en": "given in the file", "zh": "文件中给定"},
    "option": {"en": "given as an option", "zh": "以选项给定"},
    "ledger": {"en": "from the record", "zh": "来自参保记录"},
    "unsaid": {"en": "not given, counted as this", "zh": "未给定，按此计"},
    "default": {"en": "not reported, counted as this", "zh": "未申报，按此计"},
}
_CENTS = 2  # decimals a reader expects in any case
_SHOWN_DIGITS = 6  # of a result before rounding


class Explained:
    """The lines of one trace in one language."""

    def __init__(self, trace: Trace, language: Language) -> None:
        self._trace = trace
        self._zh = language is Language.ZH_HANS
        self._steps = {(step.node.variable.id, step.year): step for step in trace.steps}
        self._told: set[tuple[str, int | None]] = set()

    def lines(self, outputs: tuple[Node, ...]) -> Iterator[str]:
        """Yield the tree of each output that was worked out, the last output first."""
        for node in reversed(outputs):
            key = (node.variable.id, None)
            if key in self._steps and key not in self._told:
                yield from self._step(self._steps[key], "", "")
                yield ""

    def _text(self, title: Title) -> str:
        return title.zh if self._zh else title.en

    def _article(self, source: Sourced) -> str:
        law = self._text(self._trace.law.pack.laws[source.law].title)
        article = source.citation.article
        if not article:
            return law
        return f"{law}，{article}" if self._zh else f"{law}, {article}"

    def _word(self, words: dict[str, str]) -> str:
        return words["zh" if self._zh else "en"]

    def _value(self, step: StepTaken) -> str:
        node = step.node
        unit = unit_of(node, self._trace.law)
        text = shown(node, step.value, self._zh)
        if node.variable.kind is Kind.REGION:
            region = self._trace.law.pack.regions.get(step.value)
            return f"{self._text(region.title)} ({text})" if region else text
        return f"{text} {unit}" if node.variable.kind is Kind.MONEY else text

    def _step(self, step: StepTaken, lead: str, below: str) -> Iterator[str]:
        key = (step.node.variable.id, step.year)
        year = f" {step.year}" if step.year is not None else ""
        line = f"{lead}{self._text(step.node.variable.title)}{year} = {self._value(step)}"
        if step.given is not None:
            entries = f" [{', '.join(step.given.entries)}]" if step.given.entries else ""
            how = "unsaid" if step.given.how == "default" and step.year is None else step.given.how
            yield f"{line}  ({self._word(_GIVEN[how])}){entries}"
            return
        if key in self._told:
            yield f"{line}  ({self._word(_BEFORE)})"
            return
        self._told.add(key)
        yield line
        yield from (f"{below}│ {one}" for one in self._how(step))
        yield from self._inputs(step, below)

    def _how(self, step: StepTaken) -> Iterator[str]:
        if step.bound is None:
            return
        formula = step.bound.formula
        yield f"{self._text(formula.words)}  [{self._article(formula.source)}]"
        if step.exact is not None and step.step is not None and step.exact.number % step.exact.by:
            yield self._rounding(step)

    def _rounding(self, step: StepTaken) -> str:
        rule = rounding_of(step, self._trace.law)["title"]
        name = rule["zh-Hans" if self._zh else "en"] if isinstance(rule, dict) else ""
        exact = step.exact
        if exact is None:
            return name
        digits = max(step.node.variable.decimals + 2, _SHOWN_DIGITS)
        more = digits - step.node.variable.decimals
        text = decimal_text(exact.number * 10**more // exact.by, digits)
        return f"{text}… → {shown(step.node, step.value, self._zh)}  ({name})"

    def _inputs(self, step: StepTaken, below: str) -> Iterator[str]:
        groups = [list(rows) for _, rows in groupby(step.inputs, key=lambda one: one[0])]
        parts: list[list[str]] = [[self._reading(one)] for one in _once(step.readings)]
        for group in groups:
            known = [self._steps[one] for one in group if one in self._steps]
            if len(known) > 1 or (known and known[0].year is not None and step.year is None):
                parts.append(list(self._series(known)))
            else:
                parts.extend(list(self._step(one, "", "")) for one in known)
        for at, lines in enumerate(parts):
            last = at == len(parts) - 1
            yield f"{below}{'└─ ' if last else '├─ '}{lines[0]}"
            yield from (f"{below}{'   ' if last else '│  '}{line}" for line in lines[1:])

    def _series(self, steps: list[StepTaken]) -> Iterator[str]:
        """Tell the years of one variable in one line each, and what they need that is not of a year."""
        first = steps[0]
        key = (first.node.variable.id, first.year)
        yield f"{self._text(first.node.variable.title)}, {steps[0].year}-{steps[-1].year}"
        if key in self._told:
            yield f"│ ({self._word(_BEFORE)})"
            return
        self._told.update((step.node.variable.id, step.year) for step in steps)
        yield from (f"│ {line}" for line in self._how(first) if "→" not in line)
        for step in steps:
            facts = [self._reading(one, brief=True) for one in _once(step.readings)]
            facts += [
                self._brief(one, step) for one in step.inputs if one in self._steps and one[1] is not None
            ]
            told = f"  ({'；'.join(facts) if self._zh else '; '.join(facts)})" if facts else ""
            yield f"│ {step.year}: {written(step.node.variable, step.value)}{told}"
        for one in self._whole_inputs(steps):
            lines = list(self._step(one, "", ""))
            yield f"├─ {lines[0]}"
            yield from (f"│  {line}" for line in lines[1:])

    def _whole_inputs(self, steps: list[StepTaken]) -> list[StepTaken]:
        """Return what the years need that is not of a year, each once."""
        named = dict.fromkeys(one for step in steps for one in step.inputs if one[1] is None)
        return [self._steps[one] for one in named if one in self._steps]

    def _brief(self, key: tuple[str, int | None], asking: StepTaken) -> str:
        step = self._steps[key]
        earlier = "" if key[1] in {None, asking.year} else f" {key[1]}"
        return f"{self._text(step.node.variable.title)}{earlier} {shown(step.node, step.value, self._zh)}"

    def _reading(self, reading: Reading, *, brief: bool = False) -> str:
        title = self._text(reading.parameter.title)
        text = f"{title} ({reading.asked}): {reading_text(reading)}"
        if reading.found is None or brief:
            return text
        source = reading.found.source
        return f"{text}  [{self._article(source)}]" if source.citation.article else text


def shown(node: Node, value: int, zh: bool) -> str:
    """Return a value as a reader expects it: no idle zeros, months as years too, flags as words."""
    text = written(node.variable, value)
    if node.variable.decimals > _CENTS:
        whole, _, rest = text.partition(".")
        kept = rest[:_CENTS] + rest[_CENTS:].rstrip("0")
        text = f"{whole}.{kept}"
    if node.variable.kind is Kind.FLAG:
        return ("是" if value else "否") if zh else ("yes" if value else "no")
    if node.variable.kind is Kind.MONTHS and value >= 12:
        years, months = divmod(value, 12)
        return f"{value}（{years}年{months}个月）" if zh else f"{value} ({years} years {months} months)"
    return text


def _once(readings: tuple[Reading, ...]) -> list[Reading]:
    return list({(one.parameter.id, one.asked): one for one in readings}.values())
