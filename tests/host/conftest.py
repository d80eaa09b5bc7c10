"""What the tests of the machine need: other users, other processes, a distribution's server."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from provident.host import cluster
from provident.host.binaries import server_user

_SITE = next(path for path in map(Path, sys.path) if (path / "psycopg").is_dir())
_SOURCE = Path(__file__).parents[2] / "src"


@pytest.fixture
def python(tmp_path: Path) -> Callable[..., "subprocess.Popen[str]"]:
    """Return a function that runs Python text in a process of its own, with `state` defined."""
    started = []

    def start(
        text: str, directory: Path, command: tuple[str, ...] = (sys.executable,)
    ) -> "subprocess.Popen[str]":
        opening = (
            "import os, sys, time, psycopg\n"
            "from pathlib import Path\n"
            "from provident.host.server import running, alone, is_running\n"
            "from provident.host.state import State\n"
            f"state = State(Path({str(directory)!r}))\n"
        )
        process = subprocess.Popen(
            [*command, "-c", opening + text],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
            env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{_SOURCE}:{_SITE}", "PYTHONWARNINGS": "error"},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def as_nobody() -> tuple[str, ...]:
    """Return a command that runs this version of Python as an unprivileged user."""
    if os.geteuid() != 0:
        return (sys.executable,)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    # Through env, because setpriv itself still reads closed directories with its capabilities.
    drop = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--", "env")
    for candidate in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        if shutil.which(candidate) and _works(*drop, candidate):
            return (*drop, candidate)
    pytest.skip(f"no {version} that an unprivileged user may run")


def _works(*command: str) -> bool:
    check = [*command, "-c", "import psycopg"]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(_SITE)}
    return subprocess.run(check, capture_output=True, cwd="/", env=env, check=False).returncode == 0


_BINARIES_15 = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture(scope="session")
def server15() -> Iterator[Path]:
    """Run the distribution's PostgreSQL 15 with the roles an operator would make; return its socket."""
    if not (_BINARIES_15 / "postgres").exists():
        told = f"{_BINARIES_15} holds no server: install the distribution's postgresql-15"
        if os.environ.get("PROVIDENT_REQUIRE_SERVER15") == "1":
            pytest.fail(told)
        pytest.skip(told)
    base = Path(tempfile.mkdtemp(prefix="provident-15-"))
    user = server_user()
    if os.geteuid() == 0:
        os.chown(base, user.uid, user.gid)

    def run(program: str, *arguments: str) -> None:
        command = [str(_BINARIES_15 / program), "-D", str(base / "data"), *arguments]
        with (base / "said").open("ab") as said:
            subprocess.run(command, check=True, cwd="/", stdout=said, stderr=said, **user.run_as())

    run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
    run("pg_ctl", "-w", "-l", str(base / "log"), "-o", f"-k {base} -c listen_addresses=", "start")
    try:
        with psycopg.connect(f"host={base} user=postgres", autocommit=True) as superuser:
            for role in (cluster.OWNER, cluster.APPLICATION):
                superuser.execute(f"CREATE ROLE {role} LOGIN")
            superuser.execute(f"CREATE DATABASE provident OWNER {cluster.OWNER}")
        yield base
    finally:
        run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(base)
