"""`provident record`: one person's record, as the person would be told it."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from provident.cli.installation import acting, installation
from provident.cli.language import told
from provident.cli.session import Session, command
from provident.kernel.clock import end_of_legal_day
from provident.kernel.month import Month
from provident.kernel.opened import Opened

PERSON = typer.Argument(
    metavar="PERSON",
    help=told(
        "Official number, or record reference such as R-7K2M-9QWD-4XYZ-1A.",
        "证件号码，或记录编号（如 R-7K2M-9QWD-4XYZ-1A）。",
    ),
)
_AS_OF = typer.Option(
    metavar="MONTH", help=told("Last month shown, e.g. 2026-03.", "显示到的月份，例如 2026-03。")
)
_KNOWN_ON = typer.Option(
    metavar="TIME",
    help=told(
        "As it was known then: a day (its end) or a time, e.g. 2026-03-31 or 2026-03-31T12:00+08:00.",
        "按当时所掌握的数据：日期（指当日终了）或时间，例如 2026-03-31 或 2026-03-31T12:00+08:00。",
    ),
)
FIELDS = ("name", "numbers", "enrolments", "contributions", "benefits", "account")


def register(app: typer.Typer) -> None:
    """Add the command."""
    about = told("Show a person's record, with what is missing.", "显示个人记录及缺失情况。")
    command(app, "record", help=about)(record)


def record(
    session: Session,
    person: Annotated[str, PERSON],
    as_of: Annotated[str, _AS_OF] = "",
    known_on: Annotated[str, _KNOWN_ON] = "",
) -> None:
    """Open the record, which the person will see was opened, and show it."""
    month = Month.parse(as_of) if as_of else None
    with installation(session):
        from provident.ledger import queries as ledger
        from provident.statements import documents, queries, text

        moment = moment_of(known_on, ledger.installation().zone) if known_on else None
        with opened_person(session, person) as opened:
            found = queries.record(opened, as_of=month, known_on=moment)
        session.answer(documents.document(found), text.text(found, session.language).rstrip("\n"))


@contextmanager
def opened_person(session: Session, person: str, fields: Sequence[str] = FIELDS) -> Iterator[Opened]:
    """Open the record that a number or a reference names, for what the session says it is for."""
    from provident import access
    from provident.identity import queries as identity
    from provident.statements.references import looks_like_reference, person_of

    by, purpose = acting(session), session.purpose or "console"
    if looks_like_reference(person):
        key = person_of(person)
        with access.open_record(key, by=by, purpose=purpose, fields=fields, system="cli") as opened:
            yield opened
    else:
        with identity.open_by_number(person, by=by, purpose=purpose, fields=fields, system="cli") as opened:
            yield opened


def moment_of(told_time: str, zone: ZoneInfo) -> dt.datetime:
    """Return the moment a day (its last) or a time means in the legal time zone."""
    try:
        if len(told_time) == len("2026-03-31"):
            return end_of_legal_day(dt.date.fromisoformat(told_time), zone)
        moment = dt.datetime.fromisoformat(told_time)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--known-on") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(dt.UTC)
