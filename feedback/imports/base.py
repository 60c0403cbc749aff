"""What every kind of file coming in is: a stream of rows, good and bad, that can be resumed."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, ClassVar

from core.errors import Invalid
from core.registry import Registry

MARKS_OF_TEXT = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")  # UTF-8, UTF-16


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file: column -> value.

    `line`: the line that it begins on, or its number, from 1. `end`: where reading may begin again, as the kind
    counts: a byte, or a number of rows. `raw`: its bytes, where they are at hand. `size`: bytes, more or less.
    """

    line: int
    data: dict[str, Any]
    end: int
    raw: bytes = b""
    size: int = 0


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that cannot be read. `column`: the column, or the place in the line; `reason`: a sentence."""

    line: int
    column: str
    reason: str
    end: int
    raw: bytes


class Damaged(Invalid):
    """From here on the file cannot be read: it is cut off, or broken. What came before it stands."""


class TooMuch(Damaged):
    """More comes out of it than an import may read."""


class Kind(ABC):
    """Everything that depends on the kind of a file. Reads in constant memory; never raises for a row.

    One object reads one file: what it found out about it (`rows`) it remembers for `head`, `written` and `about`.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    order: ClassVar[int]
    suffixes: ClassVar[tuple[str, ...]]
    is_table: ClassVar[bool] = (
        False  # texts and numbers pass for each other: kinds of fields have `from_column`
    )
    reads_at_random: ClassVar[bool] = False  # what is compressed is unpacked on disk first

    def __init_subclass__(cls) -> None:
        if "name" in vars(cls):
            kinds.add(cls)

    @abstractmethod
    def sniffs(self, head: bytes, filename: str) -> bool:
        """Whether a file that begins with `head` (some kilobytes), called `filename`, is of this kind."""

    @abstractmethod
    def rows(self, file: BinaryIO, offset: int = 0, line: int = 0) -> Iterator[Row | BadRow]:
        """The rows after `offset`, the `end` of an earlier row; `line` is the line of that row.

        `Damaged` where nothing can be read any more, `Invalid` where nothing of the file can.
        """

    def count(self, file: BinaryIO) -> int | None:
        """How many rows the file has, good and bad, if that is known fast: for progress."""
        return None

    def written(self, row: Row) -> bytes:
        """The row for a file of rows to correct: as it stood, else as JSON."""
        return row.raw or json.dumps(row.data, ensure_ascii=False, default=str).encode(
            errors="backslashreplace"
        )

    @property
    def head(self) -> bytes:
        """The line above the rows in a file of rows to correct; none where they are JSON Lines."""
        return b""

    @property
    def about(self) -> str:
        """How the file is read, where that was guessed, in words."""
        return ""


kinds: Registry[Kind] = Registry("feedback.imports", "import file")


def recognize(head: bytes, filename: str) -> Kind:
    """The kind of file that this is; `Invalid` if it is none that we can read."""
    for kind in kinds:
        reader = kind()
        if reader.sniffs(head, filename):
            return reader
    known = ", ".join(f"{kind.label} ({', '.join(kind.suffixes)})" for kind in kinds)
    raise Invalid(f"This file cannot be read. Choose one of these formats: {known}.")


def is_text(head: bytes) -> bool:
    """Whether a file that begins so is a text in UTF-8 or a kin of ASCII, not a binary file."""
    if any(sign in head for sign in (b"\x01", b"\x02", b"\x03", b"\x04", b"\x05")):
        return False
    return not head or head.count(b"\0") * 10 < len(head)
