"""A rate: an exact share as a fraction of whole numbers."""

import re
from dataclasses import dataclass
from typing import Self

from provident.kernel.refusals import NotARate


@dataclass(frozen=True, slots=True)
class Rate:
    """numerator / denominator, e.g. 8 % is Rate(8, 100); `text` keeps what the law wrote."""

    numerator: int
    denominator: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a decimal share such as 0.08 exactly."""
        found = re.fullmatch(r"(\d{1,9})(?:\.(\d{1,12}))?", text.strip(), re.ASCII)
        if not found:
            raise NotARate(text=text)
        decimals = found[2] or ""
        return cls(int(found[1] + decimals), 10 ** len(decimals))

    def __str__(self) -> str:
        places = len(str(self.denominator)) - 1
        digits = str(self.numerator).rjust(places + 1, "0")
        return f"{digits[:-places]}.{digits[-places:]}" if places else digits
