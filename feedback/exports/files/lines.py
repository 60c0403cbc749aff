"""Rows as lines of JSON, which every type of file is written from. What would spoil a file is refused."""

from collections.abc import Iterator, Mapping
from json import JSONEncoder
from math import isfinite
from typing import Any

import orjson
import pyarrow as pa

from core.text import problem

SLOW = JSONEncoder(
    ensure_ascii=False,
    allow_nan=False,
    separators=(",", ":"),
    default=lambda quoted: orjson.loads(orjson.dumps(quoted)),  # a text that `_quoted` made
)


class Spoilt(Exception):
    """This row would spoil the file, and why, as a sentence."""


class Lines:
    """Turns rows into lines: UTF-8, one object, without the line feed.

    `as_table`: what is no text but stands in a column of texts becomes a text of JSON; else it stays as it is, and
    `free` holds the names of such columns, which have no one type.
    """

    def __init__(self, schema: pa.Schema, *, as_table: bool) -> None:
        self.names = list(schema.names)
        self.texts = [one.name for one in schema if one.type == pa.string()]
        self.floats = [one.name for one in schema if pa.types.is_floating(one.type)]
        self.numbers = [one.name for one in schema if "double" in str(one.type)]  # alone or inside of others
        self.as_table = as_table
        self.free: set[str] = set()

    def encode(self, data: Mapping[str, Any]) -> bytes:
        """The line of a row. `Spoilt` if no reader could read it; ValueError if its columns are others: a bug."""
        if [*data] != self.names:
            raise ValueError(f"The columns of a row are {list(data)}, and should be {self.names}.")
        for name in self.numbers:
            if not _is_finite(data[name]):
                raise Spoilt(f"{name} is {data[name]}, which is no number that JSON can hold.")
        row = self._typed(data)
        line = _json(row)
        # Most lines escape nothing, and a single character is looked for far more quickly.
        if (
            b"\\" in line
            and b"\\u0000" in line
            and (sentence := next(filter(None, map(problem, _texts(data))), None))
        ):
            raise Spoilt(sentence)
        return line

    def _typed(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        row = dict(data)
        for name in self.floats:
            if isinstance(row[name], int):
                row[name] = float(row[name])
        for name in self.texts:
            if row[name].__class__ is not str and row[name] is not None:
                if self.as_table:
                    row[name] = _quoted(_json(row[name]))
                else:
                    self.free.add(name)
                    self.texts = [one for one in self.texts if one != name]  # whatever it is, it stays
        return row


def as_text(value: Any) -> str:
    """A value as a text of JSON."""
    return _json(value).decode()


def _json(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # a number of more than 64 bits, or a text that is none
        return _slowly(value)


def _quoted(text: bytes) -> orjson.Fragment:
    """JSON as a text inside of JSON: nothing else in it needs to be escaped. Far quicker than as a text of Python."""
    return orjson.Fragment(b'"%b"' % text.replace(b"\\", b"\\\\").replace(b'"', b'\\"'))


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
