"""Enrol and leave rows change spells; what fits no spell is refused."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from provident.filings.checks.enrolment import Asked, Index, by_person, enrolled
from provident.filings.checks.notices import after, notices
from provident.filings.checks.registers import OPEN, Spells
from provident.kernel.words import Branch

from .rows import chunk, said

PENSION, MEDICAL = 1 << Branch.PENSION, 1 << Branch.MEDICAL
HERE = 990000


def spells(*rows):
    """Spells given as (person, employer, branches, since, until)."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * 5
    i4, i2 = np.int32, np.int16
    return by_person(
        Spells(
            np.arange(len(rows), dtype=np.int64),
            np.array(columns[0], i4),
            np.array(columns[1], i4),
            np.array(columns[2], i2),
            np.ones(len(rows), i2),
            np.full(len(rows), HERE, i4),
            np.array(columns[3], i4),
            np.array(columns[4], i4),
        )
    )


def told(known, *rows, persons=3):
    """Notices given as (person, event, branch, month), all of employer 0; returns changes and result."""
    content = chunk(*({"event": event, "branch": branch, "month": month} for _, event, branch, month in rows))
    person = np.array([row[0] for row in rows], np.int32)
    asked = Asked(person, np.zeros(len(rows), np.int32), content.branch, content.month)
    region = np.full(len(rows), HERE, np.int32)
    changes = notices(content, asked, region, np.arange(len(rows)), Index(known, persons))
    return changes, listed(after(known, changes))


def listed(found):
    columns = (found.person, found.employer, found.branches, found.since, found.until)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


def test_branches_enrolled_alike_make_one_spell():
    """Two branches from the same month are one spell with both branches."""
    changes, result = told(spells(), (1, "enrol", "pension", "2026-01"), (1, "enrol", "medical", "2026-01"))
    assert not changes.findings
    assert result == [(1, 0, PENSION | MEDICAL, 202601, OPEN)]


def test_leaving_ends_the_open_spell_with_that_month_insured():
    """The month of a leave row is the last insured one."""
    known = spells((1, 0, PENSION | MEDICAL, 202001, OPEN))
    changes, result = told(known, (1, "leave", "pension", "2026-03"), (1, "leave", "medical", "2026-03"))
    assert not changes.findings
    assert result == [(1, 0, PENSION | MEDICAL, 202001, 202603)]


def test_leaving_one_branch_leaves_the_others_open():
    """The other branches of the spell go on."""
    _, result = told(spells((1, 0, PENSION | MEDICAL, 202001, OPEN)), (1, "leave", "pension", "2026-03"))
    assert result == [(1, 0, PENSION, 202001, 202603), (1, 0, MEDICAL, 202001, OPEN)]


def test_leaving_and_coming_back_in_one_file():
    """A new spell may start in a month after the last insured one."""
    known = spells((1, 0, PENSION, 202001, OPEN))
    changes, result = told(known, (1, "leave", "pension", "2026-01"), (1, "enrol", "pension", "2026-03"))
    assert not changes.findings
    assert result == [(1, 0, PENSION, 202001, 202601), (1, 0, PENSION, 202603, OPEN)]


def test_a_forgotten_earlier_spell_can_still_be_filed():
    """An enrol and a leave row before a spell there is make a closed spell of their own."""
    known = spells((1, 0, PENSION, 202601, OPEN))
    changes, result = told(known, (1, "enrol", "pension", "2025-01"), (1, "leave", "pension", "2025-06"))
    assert not changes.findings
    assert result == [(1, 0, PENSION, 202501, 202506), (1, 0, PENSION, 202601, OPEN)]


def test_enrolling_twice_is_refused():
    """An overlap with a spell there is, or with another row of the file, is refused and named."""
    known = spells((1, 0, PENSION, 202001, OPEN))
    changes, _ = told(known, (1, "enrol", "pension", "2026-01"))
    assert said(changes.findings) == [(2, "month", "filings.already_enrolled")]
    changes, _ = told(spells(), (1, "enrol", "pension", "2026-01"), (1, "enrol", "pension", "2026-02"))
    assert said(changes.findings) == [(3, "month", "filings.already_enrolled")]


def test_coming_back_in_the_last_insured_month_is_refused():
    """Two spells never share a month."""
    known = spells((1, 0, PENSION, 202001, 202603))
    changes, _ = told(known, (1, "enrol", "pension", "2026-03"))
    assert said(changes.findings) == [(2, "month", "filings.already_enrolled")]


def test_leaving_without_an_open_spell_is_refused():
    """No spell, a closed one, one that starts later, a second leave: nothing to leave."""
    for known in (spells(), spells((1, 0, PENSION, 202001, 202512)), spells((1, 0, PENSION, 202605, OPEN))):
        changes, _ = told(known, (1, "leave", "pension", "2026-03"))
        assert said(changes.findings) == [(2, "month", "filings.nothing_to_leave")]
    known = spells((1, 0, PENSION, 202001, OPEN))
    changes, _ = told(known, (1, "leave", "pension", "2026-03"), (1, "leave", "pension", "2026-04"))
    assert said(changes.findings) == [(3, "month", "filings.nothing_to_leave")]


def test_one_month_can_be_the_first_and_the_last():
    """Someone may come and go within one month."""
    _, result = told(spells(), (1, "leave", "pension", "2026-03"), (1, "enrol", "pension", "2026-03"))
    assert result == [(1, 0, PENSION, 202603, 202603)]


def test_a_declaration_needs_a_spell_of_its_employer_branch_and_month():
    """Only a month inside a spell with that employer and branch is enrolled."""
    index = Index(spells((0, 0, PENSION, 202001, 202512), (0, 1, MEDICAL, 202601, OPEN)), 2)
    content = chunk(
        {"branch": "pension", "month": "2025-12"},
        {"branch": "pension", "month": "2026-01"},
        {"branch": "medical", "month": "2026-01"},
        {"branch": "pension", "month": "2025-12"},
        {"branch": "pension", "month": "2025-12", "region": 110000},
    )
    person, employer = np.array([0, 0, 0, 1, 0], np.int32), np.array([0, 0, 1, 0, 0], np.int32)
    asked = Asked(person, employer, content.branch, content.month)
    _, region, findings, covered = enrolled(content, np.arange(5), asked, index)
    assert covered.tolist() == [True, False, True, False, True]
    assert region[covered].tolist() == [HERE] * 3
    assert said(findings) == [
        (3, "branch", "filings.not_enrolled"),
        (5, "branch", "filings.not_enrolled"),
        (6, "region", "filings.region_differs"),
    ]


notice = st.tuples(
    st.integers(0, 2),
    st.sampled_from(["enrol", "leave"]),
    st.sampled_from(["pension", "medical"]),
    st.integers(202601, 202606),
)


@given(st.lists(notice, max_size=8))
def test_whatever_is_accepted_never_overlaps(rows):
    """As one by one on paper: the spells left never overlap, and each accepted row had its effect."""
    changes, result = told(spells((1, 0, PENSION | MEDICAL, 202602, OPEN)), *rows)
    for at, one in enumerate(result):
        for other in result[at + 1 :]:
            if one[0] == other[0] and one[2] & other[2] and not changes.findings:
                assert one[4] < other[3] or other[4] < one[3]
    if not changes.findings:
        for person, event, branch, month in rows:
            edge = 3 if event == "enrol" else 4
            bit = 1 << Branch.from_word(branch)
            assert any(one[0] == person and one[2] & bit and one[edge] == month for one in result)
