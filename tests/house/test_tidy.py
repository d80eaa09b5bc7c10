"""Nothing tracked is unfinished, belongs to one machine, or is named after nothing."""

import re

import pytest

from .tree import ROOT, name_of, python_files, text_of, tracked

DRAWERS = frozenset(
    ("utils", "util", "helpers", "helper", "common", "core", "misc", "shared", "base", "stuff")
)
# Django asks for a database backend's module by this name.
ASKED_FOR = "src/provident/config/postgres/base.py"
THIS_FILE = "tests/house/test_tidy.py"

UNFINISHED = re.compile(
    r"\b(?:TODO|FIXME|HACK|TBD|WIP)\b|# *XXX|(?i:lorem ipsum|coming soon|not (?:yet )?implemented\b|change ?me\b)"
    r"|raise NotImplementedError|待完善|待补充|敬请期待"
)
ONE_MACHINE = re.compile(r"(?<![\w.])/(?:work|home/\w+|root|Users|mnt|tmp/team)/\w|[A-Z]:\\\\")
REGISTRY = re.compile(
    r"--(?:extra-)?index-url|--find-links|--trusted-host|pythonhosted|pypi\.org|artifactory|devpi|nexus"
    r"|registry\.npmjs|npm\.pkg|jsdelivr|unpkg",
    re.IGNORECASE,
)


def lines(pattern, paths):
    return [
        f"{name_of(path)}:{number} {line.strip()[:100]}"
        for path in paths
        if name_of(path) != THIS_FILE
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if pattern.search(line)
    ]


def test_nothing_is_left_unfinished():
    """No file says that something is still to be done."""
    assert lines(UNFINISHED, [path for path in tracked() if "static" not in path.parts]) == []


def test_nothing_names_a_machine_or_a_registry():
    """A tracked file works on any machine and fetches from whatever registry that machine uses."""
    assert lines(ONE_MACHINE, tracked()) == []
    assert lines(REGISTRY, tracked()) == []


def test_requirements_hold_names_and_hashes_only():
    """The pinned files name no address, and every requirement has its hashes."""
    for path in (ROOT / "requirements").glob("*.txt"):
        text = text_of(path)
        assert "://" not in text, name_of(path)
        requirements = re.findall(r"^[a-z0-9].*", text, re.MULTILINE)
        assert requirements, name_of(path)
        entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
        bare = [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]
        assert bare == [], name_of(path)


def test_no_module_is_a_drawer():
    """A module is named after what is in it."""
    found = [
        name_of(path)
        for path in python_files("src", "tests", "tools", "bench")
        if (path.stem in DRAWERS or path.parent.name in DRAWERS) and name_of(path) != ASKED_FOR
    ]
    assert found == []


def test_every_test_says_what_it_asserts():
    """A test's docstring states the behaviour; none of them says that it tests."""
    silent = []
    for path in python_files("tests"):
        for found in re.finditer(
            r"^(?:async )?def (test_\w+)\([^)]*\)[^:]*:\n(\s+.*)", text_of(path), re.MULTILINE
        ):
            said = found[2].strip()
            if not said.startswith(('"""', 'r"""')) or re.match(
                r'"""(?:tests?|checks?|verif)', said, re.IGNORECASE
            ):
                silent.append(f"{name_of(path)} {found[1]}")
    assert silent == []


@pytest.mark.parametrize(
    ("pattern", "bad", "good"),
    [
        (UNFINISHED, "# TODO: later", "a method of todos"),
        (UNFINISHED, "raise NotImplementedError", "implemented"),
        (ONE_MACHINE, "open('/work/main/x')", "docs/work/main"),
        (ONE_MACHINE, "/home/ann/x", "/homepage/x"),
        (REGISTRY, "pip install --index-url x", "pip install x"),
    ],
)  # fmt: skip
def test_the_patterns_find_what_they_are_for(pattern, bad, good):
    """Each pattern has something it finds and something like it that it lets pass."""
    assert pattern.search(bad)
    assert not pattern.search(good)
