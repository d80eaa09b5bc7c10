"""Checks that look at names: refused kinds, scores, measures at persons, persons in public."""

from collections.abc import Iterator, Mapping
from typing import Any

from provident.charter.describing import catalogue_mappings
from provident.charter.matching import excuse_for, first_term, terms_in
from provident.charter.records import Breach, Container, Excused
from provident.charter.words import MEASURE, ORGANISATION_TERMS, PERSON_TERMS, PRYING, PUBLIC, SCORE, Kind

_TARGET_KEYS = ("target", "targets", "aimed_at", "对象")
_MEASURES_TARGET_KEYS = (*_TARGET_KEYS, "subject", "subjects", "applies_to")


def check_container(container: Container) -> Iterator[Breach | Excused]:
    """Check one container's name and parts against every article that names can break."""
    for name in _names(container):
        for kind in PRYING:
            yield from _found(container, name, kind)
    person = _first(container, PERSON_TERMS)
    if person is not None or _first(container, ORGANISATION_TERMS) is None:
        for name in _names(container):
            yield from _found(container, name, SCORE)
    if person is not None:
        for name in _names(container):
            yield from _found(container, name, MEASURE)
            yield from _found(container, name, PUBLIC)
        if container.public:
            yield Breach(
                PUBLIC.article, f"{container.where} {container.name}", person,
                "anybody may have it and it names persons", "任何人均可获取且含个人信息",
            )  # fmt: skip


def check_targets(name: str, document: object) -> Iterator[Breach]:
    """Check a catalogue's measures: each is aimed at an organisation and at nobody else."""
    measures = first_term(name, MEASURE.terms) is not None
    for row in catalogue_mappings(document):
        title = str(row.get("id") or row.get("name") or name)
        about_measures = measures or any(first_term(str(key), MEASURE.terms) for key in row)
        keys = _MEASURES_TARGET_KEYS if about_measures else _TARGET_KEYS
        targets = [str(target) for key in keys for target in _listed(row.get(key))]
        for target in targets:
            organisation = first_term(target, ORGANISATION_TERMS) is not None
            if first_term(target, PERSON_TERMS) is not None or (about_measures and not organisation):
                yield _aimed(name, title, target)
        if measures and _is_measure(row) and not targets:
            yield Breach(
                MEASURE.article, f"catalogue {name}", title,
                "a measure that names no organisation as its target", "措施未写明所针对的单位",
            )  # fmt: skip
        if row.get("public") is True or row.get("published") is True:
            yield from _public_row(name, title, targets)


def _is_measure(row: Mapping[str, Any]) -> bool:
    return "id" in row or "name" in row


def _public_row(name: str, title: str, targets: list[str]) -> Iterator[Breach]:
    if any(first_term(target, PERSON_TERMS) for target in targets) or first_term(title, PERSON_TERMS):
        yield Breach(
            PUBLIC.article,
            f"catalogue {name}",
            title,
            "it would be published about persons",
            "将公开个人信息",
        )


def _aimed(name: str, title: str, target: str) -> Breach:
    return Breach(
        MEASURE.article, f"catalogue {name}", title, f"it is aimed at {target!r}, not at an organisation",
        f"针对的是“{target}”而非单位",
    )  # fmt: skip


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _names(container: Container) -> Iterator[str]:
    yield container.name
    for part in container.parts:
        yield part.name
        yield from part.labels


def _first(container: Container, terms: tuple[str, ...]) -> str | None:
    """Return the first name of a container that holds one of the terms."""
    return next((name for name in _names(container) if first_term(name, terms) is not None), None)


def _found(container: Container, name: str, kind: Kind) -> Iterator[Breach | Excused]:
    for term in terms_in(name, kind.terms):
        where = f"{container.where} {container.name}"
        excuse = excuse_for(name, term)
        if excuse is not None:
            yield Excused(where, name, excuse.reason)
            continue
        yield Breach(kind.article, where, name, f"{kind.en} ({term})", f"{kind.zh}（{term}）")
        return
