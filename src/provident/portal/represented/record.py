"""The record of somebody one acts for: at a glance, a year of it month by month, the yearly statement."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from provident.portal.represented.holding import acting_for, asking_for, holding, opened_for
from provident.portal.views.record import FIELDS, as_pdf, branch_named, shown, told_by_statement, year_shown
from provident.statements.overview.queries import look_at
from provident.statements.receipts import FIELD


@require_GET
def record(request: HttpRequest, grant: int) -> HttpResponse:
    """Show the record: what the authority names, and nothing else."""
    held = holding(request, grant)
    branch = branch_named(request.GET.get("branch", "pension"))
    found = look_at(held.person, asking_for(request, held, FIELDS))
    if "benefits" not in held.fields:
        found = replace(found, benefits=())
    if "account" not in held.fields:
        found = replace(found, accounts=())
    context = shown(found, branch, own=False) | {"acting": acting_for(held)}
    return render(request, "represented/record.html", context)


@require_GET
def record_year(request: HttpRequest, grant: int, branch: str, year: int) -> HttpResponse:
    """Show one branch's year month by month, each month by each employer."""
    held, chosen = holding(request, grant), branch_named(branch)
    with opened_for(request, held, (*FIELDS, "events")) as opened:
        context = year_shown(opened, chosen, year)
    return render(request, "represented/record_year.html", context | {"acting": acting_for(held)})


@require_GET
def statement(request: HttpRequest, grant: int, year: int) -> HttpResponse:
    """Hand out the yearly statement; the receipt is attached where the authority names it."""
    held = holding(request, grant, FIELDS)
    with opened_for(request, held, (*FIELDS, "events", FIELD)) as opened:
        found, attached = told_by_statement(opened, year)
    return as_pdf(found, year, attached)
