"""How the tables are emptied behind a test whose transactions were real.

Django truncates all of them, which makes and removes hundreds of files; to delete a few rows takes a tenth of that.
What is made after migrations stays, and is not made again: content types and permissions (tests/conftest.py).
"""

from typing import Any

from core.database import base
from core.tenancy import across

OF_MIGRATIONS = {"django_content_type", "auth_permission"}
AUDIT = "accounts_auditentry"  # the application may not delete from it: accounts/migrations/0010
FORGET_AUDIT = f"set local role assay_search; delete from {AUDIT}; reset role"
LARGE = 8 * 2**20  # bytes in all tables together, with rows that are deleted and not yet swept
# Which table refers to which. Foreign keys of ours are checked at once, so children go first.
REFERENCES = (
    "select conrelid::regclass::text, confrelid::regclass::text from pg_constraint where contype = 'f'"
)
SIZE = "select sum(pg_relation_size(oid)) from pg_class where relname = any(%s)"


class DatabaseOperations(base.base.DatabaseWrapper.ops_class):  # type: ignore[misc]
    """PostgreSQL's, but for emptying."""

    def sql_flush(self, style: Any, tables: list[str], **options: Any) -> list[str]:
        """One statement that deletes everything, or the one that truncates if there is much of it."""
        tables = [table for table in tables if table not in OF_MIGRATIONS | {AUDIT}]
        with self.connection.cursor() as cursor:
            cursor.execute(SIZE, [tables])
            if options.get("reset_sequences") or cursor.fetchone()[0] > LARGE:
                return [FORGET_AUDIT, *super().sql_flush(style, tables, **options)]
            cursor.execute(REFERENCES)
            references = [(child, parent) for child, parent in cursor.fetchall() if child != parent]
        names = [self.quote_name(table) for table in children_first(tables, references)]
        # Truncating, too, waits for whoever is at work on them and keeps others away.
        return [
            f"{FORGET_AUDIT}; lock table {', '.join(names)}; "
            + "; ".join(f"delete from {name}" for name in names)
        ]

    def execute_sql_flush(self, sql_list: list[str]) -> None:
        with across():
            super().execute_sql_flush(sql_list)


def children_first(tables: list[str], references: list[tuple[str, str]]) -> list[str]:
    """The tables, each behind those that refer to it; those of a circle as they come."""
    ordered: list[str] = []
    waiting = list(tables)
    while waiting:
        parents = {parent for child, parent in references if child in waiting}
        free = [table for table in waiting if table not in parents] or waiting
        ordered += free
        waiting = [table for table in waiting if table not in free]
    return ordered


class DatabaseWrapper(base.DatabaseWrapper):
    """The product's."""

    ops_class = DatabaseOperations
