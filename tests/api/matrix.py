"""Every route of both doors as the resolver knows them, and what the matrix says of each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from provident.access import matrix
from provident.api.urls import description

METHODS = ("GET", "PUT", "PATCH", "DELETE", "POST")  # last what changes most
INTERFACE = "/api/v1"


@dataclass(frozen=True)
class Address:
    """A route's name, the namespace it is in, and its address with the names of its arguments."""

    name: str
    namespace: str
    route: str
    arguments: tuple[str, ...]

    def at(self, arguments: dict[str, object]) -> str:
        """Return the address with these arguments."""
        return re.sub(r"<\w+:(\w+)>", lambda found: str(arguments[found[1]]), self.route)


def addresses() -> list[Address]:
    """Return every address of the running configuration, however deep it is included."""
    return list(_walk(get_resolver(), "/", ""))


def _walk(resolver: URLResolver, before: str, namespace: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLPattern):
            yield Address(str(pattern.name), namespace, route, tuple(pattern.pattern.converters))
        else:
            yield from _walk(pattern, route, pattern.app_name or namespace)


def undeclared() -> list[str]:
    """Return the routes without a row in the matrix."""
    return sorted({one.name for one in addresses()} - set(matrix.routes()))


@dataclass(frozen=True)
class Asked:
    """One method at one path of the interface; `name` is its row in the matrix, None where it is not taken."""

    path: str
    method: str
    name: str | None
    neighbour: str  # some operation at the same path, whose things are asked for

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the path's arguments."""
        return tuple(re.findall(r"{(\w+)}", self.path))


def operations() -> Iterator[Asked]:
    """Yield every method at every path of the interface."""
    for path, taken in description()["paths"].items():
        names = {method: told["operationId"] for method, told in taken.items()}
        for method in METHODS:
            yield Asked(
                path.removeprefix(INTERFACE), method, names.get(method.lower()), next(iter(names.values()))
            )
