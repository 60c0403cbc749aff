"""Rows become a file, in constant memory. What a reader would stumble over is refused or noticed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from json import JSONEncoder
from typing import Any, BinaryIO

from core.text import problem

ENCODER = JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
BLOCK = 10 << 20  # bytes: Hugging Face datasets fixes the types of columns by the first 10 MB
DATE = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d(:?\d\d(:?\d\d)?)?Z?)?")


@dataclass(frozen=True, slots=True)
class Written:
    """What a file became. `dates`: columns that hold only texts that JSON readers turn into dates."""

    rows: int
    bytes: int
    dates: tuple[str, ...]


def jsonl(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Each row as a line: UTF-8, one object, LF. A row that would spoil the file is a bug: ValueError."""
    columns: list[str] | None = None
    for row in rows:
        columns = columns or list(row)
        if list(row) != columns:
            raise ValueError(f"The columns of a row are {list(row)}, those of the first are {columns}.")
        line = ENCODER.encode(row)
        if "\\u0000" in line and (sentence := next(filter(None, map(problem, _texts(row))), None)):
            raise ValueError(sentence)
        yield line.encode() + b"\n"


def write(rows: Iterable[Mapping[str, Any]], file: BinaryIO) -> Written:
    """Write the rows to the file. Without rows it stays empty, and readers fail on it: do not hand it out."""
    watch = _Dates()
    count = size = 0
    for line in jsonl(watch.over(rows)):
        file.write(line)
        count += 1
        size += len(line)
        watch.size = size
    return Written(count, size, watch.found())


class _Dates:
    """Watches for columns that hold nothing but dates, in as much of the file as decides their type."""

    def __init__(self) -> None:
        self.size = 0
        self.only: dict[str, bool] = {}

    def over(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        for row in rows:
            if self.size < BLOCK:
                for path, text in _paths(row):
                    self.only[path] = self.only.get(path, True) and DATE.fullmatch(text) is not None
            yield row

    def found(self) -> tuple[str, ...]:
        return tuple(path for path, only in self.only.items() if only)


def _paths(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each text with the path of its column; the elements of a list share one."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _paths(part, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for part in value:
            yield from _paths(part, path)


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
