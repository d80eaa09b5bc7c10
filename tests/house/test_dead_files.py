"""No file lies about that nothing uses."""

import ast
import re

import pytest

from .tree import ROOT, SOURCE, dotted, name_of, python_files, text_of, tracked, tree_of

# Found by their name alone: by Django, and each room's tasks by the queue.
FRAMEWORK = frozenset(("apps", "models", "tasks", "__main__"))
# Found by their folder: a pack's formulas, by the law engine.
FORMULAS = "formulas"
# Imported by nothing that runs, with the reason.
APART = {
    "provident.access.pages": "writes the reference pages on roles and purposes",
    "provident.config.postgres.base": "is what Django looks for in a database backend",
    "provident.law.machine.compiler": "is run by its path, with nothing of ours loaded",
}
DATA = frozenset((".yaml", ".sql", ".html", ".txt", ".css", ".js", ".svg", ".typ", ".jinja", ".csv", ".json"))
NAME = re.compile(r"provident(?:\.\w+)+")


def used_by(path):
    """Return the modules a file imports, and those it names in a text of their own, such as a setting."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = dotted(path.parent / "__init__.py") if node.level else ""
            module = ".".join(part for part in (above, node.module) if part)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.match(node.value):
            named, _, _ = node.value.partition(":")  # as web servers name an application
            yield named
            yield named.rpartition(".")[0]  # provident.config.jinja.environment names a function


def test_every_module_is_imported_or_an_entry_point():
    """A module that only tests import is dead, and so is one nobody imports."""
    migrations = [path for path in tracked() if path.suffix == ".py" and "migrations" in path.parts]
    used = set(NAME.findall(text_of(ROOT / "pyproject.toml"))) | set(APART)
    for path in (*python_files("src"), *migrations):
        used |= {name for name in used_by(path) if name != dotted(path)}
    dead = [
        name_of(path)
        for path in python_files("src")
        if path.name != "__init__.py"
        and path.stem not in FRAMEWORK
        and dotted(path) not in used
        and not (path.parent.name == FORMULAS and "packs" in path.parts)
    ]
    assert dead == []


def test_every_package_has_something_in_it():
    """A folder with nothing but an empty __init__ is dead."""
    empty = [
        name_of(path)
        for path in python_files("src")
        if path.name == "__init__.py" and not text_of(path).strip() and not any(
            other.parent == path.parent for other in tracked() if other != path)
    ]  # fmt: skip
    assert empty == []


def test_every_data_file_is_named_by_something():
    """A data file in the package is named in full, by its stem, or its folder is read as a whole."""
    sources = {path: text_of(path) for path in tracked() if path.is_relative_to(ROOT / "src")}
    dead = []
    for path in sources:
        if path.suffix not in DATA:
            continue
        folders = path.relative_to(SOURCE).parts[1:-1]
        ways = {path.name, path.stem, *(f'"{one}"' for one in folders), *(f"{one}/" for one in folders)}
        if not any(way in text for other, text in sources.items() if other != path for way in ways):
            dead.append(name_of(path))
    assert dead == []


@pytest.mark.parametrize("folder", ["tests", "tools"])
def test_every_test_module_that_is_no_test_is_imported(folder):
    """What stands beside the tests is used by them."""
    texts = {path: text_of(path) for path in tracked() if path.suffix in {".py", ".toml", "", ".md", ".mk"}}
    dead = [
        name_of(path)
        for path in python_files(folder)
        if not path.name.startswith("test_") and path.stem not in {"__init__", "conftest", "__main__"}
        and not any(re.search(rf"\b{path.stem}\b", text) for other, text in texts.items() if other != path)
    ]  # fmt: skip
    assert dead == []
