"""A database to a dump file and back, by PostgreSQL's own programs."""

import os
import re
import shutil
import subprocess
from contextlib import closing, suppress
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from provident.host import binaries
from provident.host.locks import open_private
from provident.host.refusals import BackupIncomplete, BinariesMissing, ToolFailed

_CHUNK = 1024 * 1024


def dump(url: str, file: Path) -> None:
    """Write the database to a file in pg_dump's custom format: one consistent view, every row."""
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        flags = _past_row_security(connection)
        program = _dumper(connection)
    os.close(open_private(file, os.O_WRONLY))
    _run(program, url, ("--format=custom", f"--file={file}", *flags))


def _past_row_security(connection: psycopg.Connection) -> tuple[str, ...]:
    """Return the flags with which this role dumps every row; refuse if there are none.

    A superuser passes row security. The owner is subject to it, because it is forced, and passes
    only where a policy lets it see everything.
    """
    (superuser,) = connection.execute(
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ).fetchone() or (False,)
    if superuser:
        return ()
    hidden = connection.execute(
        """
        SELECT relname FROM pg_class WHERE relforcerowsecurity AND NOT EXISTS (
            SELECT FROM pg_policy
            WHERE polrelid = pg_class.oid AND polpermissive AND polcmd IN ('*', 'r')
              AND pg_get_expr(polqual, polrelid) = 'true'
              AND (SELECT oid FROM pg_roles WHERE rolname = current_user) = ANY (polroles))
        ORDER BY 1
        """
    ).fetchall()
    if hidden:
        names = ", ".join(name for (name,) in hidden)
        raise BackupIncomplete(role=connection.info.user, tables=names)
    return ("--enable-row-security",)


def restore(file: Path, url: str, flags: tuple[str, ...] = ()) -> None:
    """Turn the dump into SQL and run it in one transaction.

    Not directly by pg_restore, because its first lines set a parameter that older servers do
    not know.
    """
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        version = connection.info.server_version // 10_000
    making = subprocess.Popen(  # noqa: S603 - our own program and arguments
        [_tool("pg_restore", version), "--file=-", *flags, str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    running_it = subprocess.Popen(  # noqa: S603 - our own program and arguments
        [_tool("psql", version), "-X", "-q", "-w", "-v", "ON_ERROR_STOP=1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=_environment(url),
    )
    with making, running_it:
        # If psql fails early its pipe is closed; its own words below say why.
        with suppress(BrokenPipeError):
            _pass_on(making, running_it)
        for name, tool in (("psql", running_it), ("pg_restore", making)):
            said = tool.stderr.read() if tool.stderr else b""
            _require_done(name, tool.wait(), said)


def _pass_on(making: "subprocess.Popen[bytes]", running_it: "subprocess.Popen[bytes]") -> None:
    """Hand the SQL over as one transaction, which only a complete dump commits."""
    if making.stdout is None or running_it.stdin is None:
        raise AssertionError("both pipes were asked for")
    with running_it.stdin as target, making.stdout as source:
        target.write(b"BEGIN;\n")
        for line in source:
            if not line.startswith(b"SET transaction_timeout"):
                target.write(line)
            if line.startswith(b"SET row_security"):
                break  # the last of the settings; from here on there are records
        shutil.copyfileobj(source, target, _CHUNK)
        if making.wait() == 0:
            target.write(b"COMMIT;\n")


def _dumper(connection: psycopg.Connection) -> str:
    """Return the pg_dump that knows this server best.

    Ours for a server of our own version, else the server's own: even within a major version a
    server may keep something that only a pg_dump of the same age leaves out of a dump.
    """
    with suppress(BinariesMissing):
        found = str(connection.info.parameter_status("server_version"))
        if binaries.packaged_full_version().startswith(f"{found}."):
            return binaries.packaged().program("pg_dump")
    major = connection.info.server_version // 10_000
    for own in (f"/usr/lib/postgresql/{major}/bin/pg_dump", shutil.which("pg_dump")):
        if own and Path(own).exists() and _major_of(own) == major:
            return own
    newer_columns = connection.execute(
        "SELECT 1 FROM pg_attribute, unnest(attoptions) AS o WHERE starts_with(o, 'pg_') LIMIT 1"
    ).fetchone()
    if newer_columns:
        reason = f"this server needs the pg_dump of PostgreSQL {major}, which is not installed here"
        raise ToolFailed(tool="pg_dump", reason=reason)
    return _tool("pg_dump", major)


def _major_of(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"(\d+)(\.|$)", said.stdout)
    return int(found[1]) if found else 0


def _tool(name: str, server_version: int) -> str:
    """Return a program at least as new as the server: ours, else one on the path."""
    with suppress(BinariesMissing):
        if int(binaries.packaged_version()) >= server_version:
            return binaries.packaged().program(name)
    found = shutil.which(name)
    if not found:
        reason = f"PostgreSQL {server_version} needs its own {name}, which is not installed here"
        raise ToolFailed(tool=name, reason=reason)
    return found


def _run(tool: str, url: str, arguments: tuple[str, ...]) -> None:
    done = subprocess.run(  # noqa: S603 - our own program and arguments
        [tool, "--no-password", *arguments],
        env=_environment(url),
        capture_output=True,
        check=False,
    )
    _require_done(Path(tool).name, done.returncode, done.stderr)


def _environment(url: str) -> dict[str, str]:
    """Return the environment that leads a tool to a database.

    The password goes this way because other users of the machine see arguments.
    """
    names = {"dbname": "database"}
    parts = conninfo_to_dict(url)
    env = {f"PG{names.get(key, key).upper()}": str(value) for key, value in parts.items()}
    return {"PATH": os.environ.get("PATH", ""), **env}


def _require_done(tool: str, code: int, said: bytes) -> None:
    if code:
        lines = said.decode("utf-8", "replace").strip().splitlines()
        raise ToolFailed(tool=tool, reason=(lines or [f"exit code {code}"])[0].rstrip("."))
