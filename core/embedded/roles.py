"""Who may do what in the embedded database: the application's role is bound by row-level security."""

from typing import Any

import psycopg
from psycopg import sql

from core.embedded import DATABASE, ROLE, SEARCH_ROLE


def provide(connection: "psycopg.Connection[Any]") -> None:
    """The roles, the database and pgvector, as they should be; repeating it changes nothing.

    `connection` is a superuser's, with autocommit. template1 gets pgvector too: test databases copy it.
    """
    role, search = sql.Identifier(ROLE), sql.Identifier(SEARCH_ROLE)
    if not _exists(connection, "select 1 from pg_roles where rolname = %s", ROLE):
        connection.execute(sql.SQL("create role {}").format(role))
    bounds = "login createdb nosuperuser nobypassrls nocreaterole noreplication"
    connection.execute(sql.SQL("alter role {} " + bounds).format(role))
    if not _exists(connection, "select 1 from pg_roles where rolname = %s", SEARCH_ROLE):
        connection.execute(sql.SQL("create role {} nologin").format(search))
    # It may hand a function over to the search role and does not inherit what that role may read.
    connection.execute(sql.SQL("grant {} to {} with inherit false, set true").format(search, role))
    _extend(connection, "template1")
    if not _exists(connection, "select 1 from pg_database where datname = %s", DATABASE):
        connection.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(DATABASE), role))
    _extend(connection, DATABASE)


def _exists(connection: "psycopg.Connection[Any]", query: str, name: str) -> bool:
    return connection.execute(query.encode(), [name]).fetchone() is not None


def _extend(connection: "psycopg.Connection[Any]", database: str) -> None:
    with psycopg.connect(connection.info.dsn, dbname=database, autocommit=True) as there:
        there.execute("create extension if not exists vector")
