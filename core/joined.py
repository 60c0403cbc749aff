"""Several objects of a storage as one file, read one after another. Memory: a buffer."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from django.core.files.storage import Storage

BUFFER = 1 << 20  # bytes


class Joined(io.RawIOBase):
    """The objects of these names and sizes. One of them is open at a time."""

    def __init__(self, storage: Storage, parts: Sequence[tuple[str, int]]) -> None:
        self._storage = storage
        self._names = [name for name, _ in parts]
        self._ends = list(accumulate(size for _, size in parts))
        self._at = 0
        self._number: int | None = None  # of the part that is open
        self._part: Any = None

    @property
    def size(self) -> int:
        """Of all of them, in bytes."""
        return self._ends[-1] if self._ends else 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As files do."""
        self._at = max(0, {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence] + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """From the part in which we are, as far as it goes. An `OSError` if it is shorter than it was."""
        if self._at >= self.size:
            return 0
        number = bisect_right(self._ends, self._at)
        part = self._open(number)
        part.seek(self._at - (self._ends[number - 1] if number else 0))
        read: bytes = part.read(min(len(buffer), self._ends[number] - self._at))
        if not read:
            raise OSError(f"{self._names[number]} ends too early.")
        buffer[: len(read)] = read
        self._at += len(read)
        return len(read)

    def close(self) -> None:
        """And the part that is open."""
        self._shut()
        super().close()

    def _open(self, number: int) -> Any:
        if number != self._number:
            self._shut()
            self._part, self._number = self._storage.open(self._names[number], "rb"), number
        return self._part

    def _shut(self) -> None:
        if self._part is not None:
            self._part.close()
        self._part = self._number = None


def joined(storage: Storage, parts: Sequence[tuple[str, int]]) -> io.BufferedReader:
    """The objects of these names and sizes as one file."""
    return io.BufferedReader(Joined(storage, parts), BUFFER)
