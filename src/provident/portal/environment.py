"""The Jinja2 environment of the pages: what every template may call."""

from functools import lru_cache
from types import FunctionType, MethodType
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined
from jinja2.runtime import Context

from provident.access.queries import sample_accounts
from provident.ledger.queries import installation
from provident.portal import texts
from provident.portal.accounts.forms import problems_of
from provident.portal.alarm import seal_alarm
from provident.portal.languages import Languages, Settling, kept
from provident.portal.linking.issuers import issuer_title, issuers
from provident.portal.sections import account_label, agency_name, sections
from provident.statements.phrases import phrases


class Speaking(Context):
    """A template's names. What pages call most are plain functions, hundreds of times a page.

    Jinja looks at whatever is called whether it wants the context; those that do say so by a mark.
    """

    def call(self, called: Any, /, *args: Any, **told: Any) -> Any:
        """Call something on behalf of a template."""
        if type(called) in _PLAIN and not hasattr(called, "jinja_pass_arg"):
            told.pop("_loop_vars", None)  # for those that want the context
            told.pop("_block_vars", None)
            return called(*args, **told)
        return super().call(called, *args, **told)


_PLAIN = (FunctionType, MethodType)


def grouped(code: str, size: int = 4) -> str:
    """Write a code in groups, as it is easier to read and to copy by hand."""
    return " ".join(code[start : start + size] for start in range(0, len(code), size))


@lru_cache(maxsize=4096)
def _address(name: str, args: tuple[object, ...]) -> str:
    """Return a page's address. The record alone asks for eighty, the same ones for everybody."""
    return reverse(name, args=args)


def environment(**options: Any) -> Languages:
    """Return the environment of the pages, which escapes everything and refuses unknown names."""
    options |= {"undefined": StrictUndefined, "autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    made = Languages(**options)
    made.spoken = {language: _speaking(language, options) for language, _ in settings.LANGUAGES}
    return made


def _speaking(language: str, options: dict[str, Any]) -> Environment:
    """Return the environment of the templates in a language."""
    own, words = texts.sentences(language), phrases(language)

    def word(group: str, name: str) -> str:
        return words.by_name[f"{group}.{name}"]

    made = Environment(**options, extensions=[Settling])  # noqa: S701 - autoescape is among the options
    made.context_class = Speaking
    made.globals.update(
        # Sentences of the pages' own, and what the statements say of a branch, a status, an amount, a month.
        language=lambda: language,
        t=lambda key, **facts: own[key].format(**facts),
        word=word,
        money=words.money,
        moment=words.moment,
        here=lambda at: words.moment(at, str(installation().zone)),
        word_month=words.month,
        span=words.span,
        branch_list=words.branches,
        static=static,
        url=lambda name, args=(): _address(name, tuple(args)),
        sections=sections,
        account_label=account_label,
        agency_name=agency_name,
        seal_alarm=seal_alarm,
        problems_of=problems_of,
        messages=get_messages,
        grouped=grouped,
        kept=kept,
        sample_accounts=sample_accounts,
        eid_issuers=issuers,
        eid_title=issuer_title,
        development=settings.DEVELOPMENT,
    )
    made.extend(
        settled={
            "t": lambda key: own[key].format(),
            "word": word,
            "url": lambda name: _address(name, ()),
            "static": static,
        }
    )
    return made
