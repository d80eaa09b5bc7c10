"""Reads: an account's tokens, and in whose name a token speaks."""

from django.db import connection

from provident.access.catalogue import Scope, catalogue
from provident.access.records import Label, Role
from provident.access.tokens.actions import PREFIX, hashed
from provident.access.tokens.records import Holder, Token
from provident.kernel.keys import AccountId, PersonKey
from provident.ledger import wire

_HOLDER = "SELECT account, person, scopes, roles FROM access_token_holder($1)"
_LONGEST = 100  # characters; ours are shorter


def tokens_of(account: AccountId) -> tuple[Token, ...]:
    """Return an account's tokens that are good now, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, label, scopes, made_at, expires_at, last_used_at FROM access_tokens_of(%s)", [account]
        )
        return tuple(
            Token(number, label, tuple(scopes), made_at, expires_at, last_used_at)
            for number, label, scopes, made_at, expires_at, last_used_at in cursor.fetchall()
        )


def holder_of(text: str) -> Holder | None:
    """Return in whose name a token speaks; None for whatever is not a token that is good now."""
    if not text.startswith(PREFIX) or len(text) > _LONGEST:
        return None
    found = wire.ask_alone(_HOLDER, [hashed(text)])
    if not found:
        return None
    ((account, person, scopes, roles),) = found
    return Holder(
        AccountId(account),
        None if person is None else PersonKey(person),
        frozenset(scopes),
        frozenset(map(Role, roles)),
    )


def scopes_for(roles: frozenset[Role]) -> tuple[Scope, ...]:
    """Return what somebody with these roles may make tokens for."""
    return tuple(scope for scope in catalogue().scopes.values() if not roles.isdisjoint(scope.roles))


def scope_title(scope: str) -> Label:
    """Return what a scope is called; its own word if a later catalogue dropped it."""
    known = catalogue().scopes.get(scope)
    return known.title if known else Label(scope, scope)
