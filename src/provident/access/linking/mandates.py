"""Writes: offering to be represented, taking the offer, withdrawing it. A mandate ends like any grant.

Each side's `name` is told to the other and to nobody else; whoever calls has read it with a look.
"""

from provident.access.actions import act
from provident.access.linking.codes import code_hash, new_code
from provident.access.linking.records import Code, NewOffer
from provident.kernel.keys import AccountId


def offer_mandate(new: NewOffer, *, by: AccountId, name: str) -> Code:
    """Offer to let somebody act for oneself; whoever takes it with the code is the one, and sees the name."""
    code = new_code()
    values = [by, name, list(new.fields), new.since, new.until, code_hash(code)]
    question = "SELECT refusal, expires_at FROM access_offer_mandate(%s, %s, %s, %s, %s, %s)"
    return Code(code, act(question, values))


def take_mandate(*, by: AccountId, name: str, code: str) -> int:
    """Take an offer with its code and let its giver see one's name; return the number of the mandate."""
    values = [by, name, code_hash(code)]
    return int(act("SELECT refusal, given FROM access_take_mandate(%s, %s, %s)", values))


def withdraw_offer(*, by: AccountId, offer: int) -> None:
    """Take back an offer nobody has taken."""
    act("SELECT access_withdraw_offer(%s, %s), 0", [by, offer])
