"""number × times ÷ by for arrays where the product is beyond 64 bits, exactly.

A quotient is first guessed in floating point; the remainder of the guess, taken in wrapping 64-bit
arithmetic, is exact because it is small, and corrects the guess. The law never sees a fraction.
"""

from typing import Any

import numpy as np

MOST_DIVISOR = 2**50  # beyond this the remainder of a guess may not fit
_EXACT = 2**53


def floor_share(number: Any, times: Any, by: Any) -> tuple[Any, Any]:
    """Return the floor of number × times ÷ by, and the remainder."""
    a, b, c = (np.asarray(one, dtype=np.int64) for one in (number, times, by))
    if int(np.max(c, initial=1)) >= MOST_DIVISOR:
        return _by_objects(a, b, c)
    guess = np.floor(a.astype(np.float64) * b.astype(np.float64) / c.astype(np.float64))
    if np.any(np.abs(guess) >= 2**62):
        return _by_objects(a, b, c)
    quotient = guess.astype(np.int64)
    with np.errstate(over="ignore"):
        rest = a * b - quotient * c  # both wrap alike; their difference is small and so exact
    more = np.floor_divide(rest, c)
    return quotient + more, rest - more * c


def _by_objects(a: Any, b: Any, c: Any) -> tuple[Any, Any]:
    whole, by = a.astype(object) * b.astype(object), c.astype(object)
    quotient = whole // by
    return quotient.astype(np.int64), (whole - quotient * by).astype(np.int64)
