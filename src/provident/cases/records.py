"""What crosses this room's border.

Subject      what a request is about: a month, a look, a field of what is kept
NewRequest   what a resident hands in
Due          until when the law wants it answered, where it says so
Answer       what was found, with reasons
StepTaken    one thing that was done with a request
Request      a request as its person and its handler see it
WorkLine     an open request in the desk's list: neither words nor person
Looker       whose account made a look that was asked about
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from provident.access.records import Label
from provident.kernel.citation import Citation
from provident.kernel.keys import AccountId
from provident.kernel.month import Month
from provident.kernel.words import Branch


class RequestKind(StrEnum):
    """What is asked."""

    RECORD = "record"
    LOOK = "look"
    DATA = "data"


class State(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"
    IN_HAND = "in_hand"
    PROPOSED = "proposed"  # an answer is written, a second pair of eyes has it
    ANSWERED = "answered"
    TAKEN_BACK = "taken_back"

    @property
    def is_open(self) -> bool:
        """Whether an answer is still to come."""
        return self not in (State.ANSWERED, State.TAKEN_BACK)


class Step(StrEnum):
    """What can be done with a request."""

    LODGED = "lodged"
    TAKEN = "taken"
    PUT_BACK = "put_back"
    PROPOSED = "proposed"
    SENT_BACK = "sent_back"
    CONFIRMED = "confirmed"
    ANSWERED = "answered"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a request is about; a request about the record may leave month or branch open."""

    branch: Branch | None = None
    month: Month | None = None
    look: int | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What a resident hands in; `ground` is one of the catalogue's for the kind."""

    kind: RequestKind
    ground: str
    subject: Subject
    told: str


@dataclass(frozen=True, slots=True)
class Due:
    """The law's time for an answer; `on` is None while the working days of its year are not known."""

    on: dt.date | None
    count: int
    unit: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found; `outcome` is one of the catalogue's for the kind."""

    outcome: str
    reasons: str


@dataclass(frozen=True, slots=True)
class StepTaken:
    """What was done; `office` is empty for what was done in private, `note` passes between colleagues."""

    step: Step
    at: dt.datetime
    by: AccountId
    office: Label
    note: str
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request with its history; `answer` before it is answered is a draft no person is shown.

    `mandate` is the authority by which `lodged_by` sent it for the person; None for the person's own.
    """

    receipt: str
    kind: RequestKind
    ground: str
    subject: Subject
    told: str
    lodged_by: AccountId
    mandate: int | None
    lodged_at: dt.datetime
    due: Due | None
    state: State
    answer: Answer | None
    steps: tuple[StepTaken, ...]
    seen_at: dt.datetime | None

    @property
    def office(self) -> Label | None:
        """The office that has or had it in hand last; None while it waits for one."""
        if self.state is State.WAITING:
            return None
        return next((one.office for one in reversed(self.steps) if one.step is Step.TAKEN), None)

    @property
    def news(self) -> tuple[StepTaken, ...]:
        """What was done by others, oldest first: what the person is told."""
        return tuple(
            one
            for one in self.steps
            if one.step not in (Step.LODGED, Step.TAKEN_BACK)
            or (self.mandate is not None and one.by == self.lodged_by)
        )

    def is_news(self, step: StepTaken) -> bool:
        """Say whether the person has not opened the request since that step."""
        return self.seen_at is None or step.at > self.seen_at


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLine:
    """An open request as the desk lists it, and what this account may do with it."""

    receipt: str
    kind: RequestKind
    ground: str
    lodged_at: dt.datetime
    due: Due | None
    state: State
    mine: bool
    takes: bool
    checks: bool
    frees: bool

    @property
    def opens(self) -> bool:
        """Whether the record behind it opens to this account."""
        return self.checks or (self.mine and self.state is State.IN_HAND)


@dataclass(frozen=True, slots=True)
class Looker:
    """The account that made a look, as whoever examines it needs to know it."""

    sign_in: str
    label: Label


def shown(receipt: str) -> str:
    """Return a receipt number as people write it: Q-XXXXX-XXXXX."""
    return f"Q-{receipt[:5]}-{receipt[5:]}"
