"""The question of the law: are base and amounts what it says for that month, to the cent.

Asked group by group of region, scheme, branch and month, computed for all rows at once in exact
whole numbers. What no rate in force in what we know can check is taken as declared and marked so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from provident.filings.checks.findings import (
    Finding,
    Ints,
    Mask,
    Rows,
    compact,
    finding,
    money,
    month_text,
    narrowed,
    pieces,
)
from provident.filings.reading.records import Chunk, TakeOnKind
from provident.filings.refusals import (
    AccountTooLarge,
    AmountTooLarge,
    BaseAboveCeiling,
    BaseBelowFloor,
    ContributionWrong,
    InterestNotWhole,
)
from provident.kernel.citation import Citation
from provident.kernel.month import Month
from provident.kernel.rate import Rate
from provident.kernel.rounding import Rounding, divide
from provident.kernel.words import Branch, Checked, Scheme
from provident.law.records import ContributionRule

RuleOf = Callable[[int, Branch, Scheme, Month], ContributionRule]

#: No single amount is larger: a million such rows still add up within 63 bits.
LARGEST = 10**12


@dataclass(frozen=True, slots=True)
class Lines:
    """The rows that state a contribution. `place` says where in the file's columns each stands."""

    place: Rows
    person: npt.NDArray[np.int32]  # place among the file's persons
    employer: npt.NDArray[np.int32]  # place among the file's employers, -1 for none
    branch: npt.NDArray[np.int16]
    month: npt.NDArray[np.int32]
    region: npt.NDArray[np.int32]
    scheme: npt.NDArray[np.int16]
    base: Ints
    employee: Ints
    employer_share: Ints
    account: Ints
    account_given: Mask

    def piece(self, some: slice) -> "Lines":
        """Return some of the lines."""
        return Lines(*(getattr(self, name)[some] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Judged:
    """What the law made of the lines: the account's leg, whether it could be checked, the findings."""

    account: Ints
    checked: npt.NDArray[np.int16]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """The lines of a file, the rules they fall under, and which rule each line falls under."""

    rows: Chunk
    lines: Lines
    codes: npt.NDArray[np.int32]
    rules: tuple[ContributionRule, ...]

    def limits(self, name: str, absent: int) -> Ints:
        """Return every line's limit; `absent` where none is known."""
        values = [getattr(rule, name) for rule in self.rules]
        table = np.array([absent if value is None else value for value in values], np.int64)
        return table[self.codes]

    def known(self, leg: str) -> Mask:
        """Say for every line whether the leg's rate is known."""
        return np.array([self._rate(rule, leg) is not None for rule in self.rules], np.bool_)[self.codes]

    def shares(self, leg: str) -> Ints:
        """Return the rate's share of every base, rounded as its rule says; 0 where no rate is known."""
        rates = [self._rate(rule, leg) or Rate(0, 1) for rule in self.rules]
        return shares(self.lines.base, rates, [rule.rounding for rule in self.rules], self.codes)

    def citations(self, where: Rows) -> list[Citation | None]:
        """Return the first article of the rule each of some lines falls under."""
        first = [next(iter(rule.citations), None) for rule in self.rules]
        return [first[code] for code in self.codes[where].tolist()]

    def wrong(self, column: str, leg: str, where: Rows, expected: Ints) -> tuple[Finding, ...]:
        """Refuse amounts that are not what the law makes of the base."""
        if not len(where):
            return ()
        rates = [str(self._rate(rule, leg) or Rate(0, 1)) for rule in self.rules]
        facts: dict[str, Sequence[object]] = {
            "expected": [money(one) for one in expected[where].tolist()],
            "rate": [rates[code] for code in self.codes[where].tolist()],
            "citation": self.citations(where),
        }
        return (finding(self.rows, column, ContributionWrong, self.lines.place[where], **facts),)

    @staticmethod
    def _rate(rule: ContributionRule, leg: str) -> Rate | None:
        rates = {"employee": rule.employee_rate, "employer": rule.employer_rate, "account": rule.account_rate}
        return rates[leg]


def judge(rows: Chunk, lines: Lines, rule_of: RuleOf) -> Judged:
    """Check every line's base and amounts and work out what goes to the account."""
    large = _too_large(rows, lines)
    if large:
        nothing = np.zeros(len(lines.place), np.int64)
        return Judged(nothing, nothing.astype(np.int16), large)
    account, checked = np.zeros(len(lines.place), np.int64), np.zeros(len(lines.place), np.int16)
    findings: list[Finding] = []
    for piece in pieces(len(lines.place)):
        judged = _judged(_case(rows, lines.piece(piece), rule_of))
        account[piece], checked[piece] = judged.account, judged.checked
        findings += judged.findings
    return Judged(account, narrowed(checked), tuple(findings))


def _judged(case: _Case) -> Judged:
    lines = case.lines
    account, account_findings = _account(case)
    findings = (
        *_limits(case),
        *_amount(case, "employee", "employee", lines.employee),
        *_amount(case, "employer_share", "employer", lines.employer_share),
        *account_findings,
    )
    certain = case.known("employee") & case.known("employer")
    checked = np.where(certain, np.int16(Checked.CHECKED), np.int16(Checked.NOT_CHECKABLE))
    return Judged(account, checked, findings)


def _too_large(rows: Chunk, lines: Lines) -> tuple[Finding, ...]:
    found = []
    for column in ("base", "employee", "employer_share", "account"):
        values: Ints = getattr(lines, column)
        if len(values) and values.max() > LARGEST:
            found.append(finding(rows, column, AmountTooLarge, lines.place[values > LARGEST]))
    return tuple(found)


def _case(rows: Chunk, lines: Lines, rule_of: RuleOf) -> _Case:
    """Look the law up once for each region, scheme, branch and month there is."""
    region, regions = compact(lines.region, 1_000_000)
    scheme, schemes = compact(lines.scheme, 16)
    branch, branches = compact(lines.branch, 16)
    month, months = compact(lines.month, 300_000)
    shape = (len(regions), len(schemes), len(branches), len(months))
    combined = np.ravel_multi_index((region, scheme, branch, month), shape) if len(region) else region
    codes, groups = compact(combined, int(np.prod(shape)) + 1)
    rules = []
    for group in groups.tolist():
        place, kind, part, time = (int(one) for one in np.unravel_index(group, shape))
        insured = Branch(int(branches[part])), Scheme(int(schemes[kind]))
        rules.append(rule_of(int(regions[place]), *insured, Month.from_code(int(months[time]))))
    return _Case(rows, lines, codes, tuple(rules))


def _limits(case: _Case) -> tuple[Finding, ...]:
    """Refuse bases outside floor and ceiling; a reported zero is a zero."""
    base = case.lines.base
    floor, ceiling = case.limits("floor_minor", 0), case.limits("ceiling_minor", LARGEST)
    low = np.flatnonzero((base < floor) & (base != 0))
    high = np.flatnonzero(base > ceiling)
    found = []
    for where, refusal, limit in ((low, BaseBelowFloor, floor), (high, BaseAboveCeiling, ceiling)):
        if len(where):
            facts: dict[str, Sequence[object]] = {
                "limit": [money(one) for one in limit[where].tolist()],
                "month": [month_text(one) for one in case.lines.month[where].tolist()],
                "citation": case.citations(where),
            }
            found.append(finding(case.rows, "base", refusal, case.lines.place[where], **facts))
    return tuple(found)


def _amount(case: _Case, column: str, leg: str, amounts: Ints) -> tuple[Finding, ...]:
    """Refuse amounts that are not the rate's share of the base where the rate is known."""
    expected = case.shares(leg)
    known = case.known(leg) | (case.lines.base == 0)
    return case.wrong(column, leg, np.flatnonzero((amounts != expected) & known), expected)


def _account(case: _Case) -> tuple[Ints, tuple[Finding, ...]]:
    """Work out the account's leg: as the file gives it, else the law's share, else nothing."""
    lines = case.lines
    total = lines.employee + lines.employer_share
    # Where the amounts themselves could not be checked the law's share may exceed them.
    expected = np.minimum(case.shares("account"), total)
    if not lines.account_given.any():
        return expected, ()
    known = case.known("account") & lines.account_given
    wrong = np.flatnonzero(known & (lines.account != expected))
    large = np.flatnonzero(~known & lines.account_given & (lines.account > total))
    found = case.wrong("account", "account", wrong, expected)
    if len(large):
        totals = [money(one) for one in total[large].tolist()]
        found = (*found, finding(case.rows, "account", AccountTooLarge, lines.place[large], total=totals))
    return np.where(lines.account_given, lines.account, expected), found


def stated_amounts(rows: Chunk, where: Rows) -> list[Finding]:
    """Refuse amounts and account parts of old balances, interest and benefits that cannot be."""
    amount, account = rows.amount.minor[where], rows.account.minor[where]
    large = where[amount > LARGEST]
    found = [finding(rows, "amount", AmountTooLarge, large)] if len(large) else []
    interest = rows.kind[where] == TakeOnKind.INTEREST
    over = np.flatnonzero((account > amount) & ~interest)
    if len(over):
        totals = [money(one) for one in amount[over].tolist()]
        found.append(finding(rows, "account", AccountTooLarge, where[over], total=totals))
    part = np.flatnonzero((account != amount) & rows.account.given[where] & interest)
    if len(part):
        expected = [money(one) for one in amount[part].tolist()]
        found.append(finding(rows, "account", InterestNotWhole, where[part], expected=expected))
    return found


def shares(
    base: Ints, rates: Sequence[Rate], roundings: Sequence[Rounding], codes: npt.NDArray[np.int32]
) -> Ints:
    """Return rates[codes] of every base (none negative), each rounded as roundings[codes] says.

    Equal to kernel.rounding.divide row by row; where 63 bits would not hold a product, computed
    row by row indeed.
    """
    if not len(base):
        return np.zeros(0, np.int64)
    widest = (
        max(rate.numerator for rate in rates) * int(base.max()) * 2 + max(r.denominator for r in rates) * 2
    )
    if widest >= 1 << 63:
        each = zip(base.tolist(), codes.tolist(), strict=True)
        exact = [divide(one * rates[c].numerator, rates[c].denominator, roundings[c]) for one, c in each]
        return np.array(exact, np.int64)
    if len(rates) == 1:
        return _rounded(base * rates[0].numerator, np.int64(rates[0].denominator), roundings[0])
    product = base * np.array([rate.numerator for rate in rates], np.int64)[codes]
    denominator = np.array([rate.denominator for rate in rates], np.int64)[codes]
    if len(set(roundings)) == 1:
        return _rounded(product, denominator, roundings[0])
    result = np.zeros(len(base), np.int64)
    for rounding in set(roundings):
        here = np.array([one is rounding for one in roundings], np.bool_)[codes]
        result[here] = _rounded(product[here], denominator[here], rounding)
    return result


def _rounded(product: Ints, denominator: Ints | np.int64, rounding: Rounding) -> Ints:
    match rounding:
        case Rounding.DOWN:
            return product // denominator
        case Rounding.UP:
            return (product + denominator - 1) // denominator
        case Rounding.HALF_UP:
            return (2 * product + denominator) // (2 * denominator)
        case Rounding.HALF_EVEN:
            whole, rest = np.divmod(product, denominator)
            up: Mask = (2 * rest > denominator) | ((2 * rest == denominator) & (whole % 2 == 1))
            return whole + up
