"""The rows of one file of a table, from any row on, in constant memory."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import Invalid
from feedback.imports import features
from feedback.imports.base import BadRow
from feedback.imports.jsonl import JsonLines

MOST_ROWS = 1000  # decoded at once
MOST_BYTES = 8 << 20
SPOILT = "The file {path!r} of the data set cannot be read as {kind}: it is damaged, or something else."


@dataclass(frozen=True, slots=True)
class Cells:
    """One row. `values`: column -> value, as the file has it; `features`: what columns hold beyond their type.

    `bad`: why the row cannot be read, if so. `size`: bytes, more or less. `at`, `line`: where reading goes on after it.
    """

    values: dict[str, Any]
    features: dict[str, Any]
    size: int
    at: int
    line: int = 0
    bad: BadRow | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which columns are read: these (None: all), `but` those."""

    columns: Sequence[str] | None = None
    but: Collection[str] = ()

    def of(self, found: Iterable[str]) -> list[str]:
        """Those of a table with these columns. `Invalid` if it lacks one that is named."""
        if self.columns is None:
            return [name for name in found if name not in self.but]
        known = list(found)
        for name in self.columns:
            if name not in known:
                said = ", ".join(known[:30])
                raise Invalid(
                    f"The data set has no column {name!r}. It has: {said}.", {name: "No such column."}
                )
        return list(self.columns)


Reader = Callable[[BinaryIO, str, Wanted, int, int], Iterator[Cells]]


def reader_of(path: str) -> Reader:
    """By the ending of its name. Called with file, path, columns, and `at` and `line` of the last row."""
    ending = path.lower().rpartition(".")[2]
    return {"parquet": _parquet, "csv": _separated, "tsv": _separated}.get(ending, _json_lines)


def count(path: str, file: BinaryIO) -> int | None:
    """How many rows the file has, where it says so itself."""
    return _opened(file, path).metadata.num_rows if path.lower().endswith(".parquet") else None


def _parquet(file: BinaryIO, path: str, columns: Wanted, at: int, line: int) -> Iterator[Cells]:
    opened = _opened(file, path)
    wanted = columns.of(opened.schema_arrow.names)
    held = features.of_schema(opened.schema_arrow.metadata)
    first = 0
    for number in range(opened.metadata.num_row_groups):
        group = opened.metadata.row_group(number)
        if first + group.num_rows > at:
            each = max(1, group.total_byte_size // max(1, group.num_rows))
            several = max(1, min(MOST_ROWS, MOST_BYTES // each))
            yield from _of_group(opened, path, number, wanted, held, (first, at, several))
        first += group.num_rows


def _of_group(
    opened: pq.ParquetFile,
    path: str,
    number: int,
    columns: list[str],
    held: dict[str, Any],
    where: tuple[int, int, int],
) -> Iterator[Cells]:
    """The rows of a group, which begins with row `first` of the file, after row `at`, `several` at once."""
    first, at, several = where
    try:
        for batch in opened.iter_batches(several, row_groups=[number], columns=columns, use_threads=False):
            size = max(1, batch.nbytes // max(1, batch.num_rows))
            if first + batch.num_rows > at:
                for values in batch.slice(max(0, at - first)).to_pylist():
                    at = max(at, first) + 1
                    yield Cells(values, held, size, at)
            first += batch.num_rows
    except pa.ArrowException:
        raise Invalid(SPOILT.format(path=path, kind="Parquet")) from None


def _opened(file: BinaryIO, path: str) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(file)
    except pa.ArrowException:
        raise Invalid(SPOILT.format(path=path, kind="Parquet")) from None


def _json_lines(file: BinaryIO, path: str, columns: Wanted, at: int, line: int) -> Iterator[Cells]:
    if file.read(1) == b"[":
        raise Invalid(f"The file {path!r} is one long list. Publish it as JSON Lines or Parquet.")
    for row in JsonLines().rows(file, at, line):
        if isinstance(row, BadRow):
            yield Cells({}, {}, len(row.raw), row.end, row.line, row)
        else:
            names = columns.of(row.data) if columns.columns is None else columns.columns
            values = {name: row.data.get(name) for name in names}
            yield Cells(values, {}, len(row.raw), row.end, row.line)


def _separated(file: BinaryIO, path: str, columns: Wanted, at: int, line: int) -> Iterator[Cells]:
    """Texts with commas or tabs between; what is empty is missing. The first line names the columns."""
    csv.field_size_limit(min(sys.maxsize, 64 << 20))
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    try:
        rows = csv.DictReader(text, delimiter="\t" if path.lower().endswith(".tsv") else ",")
        wanted = columns.of(rows.fieldnames or ())
        for number, row in enumerate(rows, 1):
            if number > at:
                values = {name: row[name] or None for name in wanted}
                yield Cells(values, {}, sum(len(one or "") for one in values.values()), number)
    except (csv.Error, UnicodeDecodeError):
        raise Invalid(SPOILT.format(path=path, kind="CSV in UTF-8")) from None
    finally:
        text.detach()
