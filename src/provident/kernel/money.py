"""Money: whole minor units of one currency, exact arithmetic, rounding only when named."""

import re
from dataclasses import dataclass
from typing import Self

from provident.kernel.rate import Rate
from provident.kernel.refusals import MixedCurrencies, NotMoney
from provident.kernel.rounding import Rounding, divide

# Decimals of the minor unit by ISO 4217; a currency missing here has two.
_PLACES = {"JPY": 0, "KRW": 0, "VND": 0, "KWD": 3, "BHD": 3, "TND": 3}


def places_of(currency: str) -> int:
    """Return how many decimals the currency's minor unit has."""
    return _PLACES.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount: `minor` units (fen, cents) of `currency` (ISO 4217 code)."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """Read an exact amount in major units; more decimals than the currency has is a refusal."""
        places = places_of(currency)
        found = re.fullmatch(r"(-?)(\d{1,15})(?:\.(\d+))?", text.strip(), re.ASCII)
        if not found or len(found[3] or "") > places:
            raise NotMoney(text=text, places=places)
        minor = int(found[2] + (found[3] or "").ljust(places, "0"))
        return cls(-minor if found[1] else minor, currency)

    def __str__(self) -> str:
        places = places_of(self.currency)
        digits = str(abs(self.minor)).rjust(places + 1, "0")
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise MixedCurrencies(left=self.currency, right=other.currency)
        return other.minor

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def share(self, rate: Rate, rounding: Rounding) -> "Money":
        """Return the rate's share of this amount, rounded to the minor unit as told."""
        return Money(divide(self.minor * rate.numerator, rate.denominator, rounding), self.currency)

    def split(self, weights: list[int]) -> list["Money"]:
        """Split by whole weights so that the parts add up exactly (largest remainder, earlier first)."""
        return [Money(part, self.currency) for part in split_minor(self.minor, weights)]


def split_minor(minor: int, weights: list[int]) -> list[int]:
    """Split minor units by non-negative whole weights; the parts add up exactly.

    The units left over by rounding down go to the largest remainders, on a tie to the earlier
    weight. A negative amount splits as the mirror of its opposite.
    """
    total = sum(weights)
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must be non-negative and not all zero")
    if minor < 0:
        return [-part for part in split_minor(-minor, weights)]
    parts = [minor * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(minor * weights[i] % total), i))
    for i in by_remainder[: minor - sum(parts)]:
        parts[i] += 1
    return parts
