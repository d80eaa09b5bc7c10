"""What the law said on a date, at a place, and where that stands.

Promise: every number is dated, cited and carries how well it is evidenced; a number nobody has
read is not here. Where no value is in force in what we know, the answer is None, never 0. Law is
data in `provident.packs`; this room reads it strictly and looks it up. Nothing here touches a
database, a clock or a person.
"""

from functools import cache

from provident.law.book import Book
from provident.law.pack import load_pack, pack_folder
from provident.law.records import ContributionRule, Region, Retention, Status, Title

__all__ = ["Book", "ContributionRule", "Region", "Retention", "Status", "Title", "book"]


@cache
def book() -> Book:
    """Return the law of the installation's country, read once per process."""
    return Book(load_pack(pack_folder("cn")))
