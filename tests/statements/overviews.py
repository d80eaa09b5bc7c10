"""The overview beside the whole record: what both say must be the same."""

import json

from provident.kernel.money import Money
from provident.kernel.words import Branch
from provident.statements import documents, queries
from provident.statements.overview import documents as said
from provident.statements.overview.queries import overview
from provident.statements.records import INCOMPLETE, PRESSING


def assert_the_overview_agrees(opened) -> None:
    """Compare everything an overview says with what the whole record of the same look says."""
    whole, glance = queries.record(opened), overview(opened)
    for name in ("agency", "person", "as_of", "known_on", "pack_version", "spells", "standings", "gaps"):
        assert getattr(glance, name) == getattr(whole, name), name
    assert json.loads(said.summary(glance)) == documents.summary(whole)
    assert glance.calendar_years() == whole.calendar_years()
    assert [(one.branch, one.year, one.counts) for branch in Branch for one in glance.years.of(branch)] == [
        (one.branch, one.year, tuple(map(one.count, PRESSING))) for one in whole.years
    ]
    assert [(one.branch, one.balance, one.interest_missing) for one in glance.accounts] == [
        (one.branch, one.balance, tuple(year.year for year in one.interest_missing()))
        for one in whole.accounts
    ]
    assert [(one.branch, one.year, one.count, one.amount) for one in glance.benefits] == _benefits(whole)
    for one in whole.years[-3:]:  # and the page of one year says what the whole record says
        assert queries.branch_year(opened, one.branch, one.year) == one.months
        assert queries.branch_year(opened, one.branch, 1990) == ()
    assert glance.missing_months == len(
        {
            line.month
            for one in whole.years
            for line in one.months
            if any(part.status in INCOMPLETE for part in line.parts)
        }
    )


def _benefits(whole):
    sums = {}
    for one in whole.benefits:
        count, amount = sums.get(place := (one.branch, one.month.year), (0, Money(0, one.amount.currency)))
        sums[place] = count + 1, amount + one.amount
    return [(*place, *sums[place]) for place in sorted(sums)]
