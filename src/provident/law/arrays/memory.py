"""Keeping freed memory for the next array of the same size.

A run makes and frees arrays of a quarter of a megabyte all the time. glibc hands such memory back to
the system each time, which then has to clear it again page by page: a fifth of a run's time.
"""

import ctypes
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of glibc's mallopt
_KEPT = 32 << 20


@cache
def keep_freed() -> bool:
    """Ask the C library, once, to keep what is freed; say whether it could be asked."""
    try:
        ask = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # another C library
        return False
    return all([ask(_TRIM_THRESHOLD, _KEPT) == 1, ask(_MMAP_THRESHOLD, _KEPT) == 1])
