"""Numbers that are not known yet: each operation on them becomes an instruction, or a constant."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from math import inf, nextafter
from struct import pack
from typing import Any, Union

import numpy as np

from provident.law.engine.proof import Span, span

# Whole numbers up to here are exact in floating point. The quotient of two whose sum is not beyond it becomes
# the next whole number only if it is one: else it would have to be nearer to it than one part of the divisor.
SMALL = 2**53


class Line:
    """The instructions of one person's calculation, in LLVM's language, as they are being written."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.entry: list[str] = []  # what is done once, before the first person
        self.block = "person"
        self.slots: list[object] = []  # what the pointers the program is called with point to
        self._pointers: dict[int, str] = {}
        self._unseen: dict[int, Any] = {}
        self._meant: Cond | None = None  # for whom what is being written is meant
        self._names = count()
        self.known: list[dict[object, object]] = [{}]  # what is worked out, by the block it is known in

    def name(self) -> str:
        """Return a name nothing has yet."""
        return f"v{next(self._names)}"

    def put(self, instruction: str) -> str:
        """Add an instruction; return the name of its result."""
        name = f"%{self.name()}"
        self.text.append(f"{name} = {instruction}")
        return name

    def once(self, instruction: str) -> str:
        """Add an instruction before the loop; return the name of its result."""
        name = f"%{self.name()}"
        self.entry.append(f"{name} = {instruction}")
        return name

    def pointer(self, target: object) -> str:
        """Return the pointer to a column or table."""
        known = self._pointers.get(id(target))
        if known is None:
            place = self.once(f"getelementptr ptr, ptr %slots, i64 {len(self.slots)}")
            known = self._pointers[id(target)] = self.once(f"load ptr, ptr {place}")
            self.slots.append(target)
        return known

    def loaded(self, target: object, place: str, size: int) -> str:
        """Return an element of a column or table of whole numbers of so many bytes."""
        kind = f"i{8 * size}"
        element = self.put(f"getelementptr {kind}, ptr {self.pointer(target)}, i64 {place}")
        value = self.put(f"load {kind}, ptr {element}")
        return value if size == 8 else self.put(f"sext {kind} {value} to i64")

    def unseen(self, number: int | None) -> str:
        """Return a constant that is read, not written into the instructions; of nothing, nothing.

        The compiler would turn it into a floating-point constant, which stands outside of the instructions.
        """
        if number is None:
            return ""
        table = self._unseen.setdefault(number, np.array([number], dtype=np.int64))
        return self.once(f"load i64, ptr {self.pointer(table)}")

    def doubt(self, condition: "Truth") -> None:
        """Leave the person to the arrays where a condition holds."""
        if self._meant is not None:
            condition = self._meant & condition
        if condition is False:
            return
        if isinstance(condition, Cond):
            before = self.put("load i1, ptr %doubted")
            after = self.put(f"or i1 {before}, {condition.name}")
            self.text.append(f"store i1 {after}, ptr %doubted")
        else:
            self.text.append("store i1 true, ptr %doubted")

    @contextmanager
    def _within(self, label: str) -> Iterator[None]:
        """Write the instructions of a block; if that fails there is no such block."""
        before, outer = len(self.text), self.block
        self.block = label
        self.known.append({})
        try:
            yield
        except BaseException:
            del self.text[before:]
            self.block = outer
            raise
        finally:
            self.known.pop()

    def either(self, condition: "Truth", then: "Callable[[], Code]", otherwise: "Code") -> "Code":
        """Return one of two, both worked out; what the first doubts counts where the condition holds."""
        if not isinstance(condition, Cond):
            return then() if condition else otherwise
        outer = self._meant
        self._meant = (
            condition if outer is None else Cond(self, self.put(f"and i1 {outer.name}, {condition.name}"))
        )
        self.known.append({})
        try:
            value = then()
        finally:
            self._meant = outer
            self.known.pop()
        return select(condition, value, otherwise)

    def chosen(self, condition: "Truth", then: "Callable[[], Code]", otherwise: "Code") -> "Code":
        """Return what is worked out only where a condition holds, else what is known already."""
        if condition is True:
            return then()
        if condition is False:
            return otherwise
        inside, after, head = self.name(), self.name(), len(self.text)
        before = self.block
        self.text += [f"br i1 {condition.name}, label %{inside}, label %{after}", f"{inside}:"]
        try:
            with self._within(inside):
                value = then()
        except BaseException:
            del self.text[head:]
            raise
        end, self.block = self.block, after
        self.text += [f"br label %{after}", f"{after}:"]
        name = self.put(f"phi i64 [ {value.name}, %{end} ], [ {otherwise.name}, %{before} ]")
        return Code(self, name, _both(value.span, otherwise.span))


@dataclass(frozen=True, slots=True)
class Cond:
    """A condition that is not known yet."""

    line: Line = field(repr=False)
    name: str

    def __and__(self, other: "Truth") -> "Truth":
        return self._joined("and", other, neutral=True)

    def __or__(self, other: "Truth") -> "Truth":
        return self._joined("or", other, neutral=False)

    __rand__, __ror__ = __and__, __or__

    def _joined(self, how: str, other: "Truth", *, neutral: bool) -> "Truth":
        if isinstance(other, Cond):
            return Cond(self.line, self.line.put(f"{how} i1 {self.name}, {other.name}"))
        return self if other is neutral else other


