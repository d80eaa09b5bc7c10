"""One state's benefit: under its own law, as a share of the whole, and the higher of both."""

from provident.packs.language import Lookup, Ops, Quotient, Whole


def whole_period_2010_05(own_months: Whole, all_months: Whole, ops: Ops) -> Whole:
    return ops.require(own_months <= all_months, "own_within_all", all_months)


def national_benefit_2010_05(
    own_months: Whole, minimum_months: Whole, national_amount: Whole, ops: Ops
) -> Whole:
    return ops.where(own_months >= minimum_months, national_amount, 0)


def counted_months_2010_05(
    own_months: Whole,
    whole_period: Whole,
    minimum_months: Whole,
    totalisation__shortest_period: Lookup,
    ops: Ops,
) -> Whole:
    long_enough = own_months >= totalisation__shortest_period.in_year(2011) * 10000
    own_right = own_months >= minimum_months
    return ops.where((long_enough | own_right) & (whole_period >= minimum_months), own_months, 0)


def pro_rata_2010_05(
    counted_months: Whole, whole_period: Whole, theoretical_amount: Whole, ops: Ops
) -> Quotient:
    return ops.share(theoretical_amount, counted_months, whole_period)


def payable_2010_05(national_benefit: Whole, pro_rata: Whole, ops: Ops) -> Whole:
    return ops.maximum(national_benefit, pro_rata)
