"""The check that no read of a person comes without a look.

A look is proved to a function by an argument of the type `Opened` or `OpenedRun`. The check reads
the source code: a function that reads a table about persons takes such an argument, or its class
holds one, or it opens the record itself, or it stands in OPEN_READS with a reason. A private
function may leave that to the functions of its module that call it. A database function that
reads persons with its owner's rights asks access for the look.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from provident.charter.open_reads import OPEN_READS
from provident.charter.records import Breach, Excused
from provident.charter.tables import PersonTables, definers, person_tables, read_tables

_PROOFS = frozenset(("Opened", "OpenedRun"))
_DOORS = frozenset(("open_record", "open_run"))
_WRITING = frozenset(("create", "bulk_create"))
_WITHOUT_ROWS = frozenset(("void", "trigger", "event_trigger"))


@dataclass(frozen=True, slots=True)
class ReadingFunction:
    """A function that reads persons, or a private one that does so for its callers."""

    where: str
    name: str
    proved: bool
    left_to_callers: bool


@dataclass(frozen=True, slots=True)
class _Function:
    name: str
    parts: tuple[ast.AST, ...]  # the whole tree of the function, walked once: walking is what takes time
    proved: bool
    names: frozenset[str]  # every name and attribute its body mentions


def reading_functions(root: Path) -> Iterator[ReadingFunction]:
    """Yield every function of a source tree that reads persons."""
    persons = person_tables(root)
    trees = {
        _dotted(path, root): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(root.rglob("*.py"))
        if "migrations" not in path.parts
    }
    texts = {dotted: _reading_texts(tree, persons) for dotted, tree in trees.items()}
    for dotted, tree in trees.items():
        known = texts[dotted] | _imported_texts(tree, texts, root.name)
        functions = dict(_functions(tree))
        readers = _spread(functions, {name for name, one in functions.items() if _reads(one, known, persons)})
        for name in sorted(readers):
            one = functions[name]
            left = one.name.startswith("_") and any(
                one.name in other.names for key, other in functions.items() if key != name
            )
            yield ReadingFunction(dotted, name, one.proved, left)


def check_looks(root: Path, reading: Iterable[ReadingFunction]) -> Iterator[Breach | Excused]:
    """Check the reading functions of a package's folder, and every function of its database."""
    for one in reading:
        if not one.proved and not one.left_to_callers:
            yield _verdict(one.where, one.name)
    tables = person_tables(root).tables
    for definer in definers(root):
        if definer.asks or definer.returns in _WITHOUT_ROWS:
            continue
        if tables & set(read_tables(definer.body)):
            yield _verdict(definer.where, definer.name)


def _verdict(where: str, name: str) -> Breach | Excused:
    reason = OPEN_READS.get(f"{where}:{name}")
    if reason is not None:
        return Excused(where, name, reason)
    return Breach(
        "every-look", where, name, "it reads persons and asks for no look", "读取个人数据但不要求查询记录"
    )


def _dotted(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__") or "__init__"


def _spread(functions: Mapping[str, _Function], readers: set[str]) -> set[str]:
    """Add to the readers those that call a private reader which proves no look itself."""
    while True:
        open_names = {
            functions[name].name
            for name in readers
            if functions[name].name.startswith("_") and not functions[name].proved
        }
        more = {name for name, one in functions.items() if one.names & open_names} - readers
        if not more:
            return readers
        readers = readers | more


def _functions(tree: ast.Module) -> Iterator[tuple[str, _Function]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, _function(node)
        elif isinstance(node, ast.ClassDef):
            methods = [
                _function(one) for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
            ]
            holds = any(isinstance(one, ast.AnnAssign) and _is_proof(one.annotation) for one in node.body)
            holds = holds or any(one.name == "__init__" and one.proved for one in methods)
            for one in methods:
                yield f"{node.name}.{one.name}", replace(one, proved=holds or one.proved)


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> _Function:
    parts = tuple(ast.walk(node))
    return _Function(node.name, parts, _proved(node, parts), _mentions(parts))


def _proved(node: ast.FunctionDef | ast.AsyncFunctionDef, parts: Iterable[ast.AST]) -> bool:
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    if any(one.annotation is not None and _is_proof(one.annotation) for one in arguments):
        return True
    calls = (one.func for one in parts if isinstance(one, ast.Call))
    return any(_last_name(called) in _DOORS for called in calls)


def _is_proof(annotation: ast.expr) -> bool:
    names = {_last_name(one) for one in ast.walk(annotation)}
    for one in ast.walk(annotation):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):  # an annotation in quotes
            names |= set(re.findall(r"\w+", one.value))
    return bool(_PROOFS & names)


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _mentions(parts: Iterable[ast.AST]) -> frozenset[str]:
    return frozenset(name for one in parts if (name := _last_name(one)))


def _reads(function: _Function, texts: set[str], persons: PersonTables) -> bool:
    """Say whether a function's body reads persons: by SQL, by a text of SQL, or by a model."""
    if texts & function.names:
        return True
    if any(persons.tables & set(read_tables(text)) for text in _sql_in(function.parts)):
        return True
    attributes = [one for one in function.parts if isinstance(one, ast.Attribute)]
    writing = {id(one.value) for one in attributes if one.attr in _WRITING}
    return any(
        one.attr in {"objects", "_base_manager", "_default_manager"}
        and _last_name(one.value) in persons.models
        and id(one) not in writing
        for one in attributes
    )


def _sql_in(parts: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the texts of a function's body, docstrings left out, f-strings put together."""
    parts = tuple(parts)
    prose = {
        id(one.body[0].value)
        for one in parts
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module)
        and one.body
        and isinstance(one.body[0], ast.Expr)
    }
    for one in parts:
        if isinstance(one, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else " ? " for part in one.values)
        elif isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in prose:
            yield one.value


def _reading_texts(tree: ast.Module, persons: PersonTables) -> set[str]:
    """Return the names of a module's texts of SQL that read persons."""
    found: set[str] = set()
    for node in tree.body:
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, ast.AnnAssign)
            else []
        )
        if targets and any(persons.tables & set(read_tables(text)) for text in _sql_in(ast.walk(node))):
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


def _imported_texts(tree: ast.Module, texts: Mapping[str, set[str]], package: str) -> set[str]:
    """Return the names under which a module has such texts of other modules."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(f"{package}."):
            theirs = texts.get(node.module.removeprefix(f"{package}."), set())
            found |= {alias.asname or alias.name for alias in node.names if alias.name in theirs}
    return found
