"""A small bar chart as SVG figures: one bar a year, its months stacked by status.

The same figures stand in the table below the chart; the chart is never the only place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from provident.kernel.words import MonthStatus

#: From the ground up, in the order in which a month is the more settled.
STACK = (
    MonthStatus.PAID,
    MonthStatus.PART_PAID,
    MonthStatus.DECLARED,
    MonthStatus.ZERO,
    MonthStatus.NOT_REPORTED,
    MonthStatus.NOT_YET_DUE,
    MonthStatus.NOT_INSURED,
)
_WIDTH, _HEIGHT, _FOOT = 960, 240, 24


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of one status, in drawing units."""

    status: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Label:
    """A year under its bar."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole chart; `statuses` are those that occur, for the key and the table's columns."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    statuses: tuple[str, ...]


def draw(years: Sequence[int], counts: Mapping[int, Mapping[str, int]]) -> Drawing:
    """Draw months by year and status; `counts[year][status]` is a number of months."""
    step = _WIDTH / max(len(years), 1)
    unit = (_HEIGHT - _FOOT) / 12
    bars: list[Bar] = []
    for i, year in enumerate(years):
        top = float(_HEIGHT - _FOOT)
        for status in STACK:
            height = round(counts[year][status.value] * unit, 2)
            if height:
                top = round(top - height, 2)
                bars.append(
                    Bar(status.value, round(i * step + step * 0.15, 2), top, round(step * 0.7, 2), height)
                )
    every = -(-len(years) // 16)  # so that labels keep clear of each other on a small screen
    labels = tuple(
        Label(str(year), round(i * step + step / 2, 2), _HEIGHT - 6)
        for i, year in enumerate(years)
        if i % every == 0
    )
    used = tuple(s.value for s in STACK if any(counts[year][s.value] for year in years))
    return Drawing(_WIDTH, _HEIGHT, tuple(bars), labels, used)
