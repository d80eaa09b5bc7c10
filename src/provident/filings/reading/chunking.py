"""From a table of cells to a chunk of columns: the one path every format takes."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from provident.filings import columns
from provident.filings.reading import values
from provident.filings.reading.amounts import read_amount, read_amounts
from provident.filings.reading.cells import LONGEST, Cells, Table, distinct
from provident.filings.reading.records import Amounts, Chunk, Coded, ControlTotal, RefusedCells
from provident.filings.reading.refusals import CellNotText, CellRefusal, CellTooLong

Canonical = Callable[[str], str | type[CellRefusal]]
Meaning = Callable[[str], int | type[CellRefusal]]
Codes = npt.NDArray[np.int32]
Found = dict[type[CellRefusal], list[int]]

_SHOWN = 100  # characters of a refused value that a report shows
_LONGEST_TOTAL_WORD = max(len(word.encode()) for word in columns.TOTAL_WORDS)
_NEVER = -(2**63)  # NumPy's NaT

#: field -> what its words mean, the array's type, what an empty cell is, what a refused one is
_MEANINGS: dict[str, tuple[Meaning, type[np.generic], int, int]] = {
    "branch": (values.branch_code, np.int16, -1, -1),
    "month": (values.month_code, np.int32, -1, -1),
    "region": (values.region_code, np.int32, -1, -1),
    "event": (values.event_code, np.int16, 0, -1),
    "kind": (values.kind_code, np.int16, 0, -1),
    "evidence": (values.evidence_code, np.int16, 0, -1),
    "paid_on": (values.day_number, np.int64, _NEVER, _NEVER),
}
_NUMBER = (values.canonical_number, values.numbers_are_canonical)
_TEXT = (values.canonical_text, values.texts_are_canonical)
#: field -> how to make a value canonical, and how to see that many are so already
_TEXTS: dict[str, tuple[Canonical, Callable[[str], bool]]] = {
    "resident_id": _NUMBER,
    "employer_id": _NUMBER,
    "name": _TEXT,
    "reference": _TEXT,
}


class _Refused:
    """Collects refused cells, one group per field and reason."""

    def __init__(self, table: Table) -> None:
        self._rows = table.rows
        self.groups = list(table.refused)

    def add(
        self, name: str, cells: Cells, found: dict[type[CellRefusal], list[int]], **facts: object
    ) -> None:
        for reason, indices in found.items():
            shown = tuple(cells.text(index)[:_SHOWN] for index in indices)
            self.groups.append(RefusedCells(name, reason, self._rows[indices], shown, facts))

    def add_codes(self, name: str, cells: Cells, codes: Codes, reasons: dict[int, type[CellRefusal]]) -> None:
        """Refuse every cell that holds one of these values, in one pass however many there are."""
        if not reasons:
            return
        kinds = list(dict.fromkeys(reasons.values()))
        number = np.zeros(max(reasons) + 2, dtype=np.int8)
        for code, reason in reasons.items():
            number[code] = kinds.index(reason) + 1
        of_row = number[np.where(codes < len(number), codes, -1)]
        self.add(
            name, cells, {kind: np.flatnonzero(of_row == at + 1).tolist() for at, kind in enumerate(kinds)}
        )


def chunk_of(table: Table) -> Chunk:
    """Read a table's cells."""
    shortened, table = _tidied(table)
    totals, table, refused_totals = _control_totals(table)
    refused = _Refused(table)
    refused.groups += shortened + refused_totals
    cells = {name: table.columns.get(name) for name in (column.name for column in columns.COLUMNS)}
    texts = {name: _coded(name, cells[name], len(table.rows), refused) for name in _TEXTS}
    meant = {name: _meant(name, cells[name], len(table.rows), refused) for name in _MEANINGS}
    money = {name: _money(name, cells[name], len(table.rows), refused) for name in columns.MONEY}
    return Chunk(
        row=table.rows,
        resident=texts["resident_id"],
        name=texts["name"],
        employer=texts["employer_id"],
        reference=texts["reference"],
        branch=meant["branch"],
        month=meant["month"],
        region=meant["region"],
        event=meant["event"],
        kind=meant["kind"],
        evidence=meant["evidence"],
        paid_on=meant["paid_on"].view("datetime64[D]"),
        base=money["base"],
        employee=money["employee"],
        employer_share=money["employer"],
        account=money["account"],
        amount=money["amount"],
        refused=tuple(refused.groups),
        totals=totals,
    )


