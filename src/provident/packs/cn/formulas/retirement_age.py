"""The month and age of retirement."""

from provident.packs.language import Lookup, Ops, Whole


def birth_month_1978_05_24(birth_date: Whole, ops: Ops) -> Whole:
    return ops.month_of(birth_date)


def original_age_months_1978_05_24(category: Whole, original_age: Lookup) -> Whole:
    return original_age.at(category)


def original_month_1978_05_24(birth_month: Whole, original_age_months: Whole) -> Whole:
    return birth_month + original_age_months


def delay_months_1978_05_24() -> int:
    return 0


def delay_months_2025_01(
    original_month: Whole, category: Whole, delay_step: Lookup, delay_cap: Lookup, ops: Ops
) -> Whole:
    since_2025 = original_month - 2025 * 12
    begun = ops.rounded(ops.quotient(since_2025, delay_step.at(category)), "down") + 1
    return ops.minimum(begun, delay_cap.at(category))


def statutory_month_1978_05_24(original_month: Whole, delay_months: Whole) -> Whole:
    return original_month + delay_months


def earliest_month_1978_05_24(statutory_month: Whole) -> Whole:
    return statutory_month


def earliest_month_2025_01(
    statutory_month: Whole, original_month: Whole, elastic_span: Lookup, ops: Ops
) -> Whole:
    return ops.maximum(statutory_month - elastic_span.on(original_month), original_month)


def latest_month_1978_05_24(statutory_month: Whole) -> Whole:
    return statutory_month


def latest_month_2025_01(statutory_month: Whole, original_month: Whole, elastic_span: Lookup) -> Whole:
    return statutory_month + elastic_span.on(original_month)


def chosen_month_1978_05_24(statutory_month: Whole) -> Whole:
    return statutory_month


def retirement_month_1978_05_24(
    chosen_month: Whole, earliest_month: Whole, latest_month: Whole, ops: Ops
) -> Whole:
    not_early = ops.require(chosen_month >= earliest_month, "not_before_earliest", chosen_month)
    return ops.require(chosen_month <= latest_month, "not_after_latest", not_early)


def retirement_age_months_1978_05_24(retirement_month: Whole, birth_month: Whole) -> Whole:
    return retirement_month - birth_month


def months_needed_2011_07(
    retirement_month: Whole, statutory_month: Whole, minimum_months: Lookup, ops: Ops
) -> Whole:
    return minimum_months.on(ops.minimum(retirement_month, statutory_month))
