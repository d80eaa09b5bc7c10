"""Official numbers that are well formed and belong to nobody."""

import datetime as dt

# Never assigned: 99 is no province, and 990000 is the fictional region of the packs.
REGION_PREFIX = "990000"
_ID_WEIGHTS = [2 ** (17 - i) % 11 for i in range(17)]
_ID_CHECKS = "10X98765432"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = [3**i % 31 for i in range(17)]


def resident_number(born: dt.date, sequence: int) -> str:
    """Return an 18-character resident number of the fictional region (GB 11643, ISO 7064 MOD 11-2)."""
    body = f"{REGION_PREFIX}{born:%Y%m%d}{sequence:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True))
    return body + _ID_CHECKS[total % 11]


def legacy_number(born: dt.date, sequence: int) -> str:
    """Return the 15-digit form of the same number, as issued before 1999."""
    return f"{REGION_PREFIX}{born:%y%m%d}{sequence:03d}"


def foreign_number(sequence: int) -> str:
    """Return a foreign worker number under XXA, a country code that ISO leaves to users."""
    return f"XXA{sequence:014d}0"


def credit_code(sequence: int) -> str:
    """Return a unified social credit code of the fictional region (GB 32100-2015)."""
    body = f"91{REGION_PREFIX}MA{sequence:07d}"
    total = sum(_USCC_ALPHABET.index(sign) * weight for sign, weight in zip(body, _USCC_WEIGHTS, strict=True))
    return body + _USCC_ALPHABET[-total % 31]
