"""What a database must be before a record is entrusted to it.

The same checks for the embedded server and for any other. They are made at every start, because
a setting can change between two starts.
"""

from collections.abc import Iterator
from contextlib import closing

import psycopg

from provident.host import cluster, refusals
from provident.kernel.refusal import Refusal

OLDEST = 15
ADDRESSES = _APPLICATION, _OWNER = "PROVIDENT_DATABASE_URL", "PROVIDENT_OWNER_DATABASE_URL"

_ROLE = """
    SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication
    FROM pg_roles WHERE rolname = current_user
"""
# A role counts as a member here if it may act as the other, whether or not it inherits.
_MEMBERSHIPS = """
    SELECT rolname, rolname = %(owner)s FROM pg_roles
    WHERE rolname <> current_user AND pg_has_role(current_user, oid, 'MEMBER') ORDER BY 1
"""
_OWNED = """
    SELECT 'the database ' || datname FROM pg_database
     WHERE datname = current_database() AND pg_get_userbyid(datdba) = current_user
    UNION ALL SELECT 'the schema ' || nspname FROM pg_namespace
     WHERE nspname = 'public' AND pg_get_userbyid(nspowner) = current_user
    UNION ALL (SELECT 'the table ' || relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND pg_get_userbyid(relowner) = current_user LIMIT 1)
"""


def require_safe(application_url: str, owner_url: str) -> None:
    """Raise the first reason why this database may not be used."""
    for problem in problems(application_url, owner_url):
        raise problem


def problems(application_url: str, owner_url: str) -> Iterator[Refusal]:
    """Yield every reason why this database may not be used."""
    try:
        with closing(_connect(application_url, _APPLICATION)) as connection:
            yield from _server(connection)
            yield from _role(connection)
        with closing(_connect(owner_url, _OWNER)) as connection:
            yield from _named(connection, _OWNER, cluster.OWNER)
            yield from _commits(connection)
    except refusals.DatabaseUnreachable as unreachable:
        yield unreachable


def _connect(url: str, variable: str) -> psycopg.Connection:
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        role = psycopg.conninfo.conninfo_to_dict(url).get("user", "?")
        reason = str(error).strip().splitlines()[-1].rstrip(".")
        raise refusals.DatabaseUnreachable(variable=variable, role=role, reason=reason) from error


def _setting(connection: psycopg.Connection, name: str) -> str:
    (value,) = connection.execute("SELECT current_setting(%s)", [name]).fetchone() or ("",)
    return str(value)


def _server(connection: psycopg.Connection) -> Iterator[Refusal]:
    if connection.info.server_version < OLDEST * 10_000:
        found = _setting(connection, "server_version")
        yield refusals.ServerTooOld(found=found, needed=OLDEST)
    if _setting(connection, "fsync") != "on":
        yield refusals.FsyncOff()
    if _setting(connection, "full_page_writes") != "on":
        yield refusals.FullPageWritesOff()
    yield from _commits(connection)
    encoding = _setting(connection, "server_encoding")
    if encoding != "UTF8":
        yield refusals.NotUnicode(found=encoding)


def _commits(connection: psycopg.Connection) -> Iterator[Refusal]:
    # Other values than off all wait for this server's own disk.
    if _setting(connection, "synchronous_commit") == "off":
        yield refusals.SynchronousCommitOff(role=connection.info.user)


def _named(connection: psycopg.Connection, variable: str, needed: str) -> Iterator[Refusal]:
    if connection.info.user != needed:
        yield refusals.WrongRole(variable=variable, found=connection.info.user, needed=needed)


def _role(connection: psycopg.Connection) -> Iterator[Refusal]:
    role = connection.info.user
    yield from _named(connection, _APPLICATION, cluster.APPLICATION)
    found = connection.execute(_ROLE).fetchone()
    superuser, bypasses, creates_roles, creates_databases, replicates = found or (False,) * 5
    if superuser:
        # A superuser passes every further question too, so they would only repeat this answer.
        yield refusals.RoleIsSuperuser(role=role)
        return
    if bypasses:
        yield refusals.RoleBypassesRowSecurity(role=role)
    for has, power in (
        (creates_roles, "CREATEROLE"),
        (creates_databases, "CREATEDB"),
        (replicates, "REPLICATION"),
    ):
        if has:
            yield refusals.RoleTooPowerful(role=role, power=power)
    for name, is_owner in connection.execute(_MEMBERSHIPS, {"owner": cluster.OWNER}):
        if is_owner:
            yield refusals.RoleIsOwner(role=role, what=name)
        else:
            yield refusals.RoleTooPowerful(role=role, power=name)
    for (what,) in connection.execute(_OWNED):
        yield refusals.RoleIsOwner(role=role, what=what)
