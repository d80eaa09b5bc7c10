"""Reading a pack's formula files: what may stand in one, and its functions.

A formula is exact and the same for one person and for many, because nothing else can be written:
no fractions, no branches, no loops, no imports but the words of `provident.packs.language`.
"""

import ast
import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from provident.law.forms import Spot

NAME = re.compile(r"([a-z][a-z0-9_]*?)_(\d{4})_(\d{2})(?:_(\d{2}))?", re.ASCII)

_ALLOWED = (
    ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Assign, ast.Expr, ast.Name,
    ast.expr_context, ast.Constant, ast.BinOp, ast.UnaryOp, ast.USub, ast.Compare, ast.Attribute,
    ast.keyword,
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.BitAnd, ast.BitOr, ast.Lt, ast.LtE,
    ast.Gt, ast.GtE, ast.Tuple, ast.alias,
)  # fmt: skip
_WORDS = "provident.packs.language"
_CALLABLE = frozenset((
    "where", "same", "minimum", "maximum", "quotient", "share", "rounded", "require", "total", "top", "last",
    "count", "year_of", "month_of", "day_of", "in_year", "on", "at",
))  # fmt: skip


def read_functions(path: Path, spot: Spot) -> dict[str, Callable[..., Any]]:
    """Return the formulas of a file by name; what may not stand in one is a fault and gives none."""
    text = path.read_text(encoding="utf-8")
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        spot.fault("yaml", detail=f"line {error.lineno}: {error.msg}")
        return {}
    faults = [found for node in ast.walk(tree) if (found := _fault_of(node, _helpers(tree))) is not None]
    for line, kind, what in faults:
        spot.at(f"line {line}").fault(kind, what=what)
    if faults:
        return {}
    made: dict[str, Any] = {"__name__": f"formulas of {path.parent.parent.name}.{path.stem}"}
    exec(compile(tree, str(path), "exec"), made)  # noqa: S102 - the pack's own law, checked line by line above
    return {name: one for name, one in made.items() if NAME.fullmatch(name) and callable(one)}


def since_of(name: str) -> tuple[str, dt.date] | None:
    """Return the variable and the start date a function's name says: aime_1979_01 is aime from 1979-01-01."""
    found = NAME.fullmatch(name)
    if found is None:
        return None
    try:
        return found[1], dt.date(int(found[2]), int(found[3]), int(found[4] or 1))
    except ValueError:
        return None


def _helpers(tree: ast.Module) -> frozenset[str]:
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def _fault_of(node: ast.AST, helpers: frozenset[str]) -> tuple[int, str, str] | None:
    line = getattr(node, "lineno", 0)
    if isinstance(node, ast.Constant) and not isinstance(node.value, int | str | type(None)):
        return line, "touches_floats", repr(node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return line, "touches_floats", "/"
    if isinstance(node, ast.ImportFrom):
        return None if node.module == _WORDS and not node.level else (line, "not_in_a_formula", "import")
    if isinstance(node, ast.Call):
        return _fault_of_call(node, helpers)
    if isinstance(node, ast.FunctionDef) and (node.decorator_list or node.args.vararg or node.args.kwarg):
        return line, "not_in_a_formula", node.name
    if isinstance(node, ast.Attribute) and node.attr not in {*_CALLABLE, "one"}:
        return line, "not_in_a_formula", node.attr
    if isinstance(node, _ALLOWED):
        return None
    return line, "not_in_a_formula", type(node).__name__


def _fault_of_call(node: ast.Call, helpers: frozenset[str]) -> tuple[int, str, str] | None:
    called = node.func
    if isinstance(called, ast.Name):
        allowed = called.id in helpers
        kind = "touches_floats" if called.id in {"float", "round"} else "not_in_a_formula"
        return None if allowed else (node.lineno, kind, called.id)
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.attr in _CALLABLE:
        return None
    return node.lineno, "not_in_a_formula", ast.unparse(called)
