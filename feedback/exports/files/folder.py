"""A folder with the rows of an export: a table a name, a file a split, and from where each row comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import pyarrow as pa

from feedback.exports.base import Row
from feedback.exports.files.formats import BUFFER, TYPES, Writer
from feedback.exports.files.lines import PART, Lines, Packed
from feedback.exports.files.order import Mixer
from feedback.exports.files.splits import NAMES, Splits

MAIN = "default"  # the table that has no name of its own
TRACE = "trace.jsonl"


@dataclass
class Part:
    """One split of one table. `files`: their names within the folder, in order, each with its rows."""

    table: str
    split: str
    writer: Writer
    rows: int = 0
    files: dict[str, int] = field(default_factory=dict)
    bytes: int = 0
    largest: int = 0  # bytes of the largest of its files

    @property
    def names(self) -> list[str]:
        return list(self.files)


class Folder:
    """Takes rows and puts each into its file. A split without rows has no file.

    `seed`: rows are mixed in an order that it decides; None: they stay as they come.
    """

    def __init__(
        self, path: Path, schema: pa.Schema, *, file_type: str, splits: Splits, seed: int | None
    ) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.path, self.schema, self.splits = path, schema, splits
        self.type = TYPES[file_type]
        self.lines = Lines(schema, as_table=self.type.is_table)
        self.rows = 0
        self._parts: dict[tuple[str, str], Part] = {}
        self._only = NAMES[0] if splits.train == 1 else None
        self._mixer = None if seed is None else Mixer(seed)
        self._trace = (path / TRACE).open("wb", buffering=BUFFER)

    def add(self, row: Row) -> None:
        """Write a row. `Spoilt` if it cannot be; then nothing of it is there."""
        packed = self.lines.pack(row.data)
        self.rows += 1
        table, split = row.aside or MAIN, self._only or self.splits.of(row.group)
        if self._mixer:
            about = orjson.dumps([table, split, row.record, row.responses])
            self._mixer.add(row.record, PART.join(packed), about)
        else:
            self._write(table, split, packed, row.record, row.responses)

    def close(self) -> None:
        """Write what waits, and end all files."""
        if self._mixer:
            for one in self._mixer:
                table, split, record, responses = orjson.loads(one.about)
                self._write(table, split, one.line.split(PART), record, responses)
            self._mixer.close()
        for part in self._parts.values():
            part.files = part.writer.close()
            sizes = [(self.path / name).stat().st_size for name in part.files]
            part.bytes, part.largest = sum(sizes), max(sizes, default=0)
        self._trace.close()

    @property
    def parts(self) -> list[Part]:
        """The main table first, then the others by name; each with its splits in their order."""
        return sorted(
            self._parts.values(), key=lambda one: (one.table != MAIN, one.table, NAMES.index(one.split))
        )

    @property
    def size(self) -> int:
        """Bytes of all files with rows."""
        return sum(one.bytes for one in self._parts.values())

    @property
    def written(self) -> Mapping[str, Sequence[str]]:
        """Split -> the files of the main table."""
        return {one.split: one.names for one in self.parts if one.table == MAIN}

    def _write(self, table: str, split: str, packed: Packed, record: str, responses: Sequence[str]) -> None:
        part = self._parts.get((table, split))
        if part is None:
            stem = split if table == MAIN else f"{table}/{split}"
            part = self._parts[table, split] = Part(table, split, self.type(self.path, stem, self.schema))
        origin = {"table": table, "split": split, "row": part.rows, "record": record, "responses": responses}
        self._trace.write(orjson.dumps(origin, option=orjson.OPT_APPEND_NEWLINE))
        part.writer.add(packed)
        part.rows += 1
