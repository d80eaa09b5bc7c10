"""An overview as the JSON of the record without its months: what `documents.summary` is, written faster."""

import datetime as dt
import json
from functools import lru_cache

import numpy as np

from provident.kernel.money import Money, places_of
from provident.kernel.words import Branch
from provident.statements import documents
from provident.statements.overview.records import Overview, Stated, Years
from provident.statements.overview.sums import KEPT
from provident.statements.records import PRESSING

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_LEGS = ("base", "employee", "employer", "account", "fund")
_AMOUNTS = "{" + ",".join(f'"{leg}":"%d.%02d"' for leg in _LEGS) + "}"


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
    return f'{_encode(head)[:-1]},"years":[{_years(found.years)}]}}'.encode()


@lru_cache(KEPT)
def _years(years: Years) -> str:
    """Return each branch's year as JSON; a life has hundreds, so all amounts are written at one go."""
    amounts = [_amounts(stated, years.currency) for stated in (years.declared, years.paid)]
    words = {branch.value: branch.word for branch in Branch}
    counts = list(map(tuple, years.counts.tolist()))
    counted = {row: _counts(row) for row in {*counts}}  # most years of a life have the same
    return ",".join(
        [
            f'{{"branch":"{words[branch]}","year":{year},"counts":{{{counted[row]}}},"declared":{said},"paid":{came}}}'
            for branch, year, row, said, came in zip(
                years.branch.tolist(), years.year.tolist(), counts, *amounts, strict=True
            )
        ]
    )


def _counts(row: tuple[int, ...]) -> str:
    counted = zip(PRESSING, row, strict=True)
    return ",".join(f'"{status.value}":{count}' for status, count in counted if count)


def _amounts(stated: Stated, currency: str) -> list[str]:
    """Return sums as `documents` writes amounts, null where nothing stands."""
    if places_of(currency) != 2 or bool((stated.legs < 0).any()):
        told = [_one(legs, currency) for legs in stated.legs.tolist()]
    else:
        figures = np.stack(np.divmod(stated.legs, 100), axis=-1).reshape(-1, 2 * len(_LEGS)).tolist()
        told = [_AMOUNTS % tuple(one) for one in figures]
    return [one if stands else "null" for one, stands in zip(told, stated.stands.tolist(), strict=True)]


def _one(legs: list[int], currency: str) -> str:
    return _encode({leg: str(Money(minor, currency)) for leg, minor in zip(_LEGS, legs, strict=True)})
