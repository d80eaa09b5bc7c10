"""The embedded server's cluster: made once, with roles that own nothing they should not."""

import os
import shutil
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from provident.host.binaries import Binaries, ServerUser
from provident.host.refusals import ServerFailed
from provident.host.state import State

DATABASE = "provident"
OWNER, APPLICATION, SUPERUSER = "provident_owner", "provident_app", "postgres"

# No address but the private socket; durability settings are the server's safe defaults and are
# named so that a stray configuration file cannot change them.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "jit": "off",
}


def url(role: str, password: str, socket: Path, database: str = DATABASE) -> str:
    """Return the address a role connects to."""
    return f"postgresql://{role}:{quote(password)}@/{database}?host={quote(str(socket), safe='')}"


def make(state: State, binaries: Binaries, user: ServerUser) -> None:
    """Make the cluster if there is none yet; one that was half made before is thrown away."""
    if (state.database / "PG_VERSION").exists():
        return
    making = state.directory / "database.making"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(making, user.uid, user.gid)
    place = os.open(making, os.O_RDONLY | os.O_DIRECTORY)
    password = os.memfd_create("password")
    try:
        os.write(password, state.secret("superuser.password").encode())
        done = subprocess.run(  # noqa: S603 - our own programs and arguments
            [
                binaries.program("initdb"),
                f"--pgdata=/proc/self/fd/{place}",
                f"--username={SUPERUSER}",
                f"--pwfile=/proc/self/fd/{password}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--data-checksums",
                "--no-instructions",
            ],
            capture_output=True,
            pass_fds=(place, password),
            cwd="/",
            check=False,
            **user.run_as(),
        )
    finally:
        os.close(place)
        os.close(password)
    if done.returncode:
        log = state.log / "initdb.log"
        log.write_bytes(done.stdout + done.stderr)
        raise ServerFailed(reason="its cluster could not be made", log=log)
    making.rename(state.database)


def provide_roles(state: State, socket: Path) -> None:
    """Make the roles and the database where they are missing; set the roles' passwords."""
    maintenance = url(SUPERUSER, state.secret("superuser.password"), socket, "postgres")
    with closing(psycopg.connect(maintenance, autocommit=True)) as server:
        for role in (OWNER, APPLICATION):
            known = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            verb = "ALTER" if known else "CREATE"
            server.execute(
                sql.SQL(
                    f"{verb} ROLE {{}} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS "
                    "NOREPLICATION PASSWORD {}"
                ).format(sql.Identifier(role), sql.Literal(state.secret(f"{role}.password")))
            )
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            server.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0")


def close_to_public(owner: psycopg.Connection) -> None:
    """Take away what PostgreSQL grants to everybody; every room then grants what it means to.

    Runs as the owner, before migrations, on embedded and foreign servers alike.
    """
    database = sql.Identifier(owner.info.dbname)
    owner.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    owner.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(APPLICATION)))
    owner.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    owner.execute(f"GRANT USAGE ON SCHEMA public TO {APPLICATION}")
    owner.execute("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC")
