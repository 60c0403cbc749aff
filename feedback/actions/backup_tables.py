"""What a backup of an organization consists of: every table of tenants, found in the database, but those listed here.

So a new table is in the backup by being there. What cannot be found out is said here and held to the database by
tests/feedback/backup/test_nothing_is_forgotten.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import FileField

APPS = ("accounts", "workspaces", "feedback")

# Tables of tenants that no backup has, and why.
LEFT_OUT = {
    "accounts_auditentry": "tells what happened here, in the place where it happened; owners export it",
    "feedback_recordwords": "made anew from the records, by workers",
    "feedback_searchbacklog": "every record is in it after a restore, until its words are read",
    "feedback_personalrequest": "copies of somebody's own data are theirs, and a few days old at most",
    "feedback_uploadsession": "uploads that were not finished",
    "feedback_uploadpart": "uploads that were not finished",
}
# Columns that are the database's own business: made anew.
RENEWED = {("feedback_dataset", "shape_token")}
# UUIDs that name nothing in the database, though they are called like something.
NAMES_NOTHING = {("feedback_response", "submission"), ("feedback_dataset", "shape_token")}
# People are of the installation, not of an organization: restored_people.py says who is who.
OF_PEOPLE = {("accounts_membership", "user_id")}


@dataclass(frozen=True)
class Column:
    """A column as PostgreSQL knows it."""

    name: str
    type: str
    is_generated: bool  # from other columns
    is_counted: bool  # by a sequence
    is_required: bool


@dataclass(frozen=True)
class Table:
    """A table of tenants, with its columns in their order."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]  # its primary key, by which rows are written

    @property
    def restored(self) -> list[Column]:
        """What is written by a restore; the rest comes by itself."""
        return [
            one
            for one in self.columns
            if not one.is_generated and not one.is_counted and (self.name, one.name) not in RENEWED
        ]

    def is_id(self, column: Column) -> bool:
        """Whether it names a row of a tenant, or several."""
        if (self.name, column.name) in NAMES_NOTHING | OF_PEOPLE:
            return False
        return column.type in ("uuid", "uuid[]")


def tables() -> list[Table]:
    """All that a backup has, each after those that it refers to."""
    columns, keys = _columns(), _keys()
    names = columns.keys() - LEFT_OUT.keys()
    order = TopologicalSorter(
        {name: sorted(_parents().get(name, set()) & names - {name}) for name in sorted(names)}
    )
    return [Table(name, tuple(columns[name]), tuple(keys[name])) for name in order.static_order()]


def children_first() -> list[str]:
    """Every table of tenants, also those that no backup has, each before those that it refers to."""
    names = set(_columns())
    order = TopologicalSorter(
        {name: sorted(_parents().get(name, set()) & names - {name}) for name in sorted(names)}
    )
    return [*order.static_order()][::-1]


def file_columns() -> dict[str, dict[str, str]]:
    """Table -> columns that name files in the storage, each with the folder that they lie in."""
    found: dict[str, dict[str, str]] = {}
    for model in apps.get_models():
        for field in model._meta.fields:
            if isinstance(field, FileField):
                found.setdefault(model._meta.db_table, {})[field.attname] = str(field.upload_to)
    return found


def schema() -> dict[str, str]:
    """App -> its last migration: rows fit into tables of the same ones alone."""
    loader = MigrationLoader(connection)
    applied = {(app, name) for app, name in loader.applied_migrations if app in APPS}
    return {app: max(name for one, name in applied if one == app) for app in APPS}


def _columns() -> dict[str, list[Column]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select c.relname, a.attname, format_type(a.atttypid, null), a.attgenerated <> '', a.attidentity <> '',
                a.attnotnull
            from pg_class c
            join pg_attribute o on o.attrelid = c.oid and o.attname = 'organization_id' and not o.attisdropped
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
            order by c.relname, a.attnum
            """
        )
        found: dict[str, list[Column]] = {}
        for table, *column in cursor.fetchall():
            found.setdefault(table, []).append(Column(*column))
    return found


def _keys() -> dict[str, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select c.relname, array_agg(a.attname::text order by x.place)
            from pg_index i join pg_class c on c.oid = i.indrelid and c.relnamespace = 'public'::regnamespace
            cross join lateral unnest(i.indkey::int2[]) with ordinality as x(number, place)
            join pg_attribute a on a.attrelid = c.oid and a.attnum = x.number
            where i.indisprimary group by 1
            """
        )
        return dict(cursor.fetchall())


def _parents() -> dict[str, set[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select c.relname, p.relname from pg_constraint f
            join pg_class c on c.oid = f.conrelid join pg_class p on p.oid = f.confrelid
            where f.contype = 'f' and c.relnamespace = 'public'::regnamespace
            """
        )
        found: dict[str, set[str]] = {}
        for child, parent in cursor.fetchall():
            found.setdefault(child, set()).add(parent)
    return found
