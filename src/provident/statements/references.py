"""Record references: how a person's record is named where neither key nor official number may appear.

A reference is the person key, enciphered with a secret of the installation: it says nothing without
the secret, needs no table, and is the same every time. The cipher is a balanced Feistel network of
eight rounds over 64 bits whose round function is HMAC-SHA-256.

    R-XXXX-XXXX-XXXX-XX    thirteen symbols for the cipher, one that catches slips of the pen
"""

import hashlib
import hmac
import re
from functools import lru_cache

from django.conf import settings

from provident.kernel.keys import PersonKey
from provident.statements.refusals import NotAReference

# Crockford's letters and digits; I, L and O are read as 1, 1 and 0.
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("ILO", "110")
_ROUNDS = 8
_HALF = 0xFFFFFFFF


def looks_like_reference(text: str) -> bool:
    """Say whether a text is meant as a record reference rather than as an official number."""
    return text.strip().upper().startswith("R-")


def reference_of(person: PersonKey) -> str:
    """Return the reference of a person's record."""
    return _enciphered(person, settings.SECRET_KEY)


@lru_cache(maxsize=128)  # a person goes from page to page
def _enciphered(person: PersonKey, _secret: str) -> str:
    left, right = person >> 32, person & _HALF
    for turn in range(_ROUNDS):
        left, right = right, left ^ _mix(turn, right)
    value = left << 32 | right
    body = "".join(SYMBOLS[value >> shift & 31] for shift in range(60, -1, -5))
    body += _check(body)
    return f"R-{body[:4]}-{body[4:8]}-{body[8:12]}-{body[12:]}"


def person_of(reference: str) -> PersonKey:
    """Return whose record a reference names; what is no reference of this installation is refused.

    That there is such a person is only known once the record is opened.
    """
    body = re.sub(r"[-\s]", "", reference.strip().upper().removeprefix("R-")).translate(_READ_AS)
    if len(body) != 14 or not set(body) <= set(SYMBOLS) or _check(body[:13]) != body[13]:
        raise NotAReference
    value = 0
    for symbol in body[:13]:
        value = value << 5 | SYMBOLS.index(symbol)
    if value >> 64:
        raise NotAReference
    left, right = value >> 32, value & _HALF
    for turn in reversed(range(_ROUNDS)):
        left, right = right ^ _mix(turn, left), left
    person = left << 32 | right
    if not 0 < person < 1 << 63:
        raise NotAReference
    return PersonKey(person)


def _mix(turn: int, half: int) -> int:
    return int.from_bytes(_keyed(bytes([turn]) + half.to_bytes(4, "big"))[:4], "big")


def _check(body: str) -> str:
    return SYMBOLS[_keyed(body.encode())[0] & 31]


def _keyed(message: bytes) -> bytes:
    return hmac.digest(_secret(settings.SECRET_KEY), message, "sha256")


@lru_cache(maxsize=4)
def _secret(key: str) -> bytes:
    return hashlib.sha256(b"provident record reference\0" + key.encode()).digest()
