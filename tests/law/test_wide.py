"""Products beyond 64 bits are divided exactly."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from provident.kernel.rounding import Rounding, divide
from provident.law.arrays.ops import ArrayQuotient, rounded
from provident.law.arrays.wide import floor_share
from provident.law.engine.proof import Fit
from provident.law.engine.rounding import Step

BIG = st.integers(0, 2**62 - 1)
DIVISOR = st.one_of(st.integers(1, 10**6), st.integers(1, 2**50 - 1), st.integers(2**50, 2**60))


@given(BIG, BIG, DIVISOR)
def test_a_wide_quotient_is_exact(number, times, by):
    """Floor and remainder equal those of Python's unlimited whole numbers."""
    if number * times // by >= 2**62:
        times = 1
    floor, rest = floor_share(np.array([number, 0]), np.array([times, times]), np.array([by, by]))
    assert (int(floor[0]), int(rest[0])) == divmod(number * times, by)
    assert (int(floor[1]), int(rest[1])) == (0, 0)


@given(
    st.integers(-(10**15), 10**15), st.integers(0, 10**6), st.integers(1, 10**12), st.sampled_from(list(Rounding)),
    st.sampled_from((1, 10, 100)),
)  # fmt: skip
def test_every_rounding_is_that_of_one_number(number, times, by, mode, units):
    """Whole numbers of any sign, every mode and step: arrays round as one number does."""
    step = Step("any", mode, units)
    wide = Fit(product_fits=False, never_negative=False)
    quotient = ArrayQuotient(np.array([number]), times, by)
    expected = divide(number * times, by * units, mode) * units
    assume(abs(expected) < 2**62)  # what the bounds prove before anything is worked out
    assert int(rounded(quotient, step, wide)[0]) == expected
    if number >= 0 and number * times + by * units < 2**63:
        small = Fit(product_fits=True, never_negative=True)
        assert int(rounded(ArrayQuotient(np.array([number]), times, by), step, small)[0]) == expected
