"""The reference pages that are made from the code. A test compares; `python -m tests.house.regenerate` rewrites."""

import importlib
from collections.abc import Callable, Iterator

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


def pages() -> dict[str, Callable[[], str]]:
    """Return the pages made here, by file name."""
    return {"refusals.md": refusals_page}
