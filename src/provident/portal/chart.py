"""A small bar chart as SVG figures: one bar a year, its months stacked by status.

The same figures stand in the table below the chart; the chart is never the only place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from provident.kernel.words import MonthStatus
from provident.statements.records import PRESSING

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
_PLACES = [PRESSING.index(status) for status in STACK]
_WIDTH, _HEIGHT, _FOOT, _MONTH = 960, 240, 24, 18


@dataclass(frozen=True, slots=True)
class Shape:
    """All bars of one status, as the data of an SVG path in drawing units."""

    status: str
    path: str


@dataclass(frozen=True, slots=True)
class Label:
    """A year under its bar."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole chart; `shapes` are of the statuses that occur, for the key and the table's columns."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    labels: tuple[Label, ...]


def draw(years: Sequence[int], counts: Sequence[tuple[int, ...]]) -> Drawing:
    """Draw months by year and status; `counts` says how many have each status, in the order of PRESSING."""
    step = _WIDTH / max(len(years), 1)
    stacks = {counted: _stack(counted, f"{step * 0.7:.2f}") for counted in {*counts}}  # few differ
    bars: list[list[str]] = [[] for _ in STACK]
    for i, counted in enumerate(counts):
        left = f"M{i * step + step * 0.15:.2f}"
        for place, bar in stacks[counted]:
            bars[place].append(left + bar)
    every = -(-len(years) // 16)  # so that labels keep clear of each other on a small screen
    labels = tuple(
        Label(str(year), round(i * step + step / 2, 2), _HEIGHT - 6)
        for i, year in enumerate(years)
        if i % every == 0
    )
    shapes = tuple(
        Shape(status.value, "".join(drawn)) for status, drawn in zip(STACK, bars, strict=True) if drawn
    )
    return Drawing(_WIDTH, _HEIGHT, shapes, labels)


def _stack(counted: tuple[int, ...], across: str) -> list[tuple[int, str]]:
    """Return a year's bars by their places in the stack, from the ground up; each still lacks its left."""
    bars, top = [], _HEIGHT - _FOOT
    for place, at in enumerate(_PLACES):
        if tall := counted[at] * _MONTH:
            bars.append((place, f" {top}h{across}v-{tall}h-{across}z"))
            top -= tall
    return bars
