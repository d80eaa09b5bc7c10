"""Making and ending tokens. Whether the account may is decided by the database function each act calls."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

from django.db import connection, transaction

from provident.access.refusals import of_code
from provident.access.tokens.records import NewToken
from provident.kernel.keys import AccountId

#: What every token begins with, so that one left in a file or a log is found for what it is.
PREFIX = "provident_"


def make_token(*, by: AccountId, label: str, scopes: Sequence[str], expires_at: dt.datetime) -> NewToken:
    """Make a token for an account's own use; what it says is returned here and kept nowhere."""
    text = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT refusal, token FROM access_make_token(%s, %s, %s, %s, %s)",
            [by, label, list(scopes), hashed(text), expires_at],
        )
        refusal, number = cursor.fetchone()
    if refusal:
        raise of_code(refusal)
    return NewToken(number, text)


def end_token(*, by: AccountId, token: int) -> None:
    """End a token of the account's own; whoever uses it is refused from now on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_end_token(%s, %s)", [by, token])
        (refusal,) = cursor.fetchone()
    if refusal:
        raise of_code(refusal)


def hashed(text: str) -> bytes:
    """Return under what a token is kept. It carries 256 random bits, so one pass of a fast hash is enough."""
    return hashlib.sha256(text.encode()).digest()
