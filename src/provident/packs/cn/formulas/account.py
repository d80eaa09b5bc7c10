"""The individual account over the years."""

from provident.packs.language import Lookup, Ops, Quotient, Series, Whole


def interest_rate_2006_01(region: Whole, account_interest_rate: Lookup, year: Whole, ops: Ops) -> Quotient:
    found = account_interest_rate.in_year(year, region=region)
    return ops.quotient(found * 1000000, account_interest_rate.one)


def year_end_balance_2006_01(
    previous: Whole, credited: Whole, interest_within_year: Whole, interest_rate: Whole, ops: Ops
) -> Whole:
    interest = ops.rounded(ops.share(previous, interest_rate, 1000000), "cent")
    return previous + interest + credited + interest_within_year


def closing_balance_2006_01(year_end_balance: Series, ops: Ops) -> Whole:
    return ops.last(year_end_balance)
