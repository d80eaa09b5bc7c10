"""Reads: a person's requests within a look, the desk's list, and opening the record behind one."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from provident.access.door import open_found
from provident.access.records import Label
from provident.cases.due import due_from
from provident.cases.records import (
    Answer,
    Due,
    Looker,
    Request,
    RequestKind,
    State,
    Step,
    StepTaken,
    Subject,
    WorkLine,
    shown,
)
from provident.cases.refusals import NotFound, NotOpened
from provident.kernel.clock import legal_day
from provident.kernel.keys import AccountId
from provident.kernel.month import Month
from provident.kernel.opened import Opened
from provident.kernel.words import Branch
from provident.ledger.queries import installation
from provident.statements.records import Dispute, PersonRecord

_REQUESTS = """
    SELECT id, lodged_by, kind, ground, receipt, branch, month, look, field, told, mandate, lodged_at,
           deadline, due_on, state, outcome, reasons, seen_at
    FROM cases_request WHERE person_key = ANY (%s) ORDER BY id DESC"""
_STEPS = """
    SELECT request, step, at, account, office_en, office_zh, note, event_id
    FROM cases_step WHERE person_key = ANY (%s) ORDER BY id"""
_DISPUTED = """
    SELECT lodged_by, kind, ground, branch, month, receipt FROM cases_request
    WHERE person_key = ANY (%s) AND month IS NOT NULL AND state IN ('waiting', 'in_hand', 'proposed')
    ORDER BY id"""
_OPEN = "SELECT refusal, look, at, keys FROM cases_open($1, $2, $3, $4, $5)"

# What a look at the record takes in for each kind; the database has the same lists, and a test compares.
HANDLED = {
    RequestKind.RECORD: ("name", "numbers", "enrolments", "contributions", "benefits", "account", "events"),
    RequestKind.DATA: ("name", "numbers", "archive", "events"),
    RequestKind.LOOK: ("name", "numbers", "events", "looks"),
}
CHECKED = ("name", "numbers", "enrolments", "contributions", "benefits", "account", "events")


def mandate_fields(kind: RequestKind, ground: str) -> tuple[str, ...]:
    """Return what a mandate must name for its holder to ask for the person; nothing where none is enough."""
    if kind is not RequestKind.RECORD:
        return ()
    about = ("benefits",) if ground == "benefit_wrong" else ()
    return ("enrolments", "contributions", "events", *about)


def requests(opened: Opened) -> tuple[Request, ...]:
    """Return the opened person's requests, newest first, with all that was done with them.

    Whoever acts for the person is shown those they made themselves and might still make.
    """
    if "events" not in opened.fields:
        raise NotOpened
    keys, zone = list(opened.keys), installation().zone
    with connection.cursor() as cursor:
        cursor.execute(_STEPS, [keys])
        steps = defaultdict(list)
        for number, step, at, account, en, zh, note, event in cursor.fetchall():
            taken = StepTaken(Step(step), at, AccountId(account), Label(en, zh), note, str(event))
            steps[number].append(taken)
        cursor.execute(_REQUESTS, [keys])
        rows = [row for row in cursor.fetchall() if _shows(opened, *row[1:4])]
    return tuple(_request(row, tuple(steps[row[0]]), zone) for row in rows)


def request(opened: Opened, receipt: str) -> Request:
    """Return one of the opened person's requests."""
    found = next((one for one in requests(opened) if one.receipt == receipt), None)
    if found is None:
        raise NotFound
    return found


def disputed(opened: Opened) -> dict[tuple[Branch | None, Month], str]:
    """Return an open request's receipt number, the latest, by the branch (None: all) and month it names."""
    return {(branch, month): receipt for branch, month, receipt in _disputed(opened)}


def _disputed(opened: Opened) -> Iterator[tuple[Branch | None, Month, str]]:
    if "events" not in opened.fields:
        raise NotOpened
    with connection.cursor() as cursor:
        cursor.execute(_DISPUTED, [list(opened.keys)])
        for *who, branch, month, receipt in cursor.fetchall():
            if _shows(opened, *who):
                yield Branch(branch) if branch else None, Month.from_code(month), receipt


def with_disputes(opened: Opened, record: PersonRecord) -> PersonRecord:
    """Return the record with the months that open requests call wrong; as it is where the look shows none."""
    if "events" not in opened.fields:
        return record
    found = [Dispute(branch, month, shown(receipt)) for branch, month, receipt in _disputed(opened)]
    return replace(record, disputes=tuple(sorted(found, key=lambda one: (one.month, one.branch or 0))))


def _shows(opened: Opened, lodged_by: int, kind: str, ground: str) -> bool:
    """Say whether a look shows a request."""
    if opened.purpose != "representation":
        return True
    needed = mandate_fields(RequestKind(kind), ground)
    return lodged_by == opened.actor and bool(needed) and {*needed} <= {*opened.fields}


def worklist(by: AccountId) -> tuple[WorkLine, ...]:
    """Return the open requests this account may do something with, the most urgent first."""
    zone = installation().zone
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT receipt, kind, ground, lodged_at, deadline, due_on, state, mine, takes, checks, frees"
            " FROM cases_worklist(%s)",
            [by],
        )
        rows = cursor.fetchall()
    return tuple(
        WorkLine(
            receipt=receipt,
            kind=RequestKind(kind),
            ground=ground,
            lodged_at=lodged,
            due=_due(deadline, due_on, legal_day(lodged, zone)),
            state=State(state),
            mine=bool(mine),
            takes=takes,
            checks=checks,
            frees=frees,
        )
        for receipt, kind, ground, lodged, deadline, due_on, state, mine, takes, checks, frees in rows
    )


@contextmanager
def open_behind(line: WorkLine, *, by: AccountId, system: str = "portal") -> Iterator[Opened]:
    """Open the record of whoever made a request, for whoever handles or checks it: a look like any other."""
    supervised = line.checks or line.kind is RequestKind.LOOK
    purpose = "supervision" if supervised else "counter_service"
    fields = CHECKED if line.checks else HANDLED[line.kind]
    asked = [by, line.receipt, purpose, list(fields), system]
    with open_found(_OPEN, asked, by=by, purpose=purpose, fields=fields) as opened:
        yield opened


def looker(opened: Opened, receipt: str) -> Looker | None:
    """Return whose account made the look a request asks about; None if it was a person's own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sign_in, label_en, label_zh FROM cases_looker(%s, %s)", [opened.actor, receipt]
        )
        row = cursor.fetchone()
    return Looker(row[0], Label(row[1], row[2])) if row else None


def _request(row: tuple[Any, ...], steps: tuple[StepTaken, ...], zone: ZoneInfo) -> Request:
    _, lodged_by, kind, ground, receipt, branch, month, look, field, told, mandate, lodged_at, *rest = row
    deadline, due_on, state, outcome, reasons, seen_at = rest
    return Request(
        receipt=receipt,
        kind=RequestKind(kind),
        ground=ground,
        subject=Subject(
            Branch(branch) if branch else None, Month.from_code(month) if month else None, look, field
        ),
        told=told,
        lodged_by=AccountId(lodged_by),
        mandate=mandate,
        lodged_at=lodged_at,
        due=_due(deadline, due_on, legal_day(lodged_at, zone)),
        state=State(state),
        answer=None if outcome is None else Answer(outcome, reasons),
        steps=steps,
        seen_at=seen_at,
    )


def _due(deadline: str, promised: dt.date | None, received: dt.date) -> Due | None:
    """Return the time promised when the request came in; a day that was not known then may be by now."""
    found = due_from(deadline, received)
    return found and Due(promised or found.on, found.count, found.unit, found.citation)
