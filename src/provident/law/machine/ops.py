"""The operations of a formula as instructions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from provident.law.engine.plan import Node
from provident.law.engine.proof import SpanOps
from provident.law.engine.rounding import Step
from provident.law.machine.code import Code, Truth, code, negated, same, select
from provident.law.machine.divided import CodeQuotient, NotForMachine, rounded
from provident.law.machine.tables import DAYS, read_table

if TYPE_CHECKING:
    from provident.law.machine.person import Person

# The sum of the k largest of n numbers, none negative: what the smallest are is taken away one by one.
TOP = """
define internal i64 @top(ptr %row, i64 %n, i64 %k, i64 %sum) noinline {
entry:
  br label %outer
outer:
  %left = phi i64 [ %n, %entry ], [ %fewer, %taken ]
  %total = phi i64 [ %sum, %entry ], [ %less, %taken ]
  %enough = icmp sle i64 %left, %k
  br i1 %enough, label %done, label %first
first:
  %start = load i64, ptr %row
  %last = sub i64 %left, 1
  br label %scan
scan:
  %at = phi i64 [ 0, %first ], [ %next, %scan ]
  %least = phi i64 [ %start, %first ], [ %smaller, %scan ]
  %where = phi i64 [ 0, %first ], [ %place, %scan ]
  %next = add i64 %at, 1
  %here = getelementptr i64, ptr %row, i64 %at
  %value = load i64, ptr %here
  %under = icmp slt i64 %value, %least
  %smaller = select i1 %under, i64 %value, i64 %least
  %place = select i1 %under, i64 %at, i64 %where
  %over = icmp eq i64 %next, %left
  br i1 %over, label %taken, label %scan
taken:
  %less = sub i64 %total, %smaller
  %hole = getelementptr i64, ptr %row, i64 %place
  %end = getelementptr i64, ptr %row, i64 %last
  %moved = load i64, ptr %end
  store i64 %moved, ptr %hole
  %fewer = sub i64 %left, 1
  br label %outer
done:
  ret i64 %total
}
"""


class CodeRows:
    """A variable of the person over the years; every year is worked out, asked for or not."""

    def __init__(self, person: "Person", node: Node) -> None:
        self.node = node
        self.never_negative = node.variable.low >= 0
        self.start = person.value(node.starts_with) if node.starts_with is not None else None
        self.years: list[tuple[Truth, Code]] = person.years(node)


class CodeOps:
    """The operations on code; one for each evaluation of a formula."""

    def __init__(self, person: "Person", decimals: int) -> None:
        self._person = person
        self._line = person.line
        self._decimals = decimals
        self._spans = SpanOps(lambda rule: person.law.step(rule, decimals))

    def _code(self, value: Any) -> Code:
        return code(self._line, value)

    def where(self, condition: Truth, then: Any, otherwise: Any) -> Code:
        """Return one of two."""
        return select(condition, self._code(then), self._code(otherwise))

    def same(self, left: Any, right: Any) -> Truth:
        """Say whether two are equal."""
        return same(self._code(left), self._code(right))

    def minimum(self, left: Any, right: Any) -> Code:
        """Return the smaller."""
        return self._one_of("smin", left, right)

    def maximum(self, left: Any, right: Any) -> Code:
        """Return the larger."""
        return self._one_of("smax", left, right)

    def _one_of(self, how: str, left: Any, right: Any) -> Code:
        a, b = self._code(left), self._code(right)
        wanted = self._spans.minimum if how == "smin" else self._spans.maximum
        bounds = wanted(a.span, b.span)
        for one, other in ((a, b), (b, a)):
            if one.span.high <= other.span.low:  # it is known which is the smaller
                return one if how == "smin" else other
        called = self._line.put(f"call i64 @llvm.{how}.i64(i64 {a.name}, i64 {b.name})")
        return Code(self._line, called, bounds)

    def quotient(self, number: Any, by: Any) -> CodeQuotient:
        """Return number ÷ by."""
        return CodeQuotient(self._code(number), self._code(1), self._code(by))

    def share(self, number: Any, times: Any, by: Any) -> CodeQuotient:
        """Return number × times ÷ by."""
        return CodeQuotient(self._code(number), self._code(times), self._code(by))

    def rounded(self, quotient: CodeQuotient, rule: str) -> Code:
        """Return a quotient rounded by a rule."""
        return rounded(quotient, self._person.law.step(rule, self._decimals))

    def finish(self, quotient: CodeQuotient, steps: Sequence[tuple[Truth, Step]]) -> Code:
        """Round a formula's result; each step comes with the condition it is for, the first with none."""
        result = rounded(quotient, steps[0][1])
        for condition, step in steps[1:]:
            result = select(condition, rounded(quotient, step), result)
        return result

    def require(self, condition: Truth, requirement: str, value: Any) -> Any:
        """Return the value; for whom the condition does not hold, the arrays refuse."""
        if condition is False:
            raise self._person.not_met(requirement)
        self._line.doubt(negated(condition))
        return value

    def total(self, series: CodeRows) -> Code:
        """Return the sum over the years."""
        result = self._code(0)
        for has, value in series.years:
            own = self._person.confined(series.node, value)
            result = result + select(has, own, self._code(0))
        return result

    def top(self, series: CodeRows, count: Any) -> Code:
        """Return the sum of the largest years."""
        if not series.never_negative:
            raise NotForMachine
        total, most, years = self.total(series), self._code(count), len(series.years)
        if most.span.low < 1:
            raise NotForMachine

        def some() -> Code:
            row = self._line.once(f"alloca [{years} x i64]")
            for at, (has, value) in enumerate(series.years):
                place = self._line.put(f"getelementptr i64, ptr {row}, i64 {at}")
                self._line.text.append(f"store i64 {select(has, value, self._code(0)).name}, ptr {place}")
            found = f"call i64 @top(ptr {row}, i64 {years}, i64 {most.name}, i64 {total.name})"
            return Code(self._line, self._line.put(found), total.span)

        return self._line.chosen(most < self.count(series), some, total)

    def last(self, series: CodeRows) -> Code:
        """Return the last year's value; with no year, what the variable starts with."""
        if series.start is not None:  # then the last row holds what there was last
            return self._person.confined(series.node, series.years[-1][1]) if series.years else series.start
        result = self._code(0)
        some: Truth = False
        for has, value in series.years:
            result, some = select(has, value, result), has | some
        self._line.doubt(negated(some))
        return result

    def count(self, series: CodeRows) -> Code:
        """Return how many years there are."""
        result = self._code(0)
        for has, _ in series.years:
            result = result + select(has, self._code(1), self._code(0))
        return result

    def year_of(self, day: Any) -> Code:
        """Return a day's year."""
        return self.month_of(day) // 12

    def month_of(self, day: Any) -> Code:
        """Return the month a day is in."""
        return read_table(self._code(day), DAYS.months)

    def day_of(self, day: Any) -> Code:
        """Return a day's number within its month."""
        return read_table(self._code(day), DAYS.days)
