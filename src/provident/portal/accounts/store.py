"""Sessions in Django's table, each read together with whose it is: one question a page instead of three."""

from contextvars import ContextVar
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from provident.access.models import Account
from provident.access.queries import session_with_account

_came_along: ContextVar[Account | None] = ContextVar("came_along", default=None)


class SessionStore(DatabaseStore):
    """A session in the database."""

    def load(self) -> dict[str, Any]:
        """Return what the session holds, nothing if it has ended; keep whose it is for who asks next."""
        key = self.session_key or ""
        well_formed = key.isascii() and key.isalnum()
        found = session_with_account(key, at=timezone.now()) if well_formed else None
        data, account = found or (None, None)
        _came_along.set(account)
        if data is None:
            self._session_key = None
            return {}
        return dict(self.decode(data))


class Backend(ModelBackend):
    """Signs in by name and password; knows the account that came along with its session."""

    def get_user(self, user_id: int) -> Account | None:
        """Return the open account that a session names.

        The list of sessions told which account to read; the session itself, which is signed, decides.
        """
        account = _came_along.get()
        _came_along.set(None)
        if account is not None and account.pk == user_id:
            return account if self.user_can_authenticate(account) else None
        found = super().get_user(user_id)
        return found if isinstance(found, Account) else None
