"""An overview as the JSON of the record without its months: what `documents.summary` is, written faster."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from provident.kernel.money import Money, places_of
from provident.statements import documents
from provident.statements.overview.records import Overview, Sums

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_YEAR = '{"branch":"%s","year":%d,"counts":{%s},"declared":%s,"paid":%s}'
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
    return f'{_encode(head)[:-1]},"years":[{",".join(_years(found))}]}}'.encode()


def _years(found: Overview) -> Iterator[str]:
    """Yield each branch's year as JSON; a life has hundreds, so without an object for every amount."""
    said = iter(_amounts([one for year in found.years for one in year.sums], found.agency.currency))
    counts: dict[tuple[Any, ...], str] = {}
    words = {branch: branch.word for branch in {year.branch for year in found.years}}
    for year in found.years:
        key = tuple(year.counts.items())
        if key not in counts:
            counts[key] = ",".join(f'"{status.value}":{count}' for status, count in key)
        yield _YEAR % (words[year.branch], year.year, counts[key], next(said), next(said))


def _amounts(sums: list[Sums], currency: str) -> list[str]:
    """Return sums as `documents` writes amounts, null where nothing stands."""
    known = np.array([one for one in sums if one is not None], "i8").reshape(-1, len(_LEGS))
    if places_of(currency) != 2 or (known < 0).any():
        return [_one(one, currency) for one in sums]
    parts = np.stack(np.divmod(known, 100), axis=2).reshape(-1, 2 * len(_LEGS)).tolist()
    texts = iter([_AMOUNTS % tuple(row) for row in parts])
    return ["null" if one is None else next(texts) for one in sums]


def _one(sums: Sums, currency: str) -> str:
    if sums is None:
        return "null"
    return _encode({leg: str(Money(minor, currency)) for leg, minor in zip(_LEGS, sums, strict=True)})
