"""An estimate as it is told in one language; terminal and page show this and word nothing themselves."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from provident.kernel.month import Month
from provident.kernel.refusal import Refusal
from provident.kernel.words import Branch, EntryKind, Language
from provident.law.engine.explain import Explained
from provident.law.engine.plan import Law, Node
from provident.law.engine.telling import Working
from provident.law.engine.trace import Trace
from provident.law.refusals import NotGiven, ValueNotCovered
from provident.statements.estimates.records import Estimate, LeftOut
from provident.statements.phrases import Phrases, phrases


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing asked of the law: its value, or why it cannot be worked out and what to do."""

    name: str
    value: str = ""
    plain: str = ""  # for whoever knows neither packs nor files, where it is the law that has a gap
    reason: str = ""
    remedy: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class Telling:
    """Everything an estimate says."""

    title: str
    of: str
    answers: tuple[Answer, ...]
    left_out: tuple[str, ...]
    working: tuple[Working, ...]
    _words: Phrases
    _estimate: Estimate

    @property
    def worked_out(self) -> tuple[Answer, ...]:
        """The answers there are."""
        return tuple(one for one in self.answers if not one.reason)

    @property
    def refused(self) -> tuple[Answer, ...]:
        """What cannot be worked out."""
        return tuple(one for one in self.answers if one.reason)

    def named(self, entries: Iterable[str]) -> tuple[str, ...]:
        """Name ledger entries by branch, kind and months; each kind once, in the order of the entries."""
        months: dict[tuple[Branch, EntryKind], set[Month]] = defaultdict(set)
        for branch, kind, month in map(self._estimate.entries.__getitem__, entries):
            months[branch, kind] |= {month} if month else set()
        words = self._words
        named: list[str] = []
        for (branch, kind), of in months.items():
            word = words.say(f"kind.{kind.name.lower()}")
            name = words.say("estimate.entries", branch=words.branch(branch), kind=word)
            yearly = kind is EntryKind.INTEREST_CREDITED
            spans = (
                words.years([*{one.year for one in of}])
                if yearly
                else words.listed([*_spans(sorted(of), words)])
            )
            named.append(words.say("estimate.line", name=name, value=spans) if of else name)
        return tuple(named)


def tell(estimate: Estimate, language: Language) -> Telling:
    """Word an estimate: the answers, what was left out, and every step with its article."""
    words = phrases(language)
    explained = Explained(estimate.trace, language)
    law = estimate.trace.law
    title = law.calculation(estimate.calculation).title
    chinese = language is Language.ZH_HANS
    return Telling(
        title=words.say("estimate.title", title=title.zh if chinese else title.en, pack=estimate.pack),
        of=words.say("estimate.of", reference=estimate.reference, month=words.month(estimate.as_of)),
        answers=tuple(_answer(node, estimate, explained, words) for node in estimate.outputs),
        left_out=tuple(_left_out(estimate.left_out, words)),
        working=tuple(explained.working(estimate.outputs)),
        _words=words,
        _estimate=estimate,
    )


def _answer(node: Node, estimate: Estimate, explained: Explained, words: Phrases) -> Answer:
    language = words.language
    title = node.variable.title
    name = title.zh if language is Language.ZH_HANS else title.en
    if node.variable.id in estimate.values:
        return Answer(name, explained.value(node, estimate.values[node.variable.id]))
    return why(name, estimate.refused[node.variable.id], explained, words)


def why(name: str, refusal: Refusal, explained: Explained, words: Phrases) -> Answer:
    """Say why something cannot be worked out, and what to do."""
    return Answer(
        name,
        plain=_plain(refusal, explained.law, words),
        reason=refusal.sentence(words.language),
        remedy=refusal.remedy(words.language),
        article=explained.article(refusal.citation) if refusal.citation else "",
    )


def reason(refusal: Refusal, law: Law, language: Language) -> Answer:
    """Say why a pension cannot be worked out, for a page that names what it is about itself."""
    return why("", refusal, Explained(Trace(law, ""), language), phrases(language))


def _plain(refusal: Refusal, law: Law, words: Phrases) -> str:
    """Say by its title which number of the law, or which fact of the record, is not known."""
    chinese = words.language is Language.ZH_HANS
    if isinstance(refusal, ValueNotCovered):
        parameter = law.pack.parameters.get(str(refusal.facts.get("id")))
        if parameter is None:
            return ""
        title = parameter.title.zh if chinese else parameter.title.en
        return words.say("estimate.law_gap", title=title, when=refusal.facts["when"])
    if isinstance(refusal, NotGiven):
        found = [one for one in law.pack.rules.variables.values() if one.name == refusal.facts["name"]]
        title = (found[0].title.zh if chinese else found[0].title.en) if found else str(refusal.facts["name"])
        return words.say("estimate.fact_gap", title=title)
    return ""


def _left_out(left_out: LeftOut, words: Phrases) -> Iterator[str]:
    for name, months in (
        ("estimate.not_reported", left_out.not_reported),
        ("estimate.not_paid", left_out.not_paid),
        ("estimate.part_paid", left_out.part_paid),
    ):
        if months:
            yield words.say(name, count=len(months), months=words.listed(list(_spans(months, words))))
    if left_out.interest_missing:
        yield words.say(
            "estimate.interest_missing", years=words.listed([*map(str, left_out.interest_missing)])
        )
    if left_out.without_months:
        yield words.say("estimate.without_months", count=left_out.without_months)


def _spans(months: Sequence[Month], words: Phrases) -> Iterator[str]:
    """Yield months in a row as one span."""
    for _, run in groupby(enumerate(months), key=lambda one: one[1].year * 12 + one[1].month - one[0]):
        row = [month for _, month in run]
        first, last = words.month(row[0]), words.month(row[-1])
        yield first if len(row) == 1 else f"{first} – {last}"
