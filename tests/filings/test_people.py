"""Numbers and names are checked against the register; only an enrol row brings somebody new."""

import datetime as dt
from dataclasses import replace

import numpy as np

from provident.filings.checks.cells import shapes
from provident.filings.checks.people import employers, people, wrong_names
from provident.filings.checks.places import months, paid_days, regions
from provident.filings.checks.registers import Registers
from provident.filings.reading.records import FileKind
from provident.identity.names import name_check
from provident.identity.numbers import check_character

from .rows import chunk, said


def number(sequence):
    body = f"99000019900101{sequence:03d}"
    return body + check_character(body)


ANNA, BO = number(1), number(2)
CODE = "91990000MA00000010"
AMOUNTS = {
    "employer_id": CODE,
    "branch": "pension",
    "month": "2026-03",
    "base": "0",
    "employee": "0",
    "employer": "0",
}


def asked(*rows, known=None, own=0, owned=None):
    """Ask about rows where `known` maps numbers to (key, registered name)."""
    known, owned = known or {}, {CODE: 77} if owned is None else owned
    content = chunk(*(AMOUNTS | row for row in rows))
    register = Registers(
        day=dt.date(2026, 4, 2),
        home=990000,
        persons=np.array([known.get(one, (0, ""))[0] for one in content.resident.values], np.int64),
        name_checks=np.array(
            [name_check(known[one][1]) if one in known else 0 for one in content.resident.values], np.int64
        ),
        employers=np.array([owned.get(one, 0) for one in content.employer.values], np.int64),
        employer_regions=np.full(len(content.employer.values), 990000, np.int32),
        own_employer=own,
    )
    return content, shapes(FileKind.PAYROLL, content), register


def found(*rows, **known):
    content, kinds, register = asked(*rows, **known)
    who = people(content, kinds, register)
    return replace(who, findings=(*wrong_names(content, who.differing), *who.findings))


def test_known_people_pass_with_their_registered_names():
    """Spaces and letter case in a name do not matter."""
    rows = [{"resident_id": ANNA, "name": "Anna Lee"}, {"resident_id": BO, "name": "薄 一"}]
    result = found(*rows, known={ANNA: (5, "ANNA  LEE"), BO: (4, "薄一")})
    assert not result.findings
    assert result.keys[result.person].tolist() == [5, 4]


def test_a_name_other_than_the_registered_one_is_refused():
    """The row is named; the registered name is not told."""
    result = found({"resident_id": ANNA, "name": "Anne"}, known={ANNA: (5, "Anna")})
    assert said(result.findings) == [(2, "name", "filings.name_differs")]
    ((_, value, refusal),) = result.findings[0].refusals()
    assert value == "Anne"
    assert "Anna" not in refusal.sentence("en") + refusal.remedy("en")


def test_a_number_in_no_register_is_refused_in_a_declaration():
    """Only an enrol row registers somebody."""
    result = found({"resident_id": ANNA, "name": "Anna"})
    assert said(result.findings) == [(2, "resident_id", "filings.not_registered")]
    assert result.newcomers == ()


def test_an_enrol_row_brings_somebody_new_for_the_whole_file():
    """Declarations of the same file may already speak of the newcomer, under any writing of the number."""
    result = found(
        {"resident_id": ANNA, "name": "Anna"},
        {"resident_id": ANNA, "name": "ANNA", "event": "enrol"},
        {"resident_id": ANNA[:10] + " " + ANNA[10:], "name": "anna"},
    )
    assert not result.findings
    assert [(one.number, one.name) for one in result.newcomers] == [(ANNA, "ANNA")]
    assert len(set(result.person.tolist())) == 1


def test_a_newcomer_has_one_name():
    """Two names for one new number: the second is refused."""
    result = found(
        {"resident_id": ANNA, "name": "Anna", "event": "enrol"}, {"resident_id": ANNA, "name": "Bo"}
    )
    assert said(result.findings) == [(3, "name", "filings.name_differs")]


def test_a_number_that_can_be_nobodys_is_refused_as_such():
    """A wrong check character is named, even on an enrol row."""
    wrong = ANNA[:-1] + ("0" if ANNA[-1] != "0" else "1")
    result = found({"resident_id": wrong, "name": "Anna", "event": "enrol"})
    assert said(result.findings) == [(2, "resident_id", "identity.number_check")]


def test_a_name_that_cannot_be_stored_is_refused():
    """An enrol row needs a name that is one."""
    result = found({"resident_id": ANNA, "name": "·", "event": "enrol"})
    assert said(result.findings) == [(2, "name", "identity.not_a_name")]


def test_employers_must_be_registered_and_the_clerks_own():
    """An unknown code is refused; a clerk files for the own employer only."""
    row = {"resident_id": ANNA, "name": "Anna"}
    content, _, register = asked(row, owned={})
    assert [one[2] for one in said(employers(content, register))] in (
        ["filings.employer_not_registered"],
        ["identity.credit_code"],
    )
    content, _, register = asked(row, own=78)
    assert said(employers(content, register)) == [(2, "employer_id", "filings.employer_not_yours")]
    content, _, register = asked(row, own=77)
    assert employers(content, register) == []


def test_a_month_that_has_not_begun_is_refused():
    """The month that runs today is the latest."""
    content, _, register = asked({"month": "2026-04"}, {"month": "2026-05"})
    assert said(months(content, register)) == [(3, "month", "filings.month_too_late")]


def test_a_region_outside_the_law_is_refused():
    """An empty region is no region; an unknown one is refused."""
    content, _, _ = asked({}, {"region": "990000"}, {"region": "123456"})
    assert said(regions(content, {990000}.__contains__, "cn 1")) == [
        (4, "region", "filings.region_not_covered")
    ]


def test_money_cannot_have_arrived_tomorrow():
    """A payment day in the future is refused; an empty one is somebody else's question."""
    content, _, register = asked({"paid_on": "2026-04-02"}, {"paid_on": "2026-04-03"}, {})
    assert said(paid_days(content, register)) == [(3, "paid_on", "filings.paid_in_future")]
