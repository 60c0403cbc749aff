"""Reading files back before anybody gets them: counts, columns, types, and what readers would take for dates."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.json as pj
import pyarrow.parquet as pq

from feedback.exports.files.folder import Folder, Part

BLOCK = 10 << 20  # bytes: Hugging Face datasets fixes the types of columns by the first 10 MB
LONGEST = 64 << 20  # bytes of one line that is still read
READ = 4 << 20  # bytes that are read at once
PIECE = 1 << 18  # the same where Arrow reads, which holds dozens of pieces; a longer line needs larger ones


def problems(folder: Folder) -> Iterator[str]:
    """What is wrong with the files, as sentences. There is nothing unless this program or the disk is at fault."""
    for part in folder.parts:
        rows = 0
        for name in part.names:
            try:
                rows += _READERS[folder.type.ending](folder.path / name, folder)
            except (pa.ArrowException, OSError, ValueError, csv.Error) as error:
                yield f"{name} cannot be read back: {error}."
                return
        if rows != part.rows:
            yield f"The files of {part.split} hold {rows:,} rows, and should hold {part.rows:,}."


def dates(folder: Folder) -> list[str]:
    """The columns of texts that readers of JSON turn into dates, for all their texts look like some."""
    if folder.type.is_table:
        return []
    found: dict[str, None] = {}
    for part in folder.parts:
        found |= dict.fromkeys(_dates(part, folder))
    return list(found)


def _dates(part: Part, folder: Folder) -> Iterator[str]:
    """Piece by piece, in as much of the file as decides the types: dates in each of them."""
    found: set[str] | None = None
    with (folder.path / part.names[0]).open("rb") as file:
        for block in islice(_blocks(file), BLOCK // READ):
            lines = b"\n".join(line.removesuffix(b",") for line in block.split(b"\n") if len(line) > 1)
            if not lines:
                continue
            try:
                options = pj.ReadOptions(use_threads=False, block_size=len(lines) + 1)
                schema = pj.read_json(pa.BufferReader(lines), read_options=options).schema
            except pa.ArrowInvalid:
                return  # columns of several types stay JSON
            these = {path for column in schema for path in _timestamps(column.type, column.name)}
            found = these if found is None else found & these
    order = folder.schema.names
    yield from sorted(found or (), key=lambda path: (order.index(path.partition(".")[0]), path))


def _timestamps(found: pa.DataType, path: str) -> Iterator[str]:
    if pa.types.is_timestamp(found):
        yield path
    elif pa.types.is_list(found):
        yield from _timestamps(found.value_type, path)
    elif pa.types.is_struct(found):
        for inner in found:
            yield from _timestamps(inner.type, f"{path}.{inner.name}")


def _of_lines(path: Path, folder: Folder) -> int:
    """Rows of JSON Lines, each with values of the types that the columns have. Arrow reads them piece by piece."""
    size = PIECE
    while True:
        options = pj.ReadOptions(use_threads=False, block_size=size)
        try:
            with pj.open_json(path, read_options=options, parse_options=_parsing(folder)) as batches:
                return sum(batch.num_rows for batch in batches)
        except pa.ArrowInvalid:
            if size >= LONGEST:
                raise
            size *= 4


def _of_array(path: Path, folder: Folder) -> int:
    with path.open("rb") as file:
        if file.read(2) != b"[\n":
            raise ValueError("it does not begin as a list")
        rows = 0
        for block in _blocks(file):
            lines = [line.removesuffix(b",") for line in block.split(b"\n") if line not in (b"", b"]")]
            rows += _typed(b"\n".join(lines), folder) if lines else 0
        return rows


def _blocks(file: io.BufferedReader) -> Iterator[bytes]:
    rest = b""
    while found := file.read(READ):
        block, _, rest = (rest + found).rpartition(b"\n")
        if block:
            yield block
        if len(rest) > LONGEST:
            raise ValueError("a line is longer than any reader takes")
    if rest:
        yield rest


def _typed(lines: bytes, folder: Folder) -> int:
    """How many rows there are in these lines."""
    options = pj.ReadOptions(use_threads=False, block_size=len(lines) + 1)
    rows: int = pj.read_json(
        pa.BufferReader(lines), read_options=options, parse_options=_parsing(folder)
    ).num_rows
    if rows != lines.count(b"\n") + 1:
        raise ValueError("a line is no object")
    return rows


def _parsing(folder: Folder) -> pj.ParseOptions:
    """The columns that have one type must have it; there are no others but those that have none."""
    free = folder.lines.free
    schema = pa.schema([one for one in folder.schema if one.name not in free])
    return pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore" if free else "error")


def _of_csv(path: Path, folder: Folder) -> int:
    csv.field_size_limit(LONGEST)
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, strict=True)
        if next(rows) != folder.schema.names:
            raise ValueError("its header names other columns")
        count = 0
        for row in rows:
            if len(row) != len(folder.schema.names):
                raise ValueError(f"row {count} has {len(row)} cells")
            count += 1
        return count


def _of_parquet(path: Path, folder: Folder) -> int:
    with pq.ParquetFile(path, pre_buffer=False) as file:  # else all of a file is held until its end is read
        if not file.schema_arrow.equals(folder.schema):
            raise ValueError("its columns are of other types")
        return sum(batch.num_rows for batch in file.iter_batches(1000, use_threads=False))


_READERS = {"jsonl": _of_lines, "json": _of_array, "csv": _of_csv, "parquet": _of_parquet}
