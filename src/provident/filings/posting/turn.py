"""A filing's turn: what is known once no other filing is on its way."""

from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from provident.kernel.keys import AccountId
from provident.ledger import wire
from provident.ledger.refusals import NoInstallation


@dataclass(frozen=True, slots=True)
class Turn:
    """Told by the database as the turn begins; it stays true until the transaction ends."""

    posted: int | None  # the posted filing with these bytes or these rows
    attempts: int  # how often these bytes were posted before
    own_employer: int  # the only employer this account may file for, 0 for the agency's own accounts
    credit: bool  # whether any employer's payments are not allocated in full
    currency: str
    zone: ZoneInfo
    home_region: int

    @classmethod
    def take(cls, actor: AccountId, sha256: bytes, content: bytes | None) -> Self:
        """Wait until no other filing is being taken in or back."""
        row = wire.call_row("SELECT * FROM filings_begin(%s, %s, %s)", (actor, sha256, content))
        posted, attempts, own_employer, credit, currency, zone, region = row
        if currency is None:
            raise NoInstallation
        return cls(posted, attempts, own_employer, credit, currency, ZoneInfo(zone), region)
