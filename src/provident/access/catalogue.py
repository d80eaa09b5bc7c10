"""The catalogue of roles, fields and purposes, read from catalogue.yaml."""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.backends.utils import CursorWrapper

from provident.access.records import Label, Role
from provident.law.strict_yaml import read_yaml


@dataclass(frozen=True, slots=True)
class Law:
    """A law purposes rest on, with the state of the text that was read."""

    id: str
    title: Label
    evidence: str  # verified | secondary
    as_of: str


@dataclass(frozen=True, slots=True)
class RoleRule:
    """What a role is called, who may hold it and how many records it may open in an hour."""

    id: Role
    title: Label
    kinds: tuple[str, ...]
    business: bool
    looks_per_hour: int | None


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a record may be opened for, by whom, under which article, for which fields."""

    id: str
    title: Label
    law: Law
    article: str
    roles: tuple[Role, ...]
    needs: str  # self | role | grant
    grants: tuple[str, ...]
    fields: tuple[str, ...]
    override: bool
    run: bool
    opens_members: bool
    everyone: bool

    @property
    def cited(self) -> Label:
        """The law and article as a person reads them."""
        return Label(
            f"{self.law.title.en}, art. {self.article}",
            f"《{self.law.title.zh}》第{self.article}条",
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """What a token may be made for, by holders of these roles."""

    id: str
    title: Label
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All of it."""

    laws: dict[str, Law]
    roles: dict[str, RoleRule]
    scopes: dict[str, Scope]
    fields: dict[str, Label]
    systems: dict[str, Label]
    purposes: dict[str, Purpose]


@functools.cache
def catalogue() -> Catalogue:
    """Return the catalogue as it ships."""
    document: Any = read_yaml(Path(__file__).with_name("catalogue.yaml"))
    laws = {
        key: Law(key, Label(**law["title"]), law["evidence"], str(law["as_of"]))
        for key, law in document["laws"].items()
    }
    roles = {
        key: RoleRule(
            Role(key), Label(**role["title"]), tuple(role["kinds"]), role["business"], role["looks_per_hour"]
        )
        for key, role in document["roles"].items()
    }
    fields = {key: Label(**title) for key, title in document["fields"].items()}
    systems = {key: Label(**title) for key, title in document["systems"].items()}
    purposes = {key: _purpose(key, entry, laws) for key, entry in document["purposes"].items()}
    scopes = {
        key: Scope(key, Label(**entry["title"]), tuple(Role(role) for role in entry["roles"]))
        for key, entry in document["scopes"].items()
    }
    return Catalogue(laws, roles, scopes, fields, systems, purposes)


def _purpose(key: str, entry: dict[str, Any], laws: dict[str, Law]) -> Purpose:
    return Purpose(
        id=key,
        title=Label(**entry["title"]),
        law=laws[entry["law"]],
        article=entry["article"],
        roles=tuple(Role(role) for role in entry["roles"]),
        needs=entry["needs"],
        grants=tuple(entry.get("grants", ())),
        fields=tuple(entry["fields"]),
        override=entry.get("override", False),
        run=entry.get("run", False),
        opens_members=entry.get("opens_members", False),
        everyone=entry.get("everyone", False),
    )


def write(cursor: CursorWrapper) -> None:
    """Write the catalogue into the database; called by migrations, as the owner.

    A ceiling an installation has set stays as it is.
    """
    known = catalogue()
    for role in known.roles.values():
        cursor.execute(
            "INSERT INTO access_role VALUES (%s, %s, %s) ON CONFLICT (id) DO UPDATE"
            " SET kinds = excluded.kinds, business = excluded.business",
            [role.id, list(role.kinds), role.business],
        )
        cursor.execute(
            "INSERT INTO access_ceiling VALUES (%s, %s) ON CONFLICT (role) DO NOTHING",
            [role.id, role.looks_per_hour],
        )
    cursor.execute("DELETE FROM access_scope")
    for scope in known.scopes.values():
        cursor.execute("INSERT INTO access_scope VALUES (%s, %s)", [scope.id, list(scope.roles)])
    cursor.execute("DELETE FROM access_purpose WHERE id <> ALL (%s)", [list(known.purposes)])
    places = ", ".join(["%s"] * len(PURPOSE_COLUMNS))
    kept = ", ".join(f"{column} = excluded.{column}" for column in PURPOSE_COLUMNS[1:])
    for purpose in known.purposes.values():
        cursor.execute(
            f"INSERT INTO access_purpose ({', '.join(PURPOSE_COLUMNS)}) VALUES ({places})"
            f" ON CONFLICT (id) DO UPDATE SET {kept}",
            purpose_row(purpose),
        )


PURPOSE_COLUMNS = (
    "id",
    "article_en",
    "article_zh",
    "roles",
    "needs",
    "grants",
    "fields",
    "override",
    "run",
    "opens_members",
    "everyone",
)


def purpose_row(purpose: Purpose) -> list[str | bool | list[str]]:
    """Return a purpose as its row in the database, in the order of PURPOSE_COLUMNS."""
    cited = purpose.cited
    return [
        purpose.id,
        cited.en,
        cited.zh,
        [str(role) for role in purpose.roles],
        purpose.needs,
        list(purpose.grants),
        list(purpose.fields),
        purpose.override,
        purpose.run,
        purpose.opens_members,
        purpose.everyone,
    ]
