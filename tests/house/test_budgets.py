"""Budgets that keep the code honest. One may be raised in a commit of its own that says why."""

import ast
from collections import Counter

import pytest

from .tree import name_of, python_files, text_of, tracked, tree_of

LINES_OF_FUNCTION = 50
LINES_OF_FILE = 400
PARAMETERS = 6
FILES_OF_ROOM = 12


def functions(path):
    return [
        node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def parameters(node):
    """Return how many parameters a caller sees, keyword-only ones included."""
    named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return sum(1 for one in named if one.arg not in {"self", "cls"})


def test_no_function_is_longer_than_its_budget():
    """A function ends within fifty lines, docstring included."""
    long = [
        f"{name_of(path)}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in python_files("src", "tools", "bench")
        for node in functions(path)
        if node.end_lineno - node.lineno + 1 > LINES_OF_FUNCTION
    ]
    assert long == []


def test_no_file_is_longer_than_its_budget():
    """A file ends within four hundred lines, in tests as well, in Python and in SQL."""
    files = [
        *python_files("src", "tests", "tools", "bench"),
        *(path for path in tracked() if path.suffix == ".sql"),
    ]
    long = [f"{name_of(path)} has {len(text_of(path).splitlines())} lines" for path in files
            if len(text_of(path).splitlines()) > LINES_OF_FILE]  # fmt: skip
    assert long == []


def test_no_function_takes_more_than_six_parameters():
    """Seven arguments ask for a record."""
    wide = [
        f"{name_of(path)}:{node.lineno} {node.name} takes {parameters(node)}"
        for path in python_files("src")
        for node in functions(path)
        if parameters(node) > PARAMETERS
    ]
    assert wide == []


def test_no_room_has_more_than_twelve_files():
    """A folder with thirteen modules asks to be split; a folder inside it counts on its own."""
    counted = Counter(path.parent for path in python_files("src") if path.name != "__init__.py")
    crowded = [f"{name_of(folder)} has {count}" for folder, count in counted.items() if count > FILES_OF_ROOM]
    assert crowded == []


@pytest.mark.parametrize(
    ("source", "count"),
    [("def f(a, /, b, *, c): ...", 3), ("def f(self, a, *rest, **more): ...", 1), ("def f(cls): ...", 0)],
)
def test_parameters_are_counted_as_a_caller_sees_them(source, count):
    """Keyword-only and positional-only parameters count; self, cls and the catch-alls do not."""
    assert parameters(ast.parse(source).body[0]) == count
