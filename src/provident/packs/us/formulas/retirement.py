"""Retirement insurance for those eligible from 1979 on, in the order in which it is worked out."""

from provident.packs.language import Lookup, Ops, Quotient, Series, Whole


def legal_birth_day_1979_01(birth_date: Whole) -> Whole:
    return birth_date - 1


def birth_year_1979_01(legal_birth_day: Whole, ops: Ops) -> Whole:
    return ops.year_of(legal_birth_day)


def birth_month_1979_01(legal_birth_day: Whole, ops: Ops) -> Whole:
    return ops.month_of(legal_birth_day)


def eligibility_year_1979_01(birth_year: Whole) -> Whole:
    return birth_year + 62


def first_possible_month_1979_01(legal_birth_day: Whole, birth_month: Whole, ops: Ops) -> Whole:
    whole_month = ops.same(ops.day_of(legal_birth_day), 1)
    return birth_month + 744 + ops.where(whole_month, 0, 1)


def entitled_from_1979_01(entitlement_month: Whole, first_possible_month: Whole, ops: Ops) -> Whole:
    return ops.require(entitlement_month >= first_possible_month, "not_before_62", entitlement_month)


def benefit_month_1979_01(entitled_from: Whole, on: Whole, ops: Ops) -> Whole:
    return ops.maximum(entitled_from, ops.month_of(on))


def paid_month_1979_01(benefit_month: Whole, entitled_from: Whole, ops: Ops) -> Whole:
    return ops.require(benefit_month >= entitled_from, "not_before_entitlement", benefit_month)


def last_base_year_1979_01(paid_month: Whole) -> Whole:
    return paid_month // 12 - 1


def counted_earnings_1951_01(earnings: Whole, taxable_maximum: Lookup, year: Whole, ops: Ops) -> Whole:
    return ops.minimum(earnings, taxable_maximum.in_year(year))


def elapsed_years_1979_01(birth_year: Whole, eligibility_year: Whole, ops: Ops) -> Whole:
    return eligibility_year - ops.maximum(birth_year + 22, 1951)


def indexing_year_1979_01(eligibility_year: Whole) -> Whole:
    return eligibility_year - 2


def indexing_wage_1979_01(indexing_year: Whole, average_wage_index: Lookup) -> Whole:
    return average_wage_index.in_year(indexing_year)


def indexed_earnings_1951_01(
    counted_earnings: Whole, indexing_year: Whole, indexing_wage: Whole, average_wage_index: Lookup,
    year: Whole,
    ops: Ops,
) -> Quotient:  # fmt: skip
    # From the indexing year on earnings are multiplied and divided by the same number, whatever it is.
    wage = average_wage_index.in_year(year, otherwise=1)
    return ops.share(counted_earnings, ops.where(indexing_year > year, indexing_wage, wage), wage)


def computation_years_1979_01(elapsed_years: Whole) -> Whole:
    return elapsed_years - 5


def aime_1979_01(indexed_earnings: Series, computation_years: Whole, ops: Ops) -> Quotient:
    return ops.quotient(ops.top(indexed_earnings, computation_years), computation_years * 1200)


def first_bend_point_1979_01(
    indexing_wage: Whole, bend_point_1979: Lookup, average_wage_index: Lookup, ops: Ops
) -> Quotient:
    return _bend_point(bend_point_1979.at(1), indexing_wage, average_wage_index, ops)


def second_bend_point_1979_01(
    indexing_wage: Whole, bend_point_1979: Lookup, average_wage_index: Lookup, ops: Ops
) -> Quotient:
    return _bend_point(bend_point_1979.at(2), indexing_wage, average_wage_index, ops)


def _bend_point(of_1979: Whole, indexing_wage: Whole, average_wage_index: Lookup, ops: Ops) -> Quotient:
    return ops.share(of_1979, indexing_wage, average_wage_index.in_year(1977) * 100)


def pia_raw_1979_01(
    aime: Whole, first_bend_point: Whole, second_bend_point: Whole, bend_rate: Lookup, ops: Ops
) -> Quotient:
    first = ops.minimum(aime, first_bend_point)
    second = ops.maximum(ops.minimum(aime, second_bend_point) - first_bend_point, 0)
    third = ops.maximum(aime - second_bend_point, 0)
    parts = first * bend_rate.at(1) + second * bend_rate.at(2) + third * bend_rate.at(3)
    return ops.quotient(parts * 100, bend_rate.one)


def pia_first_1979_01(pia_raw: Whole, ops: Ops) -> Quotient:
    return ops.quotient(pia_raw, 1)


