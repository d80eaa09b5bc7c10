"""The old-age pension, in the order in which it is worked out.

Years are handled in 30,000ths, so that twelfths (months) and ten-thousandths (rounded years) are
both exact; wages in 10^-12 yuan (10^-10 for the transitional part, whose product is longer); the
parts come out in cents.
"""

from provident.packs.language import Lookup, Ops, Quotient, Series, Whole


def amounts_month_2006_01(retirement_month: Whole) -> Whole:
    return retirement_month


def years_rounding_2006_01(amounts_month: Whole, region: Whole, years_rule: Lookup) -> Whole:
    return years_rule.on(amounts_month, region=region)


def indexed_wage_rounding_2006_01(amounts_month: Whole, region: Whole, indexed_wage_rule: Lookup) -> Whole:
    return indexed_wage_rule.on(amounts_month, region=region)


def reference_wage_2006_01(region: Whole, wages__full_caliber: Lookup, year: Whole) -> Whole:
    return wages__full_caliber.in_year(year - 1, region=region)


def index_points_2006_01(base_paid: Whole, reference_wage: Whole, ops: Ops) -> Quotient:
    return ops.share(base_paid, 1000000000000, reference_wage)


def index_gap_way_2006_01(amounts_month: Whole, region: Whole, index_gap_rule: Lookup) -> Whole:
    return index_gap_rule.on(amounts_month, region=region)


def index_months_2006_01(months_paid: Series, months_due: Whole, index_gap_way: Whole, ops: Ops) -> Whole:
    months = ops.where(ops.same(index_gap_way, 1), months_due, ops.total(months_paid))
    return ops.require(months > 0, "no_months_for_index", months)


def average_index_2006_01(index_points: Series, index_months: Whole, ops: Ops) -> Quotient:
    return ops.quotient(ops.total(index_points), index_months)


def contribution_months_2006_01(months_paid: Series, deemed_months: Whole, ops: Ops) -> Whole:
    found = ops.total(months_paid) + deemed_months
    return ops.require(found > 0, "no_months", found)


def counted_months_2006_01(contribution_months: Whole, months_needed: Whole, ops: Ops) -> Whole:
    return ops.require(contribution_months >= months_needed, "too_few_months", contribution_months)


def contribution_years_2006_01(counted_months: Whole, ops: Ops) -> Quotient:
    return ops.share(counted_months, 1000000000000, 12)


def benefit_base_2006_01(amounts_month: Whole, region: Whole, published_benefit_base: Lookup) -> Whole:
    return published_benefit_base.on(amounts_month, region=region)


def indexed_wage_2006_01(benefit_base: Whole, average_index: Whole, ops: Ops) -> Quotient:
    return ops.share(benefit_base, average_index, 100)


def basic_pension_2006_01(
    benefit_base: Whole, indexed_wage: Whole, contribution_years: Whole, ops: Ops
) -> Quotient:
    both = benefit_base * 10000000000 + indexed_wage
    years = _thirty_thousandths(contribution_years, ops)
    return ops.share(both, years, 2 * 100 * 30000 * 10000000000)


def divisor_2006_01(retirement_age_months: Whole, divisor_at_age: Lookup, ops: Ops) -> Quotient:
    reached = divisor_at_age.at(retirement_age_months // 12)
    coming = divisor_at_age.at((retirement_age_months + 11) // 12)
    beyond = retirement_age_months % 12
    return ops.quotient((reached * 12 - (reached - coming) * beyond) * 10, 12)


def account_pension_2006_01(account_balance: Whole, divisor: Whole, ops: Ops) -> Quotient:
    return ops.quotient(account_balance * 10, divisor)


def rules_month_2006_01(amounts_month: Whole) -> Whole:
    return amounts_month


def transition_months_2006_01(deemed_months: Whole) -> Whole:
    return deemed_months


def transition_years_2006_01(transition_months: Whole, ops: Ops) -> Quotient:
    return ops.share(transition_months, 1000000000000, 12)


def transition_index_way_2006_01(
    transition_months: Whole, rules_month: Whole, region: Whole, transition_index_rule: Lookup
) -> Whole:
    return transition_index_rule.on(rules_month, region=region, needed=transition_months > 0)


def transition_index_2006_01(average_index: Whole, transition_index_way: Whole, ops: Ops) -> Whole:
    return ops.require(ops.same(transition_index_way, 0), "index_of_its_own", average_index)


def transition_indexed_wage_2006_01(
    benefit_base: Whole, transition_index: Whole, transition_index_way: Whole, ops: Ops
) -> Quotient:
    floored = ops.maximum(transition_index, 1000000000000)
    index = ops.where(ops.same(transition_index_way, 2), floored, transition_index)
    return ops.share(benefit_base, index, 10000)


def transition_wage_way_2006_01(
    transition_months: Whole, rules_month: Whole, region: Whole, transition_wage_rule: Lookup
) -> Whole:
    return transition_wage_rule.on(rules_month, region=region, needed=transition_months > 0)


def transition_wage_2006_01(
    benefit_base: Whole, transition_indexed_wage: Whole, transition_wage_way: Whole, ops: Ops
) -> Quotient:
    of_the_mean = ops.same(transition_wage_way, 1)
    other = ops.where(of_the_mean, benefit_base * 100000000, transition_indexed_wage)
    return ops.quotient(transition_indexed_wage + other, 2)


def transition_rate_2006_01(
    transition_months: Whole, rules_month: Whole, region: Whole, transition_coefficient: Lookup, ops: Ops
) -> Quotient:
    found = transition_coefficient.on(rules_month, region=region, needed=transition_months > 0)
    return ops.quotient(found * 10000, transition_coefficient.one)


def transitional_pension_2006_01(
    transition_wage: Whole, transition_years: Whole, transition_rate: Whole, ops: Ops
) -> Quotient:
    years = _thirty_thousandths(transition_years, ops)
    return ops.share(transition_wage, years * transition_rate, 30000 * 100000000 * 10000)


def extra_pension_2006_01(amounts_month: Whole, region: Whole, extra_part: Lookup) -> Whole:
    return extra_part.on(amounts_month, region=region)


def total_2006_01(
    basic_pension: Whole, account_pension: Whole, transitional_pension: Whole, extra_pension: Whole
) -> Whole:
    return basic_pension + account_pension + transitional_pension + extra_pension


def _thirty_thousandths(years: Whole, ops: Ops) -> Whole:
    return ops.rounded(ops.share(years, 30000 * 100, 1000000000000), "whole") // 100
