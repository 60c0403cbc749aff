"""A table on its way out: rows wait in a file on disk until their types are known, then become Parquet files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from feedback.hub.types import Types

ROWS = 500  # learned from, and written, at once
BATCH = 8 << 20  # bytes that are written at once, if rows are large
SHARD = 400 << 20  # bytes of JSON in one Parquet file, which is a third of that or so


class Spool:
    """Rows, kept in the order in which they came. Memory is constant; the disk holds what the rows are as JSON."""

    def __init__(self, known: Mapping[str, pa.DataType]) -> None:
        self.types = Types(known)
        self.rows = 0
        self.bytes = 0
        self._file = TemporaryFile()  # noqa: SIM115  closed by `close`

    def add(self, rows: list[dict[str, Any]]) -> None:
        """Keep some more rows."""
        self.types.learn(rows)
        for row in rows:
            self.bytes += self._file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        self.rows += len(rows)

    @property
    def shards(self) -> int:
        """How many files it makes."""
        return max(1, -(-self.bytes // SHARD))

    def write(self, names: list[str], folder: Path) -> Iterator[Path]:
        """The files, each as soon as it is made."""
        schema, shards = self.types.schema(names), self.shards
        self._file.seek(0)
        for number in range(shards):
            path = folder / f"{number}.parquet"
            with pq.ParquetWriter(path, schema) as writer:
                for batch in self._batches((number + 1) * SHARD):
                    writer.write_batch(self.types.batch(batch, schema))
            yield path

    def _batches(self, end: int) -> Iterator[list[dict[str, Any]]]:
        """The rows up to about that byte."""
        rows: list[dict[str, Any]] = []
        held = 0
        while self._file.tell() < end and (line := self._file.readline()):
            rows.append(json.loads(line))
            held += len(line)
            if len(rows) >= ROWS or held >= BATCH:
                yield rows
                rows, held = [], 0
        if rows:
            yield rows

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()
