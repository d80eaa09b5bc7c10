"""The reference pages made from the catalogue and the matrix: docs/reference/roles.md and purposes.md."""

from collections.abc import Iterable

from provident.access.catalogue import Purpose, RoleRule, Scope, catalogue
from provident.access.matrix import ANYONE, SIGNED_IN, Route, routes
from provident.access.records import Role

_MADE = "Generated from `src/provident/access`; a test compares."


def roles_page() -> str:
    """Return docs/reference/roles.md."""
    known = catalogue()
    lines = ["# Roles", "", _MADE, "", *_table(_ROLE_HEAD, map(_role_row, known.roles.values())), ""]
    lines += [
        "Nobody gives a role or a grant to their own account. The administrator's role is never held",
        "together with one that handles records. The ceiling is a house rule of ours; an installation may",
        "set its own. Looks at one's own record do not count.",
        "",
        "## Routes",
        "",
        "What is not listed is not allowed. A route lets a role in; the record itself opens only for a",
        "purpose (see [purposes](purposes.md)). Routes whose names begin with `api-` take a token that was",
        "made for their scope; an account may make one as far as its roles allow the scope:",
        "",
        *_table(["Scope", "English", "中文", "Roles"], map(_scope_row, known.scopes.values())),
        "",
    ]
    head = ["Route", "What it is", "Purpose", "Scope", "anyone", "signed in", *(role.value for role in Role)]
    lines += _table(head, map(_route_row, routes().values()))
    return "\n".join(lines) + "\n"


_ROLE_HEAD = ["Role", "English", "中文", "Kind of account", "Handles records", "Looks an hour"]


def _role_row(role: RoleRule) -> list[str]:
    ceiling = "no ceiling" if role.looks_per_hour is None else str(role.looks_per_hour)
    handles = "yes" if role.business else "no"
    return [f"`{role.id}`", role.title.en, role.title.zh, ", ".join(role.kinds), handles, ceiling]


def _route_row(route: Route) -> list[str]:
    marks = ["✓" if role in route.roles else "" for role in (ANYONE, SIGNED_IN, *Role)]
    return [
        f"`{route.name}`",
        f"{route.title.en} / {route.title.zh}",
        f"`{route.purpose}`" if route.purpose else "",
        f"`{route.scope}`" if route.scope else "",
        *marks,
    ]


def _scope_row(scope: Scope) -> list[str]:
    return [f"`{scope.id}`", scope.title.en, scope.title.zh, ", ".join(scope.roles)]


def purposes_page() -> str:
    """Return docs/reference/purposes.md."""
    known = catalogue()
    one = [purpose for purpose in known.purposes.values() if not purpose.run]
    many = [purpose for purpose in known.purposes.values() if purpose.run]
    lines = [
        "# Purposes",
        "",
        _MADE,
        "",
        "A record opens for one of these purposes and no other. Every look is logged with the fields asked",
        "for and shown to the person, answered or refused.",
        "",
        "## One person",
        "",
        *_table(_PURPOSE_HEAD, map(_purpose_row, one)),
        "",
        "A colleague's record and a guarded one open only under an open grant of a kind named here; a typed",
        "reason is not enough. Nobody opens their own record in office.",
        "",
        "## Runs over many persons",
        "",
        *_table(_PURPOSE_HEAD, map(_purpose_row, many)),
        "",
        "A run is one look. Its members and whoever has an entry in the batch it posted see it in their log.",
        "",
        "## Fields",
        "",
        *_table(["Field", "English", "中文"], ([f"`{key}`", t.en, t.zh] for key, t in known.fields.items())),
        "",
        "## Where the articles were read",
        "",
        *_table(
            ["Law", "中文", "Evidence", "State of the text"],
            ([law.title.en, law.title.zh, law.evidence, law.as_of] for law in known.laws.values()),
        ),
    ]
    return "\n".join(lines) + "\n"


_PURPOSE_HEAD = ["Purpose", "English", "中文", "Article", "Roles", "Opens", "Fields"]


def _purpose_row(purpose: Purpose) -> list[str]:
    return [
        f"`{purpose.id}`",
        purpose.title.en,
        purpose.title.zh,
        purpose.cited.en,
        ", ".join(purpose.roles),
        _opens(purpose),
        ", ".join(purpose.fields),
    ]


def _opens(purpose: Purpose) -> str:
    if purpose.run:
        reach = "the members' rows" if purpose.opens_members else "no rows"
        return f"{reach}; shown to everyone" if purpose.everyone else reach
    kinds = " or ".join(purpose.grants)
    if purpose.needs == "self":
        return "one's own record"
    if purpose.needs == "role":
        return f"by the role; guarded records with a {kinds}"
    return f"with {kinds}" + (", or a typed reason" if purpose.override else "")


def _table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    return [
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
