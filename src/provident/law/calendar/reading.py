"""Reading a pack's calendar.yaml: one row a year, days as MM-DD."""

import datetime as dt

from provident.law.calendar.days import CalendarYear
from provident.law.forms import Form, Spot
from provident.law.shapes import Frame, read_source

Row = tuple[int, CalendarYear]


def read_calendar_year(data: object, spot: Spot, frame: Frame) -> Row | None:
    """Read one year of calendar.yaml; a day that is already what it is said to be is a fault."""
    form = Form(data, spot, required="year rest_days work_days", optional="cite evidence status")
    if not form.given:
        return None
    year, source = form.whole("year", 1949, 2100), read_source(form, frame)
    if year is None or source is None:
        return None
    rest, work = (_days(form, key, year) for key in ("rest_days", "work_days"))
    for day in sorted((rest & work) | {one for one in work if one.weekday() < 5}):
        spot.at("work_days").fault("not_a_make_up_day", day=day)
    return year, CalendarYear(rest, work, source)


def _days(form: Form, key: str, year: int) -> frozenset[dt.date]:
    found = set()
    for text in form.words(key):
        try:
            found.add(dt.date.fromisoformat(f"{year}-{text}"))
        except ValueError:
            form.spot.at(key).fault("not_a_date")
    return frozenset(found)
