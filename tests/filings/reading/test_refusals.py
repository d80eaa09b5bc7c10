"""Every refusal of reading says what is wrong and what to do, in both languages, under one code."""

import re

import pytest

from provident.filings.reading import refusals
from provident.filings.reading.formats import refusals as format_refusals
from provident.filings.reading.refusals import CellRefusal, FileRefusal
from provident.filings.report import catalogue

READING = [refusal for refusal in catalogue() if refusal.code.startswith("filings.reading.")]
TREE = (refusals.__doc__ or "") + (format_refusals.__doc__ or "")


@pytest.mark.parametrize("refusal", READING, ids=lambda refusal: refusal.code)
def test_a_refusal_speaks_both_languages(refusal: type[FileRefusal | CellRefusal]) -> None:
    """With the same facts in each, and a remedy."""
    said = [refusal.en, refusal.zh, refusal.remedy_en, refusal.remedy_zh]
    assert all(said)
    assert all(re.search("[\u4e00-\u9fff]", text) for text in (refusal.zh, refusal.remedy_zh))
    assert not any(re.search("[\u4e00-\u9fff]", text) for text in (refusal.en,))
    facts = [
        {name.removesuffix("_zh") for name in re.findall(r"{(\w+)", text)}
        for text in (refusal.en, refusal.zh)
    ]
    assert facts[0] == facts[1]


@pytest.mark.parametrize("refusal", READING, ids=lambda refusal: refusal.code)
def test_the_tree_lists_every_refusal_and_its_code(refusal: type[FileRefusal | CellRefusal]) -> None:
    """And the code says the name."""
    assert re.search(rf"── {refusal.__name__} +{re.escape(refusal.code)}\n", TREE + "\n")
    name = re.sub("(?<!^)([A-Z])", r"_\1", refusal.__name__).lower()
    assert refusal.code == f"filings.reading.{name}"


def test_the_tree_lists_nothing_else() -> None:
    """Every line of it is a refusal."""
    assert set(re.findall(r"filings\.reading\.\w+", TREE)) == {refusal.code for refusal in READING}
