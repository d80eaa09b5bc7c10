"""Bringing a database's tables up to date, as the owner."""

from collections.abc import Iterable

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from provident.host import cluster

# Tables of frameworks carry no grants of their own; a room's tables are granted in its migrations.
_FRAMEWORK_GRANTS = {
    "django_session": "SELECT, INSERT, UPDATE, DELETE",
    "django_content_type": "SELECT",
    "auth_permission": "SELECT",
    "auth_group": "SELECT",
    "auth_group_permissions": "SELECT",
    "account_emailaddress": "SELECT",  # stays empty: there is no e-mail here
    "account_emailconfirmation": "SELECT",
    "mfa_authenticator": "SELECT, INSERT, UPDATE, DELETE",
    "usersessions_usersession": "SELECT, INSERT, UPDATE, DELETE",
}


def pending() -> tuple[str, ...]:
    """Return the migrations the database does not have yet, as `app.name`."""
    executor = MigrationExecutor(connections["owner"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan)


def bring_up_to_date() -> None:
    """Close the database to everybody, run every migration, grant the frameworks' tables."""
    owner = connections["owner"]
    owner.ensure_connection()
    cluster.close_to_public(owner.connection)
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    with owner.cursor() as cursor:
        for table in _present(owner.introspection.table_names()):
            cursor.execute(f"GRANT {_FRAMEWORK_GRANTS[table]} ON {table} TO {cluster.APPLICATION}")
    owner.close()


def _present(tables: Iterable[str]) -> list[str]:
    return sorted(set(tables) & set(_FRAMEWORK_GRANTS))