def _tidied(table: Table) -> tuple[list[RefusedCells], Table]:
    """Take out over-long cells, the space around cells, and rows without anything in them."""
    refused = _Refused(Table(table.rows, {}, spaced=False))
    tidy: dict[str, Cells] = {}
    long = np.zeros(len(table.rows), dtype=np.bool_)
    for name, given in table.columns.items():
        cells = given
        if len(cells) and int(cells.length.max()) > LONGEST:
            too_long = cells.length > LONGEST
            refused.add(name, cells, {CellTooLong: np.flatnonzero(too_long).tolist()}, limit=LONGEST)
            long |= too_long
            cells = Cells(cells.buffer, cells.start, np.where(too_long, 0, cells.length))
        tidy[name] = cells.stripped() if table.spaced else cells
    tidied = Table(table.rows, tidy, table.spaced, table.refused)
    something = long
    for cells in tidy.values():
        if something.all():
            return refused.groups, tidied
        something = something | (cells.length > 0)
    return refused.groups, tidied if something.all() else tidied.take(something)


def _control_totals(table: Table) -> tuple[tuple[ControlTotal, ...], Table, list[RefusedCells]]:
    """Take out the rows whose identity cell reads `total`."""
    identity = table.columns.get("resident_id", table.columns["employer_id"])
    short = np.flatnonzero((identity.length > 0) & (identity.length <= _LONGEST_TOTAL_WORD))
    is_total = np.zeros(len(table.rows), dtype=np.bool_)
    for index in short.tolist():
        is_total[index] = identity.text(index).strip().lower() in columns.TOTAL_WORDS
    if not is_total.any():
        return (), table, []
    stated = table.take(is_total)
    refused = _Refused(stated)
    refused.groups.clear()
    totals = tuple(_totals_of(stated, refused))
    return totals, table.take(~is_total), refused.groups


def _totals_of(stated: Table, refused: _Refused) -> Iterator[ControlTotal]:
    branch = stated.columns["branch"]
    for index, row in enumerate(stated.rows.tolist()):
        code = values.branch_code(branch.text(index))
        if not isinstance(code, int):
            refused.add("branch", branch, {code: [index]})
            continue
        for name in columns.MONEY:
            if name not in stated.columns:
                continue
            minor = read_amount(stated.columns[name].text(index))
            if isinstance(minor, int):
                yield ControlTotal(row, code, name, minor)
            elif minor is not None:
                refused.add(name, stated.columns[name], {minor: [index]})


def _coded(name: str, cells: Cells | None, rows: int, refused: _Refused) -> Coded:
    """Read a text column: canonical distinct values, equal ones joined."""
    if cells is None:
        return Coded(np.broadcast_to(np.int32(-1), rows), ())
    groups = distinct(cells)
    first = cells.take(groups.first)
    canonical, are_canonical = _TEXTS[name]
    together = first.together()
    if together is not None and are_canonical(together):
        return Coded(groups.codes, tuple(together.split("\0")[:-1]))
    texts = first.texts()
    known: dict[str, int] = {}
    originals: dict[int, str] = {}
    reasons: dict[int, type[CellRefusal]] = {}
    renumbered = np.full(len(texts) + 1, -1, dtype=np.int32)
    for code, text in enumerate(texts):
        value = canonical(text) if text is not None else CellNotText
        if not isinstance(value, str):
            reasons[code] = value
        elif value:
            renumbered[code] = joined = known.setdefault(value, len(known))
            if text is not None and value != text.strip():
                originals.setdefault(joined, text)
    refused.add_codes(name, cells, groups.codes, reasons)
    return Coded(renumbered[groups.codes], tuple(known), originals)


def _meant(name: str, cells: Cells | None, rows: int, refused: _Refused) -> npt.NDArray[Any]:
    """Read a column of words with a closed meaning."""
    meaning, kind, empty, unreadable = _MEANINGS[name]
    if cells is None:
        return np.broadcast_to(kind(empty), rows)
    groups = distinct(cells)
    texts = cells.take(groups.first).texts()
    reasons: dict[int, type[CellRefusal]] = {}
    found = np.full(len(texts) + 1, unreadable, dtype=kind)
    found[-1] = empty  # code -1: an empty cell
    for code, text in enumerate(texts):
        value = meaning(text) if text is not None else CellNotText
        if isinstance(value, int):
            found[code] = value
        else:
            reasons[code] = value
    refused.add_codes(name, cells, groups.codes, reasons)
    return found[groups.codes]


def _money(name: str, cells: Cells | None, rows: int, refused: _Refused) -> Amounts:
    if cells is None:
        return Amounts(np.broadcast_to(np.int64(0), rows), np.broadcast_to(np.bool_(0), rows))
    amounts, found = read_amounts(cells)
    refused.add(name, cells, found)
    return amounts
