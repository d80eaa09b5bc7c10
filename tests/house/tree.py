"""The tracked files of the project, read once for all house tests."""

import ast
import os
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "provident"
_UNTRACKED = frozenset((".git", ".venv", "build", "dist", ".cache", "state", "node_modules", "__pycache__"))


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file that is or would be committed; without git, every file but the known by-products."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, check=True, capture_output=True,
        ).stdout.decode()  # fmt: skip
        paths = [ROOT / name for name in listed.split("\0") if name]
    else:
        paths = [
            Path(folder) / name
            for folder, folders, names in os.walk(ROOT)
            if not folders.__setitem__(slice(None), [one for one in folders if one not in _UNTRACKED])
            for name in names
        ]
    return tuple(sorted(path for path in paths if path.is_file()))


@cache
def text_of(path: Path) -> str:
    """Return a file's text; a file that is not UTF-8 has none."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def name_of(path: Path) -> str:
    """Return a file's path from the project's root, as findings print it."""
    return path.relative_to(ROOT).as_posix()


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Return the tracked Python files below these folders of the project, migrations left out."""
    wanted = tuple(ROOT / folder for folder in folders or ("src",))
    return tuple(
        path
        for path in tracked()
        if path.suffix == ".py"
        and any(path.is_relative_to(folder) for folder in wanted)
        and "migrations" not in path.parts
    )


@cache
def tree_of(path: Path) -> ast.Module:
    """Return a Python file's syntax tree."""
    return ast.parse(text_of(path))


def dotted(path: Path) -> str:
    """Return the module name of a file of the package."""
    parts = path.relative_to(ROOT / "src").with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")
