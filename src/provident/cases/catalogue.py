"""The catalogue of requests, read from catalogue.yaml: rights, who answers, grounds, answers."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provident.access.catalogue import Law
from provident.access.catalogue import catalogue as access_catalogue
from provident.access.records import Label, Role
from provident.cases.records import RequestKind
from provident.law.strict_yaml import read_yaml


@dataclass(frozen=True, slots=True)
class Right:
    """The article that gives the right to ask."""

    law: Law
    article: str

    @property
    def cited(self) -> Label:
        """The law and article as a person reads them."""
        return Label(
            f"{self.law.title.en}, art. {self.article}", f"《{self.law.title.zh}》第{self.article}条"
        )


@dataclass(frozen=True, slots=True)
class KindRule:
    """What holds for a kind of request; `against` names the outcomes that give less than was asked."""

    kind: RequestKind
    title: Label
    rights: tuple[Right, ...]
    deadline: str  # an id of the law pack; empty where we know of none
    role: Role
    four_eyes: bool
    grounds: dict[str, Label]
    outcomes: dict[str, Label]
    against: frozenset[str]


@functools.cache
def catalogue() -> dict[RequestKind, KindRule]:
    """Return every kind of request, in the catalogue's order."""
    document: Any = read_yaml(Path(__file__).with_name("catalogue.yaml"))
    return {RequestKind(key): _rule(RequestKind(key), entry) for key, entry in document["kinds"].items()}


def _rule(kind: RequestKind, entry: dict[str, Any]) -> KindRule:
    laws = access_catalogue().laws
    outcomes: dict[str, dict[str, Any]] = entry["outcomes"]
    return KindRule(
        kind=kind,
        title=Label(**entry["title"]),
        rights=tuple(Right(laws[one["law"]], one["article"]) for one in entry["rights"]),
        deadline=entry.get("deadline", ""),
        role=Role(entry["role"]),
        four_eyes=entry["four_eyes"],
        grounds={key: Label(**title) for key, title in entry["grounds"].items()},
        outcomes={key: Label(one["en"], one["zh"]) for key, one in outcomes.items()},
        against=frozenset(key for key, one in outcomes.items() if one.get("against", False)),
    )
