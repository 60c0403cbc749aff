"""What every kind of file coming in is: a stream of rows, good and bad, that can be resumed."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, ClassVar

from core.errors import Invalid
from core.registry import Registry


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file: column -> value.

    `line`: its number, from 1. `end`: the byte after it, where reading may begin again. `raw`: its bytes,
    without the end of the line.
    """

    line: int
    data: dict[str, Any]
    end: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that cannot be read. `column`: the column, or the place in the line; `reason`: a sentence."""

    line: int
    column: str
    reason: str
    end: int
    raw: bytes


class Kind(ABC):
    """Everything that depends on the kind of a file. Reads in constant memory; never raises for a row."""

    name: ClassVar[str]
    label: ClassVar[str]
    order: ClassVar[int]
    suffixes: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls) -> None:
        if "name" in vars(cls):
            kinds.add(cls)

    @abstractmethod
    def sniffs(self, head: bytes, filename: str) -> bool:
        """Whether a file that begins with `head` (some kilobytes), called `filename`, is of this kind."""

    @abstractmethod
    def rows(self, file: BinaryIO, offset: int = 0, line: int = 0) -> Iterator[Row | BadRow]:
        """The rows after byte `offset`, the `end` of an earlier row; `line` is the line of that row."""

    @abstractmethod
    def count(self, file: BinaryIO) -> int:
        """How many rows the file has, good and bad, fast: for progress."""


kinds: Registry[Kind] = Registry("feedback.imports", "import file")


def recognize(head: bytes, filename: str) -> Kind:
    """The kind of file that this is; `Invalid` if it is none that we can read."""
    for kind in kinds:
        reader = kind()
        if reader.sniffs(head, filename):
            return reader
    known = ", ".join(f"{kind.label} ({', '.join(kind.suffixes)})" for kind in kinds)
    raise Invalid(f"This file cannot be read. Choose one of these formats: {known}.")
