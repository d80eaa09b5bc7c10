"""One person's pension under the law, asked for again and again: for other months, with gaps closed."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from provident import law
from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.refusal import Refusal
from provident.kernel.words import Branch, MonthStatus, Scheme
from provident.law.engine.one import One
from provident.law.engine.plan import ON, Law
from provident.law.engine.trace import Given
from provident.law.refusals import NotMet
from provident.statements.estimates.facts import Read, paid_months, pension_facts, region_of
from provident.statements.estimates.records import Facts, GoingOn, Sum, Window

CALCULATION = "cn.pension.old_age"
SPACE = "cn.pension."
_WINDOW = "cn.retirement_age.window"
_MINIMUM = "too_few_months"
_EPOCH = dt.date(1970, 1, 1)
_ASSUMED = "option"

#: The sums of a year's monthly indices, where they are known already.
Points = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class More:
    """Months and money added to what is on record: a year's months and bases, and the account."""

    months: dict[int, int] = field(default_factory=dict)
    bases: dict[int, int] = field(default_factory=dict)
    account: int = 0


def together(parts: Iterable[More]) -> More:
    """Return several additions as one."""
    whole = More()
    account = 0
    for one in parts:
        account += one.account
        for sums, more in ((whole.months, one.months), (whole.bases, one.bases)):
            for year, value in more.items():
                sums[year] = sums.get(year, 0) + value
    return More(whole.months, whole.bases, account)


