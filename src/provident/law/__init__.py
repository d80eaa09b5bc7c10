"""What the law said on a date, at a place, and where that stands.

Promise: every number is dated, cited and carries how well it is evidenced; a number nobody has
read is not here. Where no value is in force in what we know, the answer is None, never 0. Law is
data in `provident.packs`; this room reads it strictly and looks it up. Nothing here touches a
database, a clock or a person.
"""

from functools import cache

from provident.law.book import Book
from provident.law.engine.plan import Law
from provident.law.pack import installed_packs, load_pack, pack_folder
from provident.law.records import ContributionRule, Region, Retention
from provident.law.refusals import NoSuchCalculation
from provident.law.sources import Status, Title

__all__ = [
    "Book", "ContributionRule", "Law", "Region", "Retention", "Status", "Title", "book", "books", "law_of",
]  # fmt: skip


@cache
def book() -> Book:
    """Return the law of the installation's country, read once per process."""
    return Book(load_pack(pack_folder("cn")))


@cache
def books() -> tuple[Book, ...]:
    """Return the law of every installed pack; the installation's own is the same book as `book()`."""
    own = book()
    return tuple(
        own if pack == own.pack.id else Book(load_pack(pack_folder(pack))) for pack in installed_packs()
    )


@cache
def law_of(calculation: str) -> Law:
    """Return the pack of a calculation, ready for calculating; refused if no pack has one of that name."""
    wanted = calculation.partition(".")[0]
    known = {one.pack.id: one for one in books()}
    if wanted in known:
        law = Law(known[wanted].pack)
        law.calculation(calculation)
        return law
    every = sorted(name for one in books() for name in one.pack.rules.calculations)
    raise NoSuchCalculation(id=calculation, known=", ".join(every))
