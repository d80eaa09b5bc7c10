"""A trace as it is told in one language: frozen facts for whoever shows it, and the lines of a terminal."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Piece(StrEnum):
    """What a piece of the working tells."""

    STEP = "step"  # a variable, of one year or of none
    SERIES = "series"  # the years of one variable
    PARAMETER = "parameter"  # a number of the law


@dataclass(frozen=True, slots=True)
class Row:
    """One year of a series; `facts` is what that year took."""

    year: int
    value: str
    facts: str
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Working:
    """A step, a parameter or a series with what it needed; what does not apply is empty."""

    kind: Piece
    title: str
    value: str = ""
    formula: str = ""  # in words
    article: str = ""
    rounding: str = ""  # the result before, after, and the rule
    given: str = ""  # how a value came that is not worked out
    entries: tuple[str, ...] = ()  # ledger entries a given value rests on
    before: str = ""  # says that the working stands further up
    rows: tuple[Row, ...] = ()
    parts: tuple["Working", ...] = ()


def lines(told: Working) -> Iterator[str]:
    """Yield a piece of the working and what it needed as a tree."""
    yield _head(told)
    yield from (f"│ {note}" for note in _notes(told))
    for at, part in enumerate(told.parts, 1):
        # A series goes on after its parts: its line is not closed.
        last = at == len(told.parts) and told.kind is not Piece.SERIES
        first, *rest = lines(part)
        yield f"{'└─ ' if last else '├─ '}{first}"
        yield from (f"{'   ' if last else '│  '}{line}" for line in rest)


def _head(told: Working) -> str:
    if told.kind is Piece.SERIES:
        return told.title
    if told.kind is Piece.PARAMETER:
        return f"{told.title}: {told.value}" + (f"  [{told.article}]" if told.article else "")
    note = told.given or told.before
    entries = f" [{', '.join(told.entries)}]" if told.entries else ""
    return f"{told.title} = {told.value}" + (f"  ({note}){entries}" if note else "")


def _notes(told: Working) -> Iterator[str]:
    if told.kind is Piece.SERIES and told.before:
        yield f"({told.before})"
    if told.formula:
        yield f"{told.formula}  [{told.article}]"
    if told.rounding:
        yield told.rounding
    for row in told.rows:
        yield f"{row.year}: {row.value}" + (f"  ({row.facts})" if row.facts else "")
