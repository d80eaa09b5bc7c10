"""The late-payment surcharge: the law's rate since 1 July 2011, the regulation's for the days before."""

from provident.packs.language import Lookup, Ops, Quotient, Whole

_REGULATION = 10613  # 1999-01-22, counted in days
_LAW = 15156  # 2011-07-01
_MONTH_OF_THE_LAW = 24138  # 2011-07


def days_before_the_law_2011_07(owed_from: Whole, paid_on: Whole, ops: Ops) -> Whole:
    since = ops.require(owed_from >= _REGULATION, "owed_before_the_rule", owed_from)
    until = ops.require(paid_on >= since, "paid_after_owed", paid_on)
    return ops.maximum(ops.minimum(until, _LAW) - since, 0)


def days_under_the_law_2011_07(owed_from: Whole, paid_on: Whole, ops: Ops) -> Whole:
    until = ops.require(paid_on >= owed_from, "paid_after_owed", paid_on)
    return ops.maximum(until - ops.maximum(owed_from, _LAW), 0)


def surcharge_2011_07(
    arrears: Whole, days_before_the_law: Whole, days_under_the_law: Whole, late_surcharge: Lookup, ops: Ops
) -> Quotient:
    older, current = late_surcharge.on(_MONTH_OF_THE_LAW - 1), late_surcharge.on(_MONTH_OF_THE_LAW)
    daily = days_before_the_law * older + days_under_the_law * current
    return ops.share(arrears, daily, late_surcharge.one)
