"""Everyone who looked at the signed-in resident's record, or tried to."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from provident import access
from provident.access.queries import looks as looks_at
from provident.access.records import Look
from provident.access.refusals import of_code
from provident.kernel.keys import PersonKey
from provident.ledger.queries import installation
from provident.portal import texts
from provident.portal.sections import acting
from provident.statements.phrases import phrases

_PAGE = 50


@dataclass(frozen=True, slots=True)
class LookLine:
    """One look in the words of the page's language."""

    when: str
    who: str
    system: str
    purpose: str
    article: str
    reason: str
    fields: str
    run: bool
    answered: bool
    refusal: str


@require_GET
def looks(request: HttpRequest) -> HttpResponse:
    """List the looks, newest first; seeing them is itself a look."""
    account = request.user
    before = int(request.GET["before"]) if request.GET.get("before", "").isdecimal() else None
    person = getattr(account, "person_key", None)
    if person is None:
        raise Http404
    with access.open_record(
        PersonKey(person), by=acting(request), purpose="own_record", fields=("looks",), system="portal"
    ) as opened:
        found = looks_at(opened, before=before, at_most=_PAGE) if before else looks_at(opened, at_most=_PAGE)
    older = found[-1].id if len(found) == _PAGE else None
    return render(request, "portal/looks.html", {"looks": [line(look) for look in found], "older": older})


def line(look: Look) -> LookLine:
    """Put a look into words."""
    language = texts.language()
    words = phrases(language)
    if look.own:
        who = texts.text("looks.you")
    else:
        who = look.office.text(language) or look.role.text(language) or texts.text("looks.unknown")
    return LookLine(
        when=words.moment(look.at, installation().zone.key),
        who=who,
        system=texts.text("looks.system", system=texts.system_name(look.system)),
        purpose=look.purpose_title.text(language),
        article=look.article.text(language),
        reason=look.reason if look.override else "",
        fields=words.listed([field.text(language) for field in look.field_titles]),
        run=look.run,
        answered=look.answered,
        refusal="" if look.answered else of_code(look.refusal).sentence(language),
    )
