"""What most tests begin with is made once by the product's own actions, and from then on written again as it was.

To make the cast and a dataset takes a hundred and thirty statements; to write the same rows under new ids, two. Ids are
new, in the order of the old ones, and moments are those of the transaction: nothing is told apart from what was made.
"""

import io
import pickle
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID, uuid4

from django.apps import apps
from django.db import connection, transaction
from django.db.models import DateTimeField, Model

from core.models import new_id

T = TypeVar("T")
# With dashes; or without, as opaque usernames are. The second alone between quotes, for hashes look like that, too.
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=\")[0-9a-f]{32}(?=\")")


class Rows(NamedTuple):
    """The rows of a table that have one of these ids in a column."""

    model: type[Model]
    column: str
    among: list[UUID]


class _Writer(pickle.Pickler):
    """Leaves out what is another one each time: ids, moments, and the objects around what was made."""

    def __init__(self, file: io.BytesIO, around: Sequence[Model]) -> None:
        super().__init__(file)
        self.around = around
        self.ids: set[str] = set()

    def persistent_id(self, thing: object) -> str | None:
        if isinstance(thing, UUID):
            self.ids.add(str(thing))
            return f"id {thing}"
        if isinstance(thing, str) and thing and ID.sub("", f'"{thing}"') == '""':
            self.ids.add(thing)
            return f"text {thing}"
        if isinstance(thing, datetime):
            return "now"
        return next((f"around {place}" for place, one in enumerate(self.around) if one is thing), None)


class _Reader(pickle.Unpickler):
    def __init__(self, dump: bytes, ids: dict[str, UUID], now: datetime, around: Sequence[Model]) -> None:
        super().__init__(io.BytesIO(dump))
        self.ids, self.now, self.around = ids, now, around

    def persistent_load(self, pid: str) -> Any:
        what, _, which = pid.partition(" ")
        if what == "id":
            return self.ids[which]
        if what == "text":
            return _like(which, self.ids[which])
        return self.now if what == "now" else self.around[int(which)]


class Recording(Generic[T]):
    """What was made, and its rows, parents first. `around`: what was there before, as the workspace of a dataset."""

    def __init__(self, made: T, rows: Iterable[Rows], around: Sequence[Model] = ()) -> None:
        dump = io.BytesIO()
        writer = _Writer(dump, around)
        writer.dump(made)
        self.dump = dump.getvalue()
        self.around = [str(one.pk) for one in around]
        self.sql = ";".join(filter(None, map(_as_sql, rows)))
        self.ids = sorted({*writer.ids, *ID.findall(self.sql)} - set(self.around))

    def play(self, around: Sequence[Model] = (), change: Callable[[str], str] = str) -> T:
        """Write it again. `change`: what else is to be another in the statement."""
        ids = {old: new_id() if UUID(old).version == 7 else uuid4() for old in self.ids}
        ids |= {old: one.pk for old, one in zip(self.around, around, strict=True)}
        sql = ID.sub(lambda found: _like(found[0], ids[found[0]]), change(self.sql))
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            cursor.execute(f"select now();{sql}")
            (now,) = cursor.fetchone()
        made: T = _Reader(self.dump, ids, now, around).load()
        return made


def _like(old: str, new: UUID) -> str:
    return str(new) if "-" in old else new.hex


def _as_sql(rows: Rows) -> str:
    """The statement that writes these rows now; "" if there are none."""
    table, fields = (
        rows.model._meta.db_table,
        [one for one in rows.model._meta.concrete_fields if not one.generated],
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f'select jsonb_agg(to_jsonb(t))::text from "{table}" t where "{rows.column}" = any(%s)',
            [rows.among],
        )
        (found,) = cursor.fetchone()
    if found is None:
        return ""
    fields = [one for one in fields if one.column]  # a key of several columns is none itself
    moments = {one.column for one in fields if isinstance(one, DateTimeField)}
    columns = ", ".join(f'"{one.column}"' for one in fields)
    values = ", ".join(
        f'case when "{one.column}" is not null then now() end' if one.column in moments else f'"{one.column}"'
        for one in fields
    )
    literal = found.replace("'", "''")
    return (
        f'insert into "{table}" ({columns}) select {values} from '
        f"jsonb_populate_recordset(null::{table}, '{literal}'::jsonb)"
    )


def rows_of(name: str, owners: Sequence[Model]) -> list[Rows]:
    """The rows of every table that refers to these by a key of this name, parents first."""
    return [
        Rows(model, one.column, [owner.pk for owner in owners])
        for model in apps.get_models()
        for one in model._meta.concrete_fields
        if one.name == name and one.related_model is type(owners[0]) and not model._meta.proxy
    ]
