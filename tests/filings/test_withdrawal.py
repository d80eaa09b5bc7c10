"""A filing posted by mistake is taken back in one act, exactly, or the reason it cannot be is named."""

import pytest

from provident.access import actions as access
from provident.access.records import AccountKind, Label, NewAccount, Role
from provident.filings import queries
from provident.filings.actions import ingest, withdraw
from provident.filings.records import FilingState
from provident.filings.refusals import (
    FileRefused,
    LaterFilingDepends,
    NoSuchFiling,
    NotPosted,
    NotYourFiling,
    ReasonMissing,
)
from provident.identity.bulk import employers_by_code
from provident.kernel.words import EntryKind
from provident.ledger import queries as ledger

from .test_payments import standing
from .world import NOW, OPERATOR, PAYMENTS, code, declare, enrol, opened, pay


def take_back(receipt, reason="Sent by mistake"):
    return withdraw(filing=receipt.filing, by=OPERATOR, reason=reason)


def state(who):
    """Return what stands for somebody: sums by kind and month, and enrolments."""
    with opened(who) as look:
        years = ledger.record_years(look)
        sums = {
            (branch, year.year, kind, at): legs
            for year in years
            for branch in year.branches()
            for kind in year.kinds(branch)
            for at, legs in enumerate(year.months(branch, kind))
            if legs
        }
        spells = [(one.employer, one.branches, one.since, one.until) for one in queries.enrolments(look)]
        return sums, sorted(spells)


def test_a_declaration_taken_back_leaves_nothing_standing(desk):
    """Every entry has its mirror, the receipt says when, by whom and why, and again changes nothing."""
    desk.send(enrol([1], "2026-01"))
    before = state(1)
    receipt = desk.send(declare([1], "2026-01"))
    done = take_back(receipt, "Wrong month")
    assert (done.state, done.withdrawal.reason, done.withdrawal.by) == (
        FilingState.WITHDRAWN,
        "Wrong month",
        OPERATOR,
    )
    assert state(1) == before
    assert take_back(receipt, "Again") == done
    with opened(1) as look:
        assert len(ledger.entries(look)) == 2


def test_a_file_taken_back_can_be_sent_again(desk):
    """The same bytes are posted anew, with entries of their own."""
    desk.send(enrol([1], "2026-01"))
    file = desk.file(declare([1], "2026-01"))
    first = ingest(file, by=OPERATOR)
    take_back(first)
    second = ingest(file, by=OPERATOR)
    assert not second.already
    assert second.filing != first.filing
    assert ingest(file, by=OPERATOR).filing == second.filing
    with opened(1) as look:
        assert len({entry.id for entry in ledger.entries(look)}) == 3


def test_a_payment_taken_back_opens_its_claims_again(desk):
    """Entries and allocations go, credit of other payments takes their place."""
    desk.send(enrol([1], "2026-01"))
    desk.send(declare([1], "2026-01"))
    first = desk.send([pay("2400.00", reference="A")], PAYMENTS)
    desk.send([pay("1000.00", reference="B")], PAYMENTS)
    assert (standing().owed_minor, standing().credit_minor) == (0, 1000_00)
    take_back(first)
    assert (standing().owed_minor, standing().credit_minor) == (1400_00, 0)
    desk.send([pay("1400.00", reference="A")], PAYMENTS)
    assert standing().owed_minor == 0


def test_a_declaration_that_was_paid_is_not_taken_back(desk):
    """The payment that came for it is named; once that is taken back, so is the declaration."""
    desk.send(enrol([1], "2026-01"))
    declared = desk.send(declare([1], "2026-01"))
    paid = desk.send([pay("100.00", "2026-01", "pension")], PAYMENTS)
    with pytest.raises(LaterFilingDepends) as error:
        take_back(declared)
    assert error.value.facts["later"] == paid.filing
    take_back(paid)
    assert take_back(declared).state is FilingState.WITHDRAWN


def test_credit_used_by_a_declaration_comes_back_with_it(desk):
    """An earlier payment that the declaration used is the employer's credit again."""
    desk.send(enrol([1], "2026-01"))
    desk.send([pay("2400.00")], PAYMENTS)
    declared = desk.send(declare([1], "2026-01"))
    assert standing().credit_minor == 0
    take_back(declared)
    assert (standing().owed_minor, standing().credit_minor) == (0, 2400_00)
    desk.send(declare([1], "2026-02"))
    assert (standing().owed_minor, standing().credit_minor) == (0, 0)


