"""The reading copy against the entries, without bringing the two side by side.

Every fact (person, employer, branch, kind, month) gets a random 64-bit factor of this check's own. What the
entries add up to and what the reading copy says, each times its factor, summed modulo 2**64 over a year and
branch, are equal if the facts are; if they are not, the odds that the sums agree are one in 2**63.
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from provident.kernel.words import Branch
from provident.ledger.arrays import Array
from provident.ledger.check.findings import Findings
from provident.ledger.check.snapshot import Snapshot, ahead

_LEGS = ("base", "employee", "employer_share", "account", "fund")
_PAGES = 4096
_HEAD = [("person", ">i8"), ("employer", ">i8"), ("year", ">i2")]
_KEY = [*_HEAD, ("branch", "i8"), ("kind", "i8")]
_FACTS = {
    width: np.dtype(
        [
            ("kind", "u1"),
            ("branch", "u1"),
            ("standing", ">i2"),
            *((leg, f">i{width}") for leg in _LEGS),
            ("span", "u1"),
        ]
    )
    for width in (4, 8)
}


def _mixed(values: Array) -> Array:
    """Return numbers spread over all of 64 bits (splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Array = values ^ (values >> np.uint64(31))
    return mixed


def _unsigned(values: Array) -> Array:
    return np.ascontiguousarray(values, "i8").view("u8")


@dataclass(slots=True)
class FactSums:
    """The weighed sums of both sides, by year and branch; equal sides leave zero."""

    _factors: Array = field(default_factory=lambda: np.frombuffer(os.urandom(80), "u8") | np.uint64(1))
    _sums: defaultdict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))

    def add_entries(self, entries: Array, reversing: Array) -> None:
        """Add entries (fields as of ENTRY_DTYPE)."""
        self._add(entries, entries["month"].astype("i8"), np.where(reversing, -1, 1), entries, 1)

    def take_years(self, snapshot: Snapshot) -> None:
        """Take off what the reading copy says."""
        for packed, length in ahead(self._packed(snapshot)):
            self._take_rows(np.frombuffer(packed, [*_HEAD, ("facts", "u1", (length,))]))

    def _packed(self, snapshot: Snapshot) -> Iterator[tuple[bytes, int]]:
        """Yield rows of the reading copy, packed, with the length of their facts."""
        pages = snapshot.value(
            "SELECT pg_relation_size('ledger_record_year') / current_setting('block_size')::int"
        )
        query = (
            "SELECT octet_length(facts), string_agg(int8send(person_key) || int8send(employer_key) ||"
            " int2send(year) || facts, NULL) FROM ledger_record_year"
            " WHERE ctid >= %s::tid AND ctid < %s::tid"
            " GROUP BY octet_length(facts), substring(facts FROM 1 FOR 1)"
        )
        for page in range(0, pages, _PAGES):
            for length, packed in snapshot.rows(query, (f"({page},0)", f"({page + _PAGES},0)")):
                yield packed, length

    def differing(self, findings: Findings) -> None:
        """Name the years and branches that do not add up."""
        for (year, branch), rest in sorted(self._sums.items()):
            if rest:
                name = Branch(branch).name.lower() if branch in list(Branch) else str(branch or "-")
                findings.add("record_year", what=f"{year or '-'} {name}")

    def _take_rows(self, rows: Array) -> None:
        """Take off rows whose facts have the same width and length; what is no list of facts differs."""
        raw = rows["facts"]
        form = _FACTS.get(int(raw[0, 0])) if raw.shape[1] else None
        if form is None or (raw.shape[1] - 1) % form.itemsize:
            self._sums[int(rows["year"][0]), 0] += 1
            return
        facts = np.ascontiguousarray(raw[:, 1:]).view(form)
        for at in range(facts.shape[1]):
            fact = facts[:, at]
            keys = np.empty(len(rows), _KEY)
            for name, _ in _KEY:
                keys[name] = fact[name] if name in ("branch", "kind") else rows[name]
            first, more = fact["span"] & 15, fact["span"] >> 4
            for later in range(int(more.max()) + 1):
                go = more >= later
                month = rows["year"].astype("i8") * 100 + first + later
                self._add(keys[go], month[go], fact["standing"][go], fact[go], -1)

    def _add(self, keys: Array, months: Array, standing: Array, legs: Array, sign: int) -> None:
        factor = self._factors
        small = _unsigned(keys["branch"]) << np.uint64(48) | _unsigned(keys["kind"]) << np.uint64(40)
        key = _mixed(_unsigned(keys["person"]) * factor[0] + factor[7])
        key = _mixed(key ^ (_unsigned(keys["employer"]) * factor[1] + factor[8]))
        key = _mixed(key ^ ((small | _unsigned(months)) * factor[9]))
        value = _unsigned(standing) * factor[6]
        for leg, weight in zip(_LEGS, factor[1:6], strict=True):
            value = value + _unsigned(legs[leg]) * weight
        value = key * value
        places = months // 100 * 8 + keys["branch"].astype("i8")
        for place in np.unique(places).tolist():
            total = int(value[places == place].sum(dtype="u8"))
            bucket = (place // 8, place % 8)
            self._sums[bucket] = (self._sums[bucket] + sign * total) % (1 << 64)
