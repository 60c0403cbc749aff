"""The types of files that rows become: JSON Lines, JSON, CSV, Parquet. Each takes one packed row after another."""

from __future__ import annotations

import csv
import io
from abc import ABC, abstractmethod
from pathlib import Path
from typing import BinaryIO, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq

from feedback.exports.files.columns import column
from feedback.exports.files.lines import NOTHING, Packed

GROUP_ROWS = 10_000  # of a row group of Parquet, about
GROUP_BYTES = 2 << 20  # of JSON that becomes one, what rows share counted once
PIECE = 1 << 17  # of JSON that waits for its columns
SHARD = 400 << 20  # bytes of JSON in one Parquet file, which is a third of that or so
BUFFER = 1 << 18


class Writer(ABC):
    """One split of one table, on its way to disk. `is_table`: whether each column has one type for sure."""

    ending: ClassVar[str]
    label: ClassVar[str]
    is_table: ClassVar[bool] = False

    def __init__(self, folder: Path, stem: str, schema: pa.Schema) -> None:
        self.folder, self.stem, self.schema = folder, stem, schema
        (folder / stem).parent.mkdir(parents=True, exist_ok=True)

    def _open(self) -> BinaryIO:
        return (self.folder / f"{self.stem}.{self.ending}").open("wb", buffering=BUFFER)

    @abstractmethod
    def add(self, packed: Packed) -> None:
        """Write a row."""

    @abstractmethod
    def close(self) -> dict[str, int]:
        """End it; the names of the files within the folder, each with its rows."""


class JsonLines(Writer):
    """One object a line, LF."""

    ending, label = "jsonl", "JSON Lines"

    def __init__(self, folder: Path, stem: str, schema: pa.Schema) -> None:
        super().__init__(folder, stem, schema)
        self.file = self._open()
        self.count = 0

    def add(self, packed: Packed) -> None:
        self.count += 1
        self.file.write(packed[0] + b"\n")

    def close(self) -> dict[str, int]:
        self.file.close()
        return {f"{self.stem}.{self.ending}": self.count}


class JsonArray(JsonLines):
    """One array, with one object a line."""

    ending, label = "json", "JSON"
    between = b"[\n"

    def add(self, packed: Packed) -> None:
        self.count += 1
        self.file.write(self.between + packed[0])
        self.between = b",\n"

    def close(self) -> dict[str, int]:
        self.file.write(b"\n]\n")
        return super().close()


class Csv(Writer):
    """Comma, double quotes, LF, a header. What is nested stands there as JSON, and nothing is an empty cell."""

    ending, label = "csv", "CSV"
    is_table = True

    def __init__(self, folder: Path, stem: str, schema: pa.Schema) -> None:
        super().__init__(folder, stem, schema)
        self.file = io.TextIOWrapper(self._open(), encoding="utf-8", newline="")
        self.rows = csv.writer(self.file, lineterminator="\n")
        self.rows.writerow(schema.names)
        self.count = 0

    def add(self, packed: Packed) -> None:
        self.count += 1
        self.rows.writerow(["" if cell == NOTHING else cell.decode() for cell in packed])

    def close(self) -> dict[str, int]:
        self.file.close()
        return {f"{self.stem}.{self.ending}": self.count}


class Parquet(Writer):
    """Columns with types, in row groups that are read one at a time, and in several files if there is much."""

    ending, label = "parquet", "Parquet"
    is_table = True

    def __init__(self, folder: Path, stem: str, schema: pa.Schema) -> None:
        folder_name, _, name = stem.rpartition("/")
        super().__init__(folder, f"{folder_name or 'data'}/{name}", schema)
        self.columns = [column(one.type) for one in schema]
        self.waiting: list[bytes] = []  # cells, row by row, on their way into their columns
        self.waits = self.held = self.rows = self.in_shard = 0
        self.shards: list[Path] = []
        self.counts: list[int] = []
        self.writer: pq.ParquetWriter | None = None

    def add(self, packed: Packed) -> None:
        self.waiting += packed
        self.waits += sum(map(len, packed))
        if self.waits >= PIECE or len(self.waiting) >= GROUP_ROWS * len(packed):
            self._gather()

    def close(self) -> dict[str, int]:
        self._gather()
        self._flush()
        self._end_shard()
        names = [f"{self.stem}-{n:05}-of-{len(self.shards):05}.parquet" for n in range(len(self.shards))]
        for path, name in zip(self.shards, names, strict=True):
            path.rename(self.folder / name)
        return dict(zip(names, self.counts, strict=True))

    def _gather(self) -> None:
        width = len(self.columns)
        self.held += sum(one.add(self.waiting[n::width]) for n, one in enumerate(self.columns))
        self.rows += len(self.waiting) // width
        self.in_shard += self.waits
        self.waiting, self.waits = [], 0
        if self.held >= GROUP_BYTES or self.rows >= GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if not self.rows:
            return
        table = pa.Table.from_arrays([one.take() for one in self.columns], names=self.schema.names)
        if self.writer is None:
            self.shards.append(self.folder / f"{self.stem}-{len(self.shards)}")
            self.counts.append(0)
            # Without the schema of Arrow, which would have readers make texts into categories.
            self.writer = pq.ParquetWriter(
                self.shards[-1], table.schema, compression="zstd", store_schema=False
            )
        self.writer.write_table(table)
        self.counts[-1] += self.rows
        self.held = self.rows = 0
        if self.in_shard >= SHARD:
            self._end_shard()

    def _end_shard(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.writer, self.in_shard = None, 0


TYPES: dict[str, type[Writer]] = {one.ending: one for one in (JsonLines, JsonArray, Csv, Parquet)}
