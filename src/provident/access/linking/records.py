"""What crosses the border: codes shown once, e-IDs of an account, offers and mandates."""

import datetime as dt
from dataclasses import dataclass

from provident.access.records import GrantKind, Label
from provident.kernel.keys import PersonKey


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code, shown once: only its hash is stored."""

    code: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class EId:
    """Who an e-ID says its holder is: the issuer's address and the issuer's own name for the person."""

    issuer: str
    subject: str


@dataclass(frozen=True, slots=True)
class LinkedEId:
    """An e-ID that signs in to an account; `id` is for ending that."""

    id: int
    issuer: str
    linked_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOffer:
    """What a resident lets somebody see, and when."""

    fields: tuple[str, ...]
    since: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An offer nobody has taken yet; after `expires_at` nobody can."""

    id: int
    fields: tuple[str, ...]
    since: dt.datetime
    until: dt.datetime
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantOnMe:
    """Somebody to whom one's own record is, will be or was open; `holder` is empty where no name was told."""

    id: int
    kind: GrantKind
    holder: Label
    purpose: str
    fields: tuple[str, ...]
    basis: str
    since: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateHeld:
    """Somebody an account may act for; `name` is empty where that person told none."""

    id: int
    person: PersonKey
    name: str
    fields: tuple[str, ...]
    basis: str
    since: dt.datetime
    until: dt.datetime

    def covers(self, fields: tuple[str, ...]) -> bool:
        """Say whether all these fields are in the authority."""
        return set(fields) <= set(self.fields)
