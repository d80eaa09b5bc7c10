"""The closed lists of the record: branches, kinds, statuses. Codes are stored and hashed: never renumber."""

from enum import Enum, IntEnum, StrEnum


class Branch(IntEnum):
    """An insurance branch (险种)."""

    PENSION = 1
    MEDICAL = 2
    UNEMPLOYMENT = 3
    WORK_INJURY = 4
    MATERNITY = 5

    @property
    def word(self) -> str:
        """The name used in files, commands and JSON, e.g. `work_injury`."""
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> "Branch":
        """Return the branch of a name used in files; KeyError if there is none."""
        return cls[word.upper()]


class Scheme(IntEnum):
    """The scheme inside a branch under which a person is insured."""

    EMPLOYEES = 1
    FLEXIBLE = 2
    RESIDENTS = 3


class EntryKind(IntEnum):
    """What a money entry says happened."""

    DECLARED = 1
    PAID = 2
    BENEFIT_PAID = 3
    INTEREST_CREDITED = 4
    TRANSFER_OUT = 5
    TRANSFER_IN = 6
    ADJUSTMENT = 7
    OPENING_BALANCE = 8


class Evidence(IntEnum):
    """How well an entry taken on from older records is evidenced; NONE for entries filed here."""

    NONE = 0
    DOCUMENTED = 1  # an original or certified document was seen
    PRIOR_SYSTEM = 2  # carried over from the agency's former system
    STATED = 3  # only stated, no proof seen


class Checked(IntEnum):
    """Whether law in force in what we know allowed the amounts to be checked."""

    CHECKED = 1
    NOT_CHECKABLE = 2
    NOT_APPLICABLE = 3  # payments, interest, opening balances: no rate to check against


class SubjectKind(IntEnum):
    """Whom an event is about."""

    PERSON = 1
    EMPLOYER = 2
    INSTALLATION = 3
    ACCOUNT = 4
    FILING = 5


class MonthStatus(Enum):
    """What we know of one person, branch and month. Unknown, absent and zero are different words."""

    NOT_INSURED = "not_insured"
    NOT_YET_DUE = "not_yet_due"
    NOT_REPORTED = "not_reported"
    DECLARED = "declared"
    PART_PAID = "part_paid"
    PAID = "paid"
    ZERO = "zero"  # a declaration that reports a base of zero


class Language(StrEnum):
    """The languages the product speaks."""

    EN = "en"
    ZH_HANS = "zh-hans"
