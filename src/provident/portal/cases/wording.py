"""Requests in the words of the page's language."""

from dataclasses import dataclass

from provident.access.catalogue import catalogue as access_catalogue
from provident.access.records import Label
from provident.cases.catalogue import KindRule, catalogue
from provident.cases.due import remedies
from provident.cases.kept import catalogue as kept
from provident.cases.kept import cited
from provident.cases.records import Due, Request, RequestKind, State, Step, StepTaken, Subject
from provident.kernel.citation import Citation
from provident.kernel.clock import legal_day
from provident.ledger.queries import installation
from provident.portal import texts
from provident.statements.phrases import phrases


@dataclass(frozen=True, slots=True)
class Row:
    """A name and what stands beside it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Side:
    """Who reads of a request: whether the one who sent it, and what the other of the two is called."""

    sender: bool
    other: str
    desk: bool = False  # an office, which is neither


@dataclass(frozen=True, slots=True)
class StepLine:
    """One thing that was done, when and by whom."""

    when: str
    said: str
    note: str
    new: bool


def said(label: Label) -> str:
    """Return a label in the page's language."""
    return label.text(texts.language())


def rule_of(kind: RequestKind) -> KindRule:
    """Return what holds for a kind of request."""
    return catalogue()[kind]


def moment(at: object) -> str:
    """Write a moment in the legal time zone."""
    return phrases(texts.language()).moment(at, installation().zone.key)  # type: ignore[arg-type]


def day(at: object) -> str:
    """Write the legal day of a moment."""
    return phrases(texts.language()).day(legal_day(at, installation().zone))  # type: ignore[arg-type]


def field_title(field: str) -> str:
    """Return what a field that is kept is called."""
    title = next((said(one.title) for one in kept() if one.field == field), field)
    return title[:1].upper() + title[1:]


def about(kind: RequestKind, subject: Subject) -> str:
    """Say in a few words what a request is about."""
    words = phrases(texts.language())
    if kind is RequestKind.LOOK:
        return texts.text("request.about_look")
    if kind is RequestKind.DATA:
        return texts.text("request.about_data", field=field_title(subject.field or ""))
    parts = [words.branch(subject.branch)] if subject.branch else []
    parts += [words.month(subject.month)] if subject.month else []
    return words.listed(parts) if parts else texts.text("request.about_record")


def due(time: Due | None) -> str:
    """Say until when an answer is due, or that no law we know says so."""
    if time is None:
        return texts.text("request.due_none")
    facts = {"count": time.count, "article": cite(time.citation)}
    if time.on is None:
        return texts.text("request.due_days", **facts)
    return texts.text("request.due_on", day=phrases(texts.language()).day(time.on), **facts)


def cite(citation: Citation) -> str:
    """Cite an article."""
    return said(cited(citation))


def due_short(time: Due | None) -> str:
    """Say until when in a word or two; a dash where no law we know says so."""
    words = phrases(texts.language())
    if time is None:
        return words.say("format.absent")
    return words.day(time.on) if time.on else texts.text("request.due_count", count=time.count)


def who_answers(request: Request) -> str:
    """Say who has it in hand, or who will."""
    rule = rule_of(request.kind)
    role = said(access_catalogue().roles[rule.role].title)
    office = request.office
    if office is None or not said(office):
        return texts.text("request.who_waiting" if office is None else "request.who_role", role=role)
    return texts.text("request.who_office", office=said(office), role=role)


def rights(kind: RequestKind) -> str:
    """Cite the articles that give the right to ask."""
    return phrases(texts.language()).listed([said(one.cited) for one in rule_of(kind).rights])


def against(request: Request) -> list[str]:
    """Say what can be done against an answer that gives less than was asked."""
    if request.state is not State.ANSWERED or request.answer is None:
        return []
    if request.answer.outcome not in rule_of(request.kind).against:
        return []
    reconsider, sue = remedies()
    return [
        texts.text(key, count=time.count, article=cite(time.citation))
        for key, time in (("request.reconsider", reconsider), ("request.sue", sue))
    ]


def step_line(request: Request, step: StepTaken, side: Side) -> StepLine:
    """Say what was done, as this side reads it; notes between colleagues are for the desk."""
    role = said(access_catalogue().roles[rule_of(request.kind).role].title)
    key = f"{'case' if side.desk else 'request'}.step_{step.step.value}"
    if step.step in (Step.LODGED, Step.TAKEN_BACK) and (step.by == request.lodged_by) is not side.sender:
        key += "_for"
    return StepLine(
        when=moment(step.at),
        said=texts.text(key, office=said(step.office) or role, who=side.other),
        note=step.note if side.desk else "",
        new=request.is_news(step),
    )
