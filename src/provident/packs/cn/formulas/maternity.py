"""Days of maternity leave."""

from provident.packs.language import Lookup, Ops, Whole


def leave_days_2012_04_28(
    outcome: Whole, children: Whole, difficult_birth: Whole, days: Lookup, ops: Ops
) -> Whole:
    birth = days.at(0) + difficult_birth * days.at(3) + (children - 1) * days.at(4)
    return ops.where(ops.same(outcome, 0), birth, days.at(ops.maximum(outcome, 1)))
