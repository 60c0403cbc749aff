"""Reading the files of an import: rows read and checked, in chunks that are written each in one transaction.

Nothing here asks the database: it runs in a process or a thread of its own, ahead of the writing (importing.py).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from core.errors import Invalid
from core.jsonb import Packed, to_bytes
from feedback.actions import brought_answers
from feedback.actions.entries import ABSENT, Entry
from feedback.actions.suggestions import Given
from feedback.imports import BadRow, Kind, Row
from feedback.imports.convert import Incoming, convert
from feedback.imports.files import DataFile, Opener
from feedback.imports.mapping import Mapping as ColumnMapping
from feedback.imports.unpacking import is_packed
from feedback.shape import DatasetShape

CHUNK = 2000  # rows in a transaction
HEAVY = 8 << 20  # bytes in a transaction: rows may be large, and memory stays the same
CACHE = 16_000  # kB of the list of external ids that are held in memory


@dataclass(slots=True)
class Problem:
    """A row that cannot come in."""

    line: int
    column: str
    reason: str
    row: bytes
    file: str = ""


@dataclass(slots=True)
class Chunk:
    """Some rows: what comes in, what cannot, where the files go on.

    `share`: how much of them is read by then (0 to 1), for a guess how many rows there are; 0: that is known.
    """

    rows: int = 0
    checkpoint: dict[str, Any] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    share: float = 0.0


@dataclass
class Reading:
    """Files, one after the other, from a checkpoint on: {"file", "end", "line"}, and the first "damage", in words.

    What lies before the checkpoint is read again all the same where rows have external ids: a row that names a record
    which an earlier one of these files named is a mistake, and is listed. The ids are kept on disk.
    """

    files: Sequence[DataFile]
    opener: Opener
    mapping: ColumnMapping
    shape: DatasetShape
    checkpoint: Mapping[str, Any]

    def chunks(self) -> Iterator[Chunk]:
        """What comes after the checkpoint."""
        self.damage = str(self.checkpoint.get("damage", ""))
        self.questions = {name: question.id for name, question in self.shape.questions.items()}
        chunk, size = Chunk(), 0
        with closing(_Seen()) as self.seen:
            for number, one in enumerate(self.files):
                for row, share in self._rows(number, one):
                    chunk.share = (number + share) / len(self.files)
                    size += self._take(chunk, row, number, one)
                    if chunk.rows >= CHUNK or size >= HEAVY:
                        yield chunk
                        chunk, size = Chunk(), 0
        if chunk.rows or chunk.problems:
            yield chunk

    def _rows(self, number: int, one: DataFile) -> Iterator[tuple[_Read, float]]:
        """Each row of a file, and how much of the file is read by then; if it is damaged, that as the last."""
        done, end, line = (int(self.checkpoint.get(name, 0)) for name in ("file", "end", "line"))
        begun = number == done and end > 0
        again = self.mapping.may_identify
        if number < done and not again:
            return
        try:
            with one.opened(self.opener) as (kind, content):
                place = (0, 0) if again or not begun else (end, line)
                for row in kind.rows(content, *place):
                    is_old = number < done or (begun and row.end <= end)
                    yield _Read(kind, row, is_old), _share(row, content, one)
                    line = row.line
        except Invalid as error:
            yield _Read(None, BadRow(line + 1, "", str(error), 0, b""), number < done), 1.0

    def _take(self, chunk: Chunk, read: _Read, number: int, one: DataFile) -> int:
        """Put a row where it belongs: among the entries, or among the problems. How many bytes it has."""
        row = read.row
        problem = self._problem(chunk, read, one)
        if read.is_old:
            return 0
        if problem:
            chunk.problems.append(problem)
        if read.kind is None:
            self.damage = self.damage or f"{one.name}: {row.reason}".removeprefix(": ")  # type: ignore[union-attr]
            chunk.checkpoint = {"file": number + 1, "end": 0, "line": 0, "damage": self.damage}
            return 0
        chunk.rows += 1
        chunk.checkpoint = {"file": number, "end": row.end, "line": row.line}
        if self.damage:
            chunk.checkpoint["damage"] = self.damage
        return (isinstance(row, Row) and row.size) or len(row.raw)

    def _problem(self, chunk: Chunk, read: _Read, one: DataFile) -> Problem | None:
        """Why the row cannot come in, else it is among the entries."""
        row = read.row
        if isinstance(row, BadRow):
            return Problem(row.line, row.column, row.reason, row.raw, one.name)
        assert read.kind is not None
        try:
            incoming = convert(row.data, self.mapping, self.shape, is_table=read.kind.is_table)
            is_told_apart = incoming.external_id is not None and not self.mapping.may_repeat
            if is_told_apart and (
                before := self.seen.place(str(incoming.external_id), f"{row.line:,} {one.name}".strip())
            ):
                raise Invalid(_twice(str(incoming.external_id), before))
        except Invalid as error:
            # One problem a row, so that the file of bad rows has each of them once.
            column, reason = next(iter(error.errors.items()), ("", str(error)))
            return Problem(row.line, column, reason, b"" if read.is_old else read.kind.written(row), one.name)
        if not read.is_old:
            chunk.entries.append(entry(incoming, self.questions))
        return None


@dataclass(slots=True)
class _Read:
    """A row. `kind`: what read it; None where nothing more can be read. `is_old`: it came in before."""

    kind: Kind | None
    row: Row | BadRow
    is_old: bool


def entry(incoming: Incoming, questions: Mapping[str, Any]) -> Entry:
    """A checked row as records are written. `questions`: name -> id."""
    return Entry(
        id=incoming.id,
        external_id=incoming.external_id,
        fields=Packed(to_bytes(incoming.fields)),
        # None is no change: an export writes none as {}.
        metadata=Packed(to_bytes(incoming.metadata)) if incoming.metadata else ABSENT,
        suggestions=[
            Given(questions[name], one.value, one.score, one.agent, one.type)
            for name, one in incoming.suggestions.items()
        ],
        responses=brought_answers.given(incoming.answers) if incoming.answers else (),
        vectors=incoming.vectors,
        inserted_at=incoming.inserted_at,
        updated_at=incoming.updated_at,
    )


def _twice(external_id: str, before: str) -> str:
    line, _, file = before.partition(" ")
    where = f"line {line} of {file}" if file else f"line {line}"
    return (
        f"The external id {external_id[:100]!r} stands in {where} already. Keep one of the two, or give this one its "
        "own."
    )


def _share(row: Row | BadRow, content: BinaryIO, one: DataFile) -> float:
    if one.rows:
        return min(1.0, row.line / one.rows)
    file = content.raw.file if is_packed(content) else content  # type: ignore[attr-defined]
    return min(1.0, file.tell() / one.size) if one.size else 1.0


class _Seen:
    """The external ids of the rows so far, with their places: in a file that vanishes, a little of it in memory."""

    def __init__(self) -> None:
        self.base = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self.base.execute(f"pragma cache_size = -{CACHE}")
        self.base.execute("pragma journal_mode = off")
        self.base.execute("create table seen (name blob primary key, place text) without rowid")
        self.base.execute("begin")
        self.cursor = self.base.cursor()

    def place(self, name: str, place: str) -> str | None:
        """Where the id was seen first, if it was; else this is its place from now on."""
        key = name.encode()
        if self.cursor.execute("insert or ignore into seen values (?, ?)", (key, place)).rowcount:
            return None
        return str(self.cursor.execute("select place from seen where name = ?", (key,)).fetchone()[0])

    def close(self) -> None:
        """Forget them."""
        self.base.close()
