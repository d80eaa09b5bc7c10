"""Whatever a user sees exists in both languages."""

import re
import string

import pytest
import yaml

from .tree import SOURCE, name_of, tracked

HAN = re.compile(r"[\u4e00-\u9fff]")


def flat(node, path=""):
    """Yield every text of a nested document with its path."""
    if isinstance(node, dict):
        for key, inner in node.items():
            yield from flat(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(node, list):
        for index, inner in enumerate(node):
            yield from flat(inner, f"{path}[{index}]")
    else:
        yield path, node


def fields(text):
    return sorted({name for _, name, _, _ in string.Formatter().parse(str(text)) if name is not None})


def pages():
    return [path for path in tracked() if path.name == "en.yaml" and path.is_relative_to(SOURCE)]


@pytest.mark.parametrize("english", pages(), ids=name_of)
def test_both_languages_have_the_same_sentences(english):
    """The two files of a room hold the same keys, and each sentence fills in the same facts."""
    chinese = english.with_name("zh-hans.yaml")
    one = dict(flat(yaml.safe_load(english.read_text(encoding="utf-8"))))
    two = dict(flat(yaml.safe_load(chinese.read_text(encoding="utf-8"))))
    assert sorted(one) == sorted(two)
    assert [key for key in one if fields(one[key]) != fields(two[key])] == []
    assert [key for key in one if str(one[key]).strip() and not str(two[key]).strip()] == []


def titles(node, path=""):
    """Yield every mapping that has a text in one of the two languages."""
    if isinstance(node, dict):
        if {"en", "zh"} & set(node):
            yield path, node
        for key, inner in node.items():
            yield from titles(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(node, list):
        for index, inner in enumerate(node):
            yield from titles(inner, f"{path}[{index}]")


def test_every_title_in_a_catalogue_is_in_both_languages():
    """A mapping with an English text has a Chinese one with Chinese characters in it, and the reverse."""
    alone = [
        f"{name_of(path)} {where}"
        for path in tracked()
        if path.suffix == ".yaml"
        and path.is_relative_to(SOURCE)
        and path.name not in {"en.yaml", "zh-hans.yaml"}
        for where, title in titles(yaml.safe_load(path.read_text(encoding="utf-8")))
        if not (title.get("en") and HAN.search(str(title.get("zh", ""))))
    ]
    assert alone == []


def test_the_fields_of_a_sentence_are_found():
    """A sentence's facts are read as `str.format` reads them, attributes and doubled braces too."""
    assert fields("{a} {b!r} {{c}} {a}") == ["a", "b"]
