"""Many at once: numbers to keys inside a filing, credit codes to employers.

A number is looked up in its normal form (an old one in its modern form), so every way of writing
it finds the same person. The answer is the key that holds the number, also where that record was
merged into another: what is filed under a number stays with it if the merge is undone.
"""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from django.db import connection

from provident.identity.names import comparable, name_check
from provident.identity.numbers import lookup_form
from provident.identity.records import EmployerPlace
from provident.kernel.keys import EmployerKey, PersonKey
from provident.kernel.opened import OpenedRun
from provident.ledger import wire

__all__ = ["comparable", "employers_by_code", "known_names", "name_check", "resolve"]

_ANSWER = np.dtype([("key", ">i8"), ("name_check", ">i8")])
_NORMAL = re.compile(r"[0-9A-Z]{18}")  # such a text is its own look-up form
_ALL_NORMAL = re.compile(rf"(?:{_NORMAL.pattern},)*")
_STORABLE = re.compile(r"[0-9A-Z]{15,18}")


def resolve(run: OpenedRun, numbers: Sequence[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return, for each number, the key of whoever holds it (0: nobody) and the check of the current name."""
    _insist_on_filing(run)
    if not numbers:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    forms: Sequence[str] = numbers
    # One pattern over the whole text tells that every number is in normal form already, as nearly all are.
    if not _ALL_NORMAL.fullmatch(",".join((*numbers, ""))):
        forms = [number if _NORMAL.fullmatch(number) else _look_up(number) for number in numbers]
    padded = np.array(forms, "S18")
    order = _near_order(padded)
    asked = b",".join(padded[order].tolist()).decode("ascii")
    answer = np.frombuffer(wire.call("SELECT identity_resolve(string_to_array(%s, ','))", (asked,)), _ANSWER)
    keys, checks = np.empty((2, len(forms)), np.int64)
    keys[order], checks[order] = answer["key"], answer["name_check"]
    return keys, checks


def _near_order(forms: npt.NDArray[np.bytes_]) -> npt.NDArray[np.intp]:
    """Return an order in which neighbours stand on one page of the register's index.

    The digits as one whole number sort several times faster than the texts would; letters in a
    number put it in some other place, which costs a page and changes nothing else.
    """
    digits = forms.view(np.uint8).reshape(-1, 18)[:, :17].astype(np.int64) - ord("0")
    return np.argsort(digits @ 10 ** np.arange(16, -1, -1, dtype=np.int64))


def _look_up(number: str) -> str:
    form = lookup_form(number)
    return form if _STORABLE.fullmatch(form) else "-"  # nobody's, and no text of the file's reaches the query


def known_names(run: OpenedRun, keys: Sequence[PersonKey]) -> dict[PersonKey, frozenset[str]]:
    """Return every name these persons bear or bore, in comparable form, merged records included.

    For the few rows whose name is not the current one; see identity.names.comparable.
    """
    _insist_on_filing(run)
    found: dict[PersonKey, set[str]] = {key: set() for key in keys}
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_key, name FROM identity_known_names(%s)", [list(found)])
        for key, name in cursor.fetchall():
            found[key].add(comparable(name))
    return {key: frozenset(names) for key, names in found.items()}


def employers_by_code(codes: Sequence[str]) -> dict[str, EmployerPlace]:
    """Return key and current region of the employers with these credit codes (in normal form)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (e.employer_key) e.uscc, e.employer_key, d.region "
            "FROM identity_employer e JOIN identity_employer_detail d USING (employer_key) "
            "WHERE e.uscc = ANY (%s) ORDER BY e.employer_key, d.since DESC NULLS LAST, d.id DESC",
            [list(set(codes))],
        )
        return {uscc: EmployerPlace(EmployerKey(key), region) for uscc, key, region in cursor.fetchall()}


def _insist_on_filing(run: OpenedRun) -> None:
    """Fail early and clearly; the database insists on the look itself."""
    if run.purpose != "filing":
        raise ValueError("numbers are looked up in bulk inside a filing only")
