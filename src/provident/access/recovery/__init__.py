"""A lost second factor: one account proposes to take it away, another confirms, and a code opens anew."""

import datetime as dt

from provident.access.actions import act
from provident.access.linking.codes import code_hash, new_code
from provident.access.records import EnrolmentCode
from provident.kernel.keys import AccountId


def propose_reset(*, by: AccountId, account: AccountId, reason: str) -> int:
    """Propose to take an account's second factors away; return the proposal's number."""
    question = "SELECT refusal, proposal FROM access_propose_reset(%s, %s, %s)"
    return int(act(question, [by, account, reason]))


def confirm_reset(*, by: AccountId, proposal: int, expires_at: dt.datetime) -> EnrolmentCode:
    """Take second factors, sessions and password away as proposed; return the code for a new start."""
    code = new_code()
    question = "SELECT refusal, account FROM access_confirm_reset(%s, %s, %s, %s)"
    account = act(question, [by, proposal, code_hash(code), expires_at])
    return EnrolmentCode(AccountId(account), code, expires_at)
