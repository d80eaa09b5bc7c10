"""What crosses this room's border.

Label          a text in both languages
NewAccount     what creating an account needs
AccountCard    an account as other rooms see it
EnrolmentCode  a one-time code, shown once
RoleHeld       a role an account holds, from when to when
NewGrant       what opening a record to somebody needs
Grant          a mandate, consent, agreement or case
Look           one line of the log a person reads
LookWords      that line in one language
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from provident.kernel.keys import AccountId, EmployerKey, PersonKey


@dataclass(frozen=True, slots=True)
class Label:
    """A text in both languages."""

    en: str
    zh: str

    def text(self, language: str) -> str:
        """Return the text in `en` or `zh-hans`."""
        return self.zh if language.startswith("zh") else self.en


NO_LABEL = Label("", "")
OPERATOR = AccountId(1)  # the operator at the console, made with the tables


class AccountKind(StrEnum):
    """What an account stands for."""

    PERSON = "person"
    STAFF = "staff"
    EMPLOYER = "employer"
    SYSTEM = "system"
    OPERATOR = "operator"


class Role(StrEnum):
    """What an account acts as; titles and rules are in the catalogue."""

    RESIDENT = "resident"
    REPRESENTATIVE = "representative"
    EMPLOYER_CLERK = "employer_clerk"
    AGENCY_CLERK = "agency_clerk"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    PARTNER = "partner"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"


class GrantKind(StrEnum):
    """Why a record is open to somebody else."""

    MANDATE = "mandate"
    CONSENT = "consent"
    AGREEMENT = "agreement"
    CASE = "case"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What creating an account needs; `person` or `employer` is whose it is, where it is anybody's.

    A person's account keeps no label, for it can be read without a look; only a sample's keeps what it shows.
    """

    kind: AccountKind
    sign_in: str
    label: Label = NO_LABEL
    office: Label = NO_LABEL
    person: PersonKey | None = None
    employer: EmployerKey | None = None
    sample: bool = False  # may sign in by a click where the sample sign-in is on (development only)


@dataclass(frozen=True, slots=True)
class AccountCard:
    """An account as other rooms see it."""

    account: AccountId
    kind: AccountKind
    sign_in: str
    label: Label
    office: Label
    person: PersonKey | None
    employer: EmployerKey | None
    taken: bool = True  # somebody has set its password


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """A one-time code for setting an account's first password; only its hash is stored."""

    account: AccountId
    code: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role an account holds or held; `until` is the first moment it no longer holds."""

    id: int
    role: Role
    since: dt.datetime
    until: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGrant:
    """What opening a record to an account needs; an agreement names no person."""

    kind: GrantKind
    account: AccountId
    person: PersonKey | None
    purpose: str
    fields: tuple[str, ...]
    basis: str  # the paper, case or article it rests on
    since: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """A record opened to an account for a purpose and a time."""

    id: int
    kind: GrantKind
    account: AccountId
    person: PersonKey | None
    purpose: str
    fields: tuple[str, ...]
    basis: str
    since: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One line of the log a person reads: who asked when for what, and whether it was answered."""

    id: int
    at: dt.datetime
    office: Label
    role: Label
    system: str
    system_title: Label
    purpose: str
    purpose_title: Label
    article: Label
    fields: tuple[str, ...]
    field_titles: tuple[Label, ...]
    answered: bool
    refusal: str  # the refusal's code; empty when answered
    refusal_told: Label
    reason: str  # what whoever asked typed as a reason, if anything
    override: bool
    run: bool
    name: str  # which a representative told the person; empty for everybody else, and to everybody else
    own: bool  # the person's own look

    def in_words(self, language: str) -> "LookWords":
        """Return the look in the words of `en` or `zh-hans`."""
        chinese = language.startswith("zh")
        unknown = "未知账户" if chinese else "An unknown account"
        role = self.role.text(language)
        if self.name:
            role += self.name if chinese else f" {self.name}"
        who = self.office.text(language) or role or unknown
        you = "您本人" if chinese else "You"
        return LookWords(
            who=you if self.own else who,
            system=self.system_title.text(language),
            purpose=self.purpose_title.text(language),
            article=self.article.text(language),
            fields=tuple(title.text(language) for title in self.field_titles),
            refusal=self.refusal_told.text(language),
        )


@dataclass(frozen=True, slots=True)
class LookWords:
    """A look as a person reads it; `refusal` is empty when the look was answered."""

    who: str
    system: str
    purpose: str
    article: str
    fields: tuple[str, ...]
    refusal: str


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for which fields of a record, for what purpose, through which door; a typed reason."""

    by: AccountId
    purpose: str
    fields: Sequence[str]
    system: str = "portal"
    reason: str = ""
