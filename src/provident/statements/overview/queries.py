"""Reads: one person's overview."""

from collections.abc import Sequence
from functools import partial

from provident import access, law
from provident.access.records import Asking
from provident.filings import queries as filings
from provident.identity import queries as identity
from provident.kernel.clock import legal_day
from provident.kernel.keys import PersonKey
from provident.kernel.month import Month
from provident.kernel.opened import Opened
from provident.ledger import queries as ledger
from provident.ledger.wire import Statement
from provident.statements.overview.records import Overview
from provident.statements.overview.sums import Given, sums_of
from provident.statements.queries import agency_of, person_of


def look_at(person: PersonKey, asking: Asking) -> Overview:
    """Open a person's record and return it at a glance; the look is written first, and stays."""
    with access.read_record(person, asking, partial(_questions, fields=asking.fields)) as opened:
        return overview(opened)


def _questions(keys: Sequence[PersonKey], fields: Sequence[str]) -> tuple[Statement, ...]:
    """Return what overview asks, so that all of it travels with the look."""
    return (
        ledger.years_question(keys),
        filings.enrolments_question(keys),
        ledger.unmonthed_question(keys),
        identity.resident_question(keys, fields, filings.EMPLOYERS),
    )


def overview(opened: Opened) -> Overview:
    """Return the opened person's record at a glance: up to the month of the look, as known at the look."""
    agency = ledger.installation()
    today = legal_day(opened.at, agency.zone)
    resident, employers = identity.resident_and_employers(opened, filings.EMPLOYERS)
    pack_version = law.book().pack_version
    told = sums_of(
        Given(
            years=ledger.record_years(opened),
            enrolments=filings.enrolments(opened),
            unmonthed=ledger.unmonthed(opened),
            employers=tuple(sorted(employers.items())),
            today=today,
            zone=agency.zone,
            currency=agency.currency,
            pack_version=pack_version,
        )
    )
    return Overview(
        agency=agency_of(agency),
        person=person_of(opened, agency, resident),
        as_of=Month.of(today),
        known_on=opened.at,
        pack_version=pack_version,
        spells=told.spells,
        years=told.years,
        standings=told.standings,
        accounts=told.accounts,
        benefits=told.benefits,
        gaps=told.gaps,
        missing_months=told.missing_months,
        spoken_years=told.spoken_years,
    )
