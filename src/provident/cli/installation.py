"""The installation a command works on: its database found or started, its tables up to date."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import django
import psycopg
from django.db import connections

from provident.cli.refusals import AgencyUnknown, SampleHalfLoaded, UnknownActor
from provident.cli.session import Session
from provident.config import schema
from provident.host import refusals, safety
from provident.host.server import Server, is_running, running
from provident.host.state import State
from provident.kernel.keys import AccountId

_MIGRATING = 0x50524F56  # any number that every Provident takes for this one lock
_FICTIONAL_REGION = 990000


@dataclass(frozen=True, slots=True)
class Installation:
    """A usable installation."""

    state: State
    application_url: str
    owner_url: str
    server: Server | None  # the embedded server, if that is what is used

    @property
    def dump_url(self) -> str:
        """The address of the role that sees every row: the superuser where the server is ours."""
        return self.server.superuser_url("provident") if self.server else self.owner_url


def own_server() -> tuple[str, str] | None:
    """Return the addresses of a server of the operator's own, or None for the embedded one."""
    application, owner = (os.environ.get(name, "") for name in safety.ADDRESSES)
    if bool(application) != bool(owner):
        raise refusals.OwnerAddressMissing
    return (application, owner) if application else None


@contextmanager
def installation(
    session: Session, *, starting_over: bool = False, demonstration: bool = True
) -> Iterator[Installation]:
    """Attach to the database, or start it for the block's time; refuse an unsafe one; migrate it.

    A database with a half loaded sample is refused, so nothing else can be in it; whoever loads
    the sample starts over with an empty one. With `demonstration`, an installation nobody has
    registered serves a demonstration agency in the fictional region.
    """
    _settle_half_sample(session.state, starting_over=starting_over)
    with _database(session) as found:
        safety.require_safe(found.application_url, found.owner_url)
        point_django(found)
        _bring_up_to_date(session, found)
        if demonstration:
            _demonstrate(session)
        try:
            yield found
        finally:
            connections.close_all()


def _settle_half_sample(state: State, *, starting_over: bool) -> None:
    if not state.sample_loading.exists():
        return
    if not starting_over or is_running(state) or own_server():
        raise SampleHalfLoaded(path=state.directory)
    for part in (state.database, state.originals):
        shutil.rmtree(part, ignore_errors=True)
    state.sample_loading.unlink()


@contextmanager
def _database(session: Session) -> Iterator[Installation]:
    addresses = own_server()
    session.state.prepare()
    if addresses:
        yield Installation(session.state, *addresses, server=None)
        return
    if not session.state.database.exists():
        session.say("Making a database …", "正在创建数据库……")
    with running(session.state) as server:
        yield Installation(session.state, server.application_url, server.owner_url, server)


def environment_of(found: Installation) -> dict[str, str]:
    """Return what settings, this process's and its children's, read from the environment."""
    found.state.secret("django.key")
    found.state.secret("second-factor.key")
    application, owner = safety.ADDRESSES
    return {
        "DJANGO_SETTINGS_MODULE": "provident.config.settings",
        "PROVIDENT_DATA": str(found.state.directory),
        application: found.application_url,
        owner: found.owner_url,
    }


def point_django(found: Installation) -> None:
    """Set Django up on this installation."""
    os.environ.update(environment_of(found))
    django.setup()


def _bring_up_to_date(session: Session, found: Installation) -> None:
    """Run what migrations are missing, one process at a time."""
    if not schema.pending():
        return
    with closing(psycopg.connect(found.owner_url, autocommit=True)) as owner:
        owner.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
        if schema.pending():
            session.say("Bringing the tables up to date …", "正在更新数据表……")
            schema.bring_up_to_date()


def _demonstrate(session: Session) -> None:
    """Let an unregistered installation be tried out; never in production mode."""
    from provident.ledger import queries
    from provident.ledger.actions import register_installation
    from provident.ledger.refusals import AlreadyInstalled, NoInstallation

    try:
        queries.installation()
    except NoInstallation:
        if os.environ.get("PROVIDENT_MODE") == "production":
            raise AgencyUnknown from None
        # Two first commands at once: the second finds what the first has registered.
        with suppress(AlreadyInstalled):
            register_installation(
                agency_en="Demonstration Agency",
                agency_zh="演示经办机构",
                currency="CNY",
                zone=ZoneInfo("Asia/Shanghai"),
                home_region=_FICTIONAL_REGION,
            )
        session.say(
            "No agency is registered: this is a demonstration in the fictional region 990000.",
            "尚未登记经办机构：当前为虚构地区 990000 的演示。",
        )


def acting(session: Session) -> AccountId:
    """Return the account that acts: `--as` as number or sign-in name, else the operator."""
    from provident.access import queries
    from provident.access.records import OPERATOR
    from provident.access.refusals import UnknownAccount

    if not session.actor:
        return OPERATOR
    try:
        if session.actor.isdecimal():
            return queries.account(AccountId(int(session.actor))).account
        return queries.account_of(session.actor).account
    except UnknownAccount as error:
        raise UnknownActor(actor=session.actor) from error
