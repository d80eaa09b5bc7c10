"""Quotients rounded by instructions, exactly; what does not fit into 64 bits is left to the arrays."""

from dataclasses import dataclass
from math import gcd

from provident.kernel.rounding import Rounding, divide
from provident.law.engine.proof import Fit, Span, SpanQuotient
from provident.law.engine.rounding import Step
from provident.law.machine.code import SMALL, Code, Cond, code, negated, same, select

# floor(a × b ÷ c) and what remains, none of them negative, c < 2^60; the last result says whether it can be
# trusted. As in law.arrays.wide the quotient is guessed in floating point and corrected by the remainder,
# which is small and so exact in wrapping arithmetic. Numbers of that size are compared by their bits: a
# constant in floating point would have to be kept outside the instructions.
SHARE = """
define internal {i64, i64, i1} @share(i64 %a, i64 %b, i64 %c) alwaysinline {
  %x = sitofp i64 %a to double
  %y = sitofp i64 %b to double
  %z = sitofp i64 %c to double
  %xy = fmul double %x, %y
  %guess = fdiv double %xy, %z
  %bits = bitcast double %guess to i64
  %near = icmp ult i64 %bits, 4845873199050653696
  %kept = select i1 %near, i64 %bits, i64 0
  %safe = bitcast i64 %kept to double
  %q0 = fptosi double %safe to i64
  %ab = mul i64 %a, %b
  %qc = mul i64 %q0, %c
  %r0 = sub i64 %ab, %qc
  %u0 = icmp slt i64 %r0, 0
  %cu0 = select i1 %u0, i64 %c, i64 0
  %ou0 = zext i1 %u0 to i64
  %r1 = add i64 %r0, %cu0
  %q1 = sub i64 %q0, %ou0
  %u1 = icmp slt i64 %r1, 0
  %cu1 = select i1 %u1, i64 %c, i64 0
  %ou1 = zext i1 %u1 to i64
  %r2 = add i64 %r1, %cu1
  %q2 = sub i64 %q1, %ou1
  %o2 = icmp sge i64 %r2, %c
  %co2 = select i1 %o2, i64 %c, i64 0
  %oo2 = zext i1 %o2 to i64
  %r3 = sub i64 %r2, %co2
  %q3 = add i64 %q2, %oo2
  %o3 = icmp sge i64 %r3, %c
  %co3 = select i1 %o3, i64 %c, i64 0
  %oo3 = zext i1 %o3 to i64
  %r4 = sub i64 %r3, %co3
  %q4 = add i64 %q3, %oo3
  %rest = icmp ult i64 %r4, %c
  %sure = and i1 %near, %rest
  %one = insertvalue {i64, i64, i1} undef, i64 %q4, 0
  %two = insertvalue {i64, i64, i1} %one, i64 %r4, 1
  %all = insertvalue {i64, i64, i1} %two, i1 %sure, 2
  ret {i64, i64, i1} %all
}
"""
_DIVISOR_MOST = 2**60
_SURE_MOST = SMALL + 2  # a guess below 2^53, corrected


class NotForMachine(Exception):  # noqa: N818 - the arrays take over
    """A calculation asks for something machine code is not made for."""


@dataclass(frozen=True, slots=True)
class CodeQuotient:
    """number × times ÷ by, not rounded yet."""

    number: Code
    times: Code
    by: Code


def rounded(quotient: CodeQuotient, step: Step) -> Code:
    """Return a quotient rounded to a step."""
    number, times, by = quotient.number, quotient.times, quotient.by * step.units
    if number.literal is not None and times.literal is not None and by.literal is not None:
        return code(by.line, divide(number.literal * times.literal, by.literal, step.mode) * step.units)
    if times.literal is not None and by.literal is not None:
        shared = gcd(times.literal, by.literal)
        times, by = code(by.line, times.literal // shared), code(by.line, by.literal // shared)
    corners = [a * b for a in _ends(number) for b in _ends(times)]
    bounds, fit = SpanQuotient(min(corners), max(corners), by.span).rounded(Step(step.rule, step.mode, 1))
    if step.mode is Rounding.HALF_EVEN:
        raise NotForMachine
    if fit.product_fits:
        return _small(number * times, by, step.mode, fit).within(bounds) * step.units
    return _large(CodeQuotient(number, times, by), step.mode, bounds).within(bounds) * step.units


def _ends(one: Code) -> tuple[int, int]:
    return one.span.low, one.span.high


_ANY = Span(-(2**63) + 1, 2**63 - 1)


def _small(product: Code, by: Code, mode: Rounding, fit: Fit) -> Code:
    """Round a product within 64 bits: the absolute value, then the sign."""
    negative = False if fit.never_negative else product < 0
    value = select(negative, 0 - product, product) if isinstance(negative, Cond) else product
    if mode is Rounding.UP:
        value += by - 1
    elif mode is Rounding.HALF_UP:
        value += by // 2
    result = value if by.literal == 1 else value.divided(by, _ANY)
    return select(negative, 0 - result, result) if isinstance(negative, Cond) else result


def _large(quotient: CodeQuotient, mode: Rounding, bounds: Span) -> Code:
    """Round a product that may be beyond 64 bits."""
    number, times, by = quotient.number, quotient.times, quotient.by
    if number.span.low < 0 or times.span.low < 0 or by.span.high >= _DIVISOR_MOST:
        raise NotForMachine
    line = by.line
    given = ", ".join(f"i64 {line.unseen(one.literal) or one.name}" for one in (number, times, by))
    told = line.put(f"call {{i64, i64, i1}} @share({given})")
    floor = Code(line, line.put(f"extractvalue {{i64, i64, i1}} {told}, 0"), Span(0, _SURE_MOST))
    rest = Code(line, line.put(f"extractvalue {{i64, i64, i1}} {told}, 1"), Span(0, _DIVISOR_MOST))
    sure = Cond(line, line.put(f"extractvalue {{i64, i64, i1}} {told}, 2"))
    line.doubt(negated(sure))
    if bounds.high >= SMALL // 2:  # else it is sure; what is not keeps the bounds later steps rely on
        floor = select(sure, floor, code(line, max(0, bounds.low)))
    if mode is Rounding.DOWN:
        return floor
    up = negated(same(rest, code(line, 0))) if mode is Rounding.UP else rest >= by - rest
    return floor + select(up, code(line, 1), code(line, 0))
