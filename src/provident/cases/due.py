"""Until when a request is to be answered: what the law pack says, and nothing where it says nothing."""

import datetime as dt

from provident import law
from provident.cases.records import Due
from provident.law.refusals import CalendarNotCovered


def due_from(deadline: str, received: dt.date) -> Due | None:
    """Return the time a deadline of the pack gives from the day of receipt; None without a deadline."""
    if not deadline:
        return None
    book = law.book()
    found = book.deadline(deadline)
    try:
        last: dt.date | None = book.last_day(deadline, received)
    except CalendarNotCovered:
        last = None
    return Due(last, found.value, found.unit, found.source.citation)


def remedies() -> tuple[Due, Due]:
    """Return the times to ask for reconsideration and to sue, as the pack has them; without a day."""
    book = law.book()
    reconsider, sue = (book.deadline(name) for name in ("rev-apply", "lit-direct"))
    return (
        Due(None, reconsider.value, reconsider.unit, reconsider.source.citation),
        Due(None, sue.value, sue.unit, sue.source.citation),
    )
