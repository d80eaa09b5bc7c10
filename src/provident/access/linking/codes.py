"""One-time codes: short enough to be typed from paper, long enough that guessing is hopeless.

Sixteen characters of five bits each. An alphabet without I, L, O and U, read as Douglas Crockford
proposed: letters in either case, O as 0, I and L as 1, dashes and spaces as one likes.
"""

import hashlib
import secrets
import unicodedata

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH, _GROUP = 16, 4
_READ = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    """Return a new code as it is printed, e.g. `7KQM-4TXP-92HD-C0VE`."""
    signs = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return "-".join(signs[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def code_hash(typed: str) -> bytes:
    """Return what is stored of a code. It carries 80 random bits, so one pass of a fast hash is enough."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", typed).upper() if sign.isalnum())
    return hashlib.sha256(plain.translate(_READ).encode()).digest()
