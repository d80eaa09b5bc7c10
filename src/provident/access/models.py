"""The account table, which Django's sign-in needs as a model; private to this room.

Every other table of the room is made in migrations/sql and reached only through functions there.
"""

import unicodedata

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from provident.access.linking.records import MandateHeld

UNCHOSEN = "unused-"  # begins the sign-in name of a person who has chosen none, as linking.sql writes it


def folded(sign_in: str) -> str:
    """Return a typed sign-in name as names are compared."""
    return unicodedata.normalize("NFKC", sign_in).strip().lower()


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by their sign-in name."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Return the account of a name as it was typed: capitals and wide letters do not matter."""
        return self.annotate(folded=Lower("sign_in")).get(folded=folded(username or ""))


class Account(AbstractBaseUser):
    """Somebody or something that acts. Bare keys say whose record or which employer it belongs to."""

    KINDS = ("person", "staff", "employer", "system", "operator")

    id = models.BigAutoField(primary_key=True)
    sign_in = models.CharField(max_length=150, unique=True)
    kind = models.CharField(max_length=10)
    label_en = models.CharField(max_length=150)
    label_zh = models.CharField(max_length=150)
    office_en = models.CharField(max_length=150)
    office_zh = models.CharField(max_length=150)
    person_key = models.BigIntegerField(null=True)
    employer_key = models.BigIntegerField(null=True)
    sample = models.BooleanField(db_default=False)
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField()
    closed_at = models.DateTimeField(null=True)

    #: The roles held when the account was read along with its session; None where it was read otherwise.
    roles_now: frozenset[str] | None = None
    #: Whom it may act for, likewise.
    mandates_now: tuple[MandateHeld, ...] | None = None

    USERNAME_FIELD = "sign_in"
    REQUIRED_FIELDS = []

    objects = AccountManager()

    class Meta:
        db_table = "access_account"
        constraints = [
            models.CheckConstraint(
                name="access_account_kind",
                condition=(
                    Q(kind="person", person_key__isnull=False, employer_key__isnull=True)
                    | Q(kind="staff", employer_key__isnull=True)
                    | Q(kind="employer", person_key__isnull=True, employer_key__isnull=False)
                    | Q(kind__in=["system", "operator"], person_key__isnull=True, employer_key__isnull=True)
                ),
            ),
            # An account is read before any look, a person's name after one. The sample's labels name nobody.
            models.CheckConstraint(
                name="access_account_unnamed",
                condition=~Q(kind="person") | Q(sample=True) | Q(label_en="", label_zh=""),
            ),
        ]

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Whether the account is open; a closed one cannot sign in."""
        return self.closed_at is None
