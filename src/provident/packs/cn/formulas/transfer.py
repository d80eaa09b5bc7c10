"""What moves between regions."""

from provident.packs.language import Lookup, Ops, Quotient, Series, Whole


def moved_wages_1998_01(wages: Whole) -> Whole:
    return wages


def account_moved_2010_01(account_before_1998: Whole, account_since_1998: Whole) -> Whole:
    return account_before_1998 + account_since_1998


def pooled_moved_2010_01(moved_wages: Series, pooled_share: Lookup, ops: Ops) -> Quotient:
    return ops.share(ops.total(moved_wages), pooled_share.in_year(2010), pooled_share.one)


def money_moved_2010_01(account_moved: Whole, pooled_moved: Whole) -> Whole:
    return account_moved + pooled_moved


def months_moved_2010_01(months: Series, ops: Ops) -> Whole:
    return ops.total(months)
