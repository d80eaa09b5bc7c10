"""The resident's pension: now, at the statutory age, earlier or later, and what each gap is worth."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from provident.identity.numbers import Sex
from provident.kernel.month import Month
from provident.kernel.refusal import Refusal
from provident.kernel.words import Language
from provident.law import Law
from provident.portal import texts
from provident.portal.views.estimate import CATEGORIES
from provident.portal.views.record import opened_own
from provident.statements.estimates.facts import FIELDS
from provident.statements.estimates.forecasting import Case
from provident.statements.estimates.outlook import case_of, held, outlook
from provident.statements.estimates.records import Choice, Closing, Outlook, Sum
from provident.statements.estimates.telling import Answer, reason

_OF_MEN = "male60"


@dataclass(frozen=True, slots=True)
class ClosingLine:
    """A gap with the name of the employer who can close it."""

    closing: Closing
    employer: str


@require_GET
def pension(request: HttpRequest) -> HttpResponse:
    """Answer from the record; where the age of before 2025 is not known, ask for it first."""
    asked = request.GET.get("category", "")
    with opened_own(request, FIELDS) as opened:
        case = case_of(opened, asked if asked in CATEGORIES else _OF_MEN)
        offered = _offered(case.read.sex)
        known = asked in offered or offered == [_OF_MEN]
        if known and asked not in offered:
            case = Case(case.read, _OF_MEN, case.currency, case.today)
        found = held(case)
        if known and found.drawing is None:
            found = outlook(case)
    names = case.read.employers
    chosen = _chosen(found, request.GET.get("month", ""))
    context = {
        "known": known,
        "of_men": asked not in offered or offered == [_OF_MEN],
        "asked": asked if asked in offered else "",
        "categories": offered,
        "problems": _problems(request, known=known),
        "found": found,
        "chosen": chosen,
        "years": [one for one in found.choices if found.window and _whole_years(one, found.window.statutory)],
        "closings": [
            ClosingLine(one, names[one.employer].name if one.employer in names else "")
            for one in found.closings
        ],
        "why": Reasons(case.law, found),
    }
    return render(request, "portal/pension.html", context, status=400 if context["problems"] else 200)


def _offered(sex: Sex | None) -> list[str]:
    """Return the retirement ages of before 2025 that can have held: men had one, women two."""
    if sex is Sex.MALE:
        return [_OF_MEN]
    return [one for one in CATEGORIES if sex is None or one != _OF_MEN]


class Reasons:
    """The reasons why something cannot be worked out, each once, in the page's language."""

    def __init__(self, law: Law, found: Outlook) -> None:
        self._law = law
        self._found = found

    def __call__(self, refusal: Refusal) -> Answer:
        """Say one."""
        return reason(refusal, self._law, Language(texts.language()))

    def of_choices(self) -> list[Answer]:
        """Return those met among the months one may choose."""
        sums = [one for choice in self._found.choices for one in (choice.standing, choice.going_on) if one]
        return self._each(sums)

    def of_closings(self) -> list[Answer]:
        """Return those met among the gaps."""
        return self._each([one.worth for one in self._found.closings])

    def _each(self, sums: Iterable[Sum]) -> list[Answer]:
        refused = {one.refused.sentence("en"): one.refused for one in sums if one.refused}
        return [self(one) for one in refused.values()]


def _chosen(found: Outlook, text: str) -> Choice | None:
    """Return the choice of the month asked for, else the statutory one, else the first; else None."""
    asked = [one for one in found.choices if text in {str(one.month), str(_code(one.month))}]
    if asked:
        return asked[0]
    return found.statutory or next(iter(found.choices), None)


def _problems(request: HttpRequest, *, known: bool) -> dict[str, str]:
    wrong = "category" in request.GET and not known
    return {"category": texts.text("estimate.need_category")} if wrong else {}


def _whole_years(choice: Choice, statutory: Month) -> bool:
    return statutory.until(choice.month) % 12 == 0


def _code(month: Month) -> int:
    return month.year * 12 + month.month - 1
