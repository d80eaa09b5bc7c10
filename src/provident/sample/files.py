"""The sample region's files, as its employers and its former system would send them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from provident.kernel.month import Month
from provident.kernel.words import Branch
from provident.sample.population import GAP, Habit, Region, SampleEmployer, SamplePerson, Spell
from provident.sample.wages import Wages, money

_PAYROLL = "resident_id,name,employer_id,branch,month,base,employee,employer,region,event"
_PAYROLL_ZH = (
    "公民身份号码,姓名,单位统一社会信用代码,险种,费款所属期,缴费基数,个人缴费,单位缴费,参保地,增减变动"
)
_TAKE_ON = (
    "resident_id,name,employer_id,branch,month,base,employee,employer,region,kind,account,amount,evidence"
)
_PAYMENTS = "employer_id,month,branch,amount,paid_on,reference"
_ZH = {
    "pension": "养老",
    "medical": "医疗",
    "unemployment": "失业",
    "work_injury": "工伤",
    "maternity": "生育",
    "enrol": "新增",
    "leave": "减少",
}
# Every seventh employer's payroll program writes Chinese headings in GB18030.
_CHINESE_EVERY = 7
_BENEFIT_SHARE = 450  # per mille of the average wage a sample pension pays; a story, not a rule
ZERO_MONTH = 3  # how many months ago the person with a gap was on unpaid leave


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A file to ingest: its name and its bytes."""

    name: str
    content: bytes


def _works(spell: Spell, month: Month) -> bool:
    return spell.since <= month and (spell.until is None or month <= spell.until)


def _csv(name: str, heading: str, lines: list[str], encoding: str = "utf-8") -> SampleFile:
    return SampleFile(name, "\n".join([heading, *lines, ""]).encode(encoding))


def _quoted(name: str) -> str:
    return f'"{name}"' if "," in name or '"' in name else name


