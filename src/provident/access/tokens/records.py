"""What is said of a token; the token itself is in `NewToken` only, once."""

import datetime as dt
from dataclasses import dataclass, field

from provident.access.records import Role
from provident.kernel.keys import AccountId, PersonKey


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token as it is shown, once, to whoever made it."""

    id: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """A token that is good now, as its account sees it in the list."""

    id: int
    label: str
    scopes: tuple[str, ...]
    made_at: dt.datetime
    expires_at: dt.datetime
    last_used_at: dt.datetime | None  # to the hour


@dataclass(frozen=True, slots=True)
class Holder:
    """In whose name a request comes, and what it may do: the token's scopes, the account's roles now."""

    account: AccountId
    person: PersonKey | None  # whose account it is, if it is a person's
    scopes: frozenset[str]
    roles: frozenset[Role]
