"""Rows as JSON, which every type of file is written from. What would spoil a file is refused."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from json import JSONEncoder
from math import isfinite
from typing import Any

import orjson
import pyarrow as pa

from core.text import problem
from feedback.exports.recent import Recent

SLOW = JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))

# A row: its line, which is one object; for a table, a cell for each column, which is a text as it is, or JSON. In
# UTF-8, without NUL characters, for these are refused: so they can part what is put together.
Packed = Sequence[bytes]
PART = b"\0"
NOTHING = b"\xff"  # the cell of what is missing; no UTF-8 has this byte


class Spoilt(Exception):
    """This row would spoil the file, and why, as a sentence."""


class Lines:
    """Packs rows, into lines or `as_table`.

    `free`: the columns of texts in which a line had something else, which stays as it is: they have no one type.
    """

    def __init__(self, schema: pa.Schema, *, as_table: bool) -> None:
        self.names = list(schema.names)
        self.texts = [one.name for one in schema if one.type == pa.string()]
        self.floats = [one.name for one in schema if pa.types.is_floating(one.type)]
        self.numbers = [one.name for one in schema if "double" in str(one.type)]  # alone or inside of others
        self.free: set[str] = set()
        self.cell: Callable[[Any], bytes] | None = _cell if as_table else None
        if as_table and any(pa.types.is_nested(one.type) for one in schema):
            self.cell = Recent(_cell)  # pairs share the prompt and the answers of their record

    def pack(self, data: Mapping[str, Any]) -> Packed:
        """A row. `Spoilt` if no reader could read it; ValueError if its columns are others: a bug."""
        if [*data] != self.names:
            raise ValueError(f"The columns of a row are {list(data)}, and should be {self.names}.")
        for name in self.numbers:
            if not _is_finite(data[name]):
                raise Spoilt(f"{name} is {data[name]}, which is no number that JSON can hold.")
        if self.floats:
            whole = [name for name in self.floats if isinstance(data[name], int)]
            data = {**data, **{name: float(data[name]) for name in whole}}
        if self.cell:
            return [*map(self.cell, data.values())]
        for name in self.texts:
            if data[name].__class__ is not str and data[name] is not None:
                self.free.add(name)
                self.texts = [one for one in self.texts if one != name]  # whatever it is, it stays
        return [_json(data)]

    def encode(self, data: Mapping[str, Any]) -> bytes:
        """The same in one piece: the line, or the cells with `PART` between."""
        return PART.join(self.pack(data))


def as_text(value: Any) -> str:
    """A value as a text of JSON."""
    return _json(value).decode()


def _json(value: Any) -> bytes:
    try:
        found = orjson.dumps(value)
    except TypeError:  # a number of more than 64 bits, or a text that is none
        found = _slowly(value)
    # Most values escape nothing, and a single character is looked for far more quickly.
    if (
        b"\\" in found
        and b"\\u0000" in found
        and (sentence := next(filter(None, map(problem, _texts(value))), None))
    ):
        raise Spoilt(sentence)
    return found


def _cell(value: Any) -> bytes:
    if value is None:
        return NOTHING
    if not isinstance(value, str):
        return _json(value)
    if (not value.isascii() or "\0" in value) and (sentence := problem(value)):
        raise Spoilt(sentence)
    return value.encode()


def _slowly(value: Any) -> bytes:
    try:
        return SLOW.encode(value).encode()
    except UnicodeEncodeError:
        sentence = next(filter(None, map(problem, _texts(value))), "The row holds a text that is none.")
        raise Spoilt(sentence) from None
    except ValueError as error:
        raise Spoilt(f"The row holds what JSON cannot: {error}.") from None


def _is_finite(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(map(_is_finite, value.values()))
    if isinstance(value, list):
        return all(map(_is_finite, value))
    return not isinstance(value, float) or isfinite(value)


def _texts(value: Any) -> Iterator[str]:
    """Every text in it, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield name
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