@dataclass(frozen=True, slots=True)
class Files:
    """Writes the files of one region."""

    region: Region
    wages: Wages

    @property
    def first_filed(self) -> Month:
        """The first of the twelve months that employers file themselves."""
        return self.region.present.plus(-12)

    def enrolments_taken_on(self) -> SampleFile:
        """Return enrolments and leavers from before the twelve months that employers file themselves."""
        lines = sorted(
            (month.code, line)
            for person in self.region.people
            for month, line in self._events(person)
            if month < self.first_filed
        )
        return _csv("take-on-enrolments.csv", _PAYROLL, [line for _, line in lines])

    def years_taken_on(self) -> Iterator[SampleFile]:
        """Yield one take-on file for each calendar year before the last twelve months."""
        last = self.first_filed.plus(-1)
        balances: dict[str, int] = {}
        for year in range(self.region.start.year, last.year + 1):
            months = [m for m in Month(year, 1).through(Month(year, 12)) if self.region.start <= m <= last]
            lines = [line for p in self.region.people for line in self._year(p, months, balances)]
            yield _csv(f"take-on-{year}.csv", _TAKE_ON, lines)

    def declaration(self, index: int, month: Month) -> SampleFile | None:
        """Return what one employer declares for one month; None if it has nobody or did not file."""
        firm = self.region.employers[index]
        if firm.habit is Habit.STOPPED_FILING and month == self.region.present.plus(-1):
            return None
        lines = [line for p in self.region.people for line in self._declared(p, index, month)]
        if not lines:
            return None
        if index % _CHINESE_EVERY == 0:
            return _csv(f"{firm.uscc}-{month}.csv", _PAYROLL_ZH, [_in_chinese(x) for x in lines], "gb18030")
        return _csv(f"{firm.uscc}-{month}.csv", _PAYROLL, lines)

    def payments(self, month: Month) -> SampleFile:
        """Return what reached the bank in the month after `month`, for that month and for late ones."""
        lines: list[str] = []
        for index, firm in enumerate(self.region.employers):
            lines += self._paid(index, firm, month)
        return _csv(f"payments-{month}.csv", _PAYMENTS, lines)

    def _events(self, person: SamplePerson) -> Iterator[tuple[Month, str]]:
        for spell in person.spells:
            for branch in spell.branches:
                head = self._head(person, spell, branch)
                yield spell.since, f"{head},{spell.since},,,,{spell.region},enrol"
                if spell.until is not None:
                    yield spell.until, f"{head},{spell.until},,,,{spell.region},leave"

    def _head(self, person: SamplePerson, spell: Spell, branch: Branch) -> str:
        firm = self.region.employers[spell.employer]
        return f"{person.number},{_quoted(person.name)},{firm.uscc},{branch.word}"

    def _year(self, person: SamplePerson, months: list[Month], balances: dict[str, int]) -> Iterator[str]:
        credited = interest_months = 0
        heads = [[self._head(person, spell, branch) for branch in spell.branches] for spell in person.spells]
        for month in months:
            for spell, written in zip(person.spells, heads, strict=True):
                if _works(spell, month):
                    base = self.wages.base(spell.region, month, person.wage_permille)
                    yield from self._taken_on(person, spell, month, base, written)
                    if Branch.PENSION in spell.branches:
                        account = self.wages.due(spell.region, Branch.PENSION, month, base).account
                        credited += account
                        interest_months += account * (12 - month.month)
            if person.pension_since and person.pension_since <= month:
                yield self._benefit(person, month)
        yield from self._interest(person, months, balances, interest_months)
        balances[person.number] = balances.get(person.number, 0) + credited

    def _taken_on(
        self,
        person: SamplePerson,
        spell: Spell,
        month: Month,
        base: int,
        heads: list[str],
    ) -> Iterator[str]:
        early = self.region.start.until(month) < 36
        evidence = "documented" if early else "prior_system"
        kind = "contribution"
        if person is self.region.people[GAP] and self.region.start.until(month) < 6:
            evidence = "stated"
        if person is self.region.people[GAP] and 70 <= self.region.start.until(month) < 72:
            kind = "unpaid"
        tail, when = f"{spell.region},{kind},,,{evidence}", str(month)
        for branch, head in zip(spell.branches, heads, strict=True):
            due = self.wages.due(spell.region, branch, month, base)
            yield f"{head},{when},{due.written},{tail}"

    def _benefit(self, person: SamplePerson, month: Month) -> str:
        average = self.wages.base(990000, Month(month.year, 1), 1000)
        amount = average * _BENEFIT_SHARE // 1000
        head = f"{person.number},{_quoted(person.name)},,pension,{month}"
        return f"{head},,,,990000,benefit,,{money(amount)},prior_system"

    def _interest(
        self, person: SamplePerson, months: list[Month], balances: dict[str, int], interest_months: int
    ) -> Iterator[str]:
        """Interest for a whole year by month-products, as the region's former system credited it."""
        last = months[-1]
        rate = self.wages.book.interest_rate(990000, last.year)
        balance = balances.get(person.number, 0)
        if last.month != 12 or rate is None or balance + interest_months == 0:
            return
        interest = (balance * 12 + interest_months) * rate.numerator // (12 * rate.denominator)
        balances[person.number] = balance + interest
        if interest:
            yield (
                f"{person.number},{_quoted(person.name)},,pension,{last},,,,990000,interest,"
                f",{money(interest)},prior_system"
            )

    def _declared(self, person: SamplePerson, index: int, month: Month) -> Iterator[str]:
        for spell in person.spells:
            if spell.employer != index:
                continue
            base = self._filed_base(person, spell, month)
            for branch in spell.branches:
                head = self._head(person, spell, branch)
                if spell.since == month:
                    yield f"{head},{month},,,,{spell.region},enrol"
                if _works(spell, month):
                    due = self.wages.due(spell.region, branch, month, base)
                    yield f"{head},{month},{due.written},{spell.region},"
                if spell.until == month:
                    yield f"{head},{month},,,,{spell.region},leave"

    def _filed_base(self, person: SamplePerson, spell: Spell, month: Month) -> int:
        if person is self.region.people[GAP] and month == self.region.present.plus(-ZERO_MONTH):
            return 0
        return self.wages.base(spell.region, month, person.wage_permille)

    def _owed(self, index: int, month: Month) -> dict[Branch, int]:
        owed: dict[Branch, int] = {}
        for person in self.region.people:
            for spell in person.spells:
                if spell.employer == index and _works(spell, month):
                    base = self._filed_base(person, spell, month)
                    for branch in spell.branches:
                        due = self.wages.due(spell.region, branch, month, base)
                        owed[branch] = owed.get(branch, 0) + due.employee + due.employer
        return owed

    def _paid(self, index: int, firm: SampleEmployer, month: Month) -> Iterator[str]:
        present, paid_month = self.region.present, month
        if firm.habit is Habit.STOPPED_FILING and month == present.plus(-1):
            return
        if firm.habit is Habit.STOPPED_PAYING and month.until(present) <= 4:
            return
        if firm.habit is Habit.PAYS_LATE:
            paid_month = month.plus(-2)
            if paid_month < self.first_filed:
                return
        owed = self._owed(index, paid_month)
        day = dt.date(month.plus(1).year, month.plus(1).month, 10)
        if firm.habit is Habit.LUMP_SUM and owed:
            yield f"{firm.uscc},,,{money(sum(owed.values()))},{day},B{index:02d}{month.code}"
            return
        for branch, amount in owed.items():
            paid = amount * 3 // 5 if firm.habit is Habit.PAYS_PART else amount
            if paid:
                reference = f"B{index:02d}{month.code}{branch.value}"
                yield f"{firm.uscc},{paid_month},{branch.word},{money(paid)},{day},{reference}"


def _in_chinese(line: str) -> str:
    return ",".join(_ZH.get(cell, cell) for cell in line.split(","))
