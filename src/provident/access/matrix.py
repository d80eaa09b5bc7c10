"""Which role may call which route: the lists in routes/*.yaml, one for each door.

A door asks `allowed` before it does anything; what is not listed is not allowed. This is the outer
fence only: the record itself opens through the purpose, whatever a route lets through.
"""

import functools
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provident.access.catalogue import catalogue
from provident.access.records import Label, Role
from provident.law.strict_yaml import read_yaml

ANYONE = "anyone"  # open to whoever comes, signed in or not
SIGNED_IN = "signed_in"  # open to every account that has signed in, whatever roles it holds
_ROUTES = Path(__file__).with_name("routes")


@dataclass(frozen=True, slots=True)
class Route:
    """One address or operation of a door.

    `purpose` is the one it opens records for, if any; `scope` what a token needs to call it.
    """

    name: str
    door: str
    title: Label
    roles: frozenset[str]  # values of Role, or ANYONE or SIGNED_IN alone
    purpose: str = ""
    scope: str = ""


@functools.cache
def routes() -> dict[str, Route]:
    """Return every declared route by its name."""
    declared: dict[str, Route] = {}
    for page in sorted(_ROUTES.glob("*.yaml")):
        entries: Any = read_yaml(page)
        for name, entry in entries.items():
            if name in declared:
                raise ValueError(f"{page.name}: {name} is declared by {declared[name].door} already")
            declared[name] = _route(name, page.stem, entry)
    return declared


def _route(name: str, door: str, entry: dict[str, Any]) -> Route:
    roles = frozenset(entry["roles"])
    unknown = roles - set(Role) - {ANYONE, SIGNED_IN}
    if unknown or not roles or (roles & {ANYONE, SIGNED_IN} and len(roles) > 1):
        raise ValueError(f"{door}: {name} needs roles of the catalogue, or {ANYONE} or {SIGNED_IN} alone")
    scope = entry.get("scope", "")
    if scope and not roles <= set(catalogue().scopes[scope].roles):
        raise ValueError(f"{door}: {name} opens to roles that may not give the scope {scope}")
    return Route(name, door, Label(**entry["title"]), roles, entry.get("purpose", ""), scope)


def allowed(route_name: str, roles: Collection[str]) -> bool:
    """Say whether somebody holding these roles may call the route; an undeclared route is nobody's.

    Whoever has signed in holds SIGNED_IN besides their roles.
    """
    route = routes().get(route_name)
    return route is not None and (ANYONE in route.roles or not route.roles.isdisjoint(roles))
