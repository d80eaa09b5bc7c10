"""The embedded server's cluster: made once, with roles that own nothing they should not."""

import os
import shutil
import subprocess
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from provident.host.binaries import Binaries, ServerUser, packaged_version
from provident.host.refusals import ClusterOfOtherVersion, ServerFailed
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
    # A failing statement and the row a constraint names hold people's numbers: neither goes to the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "jit": "off",
    "random_page_cost": "1.1",  # solid disks, mostly cached: a small payroll probes for its own people
}


_MAKING = "database.making-"


def url(role: str, password: str, socket: Path, database: str = DATABASE) -> str:
    """Return the address a role connects to."""
    return f"postgresql://{role}:{quote(password)}@/{database}?host={quote(str(socket), safe='')}"


def make(state: State, binaries: Binaries, user: ServerUser) -> None:
    """Make the cluster if there is none yet; one that was half made before is thrown away."""
    for left in state.directory.glob(f"{_MAKING}*"):
        shutil.rmtree(left, ignore_errors=True)  # an initdb that outlived its start may write on: next time
    if (state.database / "PG_VERSION").exists():
        _take_over(state.database, user)
        _refuse_other_version(state.database)
        _forget_dead_server(state.database)
        return
    making = Path(tempfile.mkdtemp(prefix=_MAKING, dir=state.directory))
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


def _take_over(database: Path, user: ServerUser) -> None:
    """Repair what copying a state directory does to it: another owner, open permissions."""
    if os.geteuid() == 0 and database.stat().st_uid == 0:
        for path in (database, *database.rglob("*")):
            os.chown(path, user.uid, user.gid, follow_symlinks=False)
    if database.stat().st_mode & 0o077:
        database.chmod(0o700)


def _refuse_other_version(database: Path) -> None:
    made = (database / "PG_VERSION").read_text(encoding="ascii").strip()
    ours = packaged_version()
    if made != ours:
        raise ClusterOfOtherVersion(path=database, made=made, ours=ours)


def _forget_dead_server(database: Path) -> None:
    """Remove the lock of a dead server whose process number now belongs to somebody else.

    The server refuses to start while that number is alive, as it often is after a restart of a
    container. We hold the supervisor's place here, so a server of ours can only be an orphan, and
    an orphan, or any child it left, works in the cluster's directory.
    """
    lock = database / "postmaster.pid"
    try:
        pid = int(lock.read_text(encoding="utf-8").split("\n", 1)[0])
        os.kill(pid, 0)
    except (FileNotFoundError, ProcessLookupError):
        return  # no lock, or one that the server itself sees to be stale
    except (ValueError, PermissionError):
        pass
    if not _somebody_works_in(database):
        lock.unlink(missing_ok=True)


def _somebody_works_in(directory: Path) -> bool:
    there = directory.stat()
    for process in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):
            if os.path.samestat(process.stat(), there):
                return True
    return False


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
