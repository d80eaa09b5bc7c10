"""How long a session lives, and the list of one's own. A session that has ended is gone on the server."""

import time
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from provident.access.models import Account
from provident.portal.accounts.standing import acts_in_office


@dataclass(frozen=True, slots=True)
class Limits:
    """How many seconds a session lasts without a sign of life, and in all."""

    idle: int
    total: int


OFFICE = Limits(idle=15 * 60, total=10 * 3600)
RESIDENT = Limits(idle=30 * 60, total=12 * 3600)
# A sign of life is written at most this often, so that reading a page costs no write.
_NOTED_EVERY = 60
_BEGAN, _SEEN = "provident_began", "provident_seen"


def limits_of(account: Account) -> Limits:
    """Return the limits of an account's sessions: shorter for whoever acts in office."""
    return OFFICE if acts_in_office(account) else RESIDENT


class Authentication(AuthenticationMiddleware):
    """Middleware: who has signed in, as long as the session keeps within its limits.

    The session is looked at only where somebody asks who it is, so that public pages stay free of it.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Put the account, or nobody, on the request."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _within_limits(request))  # type: ignore[assignment]


def _within_limits(request: HttpRequest) -> Account | AnonymousUser:
    account = get_user(request)
    if not isinstance(account, Account):
        return AnonymousUser()
    now, session, limits = time.time(), request.session, limits_of(account)
    began, seen = session.get(_BEGAN, now), session.get(_SEEN, now)
    if now - began > limits.total or now - seen > limits.idle:
        session.flush()
        request.provident_session_ended = True  # type: ignore[attr-defined]
        request._cached_user = AnonymousUser()  # type: ignore[attr-defined] # noqa: SLF001 - get_user's own memory
        return AnonymousUser()
    if _BEGAN not in session:
        session[_BEGAN] = session[_SEEN] = now
    elif now - seen > _NOTED_EVERY:
        session[_SEEN] = now
    return account


def own_sessions(request: HttpRequest) -> tuple[UserSession, ...]:
    """Return the account's living sessions, the present one first."""
    living = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    found = UserSession.objects.filter(user_id=request.user.pk, session_key__in=living)
    return tuple(sorted(found, key=lambda one: (not one.is_current(), -one.created_at.timestamp())))


def note(request: HttpRequest) -> None:
    """Put the present session in the list of its owner's sessions."""
    UserSession.objects.create_from_request(request)


def end(request: HttpRequest, number: int) -> None:
    """End one of the account's own sessions; a number of somebody else's ends nothing."""
    for session in UserSession.objects.filter(pk=number, user_id=request.user.pk):
        session.end()


def end_others(request: HttpRequest) -> None:
    """End every session of the account but the present one."""
    others = UserSession.objects.filter(user_id=request.user.pk)
    for session in others.exclude(session_key=request.session.session_key):
        session.end()


def rename(before: str | None, after: str | None) -> None:
    """Keep the list true after the present session's key has changed."""
    UserSession.objects.filter(session_key=before).update(session_key=after)


def forget_current(request: HttpRequest) -> None:
    """Take the present session off the list, because it is about to end."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()
