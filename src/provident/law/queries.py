"""What `provident law list | show | check` tells: the packs' values with article and evidence."""

import datetime as dt
from dataclasses import dataclass

from provident.kernel.citation import Citation
from provident.law.across import timelines
from provident.law.book import Book
from provident.law.pack import installed_packs, pack_folder, read_pack
from provident.law.problems import Problem
from provident.law.records import DatedValue, KnownGap, Parameter, Unit
from provident.law.refusals import NoSuchParameter, NotCovered
from provident.law.sources import Status, Title
from provident.law.timeline import in_force

STATUS_TITLES = {
    Status.VERIFIED: Title("official text read", "已查阅官方原文"),
    Status.SECONDARY: Title("copy or agreeing third parties read", "已查阅副本或多方一致资料"),
    Status.SYNTHETIC: Title("made up, no law", "虚构，非法规"),
}
UNIT_TITLES = {
    Unit.SHARE: Title("share", "比例"),
    Unit.SHARE_PER_DAY: Title("share a day", "每日比例"),
    Unit.MULTIPLE: Title("times", "倍数"),
    Unit.MONEY: Title("amount", "金额"),
    Unit.MONTHS: Title("months", "月"),
    Unit.NUMBER: Title("number", "数值"),
    Unit.FRACTION: Title("fraction", "分数"),
    Unit.WORD: Title("word", "选项"),
    Unit.DAY_OF_NEXT_MONTH: Title("day of the following month", "次月日期"),
}
WHOLE_COUNTRY = Title("whole country", "全国")


@dataclass(frozen=True, slots=True)
class ListedParameter:
    """One line of the list: what it is, how many values it has and how they are evidenced."""

    id: str
    title: Title
    unit: Unit
    values: int
    places: int
    first: dt.date | None
    statuses: tuple[Status, ...]


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One value or known gap of a parameter; region 0 is the whole country."""

    region: int
    place: Title
    since: dt.date
    until: dt.date | None
    text: str  # empty for a gap
    unknown: Title | None
    citation: Citation | None
    law: Title | None
    evidence: str
    status: Status | None


@dataclass(frozen=True, slots=True)
class ShownParameter:
    """A parameter with the values asked for."""

    id: str
    pack: str
    title: Title
    unit: Unit
    note: str
    values: tuple[ShownValue, ...]


@dataclass(frozen=True, slots=True)
class CheckedPack:
    """What the lint of one pack read and found."""

    pack: str
    parameters: int
    values: int
    variables: int
    deadlines: int
    problems: tuple[Problem, ...]


def list_parameters(book: Book) -> tuple[ListedParameter, ...]:
    """Return every parameter of the pack, in the order of their ids."""
    return tuple(_listed(parameter) for _, parameter in sorted(book.pack.parameters.items()))


def show_parameter(
    book: Book, parameter_id: str, *, on: dt.date | None = None, region: int | None = None
) -> ShownParameter:
    """Return a parameter with its values; with `on`, those in force that day, refused if there is none.

    With `on` and `region`, what applies there that day; with `region` alone, every timeline that
    can apply there.
    """
    parameter = book.parameter(parameter_id)
    if on is not None and region is not None:
        found = book.element_on(parameter_id, region, on)
        elements = [] if found is None else [found]
    else:
        codes = _codes_of(book, parameter, region)
        elements = [
            (code, element)
            for code, timeline in timelines(parameter)
            if code in codes
            for element in timeline
            if on is None or element is in_force(timeline, on)
        ]
    if on is not None and not elements:
        where = "any" if region is None else region
        raise NotCovered(id=parameter_id, pack=book.pack_version, region=where, day=on)
    values = tuple(_shown(book, code, element) for code, element in elements)
    return ShownParameter(
        parameter.id, book.pack_version, parameter.title, parameter.unit, parameter.note, values
    )


def find_parameter(books: tuple[Book, ...], parameter_id: str) -> Book:
    """Return the book that has the parameter; refused if none has."""
    for book in books:
        if parameter_id in book.pack.parameters:
            return book
    raise NoSuchParameter(id=parameter_id, pack=", ".join(book.pack_version for book in books))


def check_packs() -> tuple[CheckedPack, ...]:
    """Lint every installed pack: read all of it and return all its faults."""
    return tuple(_checked(name) for name in installed_packs())


def _checked(name: str) -> CheckedPack:
    pack, problems = read_pack(pack_folder(name))
    values = sum(
        len(timeline) for parameter in pack.parameters.values() for _, timeline in timelines(parameter)
    )
    return CheckedPack(
        f"{pack.id} {pack.version}",
        len(pack.parameters),
        values,
        len(pack.rules.variables),
        len(pack.deadlines),
        tuple(problems),
    )


def _listed(parameter: Parameter) -> ListedParameter:
    elements = [element for _, timeline in timelines(parameter) for element in timeline]
    values = [element for element in elements if isinstance(element, DatedValue)]
    statuses = {value.source.status for value in values}
    return ListedParameter(
        id=parameter.id,
        title=parameter.title,
        unit=parameter.unit,
        values=len(values),
        places=len(parameter.places),
        first=min((value.since for value in values), default=None),
        statuses=tuple(status for status in Status if status in statuses),
    )


def _codes_of(book: Book, parameter: Parameter, region: int | None) -> set[int]:
    """Return the timelines that can apply at a region: its own, its province's, the country's."""
    if region is None:
        return {0, *parameter.places}
    known = book.known_region(region)
    if known is None:
        return set()
    country = set() if known.fictional else {0}
    return country | {region, region // 100 * 100, region // 10000 * 10000}


def _shown(book: Book, code: int, element: DatedValue | KnownGap) -> ShownValue:
    place = book.pack.regions[code].title if code else WHOLE_COUNTRY
    if isinstance(element, KnownGap):
        return ShownValue(code, place, element.since, element.until, "", element.reason, None, None, "", None)
    source = element.source
    return ShownValue(
        region=code,
        place=place,
        since=element.since,
        until=element.until,
        text=element.text,
        unknown=None,
        citation=source.citation,
        law=book.law_title(source.citation),
        evidence=source.evidence,
        status=source.status,
    )
