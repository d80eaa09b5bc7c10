"""What the tests of the machine need: other users, other processes, a distribution's server."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import provident

_SITE = next(path for path in map(Path, sys.path) if (path / "psycopg").is_dir())
_SOURCE = Path(provident.__file__).parents[1]


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
