"""What is kept about a person, why, under which article and how long."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provident import law
from provident.access.catalogue import catalogue as access_catalogue
from provident.access.records import Label
from provident.identity.catalogue import WHILE_CURRENT, ArchiveField
from provident.identity.catalogue import catalogue as archive
from provident.kernel.citation import Citation
from provident.law import Retention
from provident.law.strict_yaml import read_yaml


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that is kept; `retention` is None where no period is known or it is kept while current."""

    field: str
    title: Label
    why: Label
    articles: tuple[Label, ...]
    retention: Retention | None
    while_current: bool
    in_archive: bool


@functools.cache
def catalogue() -> tuple[Kept, ...]:
    """Return everything that can be kept, registers first, then the archive."""
    document: Any = read_yaml(Path(__file__).with_name("kept.yaml"))
    return (
        *(_kept(field, entry) for field, entry in document["kept"].items()),
        *(_archived(field) for field in archive().values()),
    )


def cited(citation: Citation) -> Label:
    """Return an article as a person reads it, its law by the name the law pack has for it."""
    title = law.book().law_title(citation)
    if not citation.article:
        return Label(title.en, f"《{title.zh}》")
    return Label(f"{title.en}, art. {citation.article}", f"《{title.zh}》第{citation.article}条")


def _kept(field: str, entry: dict[str, Any]) -> Kept:
    known = access_catalogue()
    title, rule = known.laws[entry["law"]].title, entry.get("retention")
    article = Label(f"{title.en}, art. {entry['article']}", f"《{title.zh}》第{entry['article']}条")
    return Kept(
        field=field,
        title=known.fields[field],
        why=Label(**entry["why"]),
        articles=(article,),
        retention=law.book().retention(rule) if rule else None,
        while_current=False,
        in_archive=False,
    )


def _archived(field: ArchiveField) -> Kept:
    current = field.retention == WHILE_CURRENT
    return Kept(
        field=field.id,
        title=Label(field.title_en, field.title_zh),
        why=Label(field.purpose_en, field.purpose_zh),
        articles=tuple(cited(one) for one in field.basis),
        retention=None if current else law.book().retention(field.retention),
        while_current=current,
        in_archive=True,
    )
