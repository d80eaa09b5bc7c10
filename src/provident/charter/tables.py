"""Which tables are about persons, told from the migrations and models of the source code itself."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

_CREATE_TABLE = re.compile(
    r"create\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?([a-z_0-9.\"]+)\s*\(", re.IGNORECASE
)
_CREATE_VIEW = re.compile(
    r"create\s+(?:or\s+replace\s+)?(?:materialized\s+)?view\s+([a-z_0-9.\"]+).*?\bas\b(.*?);",
    re.IGNORECASE | re.DOTALL,
)
_PERSON_COLUMN = re.compile(
    r"(?:^|[,(])\s*\"?(?:person|person_key|resident|resident_id)\"?\s", re.IGNORECASE | re.MULTILINE
)
_PERSON_FIELDS = frozenset(("person", "person_key", "resident"))
_FUNCTION = re.compile(r"create\s+(?:or\s+replace\s+)?function\s+([a-z_0-9.\"]+)\s*\(", re.IGNORECASE)
_READ = re.compile(
    r"(\bdelete\s+)?\b(?:from|join)\s+(?:only\s+|lateral\s+)?([a-z_0-9.\"]+)"
    r"|\bcopy\s+([a-z_0-9.\"]+)[^;]*?\bto\b",
    re.IGNORECASE,
)
_GRANT = re.compile(r"\bgrant\s+execute\s+on\s+function\s+(.*?)\bto\b", re.IGNORECASE | re.DOTALL)
_ACCESS = "access_"  # the prefix of access's own database functions
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PersonTables:
    """Tables and views with rows about persons, and the model classes that stand for them."""

    tables: frozenset[str]
    models: frozenset[str]


@dataclass(frozen=True, slots=True)
class Definer:
    """A database function that reads with its owner's rights."""

    where: str
    name: str
    returns: str
    body: str
    asks: bool  # whether it, or a function it calls, asks access


def person_tables(root: Path) -> PersonTables:
    """Return what holds a person's key, by the source tree's SQL files, migrations and models."""
    tables: set[str] = set()
    views: list[tuple[str, str]] = []
    for _, text in sql_texts(root):
        for found in _CREATE_TABLE.finditer(text):
            if _PERSON_COLUMN.search(_bracketed(text, found.end() - 1)):
                tables.add(_bare(found[1]))
        views += [(_bare(found[1]), found[2]) for found in _CREATE_VIEW.finditer(text)]
    models: set[str] = set()
    for path in sorted(root.rglob("models.py")):
        for name, table in _models_about_persons(path):
            models.add(name)
            tables.add(table)
    tables |= {name for name, body in views if tables & set(read_tables(body)) and "person" in body}
    return PersonTables(frozenset(tables), frozenset(models))


def sql_texts(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the SQL of a source tree without comments: files, and long texts inside migrations."""
    for path in sorted(root.rglob("*.sql")):
        yield path.relative_to(root).as_posix(), _COMMENT.sub(" ", path.read_text(encoding="utf-8"))
    for path in sorted(root.glob("**/migrations/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip():
                yield path.relative_to(root).as_posix(), _COMMENT.sub(" ", node.value)


def read_tables(sql: str) -> Iterator[str]:
    """Yield every table a piece of SQL reads: after FROM, JOIN, or COPY … TO; not what it deletes from."""
    for found in _READ.finditer(sql):
        if found[1] is None:
            yield _bare(found[2] or found[3])


def definers(root: Path) -> Iterator[Definer]:
    """Yield every SECURITY DEFINER function that is granted to the application."""
    every = list(_database_functions(root))
    granted = {_bare(name) for _, text in sql_texts(root) for found in _GRANT.finditer(text)
               for name in re.findall(r"[a-z_0-9.\"]+", found[1].lower())}  # fmt: skip
    asking = {one.name for one in every if _ACCESS in one.body.replace(one.name, "")}
    while True:  # a function that calls one that asks access asks access itself
        more = {one.name for one in every if _calls(one, asking)} - asking
        if not more:
            break
        asking |= more
    for one in every:
        if one.name in granted and re.search(r"security\s+definer", one.body, re.IGNORECASE):
            yield replace(one, asks=one.name in asking)


def _database_functions(root: Path) -> Iterator[Definer]:
    for where, text in sql_texts(root):
        starts = [*_FUNCTION.finditer(text)]
        ends = [*(found.start() for found in starts[1:]), len(text)]
        for found, end in zip(starts, ends, strict=False):
            body = text[found.start() : end]
            returns = re.search(r"\breturns\s+(?:setof\s+)?(\w+)", body, re.IGNORECASE)
            yield Definer(where, _bare(found[1]), returns[1].lower() if returns else "out", body, asks=False)


def _calls(one: Definer, names: set[str]) -> bool:
    return bool(names & set(re.findall(r"\b([a-z_0-9]+)\s*\(", one.body)) - {one.name})


def _models_about_persons(path: Path) -> Iterator[tuple[str, str]]:
    room = path.parent.name
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.ClassDef):
            continue
        fields = {target.id for one in node.body if isinstance(one, ast.Assign)
                  for target in one.targets if isinstance(target, ast.Name)}  # fmt: skip
        if not fields & _PERSON_FIELDS:
            continue
        table = f"{room}_{node.name.lower()}"
        for meta in (one for one in node.body if isinstance(one, ast.ClassDef) and one.name == "Meta"):
            for assign in (one for one in meta.body if isinstance(one, ast.Assign)):
                named = any(
                    isinstance(target, ast.Name) and target.id == "db_table" for target in assign.targets
                )
                if named and isinstance(assign.value, ast.Constant):
                    table = str(assign.value.value)
        yield node.name, table


def _bracketed(text: str, start: int) -> str:
    """Return what stands between the bracket at `start` and the one that closes it."""
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0:
            return text[start : at + 1]
    return text[start:]


def _bare(name: str) -> str:
    return name.replace('"', "").rpartition(".")[2].lower()
