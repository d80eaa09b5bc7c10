"""A parameter made ready for looking up: whole numbers at one scale, by year, month, key and place."""

import datetime as dt
from functools import cache, cached_property
from math import lcm
from typing import Any

from provident.kernel.rate import Rate
from provident.kernel.refusal import Refusal
from provident.law.book import from_near_to_far
from provident.law.engine.numbers import threshold
from provident.law.formulas.declared import Kind
from provident.law.records import DatedValue, Pack, Parameter, Table, Unit
from provident.law.refusals import NotGiven, ValueNotCovered
from provident.law.timeline import Timeline, in_force

Found = tuple[int, DatedValue]


class Index:
    """One parameter. `one` is the whole number that stands for 1; `low` and `high` bound every value."""

    def __init__(self, pack: Pack, parameter: Parameter) -> None:
        self.pack = pack
        self.parameter = parameter
        values = [element for timeline in self._timelines() for element in timeline]
        known = [one for element in values if isinstance(element, DatedValue) for one in _raw(element)]
        rates = [one for one in known if isinstance(one, Rate)]
        self.one = lcm(*(rate.denominator for rate in rates)) if rates else _one_of(parameter.unit)
        self.low = min((self.whole(one) for one in known), default=0)
        self.high = max((self.whole(one) for one in known), default=0)
        self.in_year = cache(self._in_year)
        self.on = cache(self._on)
        self.at = cache(self._at)
        self.readings: dict[tuple[Any, ...], Any] = {}  # by what was asked; of `law.engine.one`

    def whole(self, raw: Rate | int) -> int:
        """Return a value at the parameter's scale."""
        return raw.numerator * (self.one // raw.denominator) if isinstance(raw, Rate) else raw

    def element(self, day: dt.date, region: int) -> DatedValue | None:
        """Return what is in force on a day: the nearest place first, then the whole country."""
        fictional = region and region in self.pack.regions and self.pack.regions[region].fictional
        codes = from_near_to_far(region) if region else ()
        timelines = [self.parameter.places.get(code, ()) for code in codes]
        for timeline in timelines if fictional else (*timelines, self.parameter.national):
            found = in_force(timeline, day)
            if found is not None:
                return found if isinstance(found, DatedValue) else None
        return None

    def _in_year(self, year: int, region: int) -> Found | None:
        first = self.element(dt.date(year, 1, 1), region)
        return (self._single(first), first) if first and first is self._last_of(year, region) else None

    def _last_of(self, year: int, region: int) -> DatedValue | None:
        return self.element(dt.date(year, 12, 31), region)

    def _on(self, month: int, region: int) -> Found | None:
        found = self.element(dt.date(month // 12, month % 12 + 1, 1), region)
        return (self._single(found), found) if found else None

    def _at(self, key: int, month: int | None, region: int) -> Found | None:
        """Return a table's entry; `month` None asks the one table there is."""
        if month is None:
            timeline = self.parameter.national
            found = timeline[-1] if len(timeline) == 1 else None
            found = found if isinstance(found, DatedValue) else None
        else:
            found = self.element(dt.date(month // 12, month % 12 + 1, 1), region)
        if found is None or not isinstance(found.value, Table):
            return None
        entry = _entry(found.value, key, self.parameter.lookup)
        return None if entry is None else (self.whole(entry), found)

    def refusal(self, when: object, region: int = 0) -> Refusal:
        """Return the refusal for a value the pack does not know, or of which it asks where."""
        if not region and self.parameter.places and not self.parameter.national:
            return NotGiven(name="region")
        place = f" ({self._place(region)})" if region else ""
        version = f"{self.pack.id} {self.pack.version}"
        return ValueNotCovered(
            id=self.parameter.id, when=when, place=place, pack=version, file=self.parameter.file
        )

    def _place(self, region: int) -> str:
        """Return a place by its code and, in both languages, the name of it or of its province."""
        found = self.pack.regions.get(region) or self.pack.regions.get(region // 10000 * 10000)
        return f"{region} {found.title.en} {found.title.zh}" if found else str(region)

    @cached_property
    def starts(self) -> list[int]:
        """Return the counted months in which another value may come into force."""
        days = {element.since for timeline in self._timelines() for element in timeline}
        ends = {
            element.until + dt.timedelta(days=1)
            for timeline in self._timelines()
            for element in timeline
            if element.until is not None and element.until.year < 9999
        }
        return sorted({threshold(Kind.MONTH, day) for day in days | ends})

    def _single(self, found: DatedValue) -> int:
        if isinstance(found.value, Table):
            raise TypeError(f"{self.parameter.id} is a table")
        return self.whole(found.value)

    def _timelines(self) -> tuple[Timeline, ...]:
        return (self.parameter.national, *self.parameter.places.values())


def _raw(element: DatedValue) -> tuple[Rate | int, ...]:
    if isinstance(element.value, Table):
        return tuple(value for _, value in element.value.entries)
    return (element.value,)


def _one_of(unit: Unit) -> int:
    return 100 if unit is Unit.MONEY else 1


def _entry(table: Table, key: int, lookup: str) -> Rate | int | None:
    if lookup == "exact":
        return dict(table.entries).get(key)
    reached = [value for start, value in table.entries if start <= key]
    return reached[-1] if reached else None
