"""The one type of each column of a table that is made from JSON, learned row by row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

MOST_PARTS = 500  # of an object in a column; one with more is written as text

TEXT, NUMBER = pa.string(), pa.float64()
MOMENT = pa.timestamp("us", "UTC")


class Types:
    """Learns types, and then brings every value to them. What fits no one type is written as JSON in a text."""

    def __init__(self, known: Mapping[str, pa.DataType]) -> None:
        self.known = dict(known)
        self.found: dict[str, pa.DataType] = {}
        self.as_text: set[str] = set()

    def learn(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Look at some more rows."""
        for name in dict.fromkeys(name for row in rows for name in row):
            if name not in self.known and name not in self.as_text:
                self._learn(name, [row[name] for row in rows if row.get(name) is not None])

    def _learn(self, name: str, values: list[Any]) -> None:
        try:
            found = _joined(self.found.get(name, pa.null()), pa.array(values).type)
        except (pa.ArrowException, OverflowError):
            self.as_text.add(name)
            return
        if _parts(found) > MOST_PARTS:
            self.as_text.add(name)
        self.found[name] = found

    def schema(self, names: Sequence[str]) -> pa.Schema:
        """Of a table with these columns. A column that nothing was found for holds texts."""
        return pa.schema([pa.field(name, self._of(name)) for name in names])

    def _of(self, name: str) -> pa.DataType:
        if name in self.known:
            return self.known[name]
        found = self.found.get(name)
        if found is None or name in self.as_text or _has_void(found):
            self.as_text.add(name)
            return TEXT
        return found

    def batch(self, rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.RecordBatch:
        """These rows as they are written."""
        return pa.RecordBatch.from_arrays([self._column(field, rows) for field in schema], schema=schema)

    def _column(self, field: pa.Field, rows: Sequence[Mapping[str, Any]]) -> pa.Array:
        values = [row.get(field.name) for row in rows]
        if field.name in self.as_text:
            values = [one if one is None or isinstance(one, str) else json.dumps(one) for one in values]
        if pa.types.is_timestamp(field.type):
            return pa.array(values, TEXT).cast(field.type)
        return pa.array(values, field.type)


def _joined(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    schemas = [pa.schema([("column", found)]) for found in (one, other)]
    return pa.unify_schemas(schemas, promote_options="permissive").field("column").type


def _inside(found: pa.DataType) -> list[pa.DataType]:
    if pa.types.is_struct(found):
        return [found.field(number).type for number in range(found.num_fields)]
    return [found.value_type] if pa.types.is_list(found) else []


def _parts(found: pa.DataType) -> int:
    return 1 + sum(_parts(part) for part in _inside(found))


def _has_void(found: pa.DataType) -> bool:
    """Whether somewhere in it nothing but null was ever seen, or an object without keys: no type for a file."""
    if pa.types.is_null(found) or (pa.types.is_struct(found) and found.num_fields == 0):
        return True
    return any(_has_void(part) for part in _inside(found))
