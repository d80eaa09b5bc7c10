"""A calculation of one person's record, which is opened for it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from provident.cli.commands.record import opened_person
from provident.cli.installation import installation
from provident.cli.session import Session
from provident.law import law_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is given beside the record, for which day, and whether every step is wanted."""

    options: Mapping[str, str]
    on: dt.date | None
    explain: bool


def of_record(session: Session, calculation: str, person: str, wanted: Wanted) -> bool:
    """Show what a calculation says of a record; return whether something could not be worked out."""
    law_of(calculation)  # an unknown calculation is refused before anything is started or opened
    with installation(session):
        from provident.statements.estimates import queries, text
        from provident.statements.estimates.facts import FIELDS

        queries.require_of_a_record(calculation)
        with opened_person(session, person, FIELDS) as opened:
            found = queries.estimate(opened, calculation, wanted.options, on=wanted.on)
        told = text.lines(found, session.language, explain=wanted.explain)
        session.answer(text.document(found), *told)
    return bool(found.refused)