def test_a_payment_taken_back_takes_back_all_its_later_allocations(desk):
    """Also those made when claims arrived after it."""
    desk.send(enrol([1], "2026-01"))
    paid = desk.send([pay("9999.00")], PAYMENTS)
    desk.send(declare([1], "2026-01"))
    desk.send(declare([1], "2026-02"))
    take_back(paid)
    assert (standing().owed_minor, standing().credit_minor) == (4800_00, 0)
    with opened(1) as look:
        standing_kinds = {
            kind
            for year in ledger.record_years(look)
            for branch in year.branches()
            for kind in year.kinds(branch)
        }
    assert standing_kinds == {EntryKind.DECLARED}


def test_enrolments_are_undone_exactly(desk):
    """What a file opened is gone, what it ended is open again, in every branch as before."""
    desk.send(enrol([1], "2025-01", ("pension", "medical")))
    before = state(1)
    receipt = desk.send(
        enrol([1], "2026-01", ("pension",), event="leave") + enrol([1], "2026-02", ("pension", "maternity"))
    )
    assert state(1) != before
    take_back(receipt)
    assert state(1) == before
    with opened(1) as look:
        kinds = [event.type for event in ledger.events(look)]
    assert kinds.count("filings.enrolment_withdrawn") == 3


def test_an_earlier_moment_is_still_told_as_it_was(desk):
    """As known before the withdrawal, the enrolment was there."""
    receipt = desk.send(enrol([1], "2025-01"))
    with opened(1) as look:
        (spell,) = queries.enrolments(look)
    take_back(receipt)
    with opened(1) as look:
        assert queries.enrolments(look) == ()
        assert queries.enrolments(look, known_on=spell.recorded_at) == (spell,)


def test_an_enrolment_that_was_built_on_is_not_taken_back(desk):
    """A later declaration or leaver notice that rests on it is named."""
    first = desk.send(enrol([1, 2], "2025-01"))
    declared = desk.send(declare([1], "2025-01"))
    with pytest.raises(LaterFilingDepends) as error:
        take_back(first)
    assert error.value.facts["later"] == declared.filing
    take_back(declared)
    left = desk.send(enrol([2], "2025-03", event="leave"))
    with pytest.raises(LaterFilingDepends) as error:
        take_back(first)
    assert error.value.facts["later"] == left.filing
    take_back(left)
    assert take_back(first).state is FilingState.WITHDRAWN


def test_what_cannot_be_taken_back_is_said(desk):
    """A refused file, an unknown number, no reason: each has its refusal."""
    with pytest.raises(FileRefused) as error:
        desk.send(declare([1], "2026-01"))
    with pytest.raises(NotPosted):
        withdraw(filing=error.value.filing, by=OPERATOR, reason="Mistake")
    with pytest.raises(NoSuchFiling):
        withdraw(filing=10**9, by=OPERATOR, reason="Mistake")
    with pytest.raises(ReasonMissing):
        withdraw(filing=1, by=OPERATOR, reason="  ")


def test_an_employers_clerk_takes_back_and_files_for_the_own_employer_only(desk):
    """Rows and filings of other employers are refused."""
    keys = employers_by_code([code(0), code(1)])
    clerk = access.create_account(
        NewAccount(
            kind=AccountKind.EMPLOYER,
            sign_in="clerk",
            label=Label("Clerk", "经办人"),
            employer=keys[code(1)].key,
        ),
        by=OPERATOR,
    )
    access.grant_role(by=OPERATOR, account=clerk, role=Role.EMPLOYER_CLERK, since=NOW)
    other = desk.send(enrol([1], "2026-01"))
    with pytest.raises(NotYourFiling):
        withdraw(filing=other.filing, by=clerk, reason="Mistake")
    with pytest.raises(FileRefused) as error:
        desk.send(declare([1], "2026-01"), by=clerk)
    assert [line.refusal.code for line in error.value.report.lines] == ["filings.employer_not_yours"]
    mine = desk.send(enrol([1], "2026-01", employer=1), by=clerk)
    assert withdraw(filing=mine.filing, by=clerk, reason="Mistake").state is FilingState.WITHDRAWN
