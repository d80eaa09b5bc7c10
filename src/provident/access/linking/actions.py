"""Writes: giving a one-time code, taking an account with it, linking an e-ID.

Each decides in the database whether it may be done; a code that does not fit gets one answer and
takes one time, whatever is wrong with it.
"""

import re
import unicodedata

from django.contrib.auth.hashers import make_password
from django.db import connection

from provident.access.actions import act
from provident.access.linking.codes import code_hash, new_code
from provident.access.linking.records import Code, EId
from provident.access.refusals import LetterNeedsAnother, PasswordTooShort, SignInUnfit, of_code
from provident.kernel.keys import AccountId
from provident.kernel.opened import Opened

_LEAST_PASSWORD = 12
_LEAST_NAME, _MOST_NAME = 2, 64
_NAME = re.compile(r"\w[\w.-]*")
_NUMBER = re.compile(r"[\d.-]{7,}|\d{17}x|[a-z]{3}[a-z\d]{12,15}")  # of a telephone, or official


def give_letter_code(opened: Opened) -> Code | None:
    """Give a code for the person's own account, made if there is none; it voids the one before.

    The record is open for just that, to the clerk who hands the letter over. None where somebody can
    sign in to the account already and no second clerk has asked: the asking is kept, which a refusal
    raised here would undo.
    """
    code = new_code()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT refusal, expires_at FROM access_letter_code(%s, %s, %s)",
            [opened.actor, opened.person, code_hash(code)],
        )
        refusal, expires_at = cursor.fetchone()
    if refusal == LetterNeedsAnother.code:
        return None
    if refusal:
        raise of_code(refusal)
    return Code(code, expires_at)


def give_office_code(*, by: AccountId, account: AccountId) -> Code:
    """Give a code for an account of an office or an employer that nobody has signed in to yet."""
    code = new_code()
    question = "SELECT refusal, expires_at FROM access_office_code(%s, %s, %s)"
    return Code(code, act(question, [by, account, code_hash(code)]))


def activate(*, code: str, sign_in: str, password: str) -> AccountId:
    """Take an account with its code: set its password and, where it is a person's, its sign-in name."""
    if len(password) < _LEAST_PASSWORD:
        raise PasswordTooShort(least=_LEAST_PASSWORD)
    # The password is hashed, which is what takes time, before anything is known of the code.
    values = [code_hash(code), fit_name(sign_in), make_password(password)]
    return AccountId(act("SELECT refusal, account FROM access_activate(%s, %s, %s)", values))


def fit_name(typed: str) -> str:
    """Return a sign-in name as it is kept, or refuse one that is none or says who somebody is."""
    name = unicodedata.normalize("NFKC", typed).strip().lower()
    if not _LEAST_NAME <= len(name) <= _MOST_NAME or not _NAME.fullmatch(name) or _NUMBER.fullmatch(name):
        raise SignInUnfit(least=_LEAST_NAME, most=_MOST_NAME)
    return name


def link_by_code(*, code: str, eid: EId) -> AccountId:
    """Link an e-ID to the person to whom the code was handed over."""
    values = [code_hash(code), eid.issuer, eid.subject]
    return AccountId(act("SELECT refusal, account FROM access_link_by_code(%s, %s, %s)", values))


def end_eid(*, by: AccountId, linked: int) -> None:
    """End an e-ID's signing in to one's own account."""
    act("SELECT access_end_identity(%s, %s), 0", [by, linked])
