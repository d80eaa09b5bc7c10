"""Running the program as a person does: a process of its own, with its own output and exit code."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import provident
from provident.host.server import running
from provident.host.state import State

_PROGRAM = "import sys; sys.argv[0] = 'provident'; from provident.cli.main import run; run()"
_SITE = next(path for path in map(Path, sys.path) if (path / "psycopg").is_dir())


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict:
        """The one JSON document on standard output."""
        return json.loads(self.out)


def command_line(*arguments: str) -> list[str]:
    return [sys.executable, "-c", _PROGRAM, *map(str, arguments)]


def environment(**more: str) -> dict[str, str]:
    """Return a plain environment: nothing of the test run's own database in it."""
    packages = f"{Path(provident.__file__).parents[1]}:{_SITE}"
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONPATH": packages, "COLUMNS": "120", **more}


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Ran]:
    """Run the program; its state directory is the test's, empty unless the test fills it."""

    def ran(*arguments: str, **more: str) -> Ran:
        done = subprocess.run(
            command_line(*arguments),
            env=environment(
                **{
                    "PROVIDENT_DATA": str(tmp_path / "state"),
                    "XDG_CONFIG_HOME": str(tmp_path / "config"),  # guard and keys of the logs
                    **more,
                }
            ),
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    return ran


@pytest.fixture
def ready(installation: State, run: Callable[..., Ran]) -> Iterator[Callable[..., Ran]]:
    """Run the program on a migrated installation whose server is kept running, which saves time."""
    with running(installation):
        yield run
