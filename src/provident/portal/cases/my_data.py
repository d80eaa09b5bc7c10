"""What is kept about the resident: each thing with value, reason, article, term, and how to correct it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from provident.cases.actions import FIELDS as CORRECTABLE
from provident.cases.kept import Kept, catalogue
from provident.identity import catalogue as archive
from provident.identity import queries as identity
from provident.identity.records import HeldNumber, Resident
from provident.portal import texts
from provident.portal.cases import wording
from provident.portal.views.record import opened_own
from provident.statements.phrases import phrases

_PAGES = {  # where what is too much for a line is shown in full
    "enrolments": "record",
    "contributions": "record",
    "benefits": "record",
    "account": "record",
    "looks": "looks",
    "events": "inbox",
}


@dataclass(frozen=True, slots=True)
class KeptLine:
    """One thing that is kept, in words; no `values` where there is nothing or another page shows it."""

    field: str
    title: str
    values: tuple[str, ...]
    page: str
    why: str
    articles: str
    how_long: str
    correctable: bool


@require_GET
def my_data(request: HttpRequest) -> HttpResponse:
    """Show everything that is kept, then every field in which nothing is."""
    with opened_own(request, ("name", "numbers", "archive")) as opened:
        resident = identity.resident(opened)
    lines = [_line(kept, values(kept.field, resident)) for kept in catalogue()]
    context = {
        "held": [one for one in lines if one.values or one.page],
        "empty": [one for one in lines if not (one.values or one.page)],
    }
    return render(request, "portal/cases/my_data.html", context)


def _line(kept: Kept, values: tuple[str, ...]) -> KeptLine:
    words = phrases(texts.language())
    return KeptLine(
        field=kept.field,
        title=wording.field_title(kept.field),
        values=values,
        page=_PAGES.get(kept.field, ""),
        why=wording.said(kept.why),
        articles=words.listed([wording.said(one) for one in kept.articles]),
        how_long=_how_long(kept),
        correctable=kept.field in CORRECTABLE,
    )


def _how_long(kept: Kept) -> str:
    if kept.while_current:
        return texts.text("my_data.while_current")
    if kept.retention is None:
        return texts.text("my_data.no_period")
    article = wording.cite(kept.retention.citation)
    if kept.retention.years is None:
        return texts.text("my_data.for_good", article=article)
    return texts.text("my_data.years", years=kept.retention.years, article=article)


def values(field: str, resident: Resident) -> tuple[str, ...]:
    """Return the values of a register or archive field, the one in force first."""
    words = phrases(texts.language())
    if field == "name":
        found = [(one.name, one.since) for one in resident.names]
    elif field == "numbers":
        found = [(_number(one), one.since) for one in resident.numbers]
    else:
        found = [(_value(one.field, one.value), one.since) for one in resident.archive if one.field == field]
    return tuple(
        texts.text("my_data.since", value=value, day=words.day(since)) if since else value
        for value, since in reversed(found)
    )


def _number(held: HeldNumber) -> str:
    kind = held.kind.title(texts.language())
    return texts.text("my_data.number", kind=kind[:1].upper() + kind[1:], number=held.masked)


def _value(field: str, value: str | None) -> str:
    if value is None:
        return texts.text("my_data.none")
    if archive.field(field).kind is archive.FieldKind.CHOICE:
        return texts.text(f"my_data.choice_{value}")
    return value
