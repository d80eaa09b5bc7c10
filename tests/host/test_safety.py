"""A database that could lose or leak records is refused, with the reason and the remedy."""

import os
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from provident.host import refusals
from provident.host.safety import problems, require_safe
from provident.host.server import running
from provident.host.state import State
from provident.kernel.refusal import Refusal


def _codes(application: str, owner: str) -> set[str]:
    return {problem.code for problem in problems(application, owner)}


def test_embedded_server_is_safe(installation: State) -> None:
    """The embedded server as we start it passes every check."""
    with running(installation) as server:
        require_safe(server.application_url, server.owner_url)


@pytest.mark.usefixtures("fresh_database")
def test_hasty_server() -> None:
    """A server that trades durability for speed, as the tests' own does, is refused on all counts."""
    found = _codes(os.environ["PROVIDENT_DATABASE_URL"], os.environ["PROVIDENT_OWNER_DATABASE_URL"])
    assert found == {"host.fsync_off", "host.full_page_writes_off", "host.synchronous_commit_off"}


def test_dangerous_roles(installation: State) -> None:
    """Each power that goes around row security or grants is refused by its own name."""
    cases = [
        ("SUPERUSER", "NOSUPERUSER", "host.role_is_superuser"),
        ("BYPASSRLS", "NOBYPASSRLS", "host.role_bypasses_row_security"),
        ("CREATEROLE", "NOCREATEROLE", "host.role_too_powerful"),
        ("CREATEDB", "NOCREATEDB", "host.role_too_powerful"),
        ("REPLICATION", "NOREPLICATION", "host.role_too_powerful"),
    ]
    granted = [
        ("provident_owner", "host.role_is_owner"),
        ("pg_read_all_data", "host.role_too_powerful"),
        ("pg_write_server_files", "host.role_too_powerful"),
    ]
    with running(installation) as server, closing(psycopg.connect(server.superuser_url("provident"))) as root:
        root.autocommit = True
        for on, off, code in cases:
            root.execute(f"ALTER ROLE provident_app {on}")
            assert _codes(server.application_url, server.owner_url) == {code}, on
            root.execute(f"ALTER ROLE provident_app {off}")
        for role, code in granted:
            root.execute(f"GRANT {role} TO provident_app")
            assert code in _codes(server.application_url, server.owner_url), role
            root.execute(f"REVOKE {role} FROM provident_app")
        root.execute("CREATE TABLE planted ()")
        root.execute("ALTER TABLE planted OWNER TO provident_app")
        assert _codes(server.application_url, server.owner_url) == {"host.role_is_owner"}
        root.execute("DROP TABLE planted")
        root.execute("ALTER ROLE provident_owner SET synchronous_commit = off")
        assert _codes(server.application_url, server.owner_url) == {"host.synchronous_commit_off"}
        root.execute("ALTER ROLE provident_owner RESET synchronous_commit")
        assert _codes(server.application_url, server.owner_url) == set()


def test_owner_as_application(installation: State) -> None:
    """The owner's, or the superuser's, address in the application's place is refused."""
    with running(installation) as server:
        assert {"host.wrong_role", "host.role_is_owner"} <= _codes(server.owner_url, server.owner_url)
        superuser = server.superuser_url("provident")
        assert _codes(superuser, superuser) == {"host.wrong_role", "host.role_is_superuser"}


def test_unreachable(tmp_path: Path) -> None:
    """A server that does not answer is a refusal that names the variable, never the password."""
    url = f"postgresql://provident_app:hush@/provident?host={tmp_path}"
    with pytest.raises(refusals.DatabaseUnreachable) as refused:
        require_safe(url, url)
    said = refused.value.sentence("en") + refused.value.remedy("en")
    assert "PROVIDENT_DATABASE_URL" in said
    assert "hush" not in said


def test_wrong_password_stays_unsaid(installation: State) -> None:
    """A refused password does not appear in what is printed."""
    with running(installation) as server:
        url = make_conninfo(server.application_url, password="hush-hush")
        (problem,) = problems(url, url)
    assert isinstance(problem, refusals.DatabaseUnreachable)
    assert "hush" not in problem.sentence("en")


def test_not_unicode(installation: State) -> None:
    """A database that cannot hold every name is refused."""
    with running(installation) as server:
        with closing(psycopg.connect(server.superuser_url(), autocommit=True)) as root:
            root.execute(
                "CREATE DATABASE latin OWNER provident_owner TEMPLATE template0 "
                "ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'"
            )
        urls = [make_conninfo(url, dbname="latin") for url in (server.application_url, server.owner_url)]
        assert _codes(*urls) == {"host.not_unicode"}


@pytest.mark.server15
def test_server_15(server15: Path) -> None:
    """The distribution's PostgreSQL 15, set up as told, passes; with fsync off it does not."""
    application = f"host={server15} dbname=provident user=provident_app"
    owner = f"host={server15} dbname=provident user=provident_owner"
    require_safe(application, owner)
    with closing(psycopg.connect(f"host={server15} user=postgres", autocommit=True)) as root:
        root.execute("ALTER SYSTEM SET fsync = off")
        root.execute("SELECT pg_reload_conf()")
        try:
            with closing(psycopg.connect(owner)) as fresh:
                fresh.execute("SELECT pg_sleep(0.3)")
            with pytest.raises(refusals.FsyncOff):
                require_safe(application, owner)
        finally:
            root.execute("ALTER SYSTEM RESET fsync")
            root.execute("SELECT pg_reload_conf()")


def test_too_old(monkeypatch: pytest.MonkeyPatch, installation: State) -> None:
    """A server older than the oldest we support is refused with both versions named."""
    monkeypatch.setattr("provident.host.safety.OLDEST", 99)
    with running(installation) as server:
        problem = next(problems(server.application_url, server.owner_url))
    assert isinstance(problem, Refusal)
    assert problem.code == "host.server_too_old"
    assert "99" in problem.sentence("zh-hans")
