"""What each column of a restored row gets, as SQL: other ids beside the original, and the time the trash has left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from feedback.actions import deleted_rows
from feedback.actions.backup_tables import Column, Table
from feedback.actions.moved_ids import Move

TRASH = ("feedback_deletedrecord", "contents")
FIRST = "%s::uuid"  # the organization is the first parameter, and comes before everything else


class Values:
    """Of the rows of one archive, which was made `since` ago. `tables`: all that it has."""

    def __init__(self, tables: list[Table], move: Move, since: timedelta) -> None:
        self._tables = {table.name: table for table in tables}
        self._move, self._since = move, max(since, timedelta())

    def of(self, table: Table, column: Column) -> str:
        """What this column gets out of a row `x`."""
        name = f'x."{column.name}"'
        if column.name == "organization_id":
            return FIRST
        if (table.name, column.name) == TRASH and self._move.by:
            return self._contents(name)
        if column.name == "purge_at":
            return f"{name} + interval '{self._since.total_seconds():.6f} seconds'"
        if table.is_id(column):
            return self._move.sql_of_many(name) if column.type == "uuid[]" else self._move.sql(name)
        if column.type == "jsonb" and column.is_required:
            return f"coalesce({name}, 'null'::jsonb)"  # which is JSON, and not the absence of it
        return name

    def _contents(self, contents: str) -> str:
        """What is kept of a record in the trash, table by table, with other ids in its rows."""
        return f"jsonb_build_object({', '.join(self._rows(contents))})"

    def _rows(self, contents: str) -> Iterator[str]:
        for model in deleted_rows.KEPT:
            table = self._tables[model._meta.db_table]
            moved = ", ".join(f"'{name}', {self._move.sql(value)}" for name, value in _ids(table))
            yield f"""
                '{table.name}', (
                    select coalesce(jsonb_agg(r || jsonb_strip_nulls(jsonb_build_object({moved})){self._job(table)}
                        order by n), '[]')
                    from jsonb_array_elements({contents} -> '{table.name}') with ordinality as e(r, n))"""  # noqa: S608

    def _job(self, table: Table) -> str:
        """A response that was given to many records at once names the job that did it."""
        if table.name != "feedback_response":
            return ""
        at_once = self._move.sql("r #>> '{presentation,at_once}'")
        return f"""
            || case when r -> 'presentation' ? 'at_once' then jsonb_build_object('presentation',
                r -> 'presentation' || jsonb_build_object('at_once', {at_once})) else '{{}}' end"""


def _ids(table: Table) -> Iterator[tuple[str, str]]:
    """Each column of the table that names a row, and its value in such a row."""
    for column in table.columns:
        if table.is_id(column):
            yield column.name, f"r ->> '{column.name}'"
