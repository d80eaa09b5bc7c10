"""A trace told as a tree that needs neither the code nor the law to be read."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from provident.kernel.citation import Citation
from provident.kernel.words import Language
from provident.law.engine import telling
from provident.law.engine.numbers import decimal_text, grouped, written
from provident.law.engine.plan import Law, Node
from provident.law.engine.telling import Piece, Row, Working
from provident.law.engine.trace import Reading, StepTaken, Trace, reading_text, rounding_of, unit_of
from provident.law.formulas.declared import Kind
from provident.law.records import Unit
from provident.law.sources import Title

_BEFORE = {"en": "worked out above", "zh": "计算见上文"}
_GIVEN = {
    "column": {"en": "given in the file", "zh": "文件中给定"},
    "option": {"en": "given for this calculation", "zh": "本次计算时给定"},
    "ledger": {"en": "from the record", "zh": "来自参保记录"},
    "unsaid": {"en": "not given, counted as this", "zh": "未给定，按此计"},
    "default": {"en": "not reported, counted as this", "zh": "未申报，按此计"},
}
_PARTS = (Title("annex", "附件"),)  # of a law, where they have a name and no number
_CENTS = 2  # decimals a reader expects in any case
_SHOWN_DIGITS = 6  # of a result before rounding


class Explained:
    """What one trace tells in one language; nothing is worked out twice."""

    def __init__(self, trace: Trace, language: Language) -> None:
        self._trace = trace
        self._zh = language is Language.ZH_HANS
        self._steps = {(step.node.variable.id, step.year): step for step in trace.steps}
        self._told: set[tuple[str, int | None]] = set()

    @property
    def law(self) -> Law:
        """The law it was worked out under."""
        return self._trace.law

    def lines(self, outputs: tuple[Node, ...]) -> Iterator[str]:
        """Yield the trees of the working, each followed by an empty line."""
        for told in self.working(outputs):
            yield from telling.lines(told)
            yield ""

    def working(self, outputs: tuple[Node, ...]) -> Iterator[Working]:
        """Yield the working of each output, the last first; of one that is refused, what was found for it."""
        keys = [(node.variable.id, None) for node in reversed(outputs)]
        found = [self._steps[key] for key in keys if key in self._steps]
        if len(found) < len(keys):
            found += [one for one in reversed(self._trace.steps) if one.year is None and one.given is None]
        for step in found:
            if (step.node.variable.id, None) not in self._told:
                yield self._step(step)

    def value(self, node: Node, value: int) -> str:
        """Return a value with its currency, a place with its name."""
        if node.variable.kind is Kind.WORD:
            return self._text(self._trace.law.pack.rules.told(node.variable.words[value]))
        text = shown(node, value, self._zh)
        if node.variable.kind is Kind.REGION:
            region = self._trace.law.pack.regions.get(value)
            return f"{self._text(region.title)} ({text})" if region else text
        return f"{text} {unit_of(node, self._trace.law)}" if node.variable.kind is Kind.MONEY else text

    def article(self, cited: Citation) -> str:
        """Return an article, its law and a place in its stead named as the language names them."""
        pack = self._trace.law.pack
        law = self._named(cited.law, (one.title for one in pack.laws.values()))
        if not cited.article:
            return law
        places = (one.title for one in pack.regions.values())
        article = self._named(cited.article, (*_PARTS, *places))
        return f"{law}，{article}" if self._zh else f"{law}, {article}"

    def _named(self, name: str, titles: Iterable[Title]) -> str:
        """Return what the language calls something of an English name; one that no title has stays."""
        return next((self._text(one) for one in titles if one.en == name), name)

    def _text(self, title: Title) -> str:
        return title.zh if self._zh else title.en

    def _word(self, words: dict[str, str]) -> str:
        return words["zh" if self._zh else "en"]

    def _step(self, step: StepTaken) -> Working:
        key = (step.node.variable.id, step.year)
        title = self._text(step.node.variable.title) + (f" {step.year}" if step.year is not None else "")
        told = Working(Piece.STEP, title, self.value(step.node, step.value))
        if step.given is not None:
            how = "unsaid" if step.given.how == "default" and step.year is None else step.given.how
            return replace(told, given=self._word(_GIVEN[how]), entries=step.given.entries)
        if key in self._told:
            return replace(told, before=self._word(_BEFORE))
        self._told.add(key)
        return replace(self._how(told, step), rounding=self._rounding(step), parts=tuple(self._parts(step)))

    def _how(self, told: Working, step: StepTaken) -> Working:
        if step.bound is None:
            return told
        formula = step.bound.formula
        return replace(told, formula=self._text(formula.words), article=self.article(formula.source.citation))

    def _rounding(self, step: StepTaken) -> str:
        exact = step.exact
        if step.bound is None or exact is None or step.step is None or not exact.number % exact.by:
            return ""
        rule = rounding_of(step, self._trace.law)["title"]
        name = rule["zh-Hans" if self._zh else "en"] if isinstance(rule, dict) else ""
        digits = max(step.node.variable.decimals + 2, _SHOWN_DIGITS)
        more = digits - step.node.variable.decimals
        text = _set_apart(step.node, decimal_text(exact.number * 10**more // exact.by, digits))
        return f"{text}… → {shown(step.node, step.value, self._zh)}  ({name})"

    def _parts(self, step: StepTaken) -> Iterator[Working]:
        yield from (self._reading(one) for one in _once(step.readings))
        for _, group in groupby(step.inputs, key=lambda one: one[0]):
            known = [self._steps[one] for one in group if one in self._steps]
            if len(known) > 1 or (known and known[0].year is not None and step.year is None):
                yield self._series(known)
            else:
                yield from (self._step(one) for one in known)

    def _series(self, steps: list[StepTaken]) -> Working:
        """Tell the years of one variable in one row each, and what they need that is not of a year."""
        first = steps[0]
        title = f"{self._text(first.node.variable.title)}, {steps[0].year}-{steps[-1].year}"
        told = Working(Piece.SERIES, title)
        if (first.node.variable.id, first.year) in self._told:
            return replace(told, before=self._word(_BEFORE))
        self._told.update((step.node.variable.id, step.year) for step in steps)
        rows = tuple(self._row(step) for step in steps)
        parts = tuple(self._step(one) for one in self._whole_inputs(steps))
        return replace(self._how(told, first), rows=rows, parts=parts)

    def _row(self, step: StepTaken) -> Row:
        facts = [self._reading_text(one) for one in _once(step.readings)]
        facts += [self._brief(one, step) for one in step.inputs if one in self._steps and one[1] is not None]
        entries = step.given.entries if step.given else ()
        if step.given and step.given.how == "option":
            facts.append(self._word(_GIVEN["option"]))
        value = _set_apart(step.node, written(step.node.variable, step.value))
        return Row(step.year or 0, value, ("；" if self._zh else "; ").join(facts), entries)

    def _whole_inputs(self, steps: list[StepTaken]) -> list[StepTaken]:
        """Return what the years need that is not of a year, each once."""
        named = dict.fromkeys(one for step in steps for one in step.inputs if one[1] is None)
        return [self._steps[one] for one in named if one in self._steps]

    def _brief(self, key: tuple[str, int | None], asking: StepTaken) -> str:
        step = self._steps[key]
        earlier = "" if key[1] in {None, asking.year} else f" {key[1]}"
        return f"{self._text(step.node.variable.title)}{earlier} {shown(step.node, step.value, self._zh)}"

    def _reading(self, reading: Reading) -> Working:
        source = reading.found.source if reading.found else None
        article = self.article(source.citation) if source and source.citation.article else ""
        title = f"{self._text(reading.parameter.title)} ({self._asked(reading)})"
        return Working(Piece.PARAMETER, title, self._found(reading), article=article)

    def _reading_text(self, reading: Reading) -> str:
        return f"{self._text(reading.parameter.title)} ({self._asked(reading)}): {self._found(reading)}"

    def _asked(self, reading: Reading) -> str:
        """Say what a parameter was asked for; a key that stands for a word is told as the word."""
        rules = self._trace.law.pack.rules
        of = rules.variables.get(reading.parameter.keys)
        return self._text(rules.told(of.words[int(reading.asked)])) if of else reading.asked

    def _found(self, reading: Reading) -> str:
        text, unit = reading_text(reading), reading.parameter.unit
        if unit is Unit.WORD:
            return self._text(self._trace.law.pack.rules.told(text))
        return grouped(text) if unit is Unit.MONEY else text


def shown(node: Node, value: int, zh: bool) -> str:
    """Return a value as a reader expects it: thousands set apart, no idle zeros, months as years too."""
    text = _set_apart(node, written(node.variable, value))
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


def _set_apart(node: Node, text: str) -> str:
    return grouped(text) if node.variable.kind is Kind.MONEY else text


def _once(readings: tuple[Reading, ...]) -> list[Reading]:
    return list({(one.parameter.id, one.asked): one for one in readings}.values())