Truth = Union[bool, Cond]  # noqa: UP007 - a string in it is not resolved by |


@dataclass(frozen=True, slots=True)
class Code:
    """A whole number that is not known yet, and the bounds it is in."""

    line: Line = field(repr=False)
    name: str
    span: Span

    @property
    def literal(self) -> int | None:
        """The number, where there is only one it can be."""
        return self.span.low if self.span.low == self.span.high else None

    def __add__(self, other: "Code | int") -> "Code":
        bounds = self.span + self.of(other).span
        return self if bounds == self.span else self.made("add", other, bounds)

    def __sub__(self, other: "Code | int") -> "Code":
        return self.made("sub", other, self.span - self.of(other).span)

    def __rsub__(self, other: int) -> "Code":
        return self.of(other) - self

    def __mul__(self, other: "Code | int") -> "Code":
        return self if other == 1 else self.made("mul", other, self.span * self.of(other).span)

    def __floordiv__(self, other: int) -> "Code":
        return (
            self.divided(self.of(other), self.span // other) if self.span.low >= 0 else self._floored(other)
        )

    def __mod__(self, other: int) -> "Code":
        if self.literal is not None:
            return self.of(self.literal % other)
        return (self - self // other * other).within(Span(0, other - 1))

    __radd__, __rmul__ = __add__, __mul__

    def __lt__(self, other: "Code | int") -> Truth:
        right = self.of(other)
        if self.span.high < right.span.low or self.span.low >= right.span.high:
            return self.span.high < right.span.low
        return Cond(self.line, self.line.put(f"icmp slt i64 {self.name}, {right.name}"))

    def __le__(self, other: "Code | int") -> Truth:
        return negated(self.of(other) < self)

    def __gt__(self, other: "Code | int") -> Truth:
        return self.of(other) < self

    def __ge__(self, other: "Code | int") -> Truth:
        return negated(self < other)

    def of(self, other: "Code | int") -> "Code":
        """Return a number as code of the same line."""
        return code(self.line, other)

    def made(self, how: str, other: "Code | int", bounds: Span) -> "Code":
        """Return the result of an instruction; what can be only one number is that number."""
        if bounds.low == bounds.high:
            return code(self.line, bounds.low)
        return Code(self.line, self.line.put(f"{how} i64 {self.name}, {self.of(other).name}"), bounds)

    def divided(self, by: "Code", bounds: Span) -> "Code":
        """Return the quotient by a positive number, none negative; small ones may be divided side by side."""
        if self.span.high + by.span.high > SMALL or bounds.low == bounds.high:
            return self.made("udiv", by, bounds)
        if by.literal is not None and self.span.high <= SMALL // 16:
            part = f"i64 {self.name}, i64 {by.literal}, i64 {part_of(by.literal)}"
            return Code(self.line, self.line.put(f"call i64 @by({part})"), bounds)
        return Code(self.line, self.line.put(f"call i64 @divided(i64 {self.name}, i64 {by.name})"), bounds)

    def _floored(self, by: int) -> "Code":
        """Return the quotient by a constant, downwards also below zero."""
        lower = (self - (by - 1)).made("sdiv", by, Span(-(2**62), 2**62))
        return select(self < 0, lower, self.made("sdiv", by, Span(-(2**62), 2**62))).within(self.span // by)

    def within(self, bounds: Span) -> "Code":
        """Return the same number, known to be within bounds too."""
        low, high = max(self.span.low, bounds.low), min(self.span.high, bounds.high)
        return code(self.line, low) if low == high else Code(self.line, self.name, Span(low, high))


def code(line: Line, value: "Code | int") -> Code:
    """Return a number as code."""
    return value if isinstance(value, Code) else Code(line, str(value), span(value))


def part_of(divisor: int) -> int:
    """Return the bits of a floating-point number a little above 1 ÷ divisor.

    It is above by 2^-52 to 2^-50.1 of it. A whole number up to 2^49 times it, rounded, is therefore never
    below the quotient, and above it by less than one part of the divisor: cut, it is the whole quotient.
    """
    part = 1 / divisor
    while Fraction(part) * divisor < 1 + Fraction(1, 2**52):
        part = nextafter(part, inf)
    return int.from_bytes(pack("<d", part), "little")


def negated(condition: Truth) -> Truth:
    """Return whether a condition does not hold."""
    if isinstance(condition, Cond):
        return Cond(condition.line, condition.line.put(f"xor i1 {condition.name}, true"))
    return not condition


def select(condition: Truth, then: Code, otherwise: Code) -> Code:
    """Return one of two numbers, both worked out."""
    if not isinstance(condition, Cond):
        return then if condition else otherwise
    if then.literal is not None and then.literal == otherwise.literal:
        return then
    name = then.line.put(f"select i1 {condition.name}, i64 {then.name}, i64 {otherwise.name}")
    return Code(then.line, name, _both(then.span, otherwise.span))


def same(left: Code, right: Code) -> Truth:
    """Say whether two numbers are equal."""
    if left.span.high < right.span.low or right.span.high < left.span.low:
        return False
    if left.literal is not None and left.literal == right.literal:
        return True
    return Cond(left.line, left.line.put(f"icmp eq i64 {left.name}, {right.name}"))


def _both(left: Span, right: Span) -> Span:
    return Span(min(left.low, right.low), max(left.high, right.high))
