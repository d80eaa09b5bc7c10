"""What the sample's employers owe for a person and month, by the region's own rules."""

from dataclasses import dataclass, field

from provident.kernel.month import Month
from provident.kernel.rounding import Rounding, divide
from provident.kernel.words import Branch, Scheme
from provident.law.book import Book
from provident.law.records import ContributionRule


def money(minor: int) -> str:
    """Write minor units of a two-decimal currency in major units."""
    return f"{minor // 100}.{minor % 100:02d}"


@dataclass(frozen=True, slots=True)
class Due:
    """One month's contribution in minor units; `written` is how a file's columns show it."""

    base: int
    employee: int
    employer: int
    account: int
    written: str


@dataclass(slots=True)
class Wages:
    """Computes contributions, remembering each rule and each amount once."""

    book: Book
    _rules: dict[tuple[int, int, int], ContributionRule] = field(default_factory=dict)
    _dues: dict[tuple[int, int], Due] = field(default_factory=dict)
    _numbers: dict[tuple[int, int, int], int] = field(default_factory=dict)
    _rates: dict[object, int] = field(default_factory=dict)
    _bases: dict[tuple[int, int, int], int] = field(default_factory=dict)

    def rule(self, region: int, branch: Branch, month: Month) -> ContributionRule:
        """Return the region's rule for the branch and month."""
        key = (region, branch.value, month.code)
        if key not in self._rules:
            self._rules[key] = self.book.contribution_rule(region, branch, Scheme.EMPLOYEES, month)
        return self._rules[key]

    def base(self, region: int, month: Month, wage_permille: int) -> int:
        """Return the pension base: January's wage in whole yuan, kept between that month's floor and ceiling.

        The sample's wages are shares of the average that the floor is 60 % of.
        """
        key = (region, month.code, wage_permille)
        if key not in self._bases:
            self._bases[key] = self._base(region, month, wage_permille)
        return self._bases[key]

    def _base(self, region: int, month: Month, wage_permille: int) -> int:
        start = self.rule(region, Branch.PENSION, Month(month.year, 1))
        now = self.rule(region, Branch.PENSION, month)
        if start.floor_minor is None or now.floor_minor is None or now.ceiling_minor is None:
            raise LookupError(f"the sample's region {region} has no floor and ceiling for {month}")
        wage = divide(start.floor_minor * 10 * wage_permille, 6 * 1000 * 100, Rounding.HALF_UP) * 100
        return min(max(wage, now.floor_minor), now.ceiling_minor)

    def due(self, region: int, branch: Branch, month: Month, base: int) -> Due:
        """Return what is due on a base in that branch and month."""
        place = (region, branch.value, month.code)
        number = self._numbers.get(place)
        if number is None:
            number = self._numbers[place] = self._number(region, branch, month)
        key = (number, base)
        if key not in self._dues:
            rule = self.rule(region, branch, month)
            rates = (rule.employee_rate, rule.employer_rate, rule.account_rate)
            shares = [divide(base * r.numerator, r.denominator, rule.rounding) if r else 0 for r in rates]
            employee, employer, account = shares
            written = f"{money(base)},{money(employee)},{money(employer)}"
            self._dues[key] = Due(base, employee, employer, account, written)
        return self._dues[key]

    def _number(self, region: int, branch: Branch, month: Month) -> int:
        """Return the number of the rates in force; they outlive months, so few bases are worked out."""
        rule = self.rule(region, branch, month)
        rates = (rule.employee_rate, rule.employer_rate, rule.account_rate, rule.rounding)
        return self._rates.setdefault(rates, len(self._rates))
