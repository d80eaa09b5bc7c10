"""The catalogue of roles, fields and purposes, and the same lists in the database."""

import psycopg
import pytest
from django.db import connections
from tests.access.office import AN, BO, Office

from provident.access import actions
from provident.access.catalogue import PURPOSE_COLUMNS, catalogue, purpose_row, write
from provident.access.records import OPERATOR, AccountKind, GrantKind, Role

KNOWN = catalogue()


def test_the_database_decides_by_the_catalogue_as_it_ships(
    fresh_database: str, superuser_connection: psycopg.Connection
) -> None:
    """Roles, ceilings and purposes in the database are those of catalogue.yaml, no more and no fewer."""
    rows = superuser_connection.execute(f"SELECT {', '.join(PURPOSE_COLUMNS)} FROM access_purpose").fetchall()
    assert sorted(map(list, rows)) == sorted(map(purpose_row, KNOWN.purposes.values()))
    roles = superuser_connection.execute(
        "SELECT id, kinds, business, looks_per_hour FROM access_role JOIN access_ceiling ON role = id"
    ).fetchall()
    assert sorted(roles) == sorted(
        (role.id, list(role.kinds), role.business, role.looks_per_hour) for role in KNOWN.roles.values()
    )


def test_the_catalogue_names_only_what_exists() -> None:
    """Purposes name known roles, fields and kinds of grant; roles are those of the code."""
    assert list(KNOWN.roles) == [role.value for role in Role]
    for purpose in KNOWN.purposes.values():
        assert set(purpose.fields) <= set(KNOWN.fields), purpose.id
        assert set(purpose.grants) <= {kind.value for kind in GrantKind}, purpose.id
        assert Role.ADMINISTRATOR not in purpose.roles, purpose.id
    for role in KNOWN.roles.values():
        assert set(role.kinds) <= {kind.value for kind in AccountKind}, role.id


def test_every_article_was_read_somewhere() -> None:
    """A purpose rests on an article whose text was read; what was only remembered is not cited."""
    for purpose in KNOWN.purposes.values():
        assert purpose.article.isdigit(), purpose.id
        assert purpose.law.evidence in {"verified", "secondary"}, purpose.id


@pytest.mark.parametrize("title", [*KNOWN.fields.values(), *KNOWN.systems.values()], ids=str)
def test_every_title_is_in_both_languages(title: object) -> None:
    """A person reads their log in either language."""
    assert title.text("en").isascii()
    assert not title.text("zh-hans").isascii()


def test_a_ceiling_set_by_the_installation_survives_a_new_catalogue(
    office: Office, owner_connection: psycopg.Connection
) -> None:
    """Writing the catalogue anew changes purposes and leaves ceilings as they were set."""
    actions.set_ceiling(by=OPERATOR, role=Role.AUDITOR, looks_per_hour=7)
    owner_connection.execute("UPDATE access_purpose SET fields = '{name}' WHERE id = 'audit'")
    owner_connection.execute(
        "INSERT INTO access_purpose VALUES ('old', '', '', '{auditor}', 'role', '{}', '{name}', false, false, false,"
        " false)"
    )
    with connections["owner"].cursor() as cursor:
        write(cursor)
    found = owner_connection.execute("SELECT looks_per_hour FROM access_ceiling WHERE role = 'auditor'")
    assert found.fetchone() == (7,)
    found = owner_connection.execute("SELECT id, fields FROM access_purpose WHERE id IN ('audit', 'old')")
    assert found.fetchall() == [("audit", list(KNOWN.purposes["audit"].fields))]


def test_the_administrator_reads_no_record(office: Office) -> None:
    """Every purpose is closed to the role that runs the system."""
    administrator = office.account(AccountKind.STAFF, Role.ADMINISTRATOR)
    for purpose in KNOWN.purposes.values():
        asked = office.owner.execute(
            "SELECT refusal FROM access_open(%s, %s, %s, %s, 'portal', 'because')",
            [administrator, AN, purpose.id, list(purpose.fields)],
        ).fetchone()
        ran = office.owner.execute(
            "SELECT refusal FROM access_open_run(%s, %s, %s, 'portal', %s, NULL)",
            [administrator, purpose.id, list(purpose.fields), [BO]],
        ).fetchone()
        wrong = ("access.unknown_purpose",)
        missing = ("access.role_missing",)
        assert (asked, ran) == ((wrong, missing) if purpose.run else (missing, wrong)), purpose.id


def test_every_purpose_opens_to_its_own_roles_and_to_no_other(office: Office) -> None:
    """For each role and purpose the database answers as the catalogue says."""
    holders = {
        role: office.account(AccountKind(KNOWN.roles[role].kinds[0]), role, person=_own(role))
        for role in Role
        if role is not Role.OPERATOR
    }
    holders[Role.OPERATOR] = OPERATOR
    for purpose in KNOWN.purposes.values():
        for role, account in holders.items():
            question, values = (
                ("access_open_run(%s, %s, %s, 'x', '{}', NULL)", [account, purpose.id, list(purpose.fields)])
                if purpose.run
                else ("access_open(%s, %s, %s, %s, 'x', '')", [account, AN, purpose.id, list(purpose.fields)])
            )
            (refusal,) = office.owner.execute(f"SELECT refusal FROM {question}", values).fetchone()
            assert (refusal == "access.role_missing") == (role not in purpose.roles), (purpose.id, role)
            if role in purpose.roles and purpose.needs != "grant":
                assert refusal == "", (purpose.id, role)


def _own(role: Role) -> int | None:
    return {Role.RESIDENT: AN, Role.REPRESENTATIVE: BO}.get(role)
