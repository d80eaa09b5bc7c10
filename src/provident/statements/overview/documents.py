"""An overview as the JSON of the record without its months: what `documents.summary` is, written faster."""

import datetime as dt
from functools import lru_cache
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from provident.kernel.money import Money, places_of
from provident.kernel.words import Branch
from provident.statements import documents
from provident.statements.overview.records import Overview, Years
from provident.statements.overview.sums import KEPT
from provident.statements.records import PRESSING

_encode = TypeAdapter(dict[str, Any]).dump_json
_LEGS = ("base", "employee", "employer", "account", "fund")
_SUMS = "{" + ",".join(f'"{leg}":"%s"' for leg in _LEGS) + "}"
_NOTHING = "null" + "%.0s" * len(_LEGS)  # passes over the sums it is given
# The line of a branch's year: of one with nothing, then with what was paid alone, declared alone, and both.
_LINES = [
    f'{{"branch":"%s","year":%d,"counts":{{%s}},"declared":{declared},"paid":{paid}}}'
    for declared in (_NOTHING, _SUMS)
    for paid in (_NOTHING, _SUMS)
]
_HUNDREDTHS = [f".{number:02d}" for number in range(100)]


def summary(found: Overview) -> bytes:
    """Return the JSON of `documents.summary` of the whole record."""
    head = {
        "agency": documents.agency_document(found.agency),
        "person": documents.person_document(found.person),
        "as_of": str(found.as_of),
        "known_on": found.known_on.astimezone(dt.UTC).isoformat(),
        "pack": found.pack_version,
        "spells": [documents.spell_document(one) for one in found.spells],
        "standings": [documents.standing_document(one) for one in found.standings],
        "accounts": [
            {
                "branch": one.branch.word,
                "balance": str(one.balance),
                "interest_missing": list(one.interest_missing),
            }
            for one in found.accounts
        ],
        "benefit_years": [
            documents.benefit_year_document(one.branch, one.year, one.count, one.amount)
            for one in found.benefits
        ],
        "missing": [documents.gap_document(one) for one in found.gaps],
    }
    return b'%b,"years":[%b]}' % (_encode(head)[:-1], _years(found.years))


@lru_cache(KEPT)
def _years(years: Years) -> bytes:
    """Return each branch's year as JSON: a life has hundreds, and ten amounts in each."""
    declared, paid = years.declared, years.paid
    sums = np.concatenate((declared.legs, paid.legs), axis=1).ravel().tolist()
    written = _written({*sums}, years.currency)  # most are there more than once
    amounts = map(written.__getitem__, sums)
    words = {branch.value: branch.word for branch in Branch}
    counts = list(map(tuple, years.counts.tolist()))
    counted = {row: _counts(row) for row in {*counts}}  # most years of a life have the same
    rows = zip(
        [words[branch] for branch in years.branch.tolist()],
        years.year.tolist(),
        [counted[row] for row in counts],
        *[amounts] * (2 * len(_LEGS)),
        strict=True,
    )
    lines = (declared.stands * 2 + paid.stands).tolist()
    return ",".join([_LINES[line] % row for line, row in zip(lines, rows, strict=True)]).encode()


def _counts(row: tuple[int, ...]) -> str:
    counted = zip(PRESSING, row, strict=True)
    return ",".join(f'"{status.value}":{count}' for status, count in counted if count)


def _written(sums: set[int], currency: str) -> dict[int, str]:
    """Return sums as `documents` writes amounts."""
    if places_of(currency) != 2 or min(sums, default=0) < 0:
        return {minor: str(Money(minor, currency)) for minor in sums}
    return {minor: f"{minor // 100}{_HUNDREDTHS[minor % 100]}" for minor in sums}
