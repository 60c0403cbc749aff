"""Parquet: a typed table in columns, read batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext_noop

from feedback.imports import base
from feedback.imports.arrow import MOST_BYTES, MOST_ROWS, Table

NO_END = "This Parquet file cannot be read: it is cut off (its end is missing), or damaged. Upload it again, whole."


class Parquet(Table):
    """What pandas, Spark, DuckDB and the Hub write."""

    name = "parquet"
    label = gettext_noop("Parquet")
    order = 40
    suffixes = (".parquet", ".pq")
    reads_at_random = True

    def sniffs(self, head: bytes, filename: str) -> bool:
        return head.startswith(b"PAR1")

    def rows(self, file: BinaryIO, offset: int = 0, line: int = 0) -> Iterator[base.Row | base.BadRow]:
        """Each row. `offset`: the number of rows before; whole groups of rows before it are not read."""
        opened = _opened(file)
        first = 0
        for number in range(opened.metadata.num_row_groups):
            group = opened.metadata.row_group(number)
            if first + group.num_rows > offset or (not number and not group.num_rows):
                each = max(1, group.total_byte_size // max(1, group.num_rows))
                several = max(1, min(MOST_ROWS, MOST_BYTES // each))
                batches = opened.iter_batches(several, row_groups=[number], use_threads=False)
                yield from self.taken(batches, opened.schema_arrow, first, offset)
            first += group.num_rows

    def count(self, file: BinaryIO) -> int:
        """As the file says itself."""
        return int(_opened(file).metadata.num_rows)


def _opened(file: BinaryIO) -> pq.ParquetFile:
    file.seek(0)
    try:
        # A buffer, not the whole column of a group at once; and no list of what is in the file by a hostile hand.
        return pq.ParquetFile(
            file,
            buffer_size=1 << 20,
            pre_buffer=False,
            thrift_string_size_limit=64 << 20,
            thrift_container_size_limit=1 << 20,
        )
    except (pa.ArrowException, OSError):
        raise base.Damaged(NO_END) from None
