"""Who of many is meant or refused: small joins of arrays that often are the same for everybody."""

from typing import Any

import numpy as np

from provident.law.arrays.ops import Values

# Nobody refused: None. Everybody for one reason: its number. Else one number a person, 0 for none.
Faults = Any
_UNSIGNED = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}


def first_of(left: Faults, right: Faults) -> Faults:
    """Return for each person the first reason there is."""
    if left is None or right is None:
        return right if left is None else left
    if isinstance(left, int):
        return left
    return np.where(left != 0, left, right)


def inside(values: Values, low: int, high: int) -> bool:
    """Say whether every value is within two bounds."""
    if isinstance(values, int):
        return low <= values <= high
    if not values.size:
        return True
    if low == 0 and values.dtype.kind == "i":  # one pass: what is negative is huge when read unsigned
        return bool(np.maximum.reduce(values.view(_UNSIGNED[values.dtype.itemsize])) <= high)
    return bool(low <= values.min() and values.max() <= high)


def said(mask: Any) -> Any:
    """Return True or False where it is the same for all."""
    if isinstance(mask, bool):
        return mask
    return True if mask.all() else mask if mask.any() else False


def both(left: Any, right: Any) -> Any:
    """Return who is in both, True and False standing for all and none."""
    if left is False or right is False:
        return False
    if left is True:
        return right
    return left if right is True else said(left & right)


def chosen_faults(mask: Any, then: Faults, otherwise: Faults) -> Faults:
    """Return for each the one or the other reason."""
    if then is None and otherwise is None:
        return None
    left, right = (0 if one is None else one for one in (then, otherwise))
    return np.where(mask, left, right).astype(np.int32)
