"""Refusals are a public list: stable codes, both languages, what to do next."""

import importlib
import re
import string
from collections import Counter

import pytest

from provident.kernel.refusal import Refusal

from .generated import every_refusal, refusal_modules, refusals_in

HAN = re.compile(r"[\u4e00-\u9fff]")


def fields(text):
    """Return the facts a sentence fills in; one that has a text for each language counts as one."""
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    return {name.removesuffix("_zh").removesuffix("_en") for name in names}


def tree(module):
    """Return what the tree in a module's docstring lists: names, and codes by name."""
    docstring = importlib.import_module(module).__doc__
    return dict(re.findall(r"[├└]── (\w+)(?: +([a-z_]+(?:\.[a-z_]+)+))?", docstring))


def test_every_code_is_given_once():
    """No two refusals share a code."""
    counted = Counter(one.code for one in every_refusal())
    assert [code for code, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("module", refusal_modules())
def test_the_tree_is_the_list(module):
    """The docstring lists exactly the refusals the module defines, each with its code."""
    defined = {one.__name__: one.__dict__.get("code", "") for one in refusals_in(module)}
    assert tree(module) == defined


@pytest.mark.parametrize("module", refusal_modules())
def test_the_tree_opens_the_module(module):
    """The tree stands in the docstring under Refusal, or under the refusals of the room it belongs to."""
    trunks = re.findall(r"^(\w+)\n[├└]", importlib.import_module(module).__doc__, re.MULTILINE)
    assert trunks
    for trunk in trunks:
        found = getattr(importlib.import_module(module), trunk)
        assert issubclass(found, Refusal)
        assert found.__module__ != module


@pytest.mark.parametrize("refusal", [pytest.param(one, id=one.code) for one in every_refusal()])
def test_a_refusal_speaks_both_languages(refusal):
    """Sentence and remedy stand in English and Chinese, with the same facts in both."""
    room = refusal.__module__.split(".")[1]
    assert re.fullmatch(rf"{room}(?:\.[a-z][a-z_]*)+", refusal.code)
    for text in (refusal.en, refusal.remedy_en):
        assert text
        assert not HAN.search(text)
        assert text.rstrip()[-1] in '.?}:"'
    for text in (refusal.zh, refusal.remedy_zh):
        assert HAN.search(text)
        assert not re.search(r"[\u4e00-\u9fff][,;:?!]", text), "a half-width mark after a Chinese character"
        assert text.rstrip()[-1] in '。？}：”"'
    assert fields(refusal.en) == fields(refusal.zh)
    assert fields(refusal.remedy_en) == fields(refusal.remedy_zh)


def test_every_refusal_is_in_a_refusals_module():
    """No room hides a refusal outside its public list."""

    def below(one):
        return [inner for child in one.__subclasses__() for inner in (child, *below(child))]

    ours = [one for one in below(Refusal) if one.__module__.startswith("provident.")]
    assert [one.__qualname__ for one in ours if not one.__module__.endswith("refusals")] == []
    assert len(ours) >= len(list(every_refusal()))
