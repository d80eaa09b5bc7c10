"""The explained pension in the guide is what the program prints."""

import os
from pathlib import Path

import pytest

from provident.kernel.words import Language
from provident.law import books
from provident.law.engine.explain import Explained

from .asking import law, one

GUIDE = Path(__file__).resolve().parents[2] / "docs/guide"
FILES = {Language.EN: "explained-cn.en.txt", Language.ZH_HANS: "explained-cn.zh-hans.txt"}
GIVEN = {
    "birth_date": "1965-05-20",
    "category": "male60",
    "region": "420000",
    "benefit_base": "9112",
    "average_index": "1.2345",
    "contribution_months": "300",
    "deemed_months": "61",
    "account_balance": "137800.00",
    "years_rounding": "2dp",
    "indexed_wage_rounding": "2dp",
}


@pytest.mark.parametrize("language", FILES, ids=str)
def test_the_explained_example_is_what_is_printed(language):
    """Set PROVIDENT_REWRITE to write it anew."""
    ready = law("cn")
    outputs = tuple(ready.node(name) for name in ready.calculation("cn.pension.old_age").outputs)
    asked = one(ready, "cn.pension.old_age", GIVEN)
    for node in outputs:
        asked.value(node)
    text = "\n".join(Explained(asked.trace, language).lines(outputs)).rstrip() + "\n"
    kept = GUIDE / FILES[language]
    if os.environ.get("PROVIDENT_REWRITE"):
        kept.write_text(text, "utf-8")
    assert kept.read_text("utf-8") == text


def test_no_word_of_a_pack_is_told_as_its_code():
    """Every word a variable or parameter may hold has a title in both languages, in every pack."""
    for book in books():
        rules, parameters = book.pack.rules, book.pack.parameters.values()
        for word in {word for told in (*rules.variables.values(), *parameters) for word in told.words}:
            assert word in {*rules.words, *rules.roundings}, (book.pack.id, word)
            assert any("\u4e00" <= one <= "\u9fff" for one in rules.told(word).zh), (book.pack.id, word)


def test_a_table_s_key_is_told_as_the_word_it_stands_for():
    """The retirement age is that of a man of 60 years, not of category 0."""
    ready = law("cn")
    asked = one(ready, "cn.retirement_age", {"birth_date": "1980-05-20", "category": "female50"})
    output = ready.node("cn.pension.retirement_month")
    asked.value(output)
    lines = "\n".join(Explained(asked.trace, Language.EN).lines((output,)))
    assert "Retirement age before the decision of 2024 (woman, 50 years): 600" in lines
    assert "female50" not in lines
