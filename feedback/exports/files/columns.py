"""Columns of a table on their way: cells come in, a few at a time, and arrays of Arrow go out.

The arrays are made of buffers: `pa.array` asks pandas, if that is there, which takes 40 MB and half a second.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from array import array
from collections.abc import Sequence
from itertools import accumulate, islice

import pyarrow as pa
import pyarrow.json as pj

from feedback.exports.files.lines import NOTHING


class Column(ABC):
    """Holds the cells of one column (`Packed`) until they are taken."""

    @abstractmethod
    def add(self, cells: Sequence[bytes]) -> int:
        """Hold these, too; how many bytes that takes."""

    @abstractmethod
    def take(self) -> pa.Array:
        """All that is held, which then is no more; ArrowInvalid if some are of another type."""


class Texts(Column):
    """A column where all are texts."""

    def __init__(self) -> None:
        self._empty()

    def _empty(self) -> None:
        self._text, self._ends, self._missing = bytearray(), array("i", [0]), list[int]()

    def add(self, cells: Sequence[bytes]) -> int:
        if NOTHING in cells:
            begin = len(self._ends) - 1
            self._missing += [begin + n for n, cell in enumerate(cells) if cell == NOTHING]
        ends = accumulate(map(len, cells), initial=self._ends[-1])
        self._ends.extend(islice(ends, 1, None))
        self._text += b"".join(cells)
        return self._ends[-1] - self._ends[-1 - len(cells)]

    def take(self) -> pa.Array:
        text, ends, missing = self._text, self._ends, self._missing
        self._empty()
        there = bytearray(b"\xff") * (len(ends) // 8 + 1)  # a bit for each
        for n in missing:
            there[n // 8] ^= 1 << n % 8
        buffers = [pa.py_buffer(there), pa.py_buffer(ends), pa.py_buffer(text)]
        return pa.Array.from_buffers(pa.string(), len(ends) - 1, buffers)


class Values(Column):
    """A column of any other type. What several rows share is held and read once."""

    def __init__(self, kind: pa.DataType) -> None:
        self._kind, self._order = kind, array("i")
        self._places: dict[bytes, int] = {}

    def add(self, cells: Sequence[bytes]) -> int:
        places, known = self._places, len(self._places)
        self._order.extend([places.setdefault(cell, len(places)) for cell in cells])
        new = islice(reversed(places), len(places) - known)
        return sum(map(len, new)) + 4 * len(cells)

    def take(self) -> pa.Array:
        places, order = self._places, self._order
        self._places, self._order = {}, array("i")
        lines = b"\n".join(b"{}" if cell == NOTHING else b'{"":%b}' % cell for cell in places)
        read = pj.ReadOptions(use_threads=False, block_size=len(lines) + 1)
        parse = pj.ParseOptions(
            explicit_schema=pa.schema([("", self._kind)]), unexpected_field_behavior="error"
        )
        [values] = pj.read_json(pa.BufferReader(lines), read_options=read, parse_options=parse).columns
        indices = pa.Array.from_buffers(pa.int32(), len(order), [None, pa.py_buffer(order)])
        return _indexed(values.combine_chunks()).take(indices)


def column(kind: pa.DataType) -> Column:
    """An empty one for this type."""
    return Texts() if kind == pa.string() else Values(kind)


def _indexed(values: pa.Array) -> pa.Array:
    """The same with each text inside as its place in a list of texts, as Parquet has it."""
    kind, (there, *ends) = values.type, values.buffers()[:2]
    if kind == pa.string():
        return values.dictionary_encode()
    if pa.types.is_list(kind):
        inner = _indexed(values.values)
        return pa.Array.from_buffers(pa.list_(inner.type), len(values), [there, *ends], children=[inner])
    if pa.types.is_struct(kind):
        parts = {one.name: _indexed(values.field(n)) for n, one in enumerate(kind)}
        named = pa.struct([(name, part.type) for name, part in parts.items()])
        return pa.Array.from_buffers(named, len(values), [there], children=[*parts.values()])
    return values
