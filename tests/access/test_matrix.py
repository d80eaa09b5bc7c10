"""Which role may call which route."""

import pytest

from provident.access import matrix, pages
from provident.access.catalogue import catalogue
from provident.access.records import Label, Role


def test_an_undeclared_route_is_nobodys() -> None:
    """Deny by default: a route no door lists is closed to every role."""
    assert not matrix.allowed("no-such-route", list(Role))


def test_a_route_opens_to_its_roles_and_to_no_other() -> None:
    """Holding one of a route's roles is enough, holding others is not."""
    assert matrix.allowed("record", [Role.RESIDENT, Role.AUDITOR])
    assert not matrix.allowed("record", [Role.ADMINISTRATOR, Role.AGENCY_CLERK])
    assert not matrix.allowed("record", [])


def test_a_route_for_anyone_opens_without_a_role() -> None:
    """The start page needs no account."""
    assert matrix.allowed("home", [])


def test_every_route_that_opens_records_names_a_purpose_its_roles_may_use() -> None:
    """A route and its purpose do not contradict each other."""
    purposes = catalogue().purposes
    for route in matrix.routes().values():
        if route.purpose:
            assert route.roles <= set(purposes[route.purpose].roles), route.name


@pytest.mark.parametrize(
    "entry",
    [
        {"title": {"en": "A", "zh": "甲"}, "roles": []},
        {"title": {"en": "A", "zh": "甲"}, "roles": ["wizard"]},
        {"title": {"en": "A", "zh": "甲"}, "roles": ["anyone", "resident"]},
    ],
)
def test_a_list_of_roles_that_makes_no_sense_is_a_fault(entry: dict[str, object]) -> None:
    """No roles, unknown roles, or anyone beside roles: the program does not start with such a list."""
    with pytest.raises(ValueError, match="portal: home"):
        matrix._route("home", "portal", entry)


def test_the_pages_show_every_role_route_and_purpose() -> None:
    """The reference pages leave nothing out."""
    roles, purposes = pages.roles_page(), pages.purposes_page()
    for name in (*Role, *matrix.routes()):
        assert f"`{name}`" in roles
    for name in (*catalogue().purposes, *catalogue().fields):
        assert f"`{name}`" in purposes


def test_a_label_speaks_the_language_asked() -> None:
    """Chinese for zh-hans, English else."""
    assert Label("name", "姓名").text("zh-hans") == "姓名"
    assert Label("name", "姓名").text("en") == "name"


def test_a_route_for_whoever_has_signed_in_asks_for_no_role() -> None:
    """One's own account opens to every account, and not to a visitor."""
    route = matrix._route("a", "portal", {"title": {"en": "A", "zh": "甲"}, "roles": ["signed_in"]})
    assert route.roles == {matrix.SIGNED_IN}
    with pytest.raises(ValueError, match="portal: a"):
        matrix._route("a", "portal", {"title": {"en": "A", "zh": "甲"}, "roles": ["signed_in", "auditor"]})
