"""The pages' sentences."""

import re
import string
from importlib.resources import files
from pathlib import Path

import pytest

from provident.kernel.words import MonthStatus
from provident.portal.chart import draw
from provident.portal.texts import sentences
from provident.statements.phrases import phrases
from provident.statements.records import PRESSING

_TEMPLATES = sorted(Path(str(files("provident.portal") / "jinja2")).rglob("*.html"))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same_things():
    """English and Chinese have the same keys, and each sentence the same fields."""
    english, chinese = sentences("en"), sentences("zh-hans")
    assert english.keys() == chinese.keys()
    assert {k: fields(v) for k, v in english.items()} == {k: fields(v) for k, v in chinese.items()}


def test_no_english_is_left_in_chinese():
    """A Chinese sentence holds no English words but names of formats, and the switch to English."""
    allowed = {"Provident", "PDF", "CSV", "XLSX", "Parquet", "SHA", "English", "en"}
    allowed |= {"KQM", "TXP", "HD", "C", "VE"}  # of the code shown as an example
    allowed |= {"JavaScript", "receipt", "json", "provident", "verify"}
    for key, text in sentences("zh-hans").items():
        plain = "".join(part for part, *_ in string.Formatter().parse(text))
        words = {
            word.strip("-")
            for word in "".join(c if c.isascii() and c.isalpha() else " " for c in plain).split()
        }
        assert words <= allowed, key


@pytest.mark.parametrize("page", _TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_word_of_a_page_exists(page):
    """What a template names by a whole key is there, so no page breaks for the one person who needs it."""
    text = page.read_text(encoding="utf-8")
    assert set(re.findall(r"""\bt\("([a-z0-9_.]+)"[,)]""", text)) <= sentences("en").keys()
    for group, name in re.findall(r"""\bword\("([a-z_]+)", "([a-z0-9_]+)"\)""", text):
        assert phrases("en").say(f"{group}.{name}")


def test_a_chart_s_bars_fill_the_year():
    """The bars of a year stand on each other, from the ground to the height of twelve months."""
    found = {MonthStatus.NOT_REPORTED: 1, MonthStatus.PAID: 10, MonthStatus.DECLARED: 1}
    counts = tuple(found.get(status, 0) for status in PRESSING)
    drawing = draw([2024, 2025], [(0,) * len(PRESSING), counts])
    assert [(shape.status, shape.path) for shape in drawing.shapes] == [
        ("paid", "M552.00 216h336.00v-180h-336.00z"),
        ("declared", "M552.00 36h336.00v-18h-336.00z"),
        ("not_reported", "M552.00 18h336.00v-18h-336.00z"),
    ]
