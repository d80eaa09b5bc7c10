"""Money is split exactly, many groups at once, as the kernel splits one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from provident.filings.posting.splitting import Claims, split_groups, split_legs
from provident.kernel.money import split_minor

weights = st.integers(0, 10**12)
groups = st.lists(
    st.tuples(st.integers(0, 10**13), st.lists(weights, min_size=1, max_size=7)), min_size=1, max_size=6
)


@given(groups)
def test_many_groups_split_as_the_kernel_splits_each(drawn):
    """Every group's parts are those of kernel.money.split_minor, also beyond 63 bits."""
    drawn = [(amount if sum(each) else 0, each) for amount, each in drawn]
    amounts = [amount for amount, _ in drawn]
    group = np.repeat(np.arange(len(drawn)), [len(each) for _, each in drawn])
    flat = np.array([weight for _, each in drawn for weight in each], np.int64)
    expected = [
        part
        for amount, each in drawn
        for part in (split_minor(amount, each) if sum(each) else [0] * len(each))
    ]
    assert split_groups(amounts, group, flat).tolist() == expected


def test_no_claims_split_into_nothing():
    """Splitting over nobody gives nothing."""
    assert split_groups([], np.zeros(0, np.int64), np.zeros(0, np.int64)).tolist() == []


legs = st.tuples(
    st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 2 * 10**9), st.integers(0, 10**9)
)


@given(st.lists(legs, min_size=1, max_size=8), st.sampled_from([1, 10**6]))
def test_legs_of_a_part_add_up_and_stay_within_the_claim(drawn, scale):
    """Employee and employer make the part, account and fund make it again, no leg exceeds the claim's."""
    employee = np.array([one[0] * scale for one in drawn])
    employer = np.array([one[1] * scale for one in drawn])
    account = np.minimum(np.array([one[2] * scale for one in drawn]), employee + employer)
    total = employee + employer
    parts = np.array([min(one[3] * scale, t) for one, t in zip(drawn, total.tolist(), strict=True)])
    nothing = np.zeros(len(drawn), np.int64)
    claims = Claims(nothing, nothing, nothing, nothing, employee, employer, account, total - account)
    split = split_legs(parts, claims)
    assert (split.employee + split.employer == parts).all()
    assert (split.account + split.fund == parts).all()
    for leg in ("employee", "employer", "account", "fund"):
        assert (getattr(split, leg) >= 0).all()
        assert (getattr(split, leg) <= getattr(claims, leg)).all()
