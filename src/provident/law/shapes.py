"""The shapes of a pack's files, each read into a record; what does not fit is noted and left out."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from provident.kernel.citation import Citation
from provident.kernel.rate import Rate
from provident.law.forms import Form, Spot
from provident.law.records import (
    DatedValue,
    Deadline,
    KnownGap,
    Parameter,
    Region,
    Retention,
    Table,
    Unit,
)
from provident.law.sources import LawTitle, Sourced, Status

_STATUSES = tuple(Status)
_DEADLINE_UNITS = (
    "calendar_day", "working_day", "month", "year", "per_month", "per_year", "per_year_min",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frame:
    """What a file's values are read against: the pack's laws and currency, the file's defaults."""

    laws: Mapping[str, LawTitle]
    currency: str
    defaults: Mapping[str, object]

    def with_defaults(self, form: Form) -> "Frame":
        """Return the frame with a file's own defaults, if it gives some: cite, evidence, status."""
        defaults = form.data.get("defaults", {})
        Form(defaults, form.spot.at("defaults"), optional="cite evidence status")
        return replace(self, defaults=defaults if isinstance(defaults, dict) else {})


def read_source(form: Form, frame: Frame) -> Sourced | None:
    """Read where a value stands: `cite: {law, article}`, `evidence`, `status`."""
    given = {**frame.defaults, **{str(key): value for key, value in form.data.items()}}
    whole = Form(
        {key: given[key] for key in ("cite", "evidence", "status") if key in given},
        form.spot,
        required="cite status",
        optional="evidence",
    )
    if whole.data.get("status") == "memory":
        form.spot.at("status").fault("memory")
        return None
    status = whole.word("status", _STATUSES)
    cite = Form(whole.data.get("cite", {}), form.spot.at("cite"), required="law", optional="article")
    law = cite.text("law")
    if law is not None and law not in frame.laws:
        form.spot.at("cite").fault("unknown_law", law=law)
        return None
    if status is None or law is None:
        return None
    citation = Citation(frame.laws[law].title.en, cite.text("article") or "")
    return Sourced(citation, law, whole.text("evidence") or "", Status(status))


@dataclass(frozen=True, slots=True)
class Sort:
    """What a parameter's values are: their unit, a table's way of looking up, the words of a choice."""

    unit: Unit
    lookup: str = ""
    words: tuple[str, ...] = ()


def read_timeline(
    rows: list[object], spot: Spot, sort: Sort, frame: Frame
) -> tuple[DatedValue | KnownGap, ...]:
    """Read dated values in order; a value ends where the next begins unless it says `until`."""
    elements: list[DatedValue | KnownGap] = []
    for index, row in enumerate(rows):
        element = _read_element(row, spot.at(index), sort, frame)
        if element is None:
            continue
        if elements:
            before = elements[-1]
            if element.since <= before.since:
                spot.at(index).fault("unsorted")
                continue
            if before.until is not None and element.since <= before.until:
                spot.at(index).fault("overlap")
                continue
            if before.until is None:
                elements[-1] = _ended(before, element.since - dt.timedelta(days=1))
        elements.append(element)
    return tuple(elements)


def _read_element(row: object, spot: Spot, sort: Sort, frame: Frame) -> DatedValue | KnownGap | None:
    if isinstance(row, dict) and "unknown" in row:
        form = Form(row, spot, required="since unknown", optional="until")
        since, until, reason = form.date("since"), form.date("until"), form.title("unknown")
        return KnownGap(since, until, reason) if since and reason and _ordered(form, since, until) else None
    key = "table" if sort.lookup else "value"
    form = Form(row, spot, required=f"since {key}", optional="until cite evidence status")
    if not form.given:
        return None
    since, until, source = form.date("since"), form.date("until"), read_source(form, frame)
    value = _read_table(form, sort, frame) if sort.lookup else _read_value(form, sort, frame)
    if since is None or value is None or source is None or not _ordered(form, since, until):
        return None
    return DatedValue(since, until, _text(form.data[key]), value, source)


def _text(value: object) -> str:
    """Return a value as the pack writes it, a table on one line."""
    return ", ".join(f"{key}: {one}" for key, one in value.items()) if isinstance(value, dict) else str(value)


