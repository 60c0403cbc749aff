"""Arrow: tables in columns, as a file with an index at its end or as a stream; and what Parquet shares with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import pyarrow as pa
from django.utils.translation import gettext_noop

from core.errors import Invalid
from feedback.imports import base, features
from feedback.imports.cells import as_json
from feedback.imports.files import refuse_too_wide

MOST_ROWS = 1000  # turned into Python at once
MOST_BYTES = 8 << 20
SIGN = b"ARROW1\0\0"
STREAM = b"\xff\xff\xff\xff"


class Table(base.Kind):
    """Rows of a typed table; its lines are numbers of rows."""

    is_table = True

    def taken(
        self, batches: Iterator[pa.RecordBatch], schema: pa.Schema, first: int, offset: int
    ) -> Iterator[base.Row | base.BadRow]:
        """The rows of these batches, of which the first is row `first` (from 0), behind row `offset`."""
        for name in schema.names:
            if schema.names.count(name) > 1:
                raise Invalid(f"Two columns are called {name!r}. Give each column a name of its own.")
        refuse_too_wide(len(schema.names))
        held = features.of_schema(schema.metadata)
        typed = {
            one.name: held.get(one.name) for one in schema if held.get(one.name) or not _is_plain(one.type)
        }
        while (batch := _next(batches)) is not None:
            if first + batch.num_rows > offset:
                yield from self._of_batch(batch, typed, first, offset)
            first += batch.num_rows

    def _of_batch(
        self, batch: pa.RecordBatch, typed: Mapping[str, Any], first: int, offset: int
    ) -> Iterator[base.Row | base.BadRow]:
        """A slice at a time: a batch may be as large as its file."""
        size = max(1, batch.nbytes // max(1, batch.num_rows))
        several = max(1, min(MOST_ROWS, MOST_BYTES // size))
        for start in range(max(0, offset - first), batch.num_rows, several):
            rows = _listed(batch.slice(start, several))
            for number, values in enumerate(rows, first + start + 1):
                yield (
                    self._row(values, typed, number, size)
                    if typed
                    else base.Row(number, values, number, size=size)
                )

    def _row(
        self, values: dict[str, Any], typed: Mapping[str, Any], number: int, size: int
    ) -> base.Row | base.BadRow:
        for name, feature in typed.items():
            try:
                values[name] = as_json(values[name], feature)
            except Invalid as error:
                raw = json.dumps(values, ensure_ascii=False, default=str).encode(errors="backslashreplace")
                return base.BadRow(number, name, str(error), number, raw)
        return base.Row(number, values, number, size=size)


class Arrow(Table):
    """What `pyarrow` and the cache of `datasets` write: one batch of rows after another."""

    name = "arrow"
    label = gettext_noop("Arrow")
    order = 45
    suffixes = (".arrow", ".feather", ".ipc")
    reads_at_random = True

    def sniffs(self, head: bytes, filename: str) -> bool:
        if head.startswith(b"FEA1"):
            raise Invalid("This is Feather of version 1. Write it as version 2, Parquet or Arrow.")
        return head.startswith((SIGN, STREAM))

    def rows(self, file: BinaryIO, offset: int = 0, line: int = 0) -> Iterator[base.Row | base.BadRow]:
        """Each row. `offset`: the number of rows before."""
        file.seek(0)
        is_file = file.read(len(SIGN)) == SIGN
        file.seek(0)
        try:
            if is_file:
                opened: Any = pa.ipc.open_file(file)
                batches = (opened.get_batch(number) for number in range(opened.num_record_batches))
            else:
                opened = pa.ipc.open_stream(file)
                batches = iter(opened)
        except (pa.ArrowException, OSError):
            raise base.Damaged(
                "This Arrow file cannot be read: it is damaged or cut off. Upload it again, whole."
            ) from None
        yield from self.taken(batches, opened.schema, 0, offset)


def _next(batches: Iterator[pa.RecordBatch]) -> pa.RecordBatch | None:
    try:
        return next(batches, None)
    except (pa.ArrowMemoryError, MemoryError):
        raise
    except (pa.ArrowException, OSError):
        raise base.Damaged(
            "From here on the file cannot be read: it is damaged or cut off. Upload it again, whole."
        ) from None


def _listed(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """The rows as Python has them."""
    try:
        return batch.to_pylist(maps_as_pydicts="strict")  # type: ignore[no-any-return]
    except UnicodeDecodeError:
        raise base.Damaged(
            "A text of the table is not UTF-8. Write the file again, with texts as UTF-8."
        ) from None
    except (KeyError, ValueError, pa.ArrowException) as error:
        raise base.Damaged(f"The table holds a value that has no form in JSON: {error}") from None


def _is_plain(type: pa.DataType) -> bool:
    """Whether all its values are JSON as Python has them."""
    if pa.types.is_dictionary(type):
        return _is_plain(type.value_type)
    if pa.types.is_list(type) or pa.types.is_large_list(type):
        return _is_plain(type.value_type)
    if pa.types.is_struct(type):
        names = [one.name for one in type]
        return all(_is_plain(one.type) for one in type) and set(names) != {"bytes", "path"}
    known = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_integer,
        pa.types.is_boolean,
        pa.types.is_null,
    )
    return any(one(type) for one in known)
