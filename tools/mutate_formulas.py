"""Try the packs' tests: change one thing in a formula at a time, and see whether a test notices.

    python tools/mutate_formulas.py cn retirement_age old_age

A pack's formulas are read by the engine, not imported, and may hold nothing but arithmetic; a general
mutation tester wraps functions in code of its own, which the reader refuses. So this one changes the
formulas as they are read: numbers by one either way, operators and comparisons for their neighbours,
smaller for larger, one rounding for another, the two sides of a choice. Each changed formula has to
fail a case or a test of tests/packs; one that does not is printed, and the exit code is 1.
"""

import argparse
import ast
import dataclasses
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from provident.law.engine.plan import Law  # noqa: E402 - found by the line above
from provident.law.formulas.source import NAME  # noqa: E402
from provident.law.pack import load_pack, pack_folder  # noqa: E402
from provident.law.records import Pack  # noqa: E402

OPERATORS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Add,), ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,), ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,),
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
}  # fmt: skip
CALLS = {"minimum": "maximum", "maximum": "minimum", "total": "count", "quotient": None}
ROUNDINGS = {"whole": "down", "down": "whole", "cent": "nearest_0.1"}
Apply = Callable[[], None]


def main() -> None:
    """Change, try, tell."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("pack")
    told.add_argument("files", nargs="+", help="names of formula files, without .py")
    given = told.parse_args()
    pack = load_pack(pack_folder(given.pack))
    notices = _tests(given.pack)
    if notices(Law(pack)):
        sys.exit("the tests fail without any change")
    tried, survived = 0, []
    for name in given.files:
        path = pack_folder(given.pack) / "formulas" / f"{name}.py"
        for what, text in mutants(path.read_text(encoding="utf-8")):
            tried += 1
            if not _noticed(pack, text, notices):
                survived.append(f"{name}.py: {what}")
                print(f"survived  {survived[-1]}", flush=True)
    print(f"{tried} changes, {tried - len(survived)} noticed, {len(survived)} not")
    sys.exit(bool(survived))


def mutants(text: str) -> Iterator[tuple[str, str]]:
    """Yield every change with a line that says it."""
    count = len(list(_changes(ast.parse(text))))
    for at in range(count):
        tree = ast.parse(text)
        what, apply = list(_changes(tree))[at]
        apply()
        yield what, ast.unparse(tree)


def _changes(tree: ast.Module) -> Iterator[tuple[str, Apply]]:
    for function in tree.body:
        for node in ast.walk(function):
            for what, apply in _changes_of(node):
                where = getattr(function, "name", "constant")
                yield f"{where} line {getattr(node, 'lineno', 0)}: {what}", apply


def _changes_of(node: ast.AST) -> Iterator[tuple[str, Apply]]:
    if isinstance(node, ast.BinOp):
        for new in OPERATORS.get(type(node.op), ()):
            yield f"{ast.unparse(node)} with {new.__name__}", _setting(node, "op", new())
    if isinstance(node, ast.Compare):
        for new in OPERATORS.get(type(node.ops[0]), ()):
            yield f"{ast.unparse(node)} with {new.__name__}", _setting(node, "ops", [new()])
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        for by in (1, -1):
            yield f"{node.value} → {node.value + by}", _setting(node, "value", node.value + by)
    if isinstance(node, ast.Constant) and node.value in ROUNDINGS:
        yield f"{node.value} → {ROUNDINGS[node.value]}", _setting(node, "value", ROUNDINGS[node.value])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield from _changes_of_call(node, node.func)


def _changes_of_call(node: ast.Call, called: ast.Attribute) -> Iterator[tuple[str, Apply]]:
    other = CALLS.get(called.attr)
    if other:
        yield f"{called.attr} → {other}", _setting(called, "attr", other)
    if called.attr == "where":
        condition, then, otherwise = node.args
        yield f"{ast.unparse(node)} swapped", _setting(node, "args", [condition, otherwise, then])
    if called.attr == "require":
        always = ast.Compare(ast.Constant(0), [ast.Lt()], [ast.Constant(1)])
        yield f"{ast.unparse(node)} dropped", _setting(node, "args", [always, *node.args[1:]])
    for at, keyword in enumerate(node.keywords):
        rest = [one for n, one in enumerate(node.keywords) if n != at]
        yield f"{ast.unparse(node)} without {keyword.arg}", _setting(node, "keywords", rest)


def _setting(node: ast.AST, field: str, value: object) -> Apply:
    return lambda: setattr(node, field, value)


def _noticed(pack: Pack, text: str, notices: Callable[[Law], bool]) -> bool:
    """Say whether the changed formulas are refused or fail a test."""
    found: dict[str, Any] = {}
    exec(compile(text, "mutant", "exec"), found)  # noqa: S102 - our own formulas with one change
    functions = {name: one for name, one in found.items() if NAME.fullmatch(name)}
    variables = {
        name: dataclasses.replace(
            one,
            formulas=tuple(
                dataclasses.replace(f, function=functions[f.name])
                if f.name in functions and f.function.__globals__.keys() >= functions.keys()
                else f
                for f in one.formulas
            ),
        )
        for name, one in pack.rules.variables.items()
    }
    changed = dataclasses.replace(pack, rules=dataclasses.replace(pack.rules, variables=variables))
    try:
        return notices(Law(changed))
    except Exception:  # noqa: BLE001 - whatever stops a changed formula has noticed it
        return True


def _tests(pack: str) -> Callable[[Law], bool]:
    """Return what tells whether a law fails a case, or one of the exact computations."""
    asking, exactly = (import_module(f"tests.packs.{name}") for name in ("asking", "exactly"))
    kept = asking.cases(pack)

    def notices(ready: Law) -> bool:
        for case in kept:
            expected = {n: str(t) for n, t in case.get("expected", {}).items()} | case.get("refused", {})
            for name, text in expected.items():
                if (
                    asking.told(ready, case["calculation"], case["given"], case.get("series", {}), name)
                    != text
                ):
                    return True
        return pack in exactly.CHECKS and not all(check(ready) for check in exactly.CHECKS[pack])

    return notices


if __name__ == "__main__":
    main()
