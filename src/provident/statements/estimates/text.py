"""An estimate as lines for a terminal, and as the JSON document the command line prints."""

from collections.abc import Iterator

from provident.kernel.words import Language
from provident.law.engine import telling
from provident.law.engine.numbers import written
from provident.statements.estimates.records import Estimate
from provident.statements.estimates.telling import tell
from provident.statements.phrases import phrases


def lines(estimate: Estimate, language: Language, *, explain: bool) -> Iterator[str]:
    """Yield the answers, what was left out, and with `explain` every step."""
    words = phrases(language)
    told = tell(estimate, language)
    yield told.title
    yield told.of
    yield ""
    for one in told.answers:
        if one.reason:
            yield words.say("estimate.refused", name=one.name, reason=f"{one.reason} {one.remedy}")
        else:
            yield words.say("estimate.line", name=one.name, value=one.value)
    if told.left_out:
        yield ""
        yield words.say("estimate.left_out")
        yield from (f"- {line}" for line in told.left_out)
    if explain:
        yield ""
        for working in told.working:
            yield from telling.lines(working)
            yield ""


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
