"""Mixing rows, however many: sorted runs on disk, which are then merged. Memory is constant."""

import os
from collections.abc import Iterator
from hashlib import blake2b
from heapq import merge
from struct import Struct
from tempfile import TemporaryFile
from typing import NamedTuple

MOST = 8 << 20  # bytes of rows that wait in memory; a row costs a little more than its bytes
COST = 250  # bytes
READ_AHEAD = 8 << 20  # bytes that all runs together read ahead
HEAD = Struct(">8sQII")


class Mixed(NamedTuple):
    """A row on its way: where it comes in the order, its number, its line, and what belongs to it."""

    key: bytes
    number: int
    line: bytes
    about: bytes


class Mixer:
    """Gives rows back in an order that the seed decides: the same rows with the same seed, the same order."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.number = 0
        self._waiting: list[Mixed] = []
        self._held = 0
        self._runs: list[tuple[int, int]] = []
        self._file = TemporaryFile()  # noqa: SIM115  closed by `close`

    def add(self, origin: str, line: bytes, about: bytes) -> None:
        """Take a row. `origin`: of what it was made, which decides where it comes."""
        key = blake2b(f"{self.seed}:{origin}:{self.number}".encode(), digest_size=8).digest()
        self._waiting.append(Mixed(key, self.number, line, about))
        self.number += 1
        self._held += len(line) + len(about) + COST
        if self._held >= MOST:
            self._spill()

    def __iter__(self) -> Iterator[Mixed]:
        """All rows, mixed."""
        self._waiting.sort()
        if not self._runs:
            yield from self._waiting
            return
        self._spill()
        ahead = min(1 << 20, max(1 << 12, READ_AHEAD // len(self._runs)))
        yield from merge(*(self._run(start, end, ahead) for start, end in self._runs))

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()

    def _spill(self) -> None:
        self._waiting.sort()
        start = self._file.tell()
        for key, number, line, about in self._waiting:
            self._file.write(HEAD.pack(key, number, len(line), len(about)) + line + about)
        self._file.flush()
        self._runs.append((start, self._file.tell()))
        self._waiting, self._held = [], 0

    def _run(self, at: int, end: int, ahead: int) -> Iterator[Mixed]:
        """The rows of one run, read by place: one open file serves all runs."""
        held, seen, descriptor = b"", 0, self._file.fileno()
        while at < end or seen < len(held):
            need = HEAD.size
            if len(held) - seen >= need:
                key, number, line, about = HEAD.unpack_from(held, seen)
                need += line + about
                if len(held) - seen >= need:
                    start = seen + HEAD.size
                    seen += need
                    yield Mixed(key, number, held[start : start + line], held[start + line : seen])
                    continue
            found = os.pread(descriptor, min(max(ahead, need), end - at), at)
            at += len(found)
            held, seen = held[seen:] + found, 0
