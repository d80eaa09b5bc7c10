"""The last question: does the ledger hold any of this already.

Which employers, months and branches earlier filings speak of is read from `filings_total`; only
where that overlaps are entries read, person by person.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from provident.filings.checks.findings import Column, Finding, Ints, Rows, distinct, finding
from provident.filings.checks.totals import group_sums
from provident.filings.checks.whole import TAKEN_ON, Examined
from provident.filings.reading.records import FileKind
from provident.filings.refusals import AlreadyInLedger, PaymentKnown
from provident.kernel.words import EntryKind
from provident.ledger import wire


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that become entries of one sort: contributions, or what else a take-on file states."""

    place: Rows
    person: Column  # place among the file's persons
    employer: Column  # place among the file's employers, -1 for none
    branch: Column
    month: Column
    kind: Column  # EntryKind of the entry
    owed: tuple[Ints, ...]  # employee and employer, where the rows say what is owed


@dataclass(frozen=True, slots=True)
class Groups:
    """The distinct employers, months, branches and kinds of a part's rows, and what their rows add up to."""

    part: Part
    of_row: npt.NDArray[np.int32]
    employer: Ints  # key, 0 for none
    month: Column
    branch: Column
    kind: Column
    rows: Ints
    owed: Ints


def parts_of(examined: Examined) -> tuple[Part, ...]:
    """Return the rows that become entries by themselves; payments do not, they are allocated."""
    rows, lines, stated = examined.identified.rows, examined.lines, examined.stated
    found = []
    if len(lines.place):
        kind: Column = np.broadcast_to(np.int16(EntryKind.DECLARED), len(lines.place))
        if examined.identified.gathered.kind is FileKind.TAKE_ON:
            kind = TAKEN_ON[rows.kind[lines.place]]
        owed = (lines.employee, lines.employer_share)
        found.append(Part(lines.place, lines.person, lines.employer, lines.branch, lines.month, kind, owed))
    if len(stated.place):
        at = stated.place
        kind = TAKEN_ON[rows.kind[at]]
        found.append(Part(at, stated.person, stated.employer, rows.branch[at], rows.month[at], kind, ()))
    return tuple(found)


def groups_of(examined: Examined, part: Part) -> Groups:
    """Add a part's rows up by employer, month, branch and kind."""
    columns = (part.employer, part.month, part.branch, part.kind)
    of_row, first = distinct(columns)
    employer, month, branch, kind = (column[first] for column in columns)
    keys = np.append(examined.identified.employer_keys, 0)
    counts = np.bincount(of_row, minlength=len(first))
    owed = np.zeros(len(first), np.int64)
    for share in part.owed:
        owed += group_sums(share, of_row, len(first))
    return Groups(part, of_row, keys[employer], month, branch, kind, counts, owed)


def stated_before(examined: Examined, groups: Groups) -> list[Finding]:
    """Refuse rows that an earlier filing states already, naming that filing."""
    earlier = _earlier(groups)
    if not earlier:
        return []
    overlapping = np.zeros(len(groups.rows), np.bool_)
    overlapping[list({group for group, _, _ in earlier})] = True
    part = groups.part
    where = np.flatnonzero(overlapping[groups.of_row])
    filings = {batch: filing for _, batch, filing in earlier}
    keys = examined.identified.people.keys[part.person[where]]
    employers = np.append(examined.identified.employer_keys, 0)[part.employer[where]]
    cursor = wire.cursor()
    cursor.execute(
        "SELECT place, batch FROM filings_stated_before(%s, %s, %s, %s, %s, %s)",
        (
            wire.Int8Array(np.array(list(filings), np.int64)),
            wire.Int8Array(keys),
            wire.Int8Array(employers),
            wire.Int2Array(part.branch[where]),
            wire.Int4Array(part.month[where]),
            wire.Int2Array(_sort_of(part.kind[where])),
        ),
    )
    found = sorted(cursor.fetchall())
    if not found:
        return []
    rows = part.place[where[[place - 1 for place, _ in found]]]
    numbers = [filings[batch] for _, batch in found]
    return [finding(examined.identified.rows, "resident", AlreadyInLedger, rows, earlier=numbers)]


def _sort_of(kind: Column) -> Column:
    """Return the kind, contributions taken on as paid counting as declared ones."""
    return np.where(kind == EntryKind.PAID, np.int16(EntryKind.DECLARED), kind)


def _earlier(groups: Groups) -> list[tuple[int, int, int]]:
    """Return which groups earlier filings speak of: group, batch and filing."""
    cursor = wire.cursor()
    cursor.execute(
        "SELECT u.place - 1, t.batch_id, t.filing_id "
        "FROM unnest(%s, %s, %s, %s) WITH ORDINALITY u (employer, month, branch, kind, place) "
        "JOIN filings_total t ON t.employer_key = u.employer AND t.month = u.month AND t.branch = u.branch "
        "AND CASE WHEN t.kind = 2 THEN 1 ELSE t.kind END = u.kind "
        "WHERE NOT t.withdrawn AND NOT t.allocated",
        (
            wire.Int8Array(groups.employer),
            wire.Int4Array(groups.month),
            wire.Int2Array(groups.branch),
            wire.Int2Array(_sort_of(groups.kind)),
        ),
    )
    return cursor.fetchall()


def payments_before(examined: Examined) -> list[Finding]:
    """Refuse payments whose reference an earlier filing used for the same employer, month and branch."""
    identified = examined.identified
    rows = identified.rows
    where = np.flatnonzero(identified.shapes.other & (rows.reference.codes >= 0) & (identified.employer >= 0))
    if not len(where):
        return []
    references = [rows.reference.values[code] for code in rows.reference.codes[where].tolist()]
    cursor = wire.cursor()
    cursor.execute(
        "SELECT u.place - 1 FROM unnest(%s, %s::text[], %s, %s) WITH ORDINALITY "
        "u (employer, reference, month, branch, place) "
        "JOIN filings_payment p ON p.employer_key = u.employer AND p.reference = u.reference "
        "AND coalesce(p.month, 0) = u.month AND coalesce(p.branch, 0) = u.branch AND NOT p.withdrawn "
        "ORDER BY 1",
        (
            wire.Int8Array(identified.employer_keys[identified.employer[where]]),
            references,
            wire.Int4Array(np.maximum(rows.month[where], 0)),
            wire.Int2Array(np.maximum(rows.branch[where], 0)),
        ),
    )
    found = where[[place for (place,) in cursor.fetchall()]]
    return [finding(rows, "reference", PaymentKnown, found)] if len(found) else []
