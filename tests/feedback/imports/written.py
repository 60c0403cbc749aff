"""The same rows as files of every kind, and reading them back."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from feedback.imports import BadRow, Row
from feedback.imports.files import find, lent

Rows = Sequence[dict[str, Any]]


def json_lines(rows: Rows) -> bytes:
    """One object a line."""
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def as_json(rows: Rows) -> bytes:
    """One list."""
    return json.dumps(rows, ensure_ascii=False, indent=1).encode()


def separated(rows: Rows, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """CSV; what is no text is JSON in a cell."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {
                name: one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)
                for name, one in row.items()
            }
        )
    return text.getvalue().encode(encoding)


def tabs(rows: Rows) -> bytes:
    """TSV."""
    return separated(rows, "\t")


def parquet(rows: Rows, row_group_size: int | None = None) -> bytes:
    """A table."""
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows)), file, row_group_size=row_group_size)
    return file.getvalue()


def arrow_file(rows: Rows) -> bytes:
    """A table with an index at its end."""
    table, file = pa.Table.from_pylist(list(rows)), io.BytesIO()
    with pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    return file.getvalue()


def arrow_stream(rows: Rows) -> bytes:
    """A table as it is sent."""
    table, file = pa.Table.from_pylist(list(rows)), io.BytesIO()
    with pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    return file.getvalue()


def workbook(rows: Rows) -> bytes:
    """A workbook whose first sheet is empty."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Rows")
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(
            [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in row.values()]
        )
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def zstd(content: bytes) -> bytes:
    """Compressed by Zstandard."""
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as packed:
        packed.write(content)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def archive(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", compression) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return whole.getvalue()


KINDS: dict[str, Callable[[Rows], bytes]] = {
    "rows.jsonl": json_lines,
    "rows.json": as_json,
    "rows.csv": separated,
    "rows.tsv": tabs,
    "rows.parquet": parquet,
    "rows.arrow": arrow_file,
    "stream.arrow": arrow_stream,
    "rows.xlsx": workbook,
}


def read(content: bytes, filename: str, offset: int = 0, line: int = 0) -> list[Row | BadRow]:
    """All rows of the one file in this."""
    file = io.BytesIO(content)
    [one] = find(file, filename)
    with one.opened(lambda path: lent(file)) as (kind, opened):
        return list(kind.rows(opened, offset, line))


def datas(content: bytes, filename: str) -> list[dict[str, Any]]:
    """The data of its rows, all of which are good."""
    rows = read(content, filename)
    assert not [row for row in rows if isinstance(row, BadRow)]
    return [row.data for row in rows if isinstance(row, Row)]
