"""What is done with a request: lodging, taking it back; taking on, answering, checking; erasing its words.

Each act is one transaction, or part of the look it happens in: an event in the ledger with the hash of
what was said, and the row. The database decides who may and refuses the rest. No act here touches the
record, the archive or the looks.
"""

import hashlib
import os
import secrets
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from provident.cases import refusals
from provident.cases.catalogue import catalogue
from provident.cases.due import due_from
from provident.cases.records import Answer, NewRequest, Request, RequestKind, Step
from provident.identity.catalogue import catalogue as archive
from provident.kernel.clock import legal_day
from provident.kernel.keys import AccountId, PersonKey
from provident.kernel.opened import Opened
from provident.kernel.words import SubjectKind
from provident.ledger import actions as ledger
from provident.ledger.queries import installation
from provident.ledger.records import NewEvent, Source
from provident.statements.references import SYMBOLS

LONGEST_WORDS, LONGEST_REASONS, LONGEST_NOTE = 2000, 4000, 500
FIELDS = frozenset(("name", "numbers")) | frozenset(archive())  # what can be asked to be corrected
_SALT = 16


def lodge(opened: Opened, new: NewRequest) -> str:
    """Take in a request of the opened person; return its receipt number.

    The person made the look, or who acts for them under a mandate that is enough for it: the event says so.
    """
    rule = catalogue()[new.kind]
    _insist_known(new.ground, rule.grounds)
    if new.kind is RequestKind.DATA:
        _insist_known(new.subject.field, FIELDS)
    told, salt, receipt = words(new.told, LONGEST_WORDS), os.urandom(_SALT), new_receipt()
    due = due_from(rule.deadline, legal_day(opened.at, installation().zone))
    about = new.subject
    with transaction.atomic():
        payload: dict[str, object] = {
            "request": receipt,
            "kind": new.kind.value,
            "sha256": fingerprint(told, salt),
        }
        if opened.purpose == "representation":
            payload["representative"] = opened.actor
        event = _event(opened.person, Step.LODGED, payload)
        (code,) = _row(
            "SELECT cases_lodge(%s, %s, %s, %s, %s, %s::smallint, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                opened.actor, opened.person, receipt, new.kind.value, new.ground,
                about.branch and about.branch.value, about.month and about.month.code, about.look,
                about.field, told, salt, rule.deadline, due and due.on, event,
            ],
        )  # fmt: skip
        if code:
            raise refusals.of_code(code)
    return receipt


def take_back(opened: Opened, *, receipt: str) -> None:
    """Take back an open request of the opened person, one's own or made for them; what it opened is shut."""
    _move(opened.actor, receipt, Step.TAKEN_BACK)


def seen(opened: Opened, *, receipt: str) -> None:
    """Note that the person has read their request as it stands now."""
    _row("SELECT cases_seen(%s, %s)", [opened.actor, receipt])


def take(*, by: AccountId, receipt: str) -> None:
    """Take on a waiting request; the record opens to this account until the request is done with."""
    _move(by, receipt, Step.TAKEN)


def put_back(*, by: AccountId, receipt: str, note: str) -> None:
    """Put a request back among those waiting, with a word to whoever takes it on next."""
    _move(by, receipt, Step.PUT_BACK, note=words(note, LONGEST_NOTE))


def answer(opened: Opened, request: Request, given: Answer) -> None:
    """Answer a request in hand; where its kind asks for four eyes, the answer waits for the second pair."""
    rule = catalogue()[request.kind]
    _insist_known(given.outcome, rule.outcomes)
    kept = Answer(given.outcome, words(given.reasons, LONGEST_REASONS))
    _move(opened.actor, request.receipt, Step.PROPOSED if rule.four_eyes else Step.ANSWERED, given=kept)


def confirm(opened: Opened, *, receipt: str) -> None:
    """Send an answer somebody else has written; the person can read it from now on."""
    _move(opened.actor, receipt, Step.CONFIRMED)


def send_back(opened: Opened, *, receipt: str, note: str) -> None:
    """Give a drafted answer back to its writer, with what is wrong with it."""
    _move(opened.actor, receipt, Step.SENT_BACK, note=words(note, LONGEST_NOTE))


def remove_forgotten() -> None:
    """Erase the words of everyone who was forgotten by decision; twice does nothing more."""
    _row("SELECT cases_remove_forgotten()", [])


def new_receipt() -> str:
    """Return a receipt number: ten symbols, told to nobody else, so it cannot be guessed."""
    return "".join(secrets.choice(SYMBOLS) for _ in range(10))


def words(text: str, longest: int) -> str:
    """Return what was typed as it is stored; nothing, or too much, is refused."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    stored = "".join(one for one in plain if one == "\n" or unicodedata.category(one)[0] != "C")
    if not 0 < len(stored) <= longest:
        raise refusals.WordsMissing(longest=longest)
    return stored


def fingerprint(text: str, salt: bytes) -> str:
    """Return what stands in the ledger for a text: salted, so that nobody guesses an erased one."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def _insist_known(choice: str | None, known: Any) -> None:
    if choice not in known:
        raise refusals.UnknownGround


def _move(by: AccountId, receipt: str, step: Step, *, note: str = "", given: Answer | None = None) -> None:
    salt = os.urandom(_SALT) if given else None
    with transaction.atomic():
        person, code = _row("SELECT person, refusal FROM cases_ask(%s, %s, %s)", [by, receipt, step.value])
        if code:
            raise refusals.of_code(code)
        payload: dict[str, object] = {"request": receipt}
        if given and salt:
            payload |= {"outcome": given.outcome, "sha256": fingerprint(given.reasons, salt)}
        event = _event(PersonKey(person), step, payload)
        _row(
            "SELECT cases_move(%s, %s, %s, %s, %s, %s, %s, %s)",
            [by, receipt, step.value, event, note, given and given.outcome, given and given.reasons, salt],
        )


def _event(person: PersonKey, step: Step, payload: Mapping[str, object]) -> Any:
    event = NewEvent(SubjectKind.PERSON, person, f"cases.{step.value}", payload)
    (made,) = ledger.append_events(events=[event], source=Source.of_act("request", step=step.value))
    return made


def _row(statement: str, facts: list[Any]) -> tuple[Any, ...]:
    with connection.cursor() as asking:
        asking.execute(statement, facts)
        row: tuple[Any, ...] = asking.fetchone()
    return row
