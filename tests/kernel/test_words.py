"""The closed lists, the clock, citations and refusals."""

import dataclasses
import datetime as dt
import string
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provident.kernel import refusals
from provident.kernel.citation import Citation
from provident.kernel.clock import StoppedClock, SystemClock, end_of_legal_day, legal_day
from provident.kernel.keys import AccountId, PersonKey
from provident.kernel.month import Month
from provident.kernel.opened import Opened
from provident.kernel.refusal import Refusal
from provident.kernel.words import Branch, Checked, EntryKind, Evidence, Scheme, SubjectKind

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_codes_that_are_hashed_never_change():
    """Branches, schemes, kinds, evidence, checks and subjects keep the codes they were stored under."""
    frozen = {
        Branch: {"PENSION": 1, "MEDICAL": 2, "UNEMPLOYMENT": 3, "WORK_INJURY": 4, "MATERNITY": 5},
        Scheme: {"EMPLOYEES": 1, "FLEXIBLE": 2, "RESIDENTS": 3},
        EntryKind: {
            "DECLARED": 1,
            "PAID": 2,
            "BENEFIT_PAID": 3,
            "INTEREST_CREDITED": 4,
            "TRANSFER_OUT": 5,
            "TRANSFER_IN": 6,
            "ADJUSTMENT": 7,
            "OPENING_BALANCE": 8,
        },
        Evidence: {"NONE": 0, "DOCUMENTED": 1, "PRIOR_SYSTEM": 2, "STATED": 3},
        Checked: {"CHECKED": 1, "NOT_CHECKABLE": 2, "NOT_APPLICABLE": 3},
        SubjectKind: {"PERSON": 1, "EMPLOYER": 2, "INSTALLATION": 3, "ACCOUNT": 4, "FILING": 5},
    }
    for words, codes in frozen.items():
        assert {word.name: word.value for word in words} == codes


@pytest.mark.parametrize("branch", Branch)
def test_branches_have_the_words_of_the_files(branch):
    """A branch and its word in files lead to each other."""
    assert Branch.from_word(branch.word) is branch
    assert branch.word == branch.name.lower()


def test_an_unknown_branch_is_an_error():
    """A word that names no branch is a KeyError, not a guess."""
    with pytest.raises(KeyError):
        Branch.from_word("housing")


def test_a_clock_tells_utc():
    """The machine's clock is aware and in UTC; a stopped clock stands."""
    assert SystemClock().now().tzinfo is dt.UTC
    moment = dt.datetime(2026, 3, 31, 16, 0, tzinfo=dt.UTC)
    assert StoppedClock(moment).now() == moment


@given(st.dates(dt.date(1950, 1, 1), dt.date(2100, 1, 1)))
def test_a_legal_day_ends_with_its_last_microsecond(day):
    """The end of a legal day belongs to it, one microsecond later to the next."""
    end = end_of_legal_day(day, SHANGHAI)
    assert legal_day(end, SHANGHAI) == day
    assert legal_day(end + dt.timedelta(microseconds=1), SHANGHAI) == day + dt.timedelta(days=1)


def test_the_legal_day_is_not_the_utc_day():
    """Late evening in UTC is the next day in Shanghai."""
    assert legal_day(dt.datetime(2026, 3, 31, 16, 0, tzinfo=dt.UTC), SHANGHAI) == dt.date(2026, 4, 1)


def test_a_citation_names_law_and_article():
    """A citation prints its law, and the article where there is one."""
    assert str(Citation("A Law", "74")) == "A Law, art. 74"
    assert str(Citation("A Law")) == "A Law"


def test_what_opens_a_record_cannot_be_changed():
    """An Opened is frozen: nobody widens it after the look was written."""
    opened = Opened(
        PersonKey(1), (PersonKey(1),), 1, AccountId(1), "audit", ("name",), dt.datetime.now(dt.UTC)
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        opened.person = PersonKey(2)


KERNEL_REFUSALS = [
    value for value in vars(refusals).values() if isinstance(value, type) and issubclass(value, Refusal)
]


@pytest.mark.parametrize("refusal", [kind for kind in KERNEL_REFUSALS if kind is not Refusal])
def test_every_refusal_speaks_both_languages(refusal):
    """Each refusal has a code, a sentence and a remedy in both languages, with the same facts in each."""
    assert refusal.code.startswith("kernel.")
    fields = [
        {name for _, name, _, _ in string.Formatter().parse(text) if name}
        for text in (refusal.en, refusal.zh)
    ]
    assert fields[0] == fields[1]
    told = refusal(**dict.fromkeys(fields[0], "fact"))
    document = told.as_document()
    assert str(told) == told.sentence("en")
    assert document["refused"] == refusal.code
    assert document["message"] == {"en": told.sentence("en"), "zh": told.sentence("zh-hans")}
    assert document["remedy"] == {"en": told.remedy("en"), "zh": told.remedy("zh-hans")}
    assert told.sentence("en") != told.sentence("zh-hans")
    assert told.remedy("en")
    assert told.remedy("zh-hans")


def test_a_refusal_names_its_article_where_there_is_one():
    """The document carries the citation, or null."""

    class Cited(Refusal):
        code = en = zh = remedy_en = remedy_zh = "test"
        citation = Citation("A Law", "1")

    assert Cited().as_document()["article"] == "A Law, art. 1"
    assert refusals.NotAMonth(text="x").as_document()["article"] is None


def test_a_refused_month_says_what_was_read():
    """The sentence repeats the text that was refused."""
    with pytest.raises(refusals.NotAMonth, match="2026-13"):
        Month.parse("2026-13")
