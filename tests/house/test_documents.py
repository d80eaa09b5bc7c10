"""What the papers say is so: settings, words and routes."""

import re

import pytest
from django.urls import URLPattern, get_resolver

from provident.access.matrix import routes

from .tree import ROOT, SOURCE, python_files, text_of, tracked

SETTING = re.compile(r"\bPROVIDENT_[A-Z0-9]+(?:_[A-Z0-9]+)*\b")
OWN = "docs/reference/settings.md"
UNSPOKEN = {"scheme"}  # stored and told apart by the law, shown to nobody yet


def documented(heading):
    """Return the names in the table of settings before or after the line about tests."""
    before, _, after = text_of(ROOT / OWN).partition("For the tests only")
    return set(re.findall(r"^\| `(\w+)`", {"run": before, "tests": after}[heading], re.MULTILINE))


def test_every_setting_is_documented():
    """Each variable the program reads stands in the reference, and none that it does not read."""
    read = {name for path in python_files("src") for name in SETTING.findall(text_of(path))}
    assert read == documented("run")


def test_every_setting_of_the_tests_is_documented():
    """The variables that change how tests run are documented and read by something."""
    beside = [
        path for path in tracked() if path.name in {"Makefile", "run", "conftest.py", "install-test-programs"}
    ]
    read = {name for path in (*beside, *python_files("tests")) for name in SETTING.findall(text_of(path))}
    assert documented("tests") <= read


def words(heading):
    """Return the rows of one of the glossary's tables: word, Chinese term, meaning."""
    page = text_of(ROOT / "docs/GLOSSARY.md").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([a-z ]+) \| ([^|]+) \| (.+) \|$", page, re.MULTILINE)
    return [row for row in rows if row[0] != "word"]


def used_in_source(word):
    """Say whether a word, in the singular or plural, stands in the program's own files."""
    pattern = re.compile(rf"(?<![a-z]){word.replace(' ', '[ _]')}s?(?![a-z])", re.IGNORECASE)
    return any(pattern.search(text_of(path)) for path in tracked() if path.is_relative_to(SOURCE))


@pytest.mark.parametrize(("word", "term"), [row[:2] for row in words("In use")])
def test_a_word_in_use_is_used_in_both_languages(word, term):
    """The word stands in the program, and its Chinese term in what the program says."""
    assert used_in_source(word)
    spoken = any(term in text_of(path) for path in tracked() if path.is_relative_to(ROOT / "src"))
    assert spoken != (word in UNSPOKEN)


def test_the_glossary_gives_each_word_one_meaning():
    """No word stands twice, and no two words share a Chinese term."""
    rows = words("In use") + words("Agreed, for what comes later")
    assert len(rows) > 35
    assert len({row[0] for row in rows}) == len({row[1] for row in rows}) == len(rows)


def addresses(patterns, prefix=""):
    for one in patterns:
        if isinstance(one, URLPattern):
            yield one.name or f"{prefix}{one.pattern}"
        else:
            yield from addresses(one.url_patterns, f"{prefix}{one.pattern}")


def test_every_address_is_in_the_role_matrix():
    """Each page has a name, each name a row in the matrix, and no row outlives its page."""
    pages = list(addresses(get_resolver("provident.config.urls").url_patterns))
    assert len(pages) == len(set(pages)) > 5
    assert set(pages) == set(routes())
