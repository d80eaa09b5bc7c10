"""Running the program as a person does: a process of its own, with its own output and exit code."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import provident
from provident.host.server import running
from provident.host.state import State
from provident.identity.numbers import check_character

from . import forked

HEADINGS = ("resident_id", "name", "employer_id", "branch", "month", "base", "employee", "employer", "event")
CODE = "91990000MA0000004L"
_BODY = "99000019900101101"
NUMBER = _BODY + check_character(_BODY)
ENROL = (NUMBER, "王小明", CODE, "pension", "2026-01", "", "", "", "enrol")
DECLARE = (NUMBER, "王小明", CODE, "pension", "2026-01", "8000.00", "640.00", "1280.00", "")

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


def program(home: Path) -> Callable[..., Ran]:
    """Return what runs the program with `state` and `config` in one directory."""

    def ran(*arguments: str, **more: str) -> Ran:
        given = {"PROVIDENT_DATA": str(home / "state"), "XDG_CONFIG_HOME": str(home / "config")}
        with TemporaryDirectory() as said:
            code = forked.ran([*map(str, arguments)], environment(**given | more), Path(said))
            out, err = ((Path(said) / name).read_text(encoding="utf-8") for name in ("out", "err"))
        assert "Traceback" not in out + err
        return Ran(code, out, err)

    return ran


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Ran]:
    """Run the program; its state directory is the test's, empty unless the test fills it."""
    return program(tmp_path)


@pytest.fixture(scope="session")
def agency_home(shared_installation: State) -> Path:
    """Make, once, an installation with one employer and one enrolled resident; stopped, to be copied."""
    home = shared_installation.directory.parent
    ready = program(home)
    with running(shared_installation):
        made = ready("employer", "add", CODE, "--name", "示例公司", "--since", "2020-01-01", "--json")
        assert made.code == 0, made.out
        enrolled = ready("ingest", written(home / "enrol.csv", ENROL), "--json")
        assert enrolled.code == 0, enrolled.out
        assert enrolled.document["files"][0]["registered"] == 1
    return home


@pytest.fixture
def agency(agency_home: Path, tmp_path: Path, run: Callable[..., Ran]) -> Iterator[Callable[..., Ran]]:
    """Run the program on an installation with one employer and one enrolled resident."""
    subprocess.run(["cp", "-a", f"{agency_home}/.", tmp_path], check=True)
    with running(State(tmp_path / "state")):
        yield run


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Write a payroll file into the test's directory."""
    return lambda name, *rows, **how: written(tmp_path / name, *rows, **how)


def written(
    path: Path, *rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS, encoding="utf-8"
) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return str(path)


@pytest.fixture
def ready(installation: State, run: Callable[..., Ran]) -> Iterator[Callable[..., Ran]]:
    """Run the program on a migrated installation whose server is kept running, which saves time."""
    with running(installation):
        yield run