def last_cola_year_1979_01(paid_month: Whole, ops: Ops) -> Whole:
    june = ops.where(paid_month // 12 < 1983, 5, 11)
    return paid_month // 12 - ops.where(paid_month % 12 >= june, 0, 1)


def increased_pia_1975_06(
    previous: Whole, cola: Lookup, year: Whole, paid_month: Whole, ops: Ops
) -> Quotient:
    return ops.share(previous, cola.at(year, on=paid_month) + cola.one, cola.one)


def pia_1979_01(increased_pia: Series, ops: Ops) -> Whole:
    return ops.last(increased_pia)


def full_age_1979_01(birth_year: Whole, full_retirement_age: Lookup) -> Whole:
    return full_retirement_age.at(birth_year)


def full_month_1979_01(birth_month: Whole, full_age: Whole) -> Whole:
    return birth_month + full_age


def month_of_70_1979_01(birth_month: Whole) -> Whole:
    return birth_month + 840


def months_early_or_late_1979_01(
    entitled_from: Whole, month_of_70: Whole, full_month: Whole, ops: Ops
) -> Whole:
    return ops.minimum(entitled_from, month_of_70) - full_month


def credited_months_1979_01(
    months_early_or_late: Whole, paid_month: Whole, month_of_70: Whole, full_month: Whole, ops: Ops
) -> Whole:
    late = ops.maximum(months_early_or_late, 0)
    before_this_year = ops.maximum(paid_month - paid_month % 12 - full_month, 0)
    return ops.where(paid_month >= month_of_70, late, ops.minimum(late, before_this_year))


def credit_a_year_1979_01(eligibility_year: Whole, delayed_credit: Lookup) -> Whole:
    return delayed_credit.at(eligibility_year)


def delay_increase_1979_01(credited_months: Whole, credit_a_year: Whole) -> Whole:
    return credited_months * credit_a_year


def monthly_benefit_unrounded_1979_01(
    payable_pia: Whole, months_early_or_late: Whole, delay_increase: Whole, early_reduction: Lookup,
    delayed_credit: Lookup, ops: Ops,
) -> Quotient:  # fmt: skip
    early = ops.maximum(0 - months_early_or_late, 0)
    lost = ops.minimum(early, 36) * early_reduction.at(1) + ops.maximum(early - 36, 0) * early_reduction.at(2)
    year = delayed_credit.one * 12
    left = early_reduction.one - lost
    return ops.share(
        payable_pia, left * year + delay_increase * early_reduction.one, early_reduction.one * year
    )


def monthly_benefit_1979_01(monthly_benefit_unrounded: Whole, ops: Ops) -> Quotient:
    return ops.quotient(monthly_benefit_unrounded, 100)


def payable_pia_1979_01(pia: Whole, insured: Whole, ops: Ops) -> Whole:
    return ops.where(insured > 0, pia, 0)


def quarter_amount_1978_01(quarter_base: Lookup) -> Whole:
    return quarter_base.in_year(1978)


def quarter_amount_1979_01(
    previous: Whole, quarter_base: Lookup, average_wage_index: Lookup, year: Whole, ops: Ops
) -> Whole:
    wage, base_wage = average_wage_index.in_year(year - 2), average_wage_index.in_year(1976)
    moved = ops.share(quarter_base.in_year(1978), wage, base_wage)
    return ops.maximum(previous, ops.rounded(moved, "nearest_ten_dollars"))


def early_quarters_1951_01(earnings: Whole, quarter_before_1978: Lookup, year: Whole, ops: Ops) -> Whole:
    return _quarters(earnings, quarter_before_1978.in_year(year), ops)


def later_quarters_1978_01(earnings: Whole, quarter_amount: Whole, ops: Ops) -> Whole:
    return _quarters(earnings, quarter_amount, ops)


def _quarters(earnings: Whole, quarter_amount: Whole, ops: Ops) -> Whole:
    return ops.minimum(ops.rounded(ops.quotient(earnings, quarter_amount), "down"), 4)


def quarters_before_1978_1979_01(early_quarters: Series, ops: Ops) -> Whole:
    return ops.total(early_quarters)


def quarters_earned_1979_01(quarters_before_1978: Whole, later_quarters: Series, ops: Ops) -> Whole:
    return quarters_before_1978 + ops.total(later_quarters)


def quarters_needed_1979_01(elapsed_years: Whole) -> Whole:
    return elapsed_years


def years_reported_1979_01(earnings: Series, ops: Ops) -> Whole:
    return ops.count(earnings)


def insured_1979_01(quarters_earned: Whole, quarters_needed: Whole, years_reported: Whole, ops: Ops) -> Whole:
    return ops.where((quarters_earned >= quarters_needed) | (years_reported < 1), 1, 0)
