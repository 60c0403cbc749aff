"""The files of rows in what somebody sent: one, or several in an archive; each perhaps compressed.

What was found is kept with the job as JSON, so that a worker that takes over reads the very same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass
from io import BufferedReader
from itertools import islice
from typing import Any, BinaryIO

from django.conf import settings

from core.errors import Invalid
from feedback.imports import archive
from feedback.imports.base import BadRow, Damaged, Kind, Row, TooMuch, kinds, recognize
from feedback.imports.unpacking import bare, is_packed, unpacked

HEAD = 1 << 16  # bytes that tell what kind of file it is
SAMPLE = 1000  # rows that a mapping is guessed from
LEAST = 20  # rows of each of many files
MIXED = "mixed"  # the format of a job whose files are of several kinds

Opener = Callable[
    [str], AbstractContextManager[BinaryIO]
]  # path of a file -> it; "" is the one that was sent


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of rows. `name`: as people know it; "" where there is but one. `path`: where it lies in a storage;
    `member`: its name in an archive; `head`: the line above rows to correct; `about`: how it is read, in words.
    """

    format: str
    name: str = ""
    path: str = ""
    member: str = ""
    size: int = 0
    rows: int | None = None
    head: str = ""
    about: str = ""

    @property
    def as_json(self) -> dict[str, Any]:
        """As it is kept with a job."""
        return asdict(self)

    @contextmanager
    def opened(self, opener: Opener) -> Iterator[tuple[Kind, BinaryIO]]:
        """Its kind, and its content."""
        with ExitStack() as stack:
            outside = stack.enter_context(opener(self.path))
            file = outside
            if self.member:
                file = archive.member(archive.opened(outside), self.member)
            kind = kinds[self.format]()
            content = unpacked(file, at_random=kind.reads_at_random)
            if content is not outside:
                stack.callback(content.close)
            yield kind, content


def find(file: BinaryIO, filename: str, format: str | None = None, path: str = "") -> list[DataFile]:
    """The files of rows in this one. `format`: what they are; None: they are looked into."""
    file.seek(0)
    head = file.read(8)
    if archive.is_zip(head):
        packed = archive.opened(file)
        if not archive.is_workbook(packed):
            return _members(packed, path, format)
    size = file.seek(0, os.SEEK_END)
    return [DataFile(_format(file, filename, format), path=path, size=size)]


def _members(packed: Any, path: str, format: str | None) -> list[DataFile]:
    found = []
    for one in archive.members(packed):
        with archive.member(packed, one.filename) as file:
            try:
                kind = _format(file, one.filename, format)
            except Invalid as error:
                raise Invalid(f"{one.filename}: {error}") from None
        found.append(DataFile(kind, one.filename, path, one.filename, one.file_size))
    if not found:
        raise Invalid(
            "This archive holds no file with rows. Send a zip of JSON Lines, CSV, Parquet or the like."
        )
    return found


def _format(file: BinaryIO, filename: str, format: str | None) -> str:
    if format:
        return kinds[format].name
    content = unpacked(file, at_random=False)
    head = content.read1(HEAD) if isinstance(content, BufferedReader) else content.read(HEAD)
    return recognize(head, bare(filename)).name


def sample(
    file: BinaryIO, filename: str, format: str | None = None
) -> tuple[list[DataFile], list[dict[str, Any]]]:
    """The files in this one, and the good ones among their first rows: what a mapping is guessed from.

    `Invalid` if nothing can be read, or there is no row at all.
    """
    return look(find(file, filename, format), lambda path: lent(file))


def look(files: Sequence[DataFile], opener: Opener) -> tuple[list[DataFile], list[dict[str, Any]]]:
    """The same files, now with what one learns by reading their beginning, and the good ones of their first rows."""
    known, rows, seen = [], [], 0
    for one in files:
        with one.opened(opener) as (kind, content):
            try:
                first = _first(kind, content, max(LEAST, SAMPLE // len(files)))
                number = None if is_packed(content) else kind.count(content)
            except Invalid as error:
                raise Invalid(f"{one.name}: {error}" if one.name else str(error)) from None
            seen += len(first)
            rows += [row.data for row in first if isinstance(row, Row)]
            facts = {"rows": number, "head": kind.head.decode(), "about": kind.about}
            known.append(DataFile(**{**one.as_json, **facts}))
    if not seen:
        only_names = any(one.head for one in known)
        raise Invalid(
            "The file has names of columns, and no row below them."
            if only_names
            else "The file is empty. Choose one that has at least one row."
        )
    refuse_too_wide(len({name for row in rows for name in row}))
    return known, rows


def _first(kind: Kind, content: BinaryIO, number: int) -> list[Row | BadRow]:
    """The first rows; of a file that is damaged after some of them, those."""
    first: list[Row | BadRow] = []
    try:
        first.extend(islice(kind.rows(content), number))
    except TooMuch:
        raise
    except Damaged:
        if not first:
            raise
    return first


def refuse_too_wide(columns: int) -> None:
    """Raise `Invalid` if a file has more columns than anybody could map."""
    if columns > settings.IMPORT_MOST_COLUMNS:
        raise Invalid(
            f"This file has {columns:,} columns; {settings.IMPORT_MOST_COLUMNS:,} are the most. Leave out what is no "
            "part of a record, or put it into one column as JSON."
        )


def format_of(files: Sequence[DataFile]) -> str:
    """The kind of all of them, or that they are of several."""
    found = {one.format for one in files}
    return found.pop() if len(found) == 1 else MIXED


@contextmanager
def lent(file: BinaryIO) -> Iterator[BinaryIO]:
    """The file from its beginning, which stays open afterwards."""
    file.seek(0)
    try:
        yield file
    finally:
        file.seek(0)
