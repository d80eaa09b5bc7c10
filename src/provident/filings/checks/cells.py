"""The first question: does every row hold the cells its kind needs."""

from dataclasses import dataclass

import numpy as np

from provident.filings.checks.findings import Finding, Mask, field_of, finding
from provident.filings.reading.records import Amounts, Chunk, Coded, FileKind, RowEvent, TakeOnKind
from provident.filings.refusals import AmountNotPositive, CellMissing

_MONEY = ("base", "employee", "employer_share")


@dataclass(frozen=True, slots=True)
class Shapes:
    """Which rows are what, among the rows that hold every cell they need; and what was found."""

    contributing: Mask  # states a contribution for a month
    noticing: Mask  # an enrol or leave row
    other: Mask  # a payment, an opening balance, interest or a benefit
    findings: tuple[Finding, ...]


def empty(rows: Chunk, column: str) -> Mask:
    """Return which rows have nothing (readable) in a column."""
    content = getattr(rows, column)
    lacking: Mask
    if isinstance(content, Coded):
        lacking = content.codes < 0
        return lacking
    if isinstance(content, Amounts):
        lacking = ~content.given
        return lacking
    if column == "paid_on":
        lacking = np.isnat(content)
        return lacking
    lacking = content <= 0
    return lacking


def shapes(kind: FileKind, rows: Chunk) -> Shapes:
    """Sort the rows by what they state and refuse those that lack a cell for it."""
    match kind:
        case FileKind.PAYROLL:
            return _payroll(rows)
        case FileKind.PAYMENTS:
            return _payments(rows)
        case FileKind.TAKE_ON:
            return _take_on(rows)


class _Need:
    """Collects what is missing; `whole` are the rows that lack nothing."""

    def __init__(self, rows: Chunk) -> None:
        self.rows = rows
        self.whole: Mask = np.ones(len(rows), np.bool_)
        self.findings: list[Finding] = []
        for cells in rows.refused:
            self.whole &= ~np.isin(rows.row, cells.rows)

    def filled(self, columns: tuple[str, ...], among: Mask) -> None:
        for column in columns:
            lacking = empty(self.rows, column) & among
            if lacking.any():
                self.whole &= ~lacking
                where = np.flatnonzero(lacking & ~self._unreadable(column))
                if len(where):
                    self.findings.append(finding(self.rows, column, CellMissing, where))

    def positive(self, column: str, among: Mask) -> None:
        amounts: Amounts = getattr(self.rows, column)
        nothing = amounts.given & (amounts.minor == 0) & among
        if nothing.any():
            self.whole &= ~nothing
            self.findings.append(finding(self.rows, column, AmountNotPositive, np.flatnonzero(nothing)))

    def _unreadable(self, column: str) -> Mask:
        """Return the rows whose cell in a column was refused by reading: not empty, only unreadable."""
        mask = np.zeros(len(self.rows), np.bool_)
        for cells in self.rows.refused:
            if cells.field == field_of(column):
                mask |= np.isin(self.rows.row, cells.rows)
        return mask


def _payroll(rows: Chunk) -> Shapes:
    need = _Need(rows)
    every = np.ones(len(rows), np.bool_)
    noticing = (rows.event == RowEvent.ENROL) | (rows.event == RowEvent.LEAVE)
    # A notice may declare its month as well; then it states all three amounts.
    stating = ~noticing | rows.base.given | rows.employee.given | rows.employer_share.given
    need.filled(("resident", "name", "employer", "branch", "month"), every)
    need.filled(_MONEY, stating)
    whole = need.whole
    return Shapes(stating & whole, noticing & whole, ~every, tuple(need.findings))


def _payments(rows: Chunk) -> Shapes:
    need = _Need(rows)
    every = np.ones(len(rows), np.bool_)
    need.filled(("employer", "amount", "paid_on"), every)
    need.positive("amount", every)
    return Shapes(~every, ~every, need.whole, tuple(need.findings))


def _take_on(rows: Chunk) -> Shapes:
    need = _Need(rows)
    every = np.ones(len(rows), np.bool_)
    contributing = (rows.kind == TakeOnKind.CONTRIBUTION) | (rows.kind == TakeOnKind.UNPAID)
    other = ~contributing & (rows.kind > 0)
    need.filled(("resident", "name", "branch", "month", "kind", "evidence"), every)
    need.filled(_MONEY, contributing)
    need.filled(("amount",), other)
    need.positive("amount", other)
    return Shapes(contributing & need.whole, ~every, other & need.whole, tuple(need.findings))
