"""Imports run downwards only."""

import re
import subprocess
import sys
import tomllib

from .tree import ROOT, SOURCE


def contract():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return settings["tool"]["importlinter"]["contracts"][0]


def test_the_layers_hold():
    """Every contract of import-linter in pyproject.toml is kept."""
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_has_a_layer():
    """No room stands outside the list; one that does not exist yet is in brackets."""
    listed = {name.strip(" ()") for layer in contract()["layers"] for name in re.split(r"[|:]", layer)}
    rooms = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert rooms <= listed
    optional = {name.strip() for layer in contract()["layers"] for name in re.findall(r"\(([^)]*)\)", layer)}
    assert listed - rooms == optional


def test_the_map_shows_the_layers_in_the_same_order():
    """docs/MAP.md names every room of the contract, from the top down."""
    page = (ROOT / "docs/MAP.md").read_text()
    layers = [{name.strip(" ()") for name in re.split(r"[|:]", layer)} for layer in contract()["layers"]]
    rows = re.findall(r"^\|[^|]*\| ((?:`\w+`(?:, )?)+) \|", page, re.MULTILINE)
    on_map = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert set(on_map) == set().union(*layers)
    place = {name: index for index, layer in enumerate(layers) for name in layer}
    host_apart = [name for name in on_map if name != "host"]  # a stranger of law, told among the ground
    assert [place[name] for name in host_apart] == sorted(place[name] for name in host_apart)
