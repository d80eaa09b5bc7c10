"""The words of both languages."""

import datetime as dt
import re
import string
from pathlib import Path

import pytest

import provident.statements
from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.rate import Rate
from provident.kernel.words import Branch, EntryKind, Evidence, Language, MonthStatus
from provident.statements.phrases import phrases

SOURCES = Path(provident.statements.__file__).parent
EN, ZH = phrases(Language.EN), phrases(Language.ZH_HANS)


def fields(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}


def test_both_languages_say_the_same_things():
    """Every phrase exists in both languages."""
    assert EN.by_name.keys() == ZH.by_name.keys()


def test_both_languages_fill_in_the_same_facts():
    """A fact told in one language is told in the other."""
    for name, english in EN.by_name.items():
        assert fields(english) == fields(ZH.by_name[name]), name


def test_every_status_kind_grade_and_branch_has_its_own_word():
    """No two statuses, kinds, grades or branches share a word."""
    for words in (EN, ZH):
        for group, names in {
            "status": [one.value for one in MonthStatus],
            "status_means": [one.value for one in MonthStatus],
            "record.letters": [one.value for one in MonthStatus],
            "evidence": [one.name.lower() for one in Evidence],
            "evidence_short": [one.name.lower() for one in Evidence],
            "kind": [one.name.lower() for one in EntryKind],
            "branch": [one.word for one in Branch],
        }.items():
            said = [words.say(f"{group}.{name}") for name in names]
            assert len(set(said)) == len(said), group


def test_every_phrase_is_used():
    """A phrase nobody says is not kept."""
    sources = "".join(path.read_text("utf-8") for path in SOURCES.rglob("*.py"))
    for name in EN.by_name:
        stem = re.sub(r"\.(count|\d+)$", "", name)
        parent, _, leaf = stem.rpartition(".")
        spoken = f'"{stem}"' in sources or f"{parent}.{{" in sources
        spoken = spoken or (leaf in {"one", "many"} and f'"{parent}"' in sources)
        spoken = (
            spoken or re.search(rf'f"{re.escape(parent)}\.{leaf.rpartition("_")[0]}_\{{', sources) is not None
        )
        assert spoken, name


@pytest.mark.parametrize(
    ("amount", "said"), [(0, "0.00"), (5, "0.05"), (123456789, "1,234,567.89"), (-100000, "−1,000.00")]
)
def test_money_is_written_in_full(amount: int, said: str):
    """Amounts keep their cents, separate thousands and carry a minus sign that cannot break off."""
    assert EN.money(Money(amount, "CNY")) == said == ZH.money(Money(amount, "CNY"))


def test_absent_money_is_not_zero():
    """No amount is a dash, never 0.00."""
    assert EN.money(None) == "–" == ZH.money(None)


def test_rates_are_exact_percentages():
    """A rate is shown with all its digits and no more."""
    assert [EN.rate(Rate.parse(text)) for text in ("0.0397", "0.08", "1", "0.1")] == [
        "3.97%",
        "8%",
        "100%",
        "10%",
    ]


def test_time_is_told_in_the_legal_zone():
    """A moment late in UTC is the next day where the law is."""
    moment = dt.datetime(2026, 1, 31, 16, 30, tzinfo=dt.UTC)
    assert EN.moment(moment, "Asia/Shanghai") == "1 February 2026, 00:30 (+08:00)"
    assert ZH.moment(moment, "Asia/Shanghai") == "2026年2月1日 00:30（+08:00）"


def test_spans_of_months():
    """One month stands alone, an open span says since when."""
    assert EN.span(Month(2025, 1), Month(2025, 1)) == "January 2025"
    assert ZH.span(Month(2025, 1), Month(2025, 3)) == "2025年1月至2025年3月"
    assert EN.span(Month(2025, 1), None) == "since January 2025"


def test_more_employers_than_letters_have_numbers():
    """The eleventh employer in Chinese and the twenty-seventh in English are still told apart."""
    assert [ZH.mark(0), ZH.mark(9), ZH.mark(10)] == ["甲", "癸", "11"]
    assert [EN.mark(25), EN.mark(26)] == ["Z", "27"]
