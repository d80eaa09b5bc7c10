"""The words of one language and how it writes months, days, money and lists."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.rate import Rate
from provident.kernel.words import Branch, Language, MonthStatus


@dataclass(frozen=True, slots=True)
class Phrases:
    """Everything a statement says in one language, by dotted name; a list's items are .0, .1 …."""

    language: Language
    by_name: dict[str, str]

    def say(self, name: str, /, **facts: object) -> str:
        """Return the named phrase with its fields filled in."""
        phrase = self.by_name[name]
        return phrase.format(**facts) if facts else phrase

    def many(self, name: str, /) -> tuple[str, ...]:
        """Return a named list of phrases."""
        return tuple(self.by_name[f"{name}.{index}"] for index in range(int(self.by_name[f"{name}.count"])))

    def count(self, name: str, count: int, /, **facts: object) -> str:
        """Return the form for one or for many of a named phrase."""
        return self.say(f"{name}.{'one' if count == 1 else 'many'}", count=count, **facts)

    def known(self, name: str) -> bool:
        """Say whether there is such a phrase."""
        return name in self.by_name

    def branch(self, branch: Branch) -> str:
        """Return the branch's name."""
        return self.say(f"branch.{branch.word}")

    def branches(self, branches: tuple[Branch, ...]) -> str:
        """Return several branches in a list, or the words for all of them."""
        if len(branches) == len(Branch):
            return self.say("employers.all_branches")
        return self.listed([self.branch(one) for one in branches])

    def status(self, status: MonthStatus) -> str:
        """Return the words for a status."""
        return self.say(f"status.{status.value}")

    def listed(self, words: list[str]) -> str:
        """Join words the way the language lists them."""
        return self.say("language.list").join(words)

    def month_name(self, month: Month) -> str:
        """Return a month without its year."""
        return self.say("format.month_name", name=self.say(f"months.{month.month - 1}"))

    def month(self, month: Month) -> str:
        """Return a month with its year."""
        return self.say("format.month", name=self.say(f"months.{month.month - 1}"), year=month.year)

    def span(self, first: Month, last: Month | None) -> str:
        """Return a span of months; one month alone is that month, an open span says since when."""
        if last is None:
            return self.say("format.open_span", first=self.month(first))
        if first == last:
            return self.month(first)
        return self.say("format.span", first=self.month(first), last=self.month(last))

    def years(self, years: Sequence[int]) -> str:
        """Return a list of years, three or more in a row as a span."""
        spans: list[list[int]] = []
        for year in sorted(years):
            if spans and spans[-1][-1] == year - 1:
                spans[-1].append(year)
            else:
                spans.append([year])
        said: list[str] = []
        for span in spans:
            if len(span) > 2:
                said.append(self.say("format.year_span", first=span[0], last=span[-1]))
            else:
                said += [self.say("format.year", year=year) for year in span]
        return self.listed(said)

    def day(self, day: dt.date) -> str:
        """Return a day."""
        return self.say("format.day", day=day.day, name=self.say(f"months.{day.month - 1}"), year=day.year)

    def moment(self, moment: dt.datetime, zone: str) -> str:
        """Return a moment in the legal time zone, with its offset."""
        local = moment.astimezone(ZoneInfo(zone))
        offset = local.strftime("%z")
        return self.say(
            "format.moment",
            day=self.day(local.date()),
            hour=local.hour,
            minute=local.minute,
            zone=f"{offset[:3]}:{offset[3:]}",
        )

    def money(self, money: Money | None) -> str:
        """Return an amount with thousands separated; the sign for absent where there is none."""
        if money is None:
            return self.say("format.absent")
        whole, point, rest = str(money).lstrip("-").partition(".")
        sign = "−" if money.minor < 0 else ""  # the minus sign, not a hyphen: it cannot break off
        return f"{sign}{int(whole):,}{point}{rest}"

    def rate(self, rate: Rate) -> str:
        """Return a rate in percent, exactly."""
        percent = str(Decimal(rate.numerator * 100) / Decimal(rate.denominator))
        return f"{percent.rstrip('0').rstrip('.') if '.' in percent else percent}%"

    def currency(self, code: str) -> str:
        """Return the currency's name."""
        return self.say(f"currency.{code}" if self.known(f"currency.{code}") else "currency.other", code=code)

    def mark(self, index: int) -> str:
        """Return a short mark for the index-th of a list of employers."""
        marks = self.say("employers.marks")
        return marks[index] if index < len(marks) else str(index + 1)


@cache
def phrases(language: Language | str) -> Phrases:
    """Return the words of a language, read once."""
    spoken = Language(language)
    text = resources.files(__package__).joinpath("words", f"{spoken.value}.yaml").read_text("utf-8")
    return Phrases(spoken, dict(_dotted("", yaml.safe_load(text))))


def _dotted(prefix: str, node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield prefix.removeprefix("."), node
        return
    if isinstance(node, list):
        yield f"{prefix}.count".removeprefix("."), str(len(node))
    for step, below in node.items() if isinstance(node, dict) else enumerate(node):
        yield from _dotted(f"{prefix}.{step}", below)
