"""Templates compiled for each language: what they always say is text, and nothing else is."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from django.template import engines
from django.utils import translation
from jinja2 import TemplateSyntaxError, UndefinedError

from provident.portal.texts import sentences

PAGES = sorted(Path(str(files("provident.portal") / "jinja2")).rglob("*.html"))


def spoken(language):
    return engines["jinja2"].env.spoken[language]


def written(source, language="en", **facts):
    """Return what a template of this source writes."""
    return spoken(language).from_string(source).render(**facts)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_sentence_without_facts_is_text_by_the_time_a_page_is_written(language):
    """It is in the compiled template, escaped as any text is, in the template's own language."""
    compiled = spoken(language).compile("<b title='{{ t('record.wrong') }}'>{{ t('skip') }}</b>", raw=True)
    assert repr(sentences(language)["skip"])[1:-1] in compiled
    assert "context.call" not in compiled


def test_what_it_stands_for_is_escaped():
    """A sentence with an apostrophe closes no attribute, and an address may stand beside others."""
    source = "<a title='{{ t('record.missing_lead') }}' href='{{ url('record') }}'>"
    with_apostrophe = next(key for key, text in sentences("en").items() if "'" in text and "{" not in text)
    assert "&#39;" in written(source.replace("record.missing_lead", with_apostrophe))
    assert "href='/record/'" in written(source)


def test_a_call_with_facts_or_of_something_else_is_left_alone():
    """Facts are filled in when the page is written; an attribute of the same name is not the function."""

    class Thing:
        @staticmethod
        def t(key):
            return f"own {key}"

    assert written("{{ t('record.number') }} {{ thing.t('skip') }}", thing=Thing).endswith("own skip")
    assert "<7>" not in written("{{ t('own_home.hello', name=name) }}", name="<7>")
    assert "&lt;7&gt;" in written("{{ t('own_home.hello', name=name) }}", name="<7>")


def test_the_language_of_the_request_chooses():
    """One name leads to two templates, one after the other in one process."""
    for language in ("en", "zh-hans", "en"):
        with translation.override(language):
            page = engines["jinja2"].env.get_template("portal/parts.html")
        assert sentences(language)["back"] in page.module.back("/")


def test_what_is_kept_is_kept_for_each_language_and_written_as_it_is():
    """A macro's text is made once for the same facts, in each language, and is not escaped again."""
    source = "{% import 'portal/parts.html' as parts %}{{ kept(parts.statement_links, years) }}"
    english, chinese = (written(source, language, years=(2024, 2025)) for language in ("en", "zh-hans"))
    assert english.count('<a class="govuk-link" href="/statement/202') == 2
    assert english != chinese
    assert written(source, years=(2024, 2025)) == english
    assert 'href="/statement/1999.pdf"' in written(source, years=(1999,))


@pytest.mark.parametrize("broken", ["{{ t", "{{ t(", "{{ t('skip'", "{{ t('skip',"])
def test_a_template_that_ends_too_soon_is_said_to(broken):
    """The fault is Jinja's own to tell, with its line."""
    with pytest.raises(TemplateSyntaxError):
        spoken("en").from_string(broken)


def test_an_unknown_name_is_an_error():
    """Nothing is written as empty because it is not there."""
    with pytest.raises(UndefinedError):
        written("{{ nobody }}")
    with pytest.raises(KeyError):
        written("{{ t('no.such.sentence') }}")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_template_takes_a_settled_name_for_its_own(page):
    """A name of its own would not be heard where the call is settled beforehand."""
    text = page.read_text("utf-8")
    bound = re.findall(r"{%-?\s*(?:set|for|macro|import[^%]* as)\s+([^%=(]*)", text)
    names = {name for one in bound for name in re.findall(r"\w+", one.partition(" in ")[0])}
    named = re.findall(r"{%-?\s*macro\s+\w+\(([^)]*)\)", text)
    names |= {name for one in named for name in re.findall(r"\w+", one)}
    assert names.isdisjoint({"t", "word", "url", "static"})
