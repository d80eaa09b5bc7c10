"""Sessions whose time is over: Django's rows, and the list their owners read."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils import timezone


def clear() -> None:
    """Remove what no browser can use any more, with the addresses it was used from."""
    Session.objects.filter(expire_date__lte=timezone.now()).delete()
    living = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(living)).delete()
