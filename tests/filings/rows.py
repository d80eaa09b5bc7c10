"""Chunks for the tests, written as rows of text."""

import numpy as np

from provident.filings.reading.records import Amounts, Chunk, Coded, RowEvent, TakeOnKind
from provident.kernel.money import Money
from provident.kernel.words import Branch

_EVENTS = {"": RowEvent.NONE, "enrol": RowEvent.ENROL, "leave": RowEvent.LEAVE}
_KINDS = {
    "": TakeOnKind.NONE,
    "contribution": TakeOnKind.CONTRIBUTION,
    "unpaid": TakeOnKind.UNPAID,
    "opening_balance": TakeOnKind.OPENING_BALANCE,
    "interest": TakeOnKind.INTEREST,
    "benefit": TakeOnKind.BENEFIT,
}


def coded(texts):
    values = tuple(dict.fromkeys(text for text in texts if text))
    index = {value: code for code, value in enumerate(values)}
    return Coded(np.array([index.get(text, -1) for text in texts], np.int32), values)


def amounts(texts):
    given = np.array([text != "" for text in texts], np.bool_)
    return Amounts(
        np.array([Money.parse(text, "CNY").minor if text else 0 for text in texts], np.int64), given
    )


def chunk(*rows, first_row=2, refused=(), totals=()):
    """Return the chunk of rows given as dictionaries of text, an absent key being an empty cell."""

    def texts(name):
        return [str(row.get(name, "")) for row in rows]

    def numbers(name, kind, read):
        return np.array([read(text) for text in texts(name)], kind)

    return Chunk(
        row=np.arange(first_row, first_row + len(rows), dtype=np.uint32),
        resident=coded(texts("resident_id")),
        name=coded(texts("name")),
        employer=coded(texts("employer_id")),
        reference=coded(texts("reference")),
        branch=numbers("branch", np.int16, lambda text: Branch.from_word(text) if text else -1),
        month=numbers("month", np.int32, lambda text: int(text.replace("-", "")) if text else -1),
        region=numbers("region", np.int32, lambda text: int(text) if text else -1),
        event=numbers("event", np.int16, _EVENTS.__getitem__),
        kind=numbers("kind", np.int16, _KINDS.__getitem__),
        evidence=numbers("evidence", np.int16, lambda text: int(text or 0)),
        paid_on=np.array([text or "NaT" for text in texts("paid_on")], "datetime64[D]"),
        base=amounts(texts("base")),
        employee=amounts(texts("employee")),
        employer_share=amounts(texts("employer")),
        account=amounts(texts("account")),
        amount=amounts(texts("amount")),
        refused=tuple(refused),
        totals=tuple(totals),
    )


def said(findings, language="en"):
    """Return row, field and code of everything refused, in the order of rows."""
    return sorted(
        (row, finding.field, refusal.code)
        for finding in findings
        for row, _, refusal in finding.refusals()
        if refusal.sentence(language) and refusal.remedy(language)
    )
