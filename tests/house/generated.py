"""The reference pages that are made from the code. A test compares; `python -m tests.house.regenerate` rewrites."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import provident
from provident.access import pages as access_pages
from provident.api import urls as interface
from provident.identity import catalogue as archive
from provident.kernel.refusal import Refusal

from .tree import ROOT, SOURCE, dotted, python_files

PAGES = ROOT / "docs" / "reference"


def refusal_modules() -> list[str]:
    """Return the names of every module that lists a room's refusals, lowest path first."""
    return [
        dotted(path)
        for path in python_files("src")
        if path.name == "refusals.py" and path.is_relative_to(SOURCE)
    ]


def refusals_in(module: str) -> list[type[Refusal]]:
    """Return the refusals a module defines, in the order in which it does."""
    found = vars(importlib.import_module(module)).values()
    return [
        one
        for one in found
        if isinstance(one, type) and issubclass(one, Refusal) and one.__module__ == module
    ]


def every_refusal() -> Iterator[type[Refusal]]:
    """Yield every refusal that can be raised: those with a code of their own."""
    for module in refusal_modules():
        yield from (one for one in refusals_in(module) if one.__dict__.get("code"))


def refusals_page() -> str:
    """Return docs/reference/refusals.md."""
    lines = [
        "# Refusals",
        "",
        "Every way the program says no. Codes are stable. Made from the code; a test compares.",
        "`{…}` is filled with the facts of the case.",
        "",
    ]
    for module in refusal_modules():
        listed = [one for one in refusals_in(module) if one.__dict__.get("code")]
        if listed:
            lines += [f"## {module.removeprefix('provident.').removesuffix('.refusals')}", ""]
        for one in listed:
            article = f" ({one.citation})" if one.citation else ""
            lines += [f"**`{one.code}`**{article}", ""]
            lines += [f"- {one.en} {one.remedy_en}", f"- {one.zh}{one.remedy_zh}", ""]
    return "\n".join(lines)


# Runs apart, because a command's help is in the language and width of the process it is asked in.
_ASK_FOR_HELP = """
import json
from typer.main import get_command
from typer.testing import CliRunner
from provident.cli.main import app

def walk(command, path):
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from walk(inner, [*path, name])

print(json.dumps({
    " ".join(["provident", *path]): CliRunner().invoke(app, [*path, "--help"], prog_name="provident").stdout
    for path in walk(get_command(app), [])
}))
"""


def helps() -> dict[str, str]:
    """Return what `--help` prints for the program and each of its commands, in their order."""
    plain = {"LC_ALL": "C.UTF-8", "COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1", "TERM": "dumb"}
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    kept["PYTHONPATH"] = str(Path(next(iter(provident.__path__))).parent)
    done = subprocess.run(
        [sys.executable, "-c", _ASK_FOR_HELP],
        env={**kept, **plain},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return {
        name: "\n".join(line.rstrip() for line in text.strip("\n ").splitlines())
        for name, text in found.items()
    }


def commands_page() -> str:
    """Return docs/reference/commands.md."""
    lines = [
        "# Commands",
        "",
        "What each command prints for `--help`. Made from the program; a test compares.",
        "",
        "Exit codes: 0 done · 1 refused or partly refused, with code and remedy · 2 wrongly called ·",
        "3 verification failed. `--json` prints exactly one JSON document, a refusal too.",
        "",
    ]
    for name, text in helps().items():
        lines += [f"## {name}", "", "```text", text, "```", ""]
    return "\n".join(lines)


def openapi_page() -> str:
    """Return docs/reference/openapi.json."""
    return json.dumps(interface.description(), ensure_ascii=False, indent=1) + "\n"


def pages() -> dict[str, Callable[[], str]]:
    """Return the pages made here, by file name."""
    return {
        "commands.md": commands_page,
        "refusals.md": refusals_page,
        "roles.md": access_pages.roles_page,
        "purposes.md": access_pages.purposes_page,
        "archive.md": archive.page,
        "openapi.json": openapi_page,
    }
