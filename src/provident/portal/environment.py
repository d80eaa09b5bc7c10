"""The Jinja2 environment of the pages: what every template may call."""

import datetime as dt
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from provident.access.queries import sample_accounts
from provident.kernel.money import Money
from provident.kernel.month import Month
from provident.kernel.words import Branch
from provident.ledger.queries import installation
from provident.portal import texts
from provident.portal.accounts.forms import problems_of
from provident.portal.alarm import seal_alarm
from provident.portal.linking.issuers import issuer_title, issuers
from provident.portal.sections import account_label, agency_name, sections
from provident.statements.phrases import phrases


def word(group: str, name: str) -> str:
    """Return the record's own word for a branch, a status or an evidence grade."""
    return phrases(texts.language()).say(f"{group}.{name}")


def money(amount: Money | None) -> str:
    """Write an amount as the statements do."""
    return phrases(texts.language()).money(amount)


def moment(at: dt.datetime, zone: str) -> str:
    """Write a moment in the legal time zone."""
    return phrases(texts.language()).moment(at, zone)


def month(one: Month) -> str:
    """Write a month with its name."""
    return phrases(texts.language()).month(one)


def span(first: Month, last: Month) -> str:
    """Write a span of months; one month alone is that month."""
    return phrases(texts.language()).span(first, last)


def here(at: dt.datetime) -> str:
    """Write a moment in the installation's own time zone."""
    return moment(at, str(installation().zone))


def grouped(code: str, size: int = 4) -> str:
    """Write a code in groups, as it is easier to read and to copy by hand."""
    return " ".join(code[start : start + size] for start in range(0, len(code), size))


def branch_list(branches: tuple[Branch, ...]) -> str:
    """List branches, or say that it is all of them."""
    return phrases(texts.language()).branches(branches)


@lru_cache(maxsize=4096)
def _address(name: str, args: tuple[object, ...]) -> str:
    """Return a page's address. The record alone asks for eighty, the same ones for everybody."""
    return reverse(name, args=args)


def environment(**options: Any) -> Environment:
    """Return an environment that escapes everything and refuses unknown names."""
    options |= {"undefined": StrictUndefined, "autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    made = Environment(**options)  # noqa: S701 - autoescape is set in the line above
    made.globals.update(
        static=static,
        url=lambda name, args=(): _address(name, tuple(args)),
        t=texts.text,
        language=texts.language,
        word=word,
        money=money,
        moment=moment,
        branch_list=branch_list,
        word_month=month,
        span=span,
        sections=sections,
        account_label=account_label,
        agency_name=agency_name,
        seal_alarm=seal_alarm,
        problems_of=problems_of,
        messages=get_messages,
        here=here,
        grouped=grouped,
        sample_accounts=sample_accounts,
        eid_issuers=issuers,
        eid_title=issuer_title,
        development=settings.DEVELOPMENT,
    )
    return made
