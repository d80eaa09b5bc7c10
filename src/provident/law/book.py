"""Looking the law up: by date, place, branch and scheme."""

import datetime as dt
from functools import lru_cache

from provident.kernel.citation import Citation
from provident.kernel.month import Month
from provident.kernel.rate import Rate
from provident.kernel.rounding import Rounding
from provident.kernel.words import Branch, Scheme
from provident.law.records import (
    ContributionRule,
    DatedValue,
    Deadline,
    KnownGap,
    Pack,
    Parameter,
    Region,
    Retention,
)
from provident.law.refusals import NoSuchDeadline, NoSuchParameter, NoSuchRetention
from provident.law.sources import Status, Title
from provident.law.timeline import in_force

_WEAKEST_FIRST = (Status.SYNTHETIC, Status.SECONDARY, Status.VERIFIED)


class Book:
    """The law of one pack. Every answer is computed from the pack alone and remembered."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._rules = lru_cache(maxsize=65536)(self._contribution_rule)

    @property
    def pack_version(self) -> str:
        """The pack and its version as entries carry it, e.g. "cn 0.1.0"."""
        return f"{self.pack.id} {self.pack.version}"

    def known_region(self, code: int) -> Region | None:
        """Return the region of a six-digit code; None if it lies outside the pack.

        The pack lists provinces. A city or district is known by its province and carries the
        province's title and its own code; places of the fictional region must be listed.
        """
        region = self.pack.regions.get(code)
        if region is not None:
            return region
        province = self.pack.regions.get(code // 10000 * 10000)
        if province is None or province.fictional:
            return None
        title = Title(f"{province.title.en} ({code})", f"{province.title.zh}（{code}）")
        return Region(code, title, province.currency, province.zone, fictional=False)

    def parameter(self, parameter_id: str) -> Parameter:
        """Return a parameter by its id; refused if the pack has none of that id."""
        try:
            return self.pack.parameters[parameter_id]
        except KeyError:
            raise NoSuchParameter(id=parameter_id, pack=self.pack_version) from None

    def value_on(self, parameter_id: str, region: int, day: dt.date) -> DatedValue | None:
        """Return the value in force at a place on a day; None if the pack knows none."""
        found = self.element_on(parameter_id, region, day)
        return found[1] if found is not None and isinstance(found[1], DatedValue) else None

    def element_on(
        self, parameter_id: str, region: int, day: dt.date
    ) -> tuple[int, DatedValue | KnownGap] | None:
        """Return what the pack says for a place on a day, with the place that says it (0: the country).

        The nearest place wins: district, city, province, country. A known gap at a nearer place
        stops the search. The fictional region never falls back on a country's law, and a place
        the pack does not cover has no law in it.
        """
        parameter = self.pack.parameters.get(parameter_id)
        known = self.known_region(region)
        if parameter is None or known is None:
            return None
        timelines = [(code, parameter.places.get(code, ())) for code in from_near_to_far(region)]
        if not known.fictional:
            timelines.append((0, parameter.national))
        for code, timeline in timelines:
            element = in_force(timeline, day)
            if element is not None:
                return code, element
        return None

    def contribution_rule(
        self, region: int, branch: Branch, scheme: Scheme, month: Month
    ) -> ContributionRule:
        """Return floor, ceiling and rates in force for a month; each None where none is known."""
        return self._rules(region, branch, scheme, month)

    def _contribution_rule(
        self, region: int, branch: Branch, scheme: Scheme, month: Month
    ) -> ContributionRule:
        stem = f"{self.pack.id}.{branch.word}."
        if scheme is not Scheme.EMPLOYEES:
            stem += f"{scheme.name.lower()}."
        day = month.first_day()
        names = ("base_floor", "base_ceiling", "employee_rate", "employer_rate", "account_rate")
        found = {name: self.value_on(stem + name, region, day) for name in names}
        values = [value for value in found.values() if value is not None]
        return ContributionRule(
            floor_minor=_minor(found["base_floor"]),
            ceiling_minor=_minor(found["base_ceiling"]),
            employee_rate=_rate(found["employee_rate"]),
            employer_rate=_rate(found["employer_rate"]),
            account_rate=_rate(found["account_rate"]),
            # No law we have read names a rounding of contributions; shares go to the nearest
            # minor unit, halves up.
            rounding=Rounding.HALF_UP,
            citations=tuple(dict.fromkeys(value.source.citation for value in values)),
            status=_weakest(values),
        )

    def filing_due(self, region: int, month: Month) -> dt.date | None:
        """Return the last day to declare a month at a place; None if the place's rule is not known."""
        found = self.value_on(f"{self.pack.id}.filing.due_day", region, month.first_day())
        if found is None or not isinstance(found.value, int):
            return None
        return month.plus(1).first_day().replace(day=found.value)

    def interest_rate(self, region: int, year: int) -> Rate | None:
        """Return the interest credited to pension accounts for a year; None while it is not known."""
        parameter = f"{self.pack.id}.pension.account_interest_rate"
        return _rate(self.value_on(parameter, region, dt.date(year, 12, 31)))

    def retention(self, kind: str) -> Retention:
        """Return how long a kind of record is kept; refused if the pack does not say."""
        try:
            return self.pack.retention[kind]
        except KeyError:
            raise NoSuchRetention(kind=kind, pack=self.pack_version) from None

    def deadline(self, deadline_id: str) -> Deadline:
        """Return a deadline by its id; refused if the pack has none of that id."""
        try:
            return self.pack.deadlines[deadline_id]
        except KeyError:
            raise NoSuchDeadline(id=deadline_id, pack=self.pack_version) from None

    def last_day(self, deadline_id: str, start: dt.date) -> dt.date:
        """Return the last day of a deadline that counts from a day (see WorkCalendar.last_day)."""
        found = self.deadline(deadline_id)
        return self.pack.calendar.last_day(start, found.value, found.unit)

    def law_title(self, citation: Citation) -> Title:
        """Return the cited law's name in both languages (its own words if the pack lists no such law)."""
        for law in self.pack.laws.values():
            if law.title.en == citation.law:
                return law.title
        return Title(citation.law, citation.law)


def from_near_to_far(code: int) -> tuple[int, ...]:
    """Return a district's code, its city's and its province's, each once."""
    return tuple(dict.fromkeys((code, code // 100 * 100, code // 10000 * 10000)))


def _minor(found: DatedValue | None) -> int | None:
    return found.value if found is not None and isinstance(found.value, int) else None


def _rate(found: DatedValue | None) -> Rate | None:
    return found.value if found is not None and isinstance(found.value, Rate) else None


def _weakest(values: list[DatedValue]) -> Status | None:
    present = {value.source.status for value in values}
    return next((status for status in _WEAKEST_FIRST if status in present), None)
