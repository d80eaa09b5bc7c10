"""Payments reach the persons they are for, to the cent; what reaches nobody stays the employer's credit."""

import random

import pytest

from provident.filings import queries
from provident.filings.refusals import FileRefused
from provident.identity.bulk import employers_by_code
from provident.kernel.month import Month
from provident.kernel.words import Branch, EntryKind
from provident.ledger import queries as ledger

from .world import PAYMENTS, code, declare, enrol, opened, pay


def paid(who):
    """Return what was paid for somebody, month by month."""
    with opened(who) as look:
        return {
            entry.month.code: entry.legs
            for entry in ledger.entries(look)
            if entry.kind is EntryKind.PAID and entry.reverses is None
        }


def paid_entries(who):
    """Return the legs of everything paid for somebody."""
    with opened(who) as look:
        return [entry.legs for entry in ledger.entries(look) if entry.kind is EntryKind.PAID]


def standing(employer=0):
    return queries.owed(employers_by_code([code(employer)])[code(employer)].key)


def test_a_full_payment_pays_every_leg_of_every_claim(desk):
    """Employee, employer, account and fund legs are paid as they were declared."""
    desk.send(enrol([1, 2], "2026-01"))
    desk.send(declare([1, 2], "2026-01"))
    receipt = desk.send([pay("4800.00", "2026-01", "pension")], PAYMENTS)
    assert receipt.entries == 2
    legs = paid(2)[202601]
    assert (legs.employee, legs.employer, legs.account, legs.fund) == (800_00, 1600_00, 800_00, 1600_00)
    assert (standing().owed_minor, standing().credit_minor) == (0, 0)


def test_a_part_payment_is_split_by_what_is_owed(desk):
    """Every claim gets its share, no cent is lost, and what remains can be paid later exactly."""
    desk.send(enrol([1, 2, 3], "2026-01"))
    desk.send([*declare([1, 2], "2026-01"), *declare([3], "2026-01", base="12345.67")])
    desk.send([pay("1000.01", "2026-01", "pension")], PAYMENTS)
    first = [paid(who)[202601] for who in (1, 2, 3)]
    assert sum(legs.employee + legs.employer for legs in first) == 1000_01
    owed = standing().owed_minor
    assert owed == 2 * 2400_00 + 987_65 + 1975_31 - 1000_01
    desk.send([pay(f"{owed / 100:.2f}", "2026-01", "pension", paid_on="2026-03-02")], PAYMENTS)
    assert standing().owed_minor == 0
    with opened(3) as look:
        total = sum(entry.legs.employee for entry in ledger.entries(look) if entry.kind is EntryKind.PAID)
    assert total == 987_65


def test_a_lump_sum_pays_the_oldest_months_first(desk):
    """Without a month, the oldest open claims are paid, the last one in part."""
    desk.send(enrol([1], "2026-01"))
    desk.send([*declare([1], "2026-02"), *declare([1], "2026-01")])
    desk.send([pay("3000.00")], PAYMENTS)
    assert {month: legs.employee + legs.employer for month, legs in paid(1).items()} == {
        202601: 2400_00,
        202602: 600_00,
    }
    assert standing().oldest_owed == Month(2026, 2)
    assert standing().by_month == {(Month(2026, 2), Branch.PENSION): 1800_00}


def test_money_before_the_claim_waits_as_credit(desk):
    """A payment that finds no claim is allocated when the claim arrives, and the receipt says it waits."""
    desk.send(enrol([1], "2026-01"))
    receipt = desk.send([pay("5000.00")], PAYMENTS)
    assert receipt.entries == 0
    assert [one.code for one in receipt.warnings] == ["filings.credit"]
    assert standing().credit_minor == 5000_00
    desk.send(declare([1], "2026-01"))
    assert paid(1)[202601].employer == 1600_00
    assert standing().credit_minor == 2600_00
    desk.send(declare([1], "2026-02"))
    assert (standing().credit_minor, standing().owed_minor) == (200_00, 0)


def test_credit_that_names_its_month_waits_for_that_month(desk):
    """It never pays another month."""
    desk.send(enrol([1], "2026-01"))
    desk.send([pay("2400.00", "2026-02", "pension")], PAYMENTS)
    desk.send(declare([1], "2026-01"))
    assert (standing().owed_minor, standing().credit_minor) == (2400_00, 2400_00)
    desk.send(declare([1], "2026-02"))
    assert (standing().owed_minor, standing().credit_minor) == (2400_00, 0)
    assert set(paid(1)) == {202602}


def test_one_employer_never_pays_for_another(desk):
    """Claims of the same person with another employer stay open."""
    desk.send(enrol([1], "2026-01") + enrol([1], "2026-01", employer=1))
    desk.send(declare([1], "2026-01") + declare([1], "2026-01", base="9000.00", employer=1))
    desk.send([pay("2400.00", "2026-01", "pension", employer=1)], PAYMENTS)
    assert standing(0).owed_minor == 2400_00
    assert (standing(1).owed_minor, standing(1).credit_minor) == (0, 240_00)


def test_a_payment_reference_is_used_once(desk):
    """The same bank reference for the same employer, month and branch is refused, in a file or later."""
    desk.send([pay("10.00", reference="B-1"), pay("10.00", reference="B-2")], PAYMENTS)
    with pytest.raises(FileRefused) as error:
        desk.send([pay("10.00", reference="B-3"), pay("11.00", reference="B-1")], PAYMENTS)
    (line,) = error.value.report.lines
    assert (line.row, line.refusal.code) == (3, "filings.payment_known")
    with pytest.raises(FileRefused) as error:
        desk.send([pay("10.00", reference="B-4"), pay("11.00", reference="B-4")], PAYMENTS)
    assert error.value.report.lines[0].refusal.code == "filings.twice_in_file"


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_paid_everything_adds_up(desk, seed):
    """Paid plus credit is what came in, paid plus owed is what was declared, whatever the amounts."""
    chance = random.Random(seed)
    people, months = [1, 2, 3, 4], ["2025-10", "2025-11", "2025-12"]
    desk.send(enrol(people, "2025-10"))
    declared = came_in = 0
    for month in months:
        bases = [f"{chance.randrange(8000_00, 20000_00) / 100:.2f}" for _ in people]
        rows = [
            row for who, base in zip(people, bases, strict=True) for row in declare([who], month, base=base)
        ]
        declared += sum(int(row[leg].replace(".", "")) for row in rows for leg in ("employee", "employer"))
        desk.send(rows)
        amounts = [chance.randrange(1, 900_000) for _ in range(chance.randrange(1, 4))]
        came_in += sum(amounts)
        desk.send(
            [
                pay(
                    f"{amount / 100:.2f}",
                    chance.choice(["", month]),
                    chance.choice(["", "pension"]),
                    reference=f"{month}-{at}",
                )
                for at, amount in enumerate(amounts)
            ],
            PAYMENTS,
        )
        now = standing()
        went = sum(legs.employee + legs.employer for who in people for legs in paid_entries(who))
        assert went + now.credit_minor == came_in
        assert went + now.owed_minor == declared
        for who in people:
            for legs in paid_entries(who):
                assert legs.account + legs.fund == legs.employee + legs.employer
                assert min(legs.employee, legs.employer, legs.account, legs.fund) >= 0
