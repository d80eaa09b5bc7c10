"""The form with which one asks: what was typed, what it is about, what is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest

from provident.cases import actions
from provident.cases.catalogue import KindRule
from provident.cases.due import due_from
from provident.cases.kept import catalogue as kept
from provident.cases.records import NewRequest, RequestKind, Subject
from provident.cases.refusals import AlreadyAsked, TooManyOpen, WordsMissing
from provident.kernel.clock import SystemClock, legal_day
from provident.kernel.month import Month
from provident.kernel.refusals import NotAMonth
from provident.kernel.words import Branch
from provident.ledger.queries import installation
from provident.portal import texts
from provident.portal.cases import wording
from provident.portal.linking.telling import told


@dataclass(frozen=True, slots=True)
class Typed:
    """What came with the form, as it came."""

    kind: RequestKind
    ground: str
    branch: str
    month: str
    look: str
    field: str
    told: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Typed":
        """Read the form, or the address that leads to it; 404 for a kind there is none of."""
        given = request.POST if request.method == "POST" else request.GET
        try:
            kind = RequestKind(given.get("about", RequestKind.RECORD))
        except ValueError:
            raise Http404 from None
        text = {
            name: given.get(name, "").strip()
            for name in ("ground", "branch", "month", "look", "field", "told")
        }
        return cls(kind, **text)

    def subject(self, problems: dict[str, str]) -> Subject:
        """Return what it is about; what does not fit is added to the problems."""
        if self.kind is RequestKind.LOOK:
            if not (self.look.isascii() and self.look.isdecimal() and len(self.look) < 19):
                raise Http404
            return Subject(look=int(self.look))
        if self.kind is RequestKind.DATA:
            if self.field not in actions.FIELDS:
                problems["field"] = texts.text("request.need_field")
            return Subject(field=self.field)
        return Subject(branch=self._branch(), month=self._month(problems))

    def _branch(self) -> Branch | None:
        try:
            return Branch.from_word(self.branch) if self.branch else None
        except KeyError:
            raise Http404 from None

    def _month(self, problems: dict[str, str]) -> Month | None:
        if not self.month:
            return None
        try:
            return Month.parse(self.month)
        except NotAMonth:
            problems["month"] = texts.text("request.need_month")
            return None


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was opened or sent, by the rule for its kind."""

    typed: Typed
    rule: KindRule
    subject: Subject
    problems: dict[str, str]

    @classmethod
    def begun(cls, request: HttpRequest, typed: Typed, rule: KindRule) -> "Form":
        """Read what it is about; nothing is wrong yet with a form that was only opened."""
        problems: dict[str, str] = {}
        subject = typed.subject(problems)
        if request.method != "POST":
            return cls(typed, rule, subject, {})
        if typed.ground not in rule.grounds:
            problems["ground"] = texts.text("request.need_ground")
        return cls(typed, rule, subject, problems)

    def send(self, lodge: Callable[[NewRequest], str]) -> str:
        """Hand it in unless something is wrong with it; return the receipt number, or nothing."""
        try:
            actions.words(self.typed.told, actions.LONGEST_WORDS)
            if not self.problems:
                return lodge(NewRequest(self.typed.kind, self.typed.ground, self.subject, self.typed.told))
        except WordsMissing as refusal:
            self.problems["told"] = refusal.sentence(texts.language())
        except (AlreadyAsked, TooManyOpen) as refusal:
            self.problems["told"] = told(refusal)
        return ""

    def context(self) -> dict[str, Any]:
        """Return what the form shows."""
        rule, today = self.rule, legal_day(SystemClock().now(), installation().zone)
        return {
            "typed": self.typed,
            "problems": self.problems,
            "rule": rule,
            "title": wording.said(rule.title),
            "grounds": [(key, wording.said(title)) for key, title in rule.grounds.items()],
            "branches": tuple(Branch),
            "fields": [(field, wording.field_title(field)) for field in _askable()],
            "rights": wording.rights(rule.kind),
            "due": wording.due(due_from(rule.deadline, today)),
            "longest": actions.LONGEST_WORDS,
        }


def _askable() -> list[str]:
    """Return the fields that can be asked to be corrected, in the order in which they are shown."""
    return [one.field for one in kept() if one.field in actions.FIELDS]
