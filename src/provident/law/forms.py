"""Checking one mapping of a pack: its keys, and each value's type. Every fault is noted."""

import datetime as dt
import re
from dataclasses import dataclass

from provident.kernel.money import Money
from provident.kernel.rate import Rate
from provident.kernel.refusal import Refusal
from provident.law.problems import Problems
from provident.law.records import Unit
from provident.law.sources import Title

_WHOLE_BOUNDS = {Unit.MONTHS: (0, 1200), Unit.DAY_OF_NEXT_MONTH: (1, 28)}
_SHARE_TOP = {Unit.SHARE: "1", Unit.SHARE_PER_DAY: "1", Unit.MULTIPLE: "100", Unit.NUMBER: "999999999"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a pack's files, to say where a fault is."""

    problems: Problems
    file: str
    where: str = ""

    def at(self, part: object) -> "Spot":
        """Return the spot of a part of this one."""
        text = f"[{part}]" if isinstance(part, int) else str(part)
        joint = "." if self.where and not text.startswith("[") else ""
        return Spot(self.problems, self.file, f"{self.where}{joint}{text}")

    def fault(self, kind: str, **facts: object) -> None:
        """Note a fault here."""
        self.problems.add(self.file, self.where, kind, **facts)


class Form:
    """One mapping whose keys are known; reading a value that is not right notes a fault, gives None."""

    def __init__(self, data: object, spot: Spot, *, required: str = "", optional: str = "") -> None:
        self.spot = spot
        self.data: dict[object, object] = data if isinstance(data, dict) else {}
        self.given = isinstance(data, dict)
        if not self.given:
            spot.fault("not_a_mapping")
            return
        needed, allowed = required.split(), {*required.split(), *optional.split()}
        for key in data if isinstance(data, dict) else ():
            if key not in allowed:
                spot.fault("unknown_key", key=key)
        for key in needed:
            if key not in self.data:
                spot.fault("missing_key", key=key)

    def text(self, key: str) -> str | None:
        """Return a text that is not empty."""
        value = self.data.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if key in self.data:
            self.spot.at(key).fault("not_text")
        return None

    def title(self, key: str) -> Title | None:
        """Return a name given in both languages."""
        if key not in self.data:
            return None
        form = Form(self.data[key], self.spot.at(key), required="en zh")
        english, chinese = form.text("en"), form.text("zh")
        return Title(english, chinese) if english and chinese else None

    def date(self, key: str) -> dt.date | None:
        """Return a date."""
        value = self.data.get(key)
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        if key in self.data:
            self.spot.at(key).fault("not_a_date")
        return None

    def whole(self, key: str, low: int, high: int) -> int | None:
        """Return a whole number between two bounds."""
        value = self.data.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        if key in self.data:
            self.spot.at(key).fault("not_whole", low=low, high=high)
        return None

    def word(self, key: str, words: tuple[str, ...]) -> str | None:
        """Return one of the given words."""
        value = self.data.get(key)
        if isinstance(value, str) and value in words:
            return value
        if key in self.data:
            self.spot.at(key).fault("not_a_word", words=", ".join(words))
        return None

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, each once; absent is empty."""
        found = self.rows(key)
        texts = tuple(one for one in found if isinstance(one, str) and one.strip())
        if len(set(texts)) != len(found):
            self.spot.at(key).fault("not_words")
            return ()
        return texts

    def flag(self, key: str) -> bool:
        """Return true or false; absent is false."""
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            self.spot.at(key).fault("not_a_word", words="true, false")
            return False
        return value

    def rows(self, key: str) -> list[object]:
        """Return a list; absent is empty."""
        value = self.data.get(key, [])
        if isinstance(value, list):
            return value
        self.spot.at(key).fault("not_a_list")
        return []

    def amount(self, key: str, unit: Unit, currency: str) -> Rate | int | None:
        """Return a value of a parameter's unit: an exact share, minor units of money or a whole number."""
        if key not in self.data:
            return None
        if unit in _WHOLE_BOUNDS:
            return self.whole(key, *_WHOLE_BOUNDS[unit])
        value = self.data[key]
        if unit is Unit.MONEY:
            return self._money(key, value, currency)
        if unit is Unit.FRACTION:
            return self._fraction(key, value)
        top = Rate.parse(_SHARE_TOP[unit])
        try:
            rate = Rate.parse(value) if isinstance(value, str) else None
        except Refusal:
            rate = None
        if rate is None or rate.numerator * top.denominator > top.numerator * rate.denominator:
            self.spot.at(key).fault("not_a_share", high=top)
            return None
        return rate

    def _fraction(self, key: str, value: object) -> Rate | None:
        found = re.fullmatch(r"(\d{1,9})/([1-9]\d{0,8})", value, re.ASCII) if isinstance(value, str) else None
        if found is None or int(found[1]) > int(found[2]):
            self.spot.at(key).fault("not_a_fraction")
            return None
        return Rate(int(found[1]), int(found[2]))

    def _money(self, key: str, value: object, currency: str) -> int | None:
        try:
            if isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?", value, re.ASCII):
                return Money.parse(value, currency).minor
        except Refusal:
            pass
        self.spot.at(key).fault("not_money", currency=currency)
        return None
