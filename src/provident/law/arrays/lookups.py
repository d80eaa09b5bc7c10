"""A parameter asked for many persons at once: dense tables made once, then one take."""

from bisect import bisect_right
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from provident.law.engine.index import Found, Index

if TYPE_CHECKING:
    from provident.law.engine.many import Many


class ManyLookup:
    """One parameter for everybody; who asks for what the pack does not know is refused."""

    __slots__ = ("_index", "_many", "one")

    def __init__(self, index: Index, many: "Many") -> None:
        self.one = index.one
        self._index = index
        self._many = many

    def in_year(self, year: Any, *, region: Any = None, otherwise: int | None = None) -> Any:
        """Return the values in force throughout a year."""
        return self._asked(year, region, otherwise, self._index.in_year, str)

    def on(self, month: Any, *, region: Any = None, otherwise: int | None = None, needed: Any = True) -> Any:
        """Return the values in force on the first day of a month; 0 for whom it is not needed."""
        if needed is True:
            return self._asked(month, region, otherwise, self._index.on, _month_text)
        if not np.any(needed):
            return 0
        values, missing = self._taken(month, region, self._index.on)
        self._refuse(missing & needed, month, region, _month_text)
        return np.where(needed, values, 0)

    def at(self, key: Any, *, on: Any = None, region: Any = None) -> Any:
        """Return the entries of a table."""
        if on is None or isinstance(on, int):
            return self._asked(key, region, None, lambda one, place: self._index.at(one, on, place), str)
        return self._dated(key, on, region)

    def _dated(self, key: Any, on: Any, region: Any) -> Any:
        """Ask for each table in force in turn; there are few."""
        starts = self._index.starts
        low, high = (bisect_right(starts, one) for one in self._many.span(on))
        if low == high:
            month = int(on[0])
            return self._asked(key, region, None, lambda one, place: self._index.at(one, month, place), str)
        places = np.searchsorted(np.asarray(starts), on, side="right")
        result = np.full(len(on), self._index.low, dtype=np.int64)
        for at in np.unique(places):
            mine = places == at
            month = int(on[mine][0])
            values, missing = self._taken(key, region, partial(self._entry, month))
            self._refuse(missing & mine, key, region, str)
            result = np.where(mine, values, result)
        return result

    def _entry(self, month: int, key: int, place: int) -> Found | None:
        return self._index.at(key, month, place)

    def _asked(
        self, key: Any, region: Any, otherwise: int | None, ask: Callable[[int, int], Found | None],
        text: Callable[[int], str],
    ) -> Any:  # fmt: skip
        if isinstance(key, int) and (region is None or isinstance(region, int)):
            found = ask(key, region or 0)
            if found is not None:
                return found[0]
            if otherwise is None:
                raise self._index.refusal(text(key), region or 0)
            return otherwise
        values, missing = self._taken(key, region, ask)
        if otherwise is not None:
            return np.where(missing, otherwise, values)
        self._refuse(missing, key, region, text)
        return values

    def _taken(self, key: Any, region: Any, ask: Callable[[int, int], Found | None]) -> tuple[Any, Any]:
        """Return values and who is missing one: each question is asked once."""
        keys = np.broadcast_to(np.asarray(key, dtype=np.int64), (self._many.size,))
        if region is None or isinstance(region, int):
            return self._in_place(keys, region or 0, ask)
        values, missing = (
            np.full(keys.shape, self._index.low, dtype=np.int64),
            np.zeros(keys.shape, dtype=bool),
        )
        for place in np.unique(region):
            mine = region == place
            values[mine], missing[mine] = self._in_place(keys[mine], int(place), ask)
        return values, missing

    def _in_place(self, keys: Any, place: int, ask: Callable[[int, int], Found | None]) -> tuple[Any, Any]:
        if not keys.size:
            return keys, np.zeros(0, dtype=bool)
        low = int(keys.min())
        answers = [ask(one, place) for one in range(low, int(keys.max()) + 1)]
        table = np.array([self._index.low if one is None else one[0] for one in answers], dtype=np.int64)
        gaps = np.array([one is None for one in answers])
        at = keys - low
        return table[at], gaps[at] if gaps.any() else np.zeros(keys.shape, dtype=bool)

    def _refuse(self, missing: Any, key: Any, region: Any, text: Callable[[int], str]) -> None:
        if not missing.any():
            return
        keys = np.broadcast_to(np.asarray(key), missing.shape)
        places = np.broadcast_to(
            np.asarray(region or 0 if isinstance(region, int | None) else region), keys.shape
        )
        for one, place in {(int(a), int(b)) for a, b in zip(keys[missing], places[missing], strict=True)}:
            mine = missing & (keys == one) & (places == place)
            self._many.fault(mine, lambda one=one, place=place: self._index.refusal(text(one), place))  # type: ignore[misc]


def _month_text(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"
