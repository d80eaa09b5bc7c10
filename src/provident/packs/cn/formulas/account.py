"""The individual account over the years."""

from provident.packs.language import Lookup, Ops, Series, Whole


def year_end_balance_2006_01(
    previous: Whole, credited: Whole, interest_within_year: Whole, region: Whole, account_interest_rate: Lookup,
    year: Whole, ops: Ops,
) -> Whole:  # fmt: skip
    rate = account_interest_rate.in_year(year, region=region)
    interest = ops.rounded(ops.share(previous, rate, account_interest_rate.one), "cent")
    return previous + interest + credited + interest_within_year


def closing_balance_2006_01(year_end_balance: Series, ops: Ops) -> Whole:
    return ops.last(year_end_balance)
