"""An overview as the JSON of the record without its months: what `documents.summary` is, written faster."""

import datetime as dt
import json

import numpy as np

from provident.kernel.money import Money, places_of
from provident.kernel.words import Branch
from provident.statements import documents
from provident.statements.overview.records import Overview, Sums

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
    return f'{_encode(head)[:-1]},"years":[{_years(found)}]}}'.encode()


def _years(found: Overview) -> str:
    """Return each branch's year as JSON; a life has hundreds, so all amounts are written at one go."""
    amounts, figures = _amounts([one for year in found.years for one in year.sums], found.agency.currency)
    words = {branch: branch.word for branch in Branch}
    counts = {
        id(told): ",".join(f'"{status.value}":{count}' for status, count in told.items())
        for told in {id(year.counts): year.counts for year in found.years}.values()
    }
    years = [
        f'{{"branch":"{words[year.branch]}","year":{year.year},"counts":{{{counts[id(year.counts)]}}}'
        f',"declared":{said},"paid":{came}}}'
        for year, said, came in zip(found.years, amounts[::2], amounts[1::2], strict=True)
    ]
    return ",".join(years) % figures


def _amounts(sums: list[Sums], currency: str) -> tuple[list[str], tuple[int, ...]]:
    """Return sums as `documents` writes amounts, null where nothing stands, and the figures to fill in."""
    known = np.array([one for one in sums if one is not None], "i8")
    if places_of(currency) != 2 or (known < 0).any():
        return [_one(one, currency) for one in sums], ()
    figures = np.stack(np.divmod(known, 100), axis=-1).ravel().tolist()
    return ["null" if one is None else _AMOUNTS for one in sums], tuple(figures)


def _one(sums: Sums, currency: str) -> str:
    if sums is None:
        return "null"
    return _encode({leg: str(Money(minor, currency)) for leg, minor in zip(_LEGS, sums, strict=True)})
