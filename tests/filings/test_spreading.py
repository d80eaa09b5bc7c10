"""Payments go to the claims they name, else to the oldest open ones; the rest stays credit."""

from hypothesis import given
from hypothesis import strategies as st

from provident.filings.posting.spreading import Allocation, Owed, Paid, spread

PENSION, MEDICAL = 1, 2


def test_a_lump_sum_goes_to_the_oldest_month_first():
    """Months fill in their order, within a month branch by branch."""
    owed = [Owed(7, 202602, PENSION, 100), Owed(7, 202601, MEDICAL, 50), Owed(7, 202601, PENSION, 80)]
    assert spread([Paid(1, 7, 0, 0, 150)], owed) == (
        Allocation(1, 7, 202601, PENSION, 80),
        Allocation(1, 7, 202601, MEDICAL, 50),
        Allocation(1, 7, 202602, PENSION, 20),
    )


def test_a_payment_that_names_its_month_is_served_before_a_lump_sum():
    """A lump sum does not take the claim another payment of the file names."""
    owed = [Owed(7, 202601, PENSION, 100)]
    found = spread([Paid(1, 7, 0, 0, 100), Paid(2, 7, 202601, PENSION, 100)], owed)
    assert found == (Allocation(2, 7, 202601, PENSION, 100),)


def test_a_payment_that_names_a_branch_goes_nowhere_else():
    """What is left of it stays the employer's credit."""
    owed = [Owed(7, 202601, PENSION, 100), Owed(7, 202601, MEDICAL, 100)]
    found = spread([Paid(1, 7, 0, MEDICAL, 250)], owed)
    assert found == (Allocation(1, 7, 202601, MEDICAL, 100),)


def test_one_employers_money_never_pays_anothers_claims():
    """Claims of other employers stay open."""
    assert spread([Paid(1, 7, 0, 0, 100)], [Owed(8, 202601, PENSION, 100)]) == ()


payments = st.lists(
    st.builds(
        Paid,
        id=st.integers(1, 99),
        employer=st.integers(1, 2),
        month=st.sampled_from([0, 202601, 202602]),
        branch=st.integers(0, 2),
        minor=st.integers(1, 500),
    ),
    max_size=6,
    unique_by=lambda one: one.id,
)
claims = st.lists(
    st.builds(
        Owed,
        employer=st.integers(1, 2),
        month=st.sampled_from([202601, 202602]),
        branch=st.integers(1, 2),
        minor=st.integers(1, 500),
    ),
    max_size=6,
    unique_by=lambda one: (one.employer, one.month, one.branch),
)


@given(payments, claims)
def test_nothing_is_paid_twice_and_nothing_fits_is_left(paid, owed):
    """No payment and no claim is exceeded, and no money stays idle beside a claim it could pay."""
    found = spread(paid, owed)
    for payment in paid:
        assert sum(one.minor for one in found if one.payment == payment.id) <= payment.minor
    left = {(one.employer, one.month, one.branch): one.minor for one in owed}
    for one in found:
        left[one.employer, one.month, one.branch] -= one.minor
    assert all(minor >= 0 for minor in left.values())
    for payment in paid:
        credit = payment.minor - sum(one.minor for one in found if one.payment == payment.id)
        fitting = sum(
            minor
            for (employer, month, branch), minor in left.items()
            if employer == payment.employer and payment.month in (0, month) and payment.branch in (0, branch)
        )
        assert not (credit and fitting)
