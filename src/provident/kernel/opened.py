"""What a room must be handed before it reads about a person or a population."""

import datetime as dt
from dataclasses import dataclass

from provident.kernel.keys import AccountId, PersonKey


@dataclass(frozen=True, slots=True)
class Opened:
    """Proof that the look was written and answered; good inside its own transaction only.

    `keys` holds the person's key and every key merged into it. The database checks the look
    itself, so a forged or stale Opened reads nothing.
    """

    person: PersonKey
    keys: tuple[PersonKey, ...]
    look: int
    actor: AccountId
    purpose: str
    fields: tuple[str, ...]
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class OpenedRun:
    """Proof that one look with its membership was written for a run over many persons."""

    look: int
    actor: AccountId
    purpose: str
    fields: tuple[str, ...]
    at: dt.datetime
