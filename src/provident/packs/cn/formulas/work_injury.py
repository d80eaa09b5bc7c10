"""What a work injury is paid for."""

from provident.packs.language import Lookup, Ops, Quotient, Whole


def own_wage_2011_01(average_own_wage: Whole, local_wage: Whole, ops: Ops) -> Quotient:
    tenths = ops.maximum(ops.minimum(average_own_wage * 10, local_wage * 30), local_wage * 6)
    return ops.quotient(tenths, 10)


def grant_2011_01(own_wage: Whole, degree: Whole, grant_months: Lookup) -> Whole:
    return own_wage * grant_months.at(degree)


def monthly_allowance_2011_01(own_wage: Whole, degree: Whole, allowance_share: Lookup, ops: Ops) -> Quotient:
    return ops.share(own_wage, allowance_share.at(degree), allowance_share.one)


def death_grant_2011_01(death_date: Whole, wages__urban_disposable_income: Lookup, ops: Ops) -> Whole:
    return wages__urban_disposable_income.in_year(ops.year_of(death_date) - 1) * 20


def funeral_grant_2011_01(local_wage: Whole) -> Whole:
    return local_wage * 6
