"""One statement that carries thousands of rows."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection


def execute(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement whose parameters travel beside it: Django would write megabytes of JSON into its text.

    Returns its rows, if it is one that has any.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql.encode(), parameters)
        return cursor.fetchall() if cursor.description else []
