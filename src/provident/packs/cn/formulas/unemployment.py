"""How long unemployment benefit lasts."""

from provident.packs.language import Lookup, Ops, Whole


def benefit_months_2011_07(
    contributed_months: Whole, unused_months: Whole, longest_benefit: Lookup, ops: Ops
) -> Whole:
    together = longest_benefit.at(contributed_months) + unused_months
    return ops.minimum(together, longest_benefit.at(1500))