def _read_value(form: Form, sort: Sort, frame: Frame) -> Rate | int | None:
    if sort.unit is Unit.WORD:
        word = form.word("value", sort.words)
        return None if word is None else sort.words.index(word)
    return form.amount("value", sort.unit, frame.currency)


def _read_table(form: Form, sort: Sort, frame: Frame) -> Table | None:
    """Read the entries of a table; every key is a whole number and they come in order."""
    spot, rows = form.spot.at("table"), form.data.get("table")
    if not isinstance(rows, dict) or not rows or not all(isinstance(key, int) for key in rows):
        spot.fault("not_a_table")
        return None
    if list(rows) != sorted(rows):
        spot.fault("unsorted_keys")
        return None
    entries = []
    for key, value in rows.items():
        read = Form({"value": value}, spot.at(key), required="value").amount(
            "value", sort.unit, frame.currency
        )
        if read is None:
            return None
        entries.append((key, read))
    return Table(tuple(entries))


def _ordered(form: Form, since: dt.date, until: dt.date | None) -> bool:
    if until is not None and until < since:
        form.spot.at("until").fault("ends_early")
        return False
    return True


def _ended(element: DatedValue | KnownGap, until: dt.date) -> DatedValue | KnownGap:
    if isinstance(element, KnownGap):
        return KnownGap(element.since, until, element.reason)
    return DatedValue(element.since, until, element.text, element.value, element.source)


def read_law(data: object, spot: Spot) -> LawTitle | None:
    """Read one law of laws.yaml."""
    form = Form(data, spot, required="id title", optional="in_force")
    law, title = form.text("id"), form.title("title")
    return LawTitle(law, title, form.date("in_force")) if law and title else None


def read_region(data: object, spot: Spot, currency: str, zone: str) -> Region | None:
    """Read one region of regions.yaml."""
    form = Form(data, spot, required="code title", optional="fictional")
    code, title = form.whole("code", 110000, 999999), form.title("title")
    return Region(code, title, currency, zone, form.flag("fictional")) if code and title else None


def read_parameter(data: object, spot: Spot, stem: str, frame: Frame) -> Parameter | None:
    """Read one parameter file: its name, unit and the values for the whole country.

    With `lookup: exact` or `lookup: from` each value is a `table:` of entries by a whole-number key.
    With `unit: word` the values are among `words:`.
    """
    form = Form(data, spot, required="id title unit values", optional="note lookup words keys defaults")
    parameter, title, unit = form.text("id"), form.title("title"), form.word("unit", tuple(Unit))
    if not (parameter and title and unit):
        return None
    if not parameter.startswith(f"{stem}."):
        spot.at("id").fault("wrong_id", stem=f"{stem}.")
        return None
    sort = Sort(Unit(unit), form.word("lookup", ("exact", "from")) or "", form.words("words"))
    local = frame.with_defaults(form)
    national = read_timeline(form.rows("values"), spot.at("values"), sort, local)
    return Parameter(
        parameter, title, sort.unit, form.text("note") or "", national, {}, sort.lookup, sort.words,
        form.text("keys") or "", spot.file,
    )  # fmt: skip


def read_deadline(data: object, spot: Spot, frame: Frame) -> Deadline | None:
    """Read one deadline of deadlines.yaml."""
    form = Form(
        data, spot, required="id title value unit", optional="starts cite evidence status yields_to note"
    )
    if not form.given:
        return None
    deadline, title, source = form.text("id"), form.title("title"), read_source(form, frame)
    value, unit = form.whole("value", 1, 1000), form.word("unit", _DEADLINE_UNITS)
    if not (deadline and title and source and value and unit):
        return None
    starts, yields_to = form.text("starts") or "", form.text("yields_to") or ""
    return Deadline(deadline, title, value, unit, starts, source, yields_to, form.text("note") or "")


def read_retention(data: object, spot: Spot, frame: Frame) -> Retention | None:
    """Read one kind of record of retention.yaml; `years` is a whole number or `permanent`."""
    form = Form(data, spot, required="kind title years", optional="cite evidence status note")
    if not form.given:
        return None
    kind, title, source = form.text("kind"), form.title("title"), read_source(form, frame)
    permanent = form.data.get("years") == "permanent"
    years = None if permanent else form.whole("years", 1, 1000)
    if not (kind and title and source) or (years is None and not permanent):
        return None
    return Retention(kind, title, years, source.citation, source.status, form.text("note") or "")
