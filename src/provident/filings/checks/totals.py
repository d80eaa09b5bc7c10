"""The question of totals: do the rows add up to what the file, or its sender, says."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from provident.filings.checks.findings import Finding, Ints, money, pieces
from provident.filings.reading.records import Amounts, Chunk, ControlTotal, FileKind
from provident.filings.refusals import ExpectedTotalDiffers, TotalDiffers

#: The money columns of each kind of file, by the file's name of the column.
SUMMED: Mapping[FileKind, Mapping[str, str]] = {
    FileKind.PAYROLL: {"base": "base", "employee": "employee", "employer": "employer_share"},
    FileKind.PAYMENTS: {"amount": "amount"},
    FileKind.TAKE_ON: {
        "base": "base",
        "employee": "employee",
        "employer": "employer_share",
        "account": "account",
        "amount": "amount",
    },
}
#: Which of them make up the one total that can be expected of the whole file.
WHOLE: Mapping[FileKind, tuple[str, ...]] = {
    FileKind.PAYROLL: ("employee", "employer"),
    FileKind.PAYMENTS: ("amount",),
    FileKind.TAKE_ON: ("employee", "employer", "amount"),
}


@dataclass(frozen=True, slots=True)
class Sums:
    """Rows and sums per branch code (0 for rows that name no branch)."""

    kind: FileKind
    rows: Mapping[int, int]
    minor: Mapping[int, Mapping[str, int]]

    def of(self, field: str, branch: int = -1) -> int:
        """Return what a column adds up to in one branch, or in the whole file."""
        if branch >= 0:
            return self.minor.get(branch, {}).get(field, 0)
        return sum(sums[field] for sums in self.minor.values())

    @property
    def whole(self) -> int:
        """The file's one total: what is owed, paid or taken over in all."""
        return sum(self.of(field) for field in WHOLE[self.kind])


def sums_of(kind: FileKind, rows: Chunk) -> Sums:
    """Add up every money column, branch by branch."""
    branch = np.maximum(rows.branch, 0)
    counts = np.bincount(branch, minlength=1)
    columns = SUMMED[kind]
    added = {
        field: group_sums(getattr(rows, name).minor, branch, len(counts)) for field, name in columns.items()
    }
    present = [code for code, count in enumerate(counts.tolist()) if count]
    minor = {code: {field: int(added[field][code]) for field in columns} for code in present}
    return Sums(kind, {code: int(counts[code]) for code in present}, minor)


def group_sums(values: Ints, codes: npt.NDArray[np.integer], groups: int) -> Ints:
    """Add up whole numbers group by group, exactly.

    bincount adds doubles, which hold whole numbers below 2**53 exactly; so low and high halves of
    the values are added apart.
    """
    if len(values) and values.strides == (0,):
        alike: Ints = np.bincount(codes, minlength=groups).astype(np.int64) * values[0]
        return alike
    sums = np.zeros(groups, np.int64)
    for piece in pieces(len(values)):
        low = np.bincount(codes[piece], weights=values[piece] & 0x3FFFFFF, minlength=groups)
        high = np.bincount(codes[piece], weights=values[piece] >> 26, minlength=groups)
        sums += (high.astype(np.int64) << 26) + low.astype(np.int64)
    return sums


def stated(sums: Sums, totals: tuple[ControlTotal, ...]) -> list[Finding]:
    """Refuse the control totals the rows do not add up to."""
    found = []
    for total in totals:
        computed = sums.of(total.field, total.branch)
        if computed != total.minor:
            rows, value = np.array([total.row], np.uint32), (money(total.minor),)
            found.append(Finding(total.field, TotalDiffers, rows, value, {"computed": money(computed)}))
    return found


def expected(sums: Sums, minor: int | None) -> list[Finding]:
    """Refuse the file if another total was expected of it."""
    if minor is None or minor == sums.whole:
        return []
    nowhere, facts = np.zeros(1, np.uint32), {"computed": money(sums.whole)}
    return [Finding("", ExpectedTotalDiffers, nowhere, (money(minor),), facts)]


def given(column: Amounts) -> bool:
    """Say whether any row gives this amount."""
    return bool(column.given.any())
