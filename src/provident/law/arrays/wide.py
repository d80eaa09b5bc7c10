"""number × times ÷ by for arrays where the product is beyond 64 bits, exactly.

A quotient is first guessed in floating point; the remainder of the guess, taken in wrapping 64-bit
arithmetic, is exact because it is small, and corrects the guess. The law never sees a fraction.
"""

from typing import Any

import numpy as np

_EXACT = 2.0**62


def floor_share(number: Any, times: Any, by: Any) -> tuple[Any, Any]:
    """Return the floor of number × times ÷ by, none of them negative, and the remainder."""
    a, b, c = (np.asarray(one, dtype=np.int64) for one in (number, times, by))
    guess = a.astype(np.float64) * b.astype(np.float64)
    guess /= c.astype(np.float64)
    # Five roundings, each of 2^-53 at most: the guess is off by less than `slack`, its remainder by as many
    # divisors.
    most = float(np.max(guess, initial=0))
    slack = 2 + most * 2.0**-50
    if most >= _EXACT or slack * float(np.max(c, initial=1)) >= _EXACT:
        return _by_objects(a, b, c)
    quotient = guess.astype(np.int64)
    with np.errstate(over="ignore"):
        rest = a * b - quotient * c  # both wrap alike; their difference is small and so exact
    if slack >= 3:
        more = np.floor_divide(rest, c)
        return quotient + more, rest - more * c
    for _ in range(2):
        under = rest < 0
        if under.any():
            quotient -= under
            rest += under * c
    for _ in range(2):
        over = rest >= c
        if over.any():
            quotient += over
            rest -= over * c
    return quotient, rest


def _by_objects(a: Any, b: Any, c: Any) -> tuple[Any, Any]:
    whole, by = a.astype(object) * b.astype(object), c.astype(object)
    quotient = whole // by
    return quotient.astype(np.int64), (whole - quotient * by).astype(np.int64)
