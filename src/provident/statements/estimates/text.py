"""An estimate as lines for a terminal, and as the JSON document the command line prints."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from provident.kernel.month import Month
from provident.kernel.words import Language
from provident.law.engine.explain import Explained, shown
from provident.law.engine.numbers import written
from provident.law.engine.trace import unit_of
from provident.law.formulas.declared import Kind
from provident.statements.estimates.records import Estimate, LeftOut
from provident.statements.phrases import Phrases, phrases


def lines(estimate: Estimate, language: Language, *, explain: bool) -> Iterator[str]:
    """Yield the answers, what was left out, and with `explain` every step."""
    words = phrases(language)
    zh = language is Language.ZH_HANS
    law = estimate.trace.law
    title = law.calculation(estimate.calculation).title
    yield words.say("estimate.title", title=title.zh if zh else title.en, pack=estimate.pack)
    yield words.say("estimate.of", reference=estimate.reference, month=words.month(estimate.as_of))
    yield ""
    for node in estimate.outputs:
        name = node.variable.title.zh if zh else node.variable.title.en
        if node.variable.id in estimate.values:
            text = shown(node, estimate.values[node.variable.id], zh)
            unit = f" {unit_of(node, law)}" if node.variable.kind is Kind.MONEY else ""
            yield words.say("estimate.line", name=name, value=f"{text}{unit}")
        else:
            refusal = estimate.refused[node.variable.id]
            reason = f"{refusal.sentence(language)} {refusal.remedy(language)}"
            yield words.say("estimate.refused", name=name, reason=reason)
    if estimate.left_out:
        yield ""
        yield words.say("estimate.left_out")
        yield from (f"- {line}" for line in _left_out(estimate.left_out, words))
    if explain:
        yield ""
        yield from Explained(estimate.trace, language).lines(estimate.outputs)


def _left_out(left_out: LeftOut, words: Phrases) -> Iterator[str]:
    for name, months in (
        ("estimate.not_reported", left_out.not_reported),
        ("estimate.not_paid", left_out.not_paid),
        ("estimate.part_paid", left_out.part_paid),
    ):
        if months:
            spans = words.say("language.list").join(_spans(months, words))
            yield words.say(name, count=len(months), months=spans)
    if left_out.interest_missing:
        years = words.say("language.list").join(map(str, left_out.interest_missing))
        yield words.say("estimate.interest_missing", years=years)
    if left_out.without_months:
        yield words.say("estimate.without_months", count=left_out.without_months)


def _spans(months: Sequence[Month], words: Phrases) -> Iterator[str]:
    """Yield months in a row as one span."""
    for _, run in groupby(enumerate(months), key=lambda one: one[1].year * 12 + one[1].month - one[0]):
        row = [month for _, month in run]
        first, last = words.month(row[0]), words.month(row[-1])
        yield first if len(row) == 1 else f"{first} – {last}"


def document(estimate: Estimate) -> dict[str, object]:
    """Return the estimate as JSON: values as texts, refusals, what was left out, the trace."""
    left_out = estimate.left_out
    return {
        "calculation": estimate.calculation,
        "pack": estimate.pack,
        "person": estimate.reference,
        "as_of": str(estimate.as_of),
        "values": {
            node.variable.name: written(node.variable, estimate.values[node.variable.id])
            if node.variable.id in estimate.values
            else None
            for node in estimate.outputs
        },
        "refused": {name.rpartition(".")[2]: one.as_document() for name, one in estimate.refused.items()},
        "left_out": {
            "not_reported": [str(month) for month in left_out.not_reported],
            "declared_not_paid": [str(month) for month in left_out.not_paid],
            "part_paid": [str(month) for month in left_out.part_paid],
            "interest_missing": list(left_out.interest_missing),
            "sums_without_months": left_out.without_months,
        },
        "trace": estimate.trace.document(estimate.reference),
    }
