"""What must be true of an installation before it may serve, each with an id and a hint."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from core.embedded import SEARCH_ROLE


@register(Tags.database)
def the_database_role_is_bound_by_row_level_security(**kwargs: Any) -> list[CheckMessage]:
    """A superuser, or a role with BYPASSRLS, would see every organization whatever the policies say."""
    if not kwargs.get("databases"):
        return []
    with connection.cursor() as cursor:
        cursor.execute("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        (bypasses,) = cursor.fetchone()
    if not bypasses:
        return []
    return [
        Error(
            "The database role of DATABASE_URL is not bound by row-level security.",
            hint="Use a role made with NOSUPERUSER NOBYPASSRLS that owns the database.",
            id="core.E001",
        )
    ]


@register(Tags.database)
def every_tenant_table_is_protected(**kwargs: Any) -> list[CheckMessage]:
    """A table with `organization_id` has row-level security, and has it forced."""
    if not kwargs.get("databases"):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select c.relname from pg_class c
            join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
            where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
              and not (c.relrowsecurity and c.relforcerowsecurity)
            order by 1
            """
        )
        tables = [name for (name,) in cursor.fetchall()]
    if tables and _migrations_wait():
        return []  # `migrate` checks before it begins, and what it brings may be the protection
    return [
        Error(
            f"The table {table} belongs to organizations and is not under forced row-level security.",
            hint=f"Add *protect({table!r}) (core/postgres.py) to the migration that makes it.",
            id="core.E002",
        )
        for table in tables
    ]


@register(Tags.database)
def nobody_inherits_from_the_search_role(**kwargs: Any) -> list[CheckMessage]:
    """Who inherits from it reads the words of every organization; who cannot become it cannot hand it the search."""
    if not kwargs.get("databases"):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select pg_has_role(current_user, oid, 'usage'), pg_has_role(current_user, oid, 'member')
            from pg_roles where rolname = %s
            """,
            [SEARCH_ROLE],
        )
        found = cursor.fetchone()
    if found == (False, True):
        return []
    return [
        Error(
            f"The database role of DATABASE_URL inherits from {SEARCH_ROLE}."
            if found and found[0]
            else f"The database role of DATABASE_URL cannot hand functions to {SEARCH_ROLE}.",
            hint="Set the roles up as docs/operating.md says: create role assay_search nologin; "
            "grant assay_search to … with inherit false, set true.",
            id="core.E003",
        )
    ]


def _migrations_wait() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
