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


def draw(years: Sequence[int], counts: Sequence[Mapping[MonthStatus, int]]) -> Drawing:
    """Draw months by year and status; `counts` says of each year how many months have which, if any."""
    step = _WIDTH / max(len(years), 1)
    across = f"{step * 0.7:.2f}"
    bars: list[list[str]] = [[] for _ in STACK]
    for i, counted in enumerate(counts):
        left, top = f"{i * step + step * 0.15:.2f}", _HEIGHT - _FOOT
        for place, months in sorted((STACK.index(status), months) for status, months in counted.items()):
            bars[place].append(f"M{left} {top}h{across}v-{months * _MONTH}h-{across}z")
            top -= months * _MONTH
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