class Case:
    """The facts of one record and the law; every answer is the engine's."""

    def __init__(self, read: Read, category: str, currency: str, today: dt.date) -> None:
        self.read = read
        self.category = category
        self.today = today
        self.currency = currency
        self.law: Law = law.law_of(CALCULATION)
        self.facts: Facts = pension_facts(read)
        self.region = region_of(read)
        self.paid = paid_months(read)
        words = self.law.node(f"{SPACE}category").variable.words
        self._given = {
            **self.facts.given,
            f"{self.law.pack.id}.{ON}": Given((today - _EPOCH).days, _ASSUMED),
            f"{SPACE}category": Given(words.index(category), _ASSUMED),
        }
        self.amounts_of = Month.of(today)
        self._counted = self.law.node(f"{SPACE}counted_months")
        self._total = self.law.node(f"{SPACE}total")
        self._wages: dict[int, int] = {}

    def window(self) -> Window:
        """Return when the person may retire; refused if it cannot be worked out."""
        one = One(self.law, _WINDOW, self._given, {})
        names = self.law.calculation(_WINDOW).outputs
        statutory, earliest, latest, needed = (one.value(self.law.node(name)) for name in names)
        return Window(_month(statutory), _month(earliest), _month(latest), needed)

    def going_on(self) -> GoingOn | None:
        """Return what going on means; None if nobody has the person insured, or nothing was ever paid.

        Refused if the share that goes to the account is not known.
        """
        last = self.read.last
        open_spells = [
            one for one in self.read.enrolments
            if Branch.PENSION in one.branches and (one.until is None or one.until > last)
        ]  # fmt: skip
        if not open_spells or not self.paid:
            return None
        like = max(self.paid)
        base = Money(self.paid[like], self.currency)
        scheme = max(open_spells, key=lambda one: one.since).scheme
        account = self.credited(base, scheme, last)
        waiting = [f.month for f in self.read.facts if f.status is MonthStatus.NOT_YET_DUE]
        since = min([one for one in waiting if one > like], default=last.plus(1))
        return GoingOn(like, base, account, since)

    def until(self, assumed: GoingOn, month: Month) -> More:
        """Return what is paid from now until the month before retirement."""
        months: dict[int, int] = {}
        for year in range(assumed.since.year, month.year + 1):
            first, end = max(assumed.since, Month(year, 1)), min(month, Month(year + 1, 1))
            if first < end:
                months[year] = first.until(end)
        bases = {year: count * assumed.base.minor for year, count in months.items()}
        return More(months, bases, sum(months.values()) * assumed.account.minor)

    def asked(self, month: Month, more: More, points: Points | None = None) -> One:
        """Return the calculation of a pension from a month on, with something added to the record."""
        given = dict(self._given)
        given[f"{SPACE}chosen_month"] = Given(_code(month), _ASSUMED)
        if month > self.amounts_of:
            given[f"{SPACE}amounts_month"] = Given(_code(self.amounts_of), _ASSUMED)
        balance = given.get(f"{SPACE}account_balance", Given(0, "ledger"))
        if more.account or f"{SPACE}account_balance" in given:
            given[f"{SPACE}account_balance"] = _more(balance, more.account)
        series = self._series(more)
        if points:
            known = {year: Given(points[year], _ASSUMED) for year in points if year < month.year}
            series[f"{SPACE}index_points"] = known
        return One(self.law, CALCULATION, given, series)

    def points(self, month: Month, more: More) -> Points:
        """Return the yearly sums of indices of such a pension, to be used for others; none if refused.

        A year before retirement has the same sum whatever month is chosen, so it is worked out once.
        """
        node = self.law.node(f"{SPACE}index_points")
        try:
            one = self.asked(month, more)
            return {year: one.row(node, year) for year in one.series_of(node).years}
        except Refusal:
            return {}

    def sum(self, month: Month, more: More, points: Points | None = None) -> Sum:
        """Return the monthly pension from a month on, or why there is none."""
        try:
            one = self.asked(month, more, points)
            one.value(self._counted)  # whoever has too few months needs no sum
            value = one.value(self._total)
        except Refusal as refusal:
            return Sum(refused=refusal, too_few=self._too_few(refusal))
        return Sum(Money(value, self.currency))

    def _too_few(self, refusal: Refusal) -> bool:
        """Say whether more months would help: the pack's own sentence tells which condition is not met."""
        sentence = self.law.pack.rules.requirements[_MINIMUM].sentence.en
        return isinstance(refusal, NotMet) and refusal.facts["sentence_en"] == sentence

    def age_in(self, month: Month) -> int:
        """Return the age in months reached in a month."""
        born = self.read.born
        return 0 if born is None else Month.of(born).until(month)

    def _series(self, more: More) -> dict[str, dict[int, Given]]:
        """Return the years on record and those added; wages of years to come are this year's."""
        found: dict[str, dict[int, Given]] = {}
        for name, added in (("months_paid", more.months), ("base_paid", more.bases)):
            years = dict(self.facts.series.get(f"{SPACE}{name}", {}))
            for year, value in added.items():
                years[year] = _more(years.get(year, Given(0, _ASSUMED)), value)
            found[f"{SPACE}{name}"] = dict(sorted(years.items()))
        coming = [year for year in found[f"{SPACE}base_paid"] if year > self.today.year]
        if coming:
            wage = self._wage(self.today.year)
            found[f"{SPACE}reference_wage"] = {year: Given(wage, _ASSUMED) for year in coming}
        return {name: years for name, years in found.items() if years}

    def _wage(self, year: int) -> int:
        """Return the average wage this year's bases are compared with; refused if it is not known."""
        if year not in self._wages:
            node = self.law.node(f"{SPACE}reference_wage")
            one = One(self.law, CALCULATION, self._given, {f"{SPACE}base_paid": {year: Given(0, _ASSUMED)}})
            self._wages[year] = one.row(node, year)
        return self._wages[year]

    def credited(self, base: Money, scheme: Scheme, month: Month) -> Money:
        """Return what a month on a base adds to the account; refused if the share is not known."""
        rule = law.book().contribution_rule(self.region, Branch.PENSION, scheme, month)
        if rule.account_rate is None:
            raise self._unknown("account_rate", scheme, month)
        return base.share(rule.account_rate, rule.rounding)

    def least_base(self, scheme: Scheme, month: Month) -> Money:
        """Return the lower limit of a month's base; refused if it is not known."""
        rule = law.book().contribution_rule(self.region, Branch.PENSION, scheme, month)
        if rule.floor_minor is None:
            raise self._unknown("base_floor", scheme, month)
        return Money(rule.floor_minor, self.currency)

    def _unknown(self, name: str, scheme: Scheme, month: Month) -> Refusal:
        stem = "" if scheme is Scheme.EMPLOYEES else f"{scheme.name.lower()}."
        return self.law.index(f"{SPACE}{stem}{name}").refusal(str(month), self.region)


def _more(before: Given, value: int) -> Given:
    return Given(before.value + value, _ASSUMED if value else before.how, before.entries)


def _month(code: int) -> Month:
    return Month(code // 12, code % 12 + 1)


def _code(month: Month) -> int:
    return month.year * 12 + month.month - 1
