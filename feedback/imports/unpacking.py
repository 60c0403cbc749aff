"""What is compressed, by gzip or Zstandard, read as if it were not; and a limit for what comes out.

A few kilobytes can unpack to terabytes. Nothing is kept in memory but one piece, and reading stops, with a sentence,
as soon as more comes out than an import may read (IMPORT_MOST_MEGABYTES, IMPORT_MOST_RATIO).
"""

from __future__ import annotations

import io
import os
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

import pyarrow as pa
from django.conf import settings

from core.errors import Invalid
from feedback.imports.base import Damaged, TooMuch

SIGNS = ((b"\x1f\x8b", "gzip", (".gz", ".gzip")), (b"\x28\xb5\x2f\xfd", "zstd", (".zst", ".zstd")))
OTHERS = (
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"Rar!", "RAR"),
    (b"\x04\x22\x4d\x18", "LZ4"),
)
PIECE = 1 << 20  # bytes
SLICE = 1 << 14
SMALL = 64 << 20  # bytes: until so much came out, any ratio will do
TOO_LARGE = (
    "Unpacked, this file is larger than an import may be ({most:,} MB). Split it, or ask whoever runs this "
    "installation to raise IMPORT_MOST_MEGABYTES."
)
BOMB = (
    "This file unpacks to more than {ratio:,} times its size, as files do that are made to fill a disk. Nothing more "
    "of it was read. Upload it without compression."
)


def packing(head: bytes) -> str:
    """How a file that begins so is compressed: "gzip", "zstd" or "". `Invalid` for what we do not unpack."""
    for sign, name, _ in SIGNS:
        if head.startswith(sign):
            return name
    for sign, name in OTHERS:
        if head.startswith(sign):
            raise Invalid(f"Files compressed by {name} cannot be read. Use gzip or Zstandard, or none.")
    return ""


def bare(filename: str) -> str:
    """The name without the ending of a compression."""
    for _, _, endings in SIGNS:
        for ending in endings:
            if filename.lower().endswith(ending):
                return filename[: -len(ending)]
    return filename


class Unpacked(io.RawIOBase):
    """The content of a compressed file. `seek` goes anywhere, but reads everything that lies before."""

    def __init__(self, file: BinaryIO, how: str) -> None:
        self.file, self.how = file, how
        self.size = file.seek(0, os.SEEK_END)
        self._begin()

    def _begin(self) -> None:
        self.file.seek(0)
        self.place = 0
        self._stream = pa.CompressedInputStream(pa.PythonFile(_Lent(self.file), "r"), self.how)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence != os.SEEK_SET:
            raise io.UnsupportedOperation("only from the beginning")
        if offset < self.place:
            self._begin()
        while self.place < offset and self.read(min(PIECE, offset - self.place)):
            pass
        return self.place

    def readinto(self, buffer: Any) -> int:
        try:
            piece = self._stream.read(
                min(len(buffer), SLICE)
            )  # small ones: of a damaged file, the last one is lost
        except (OSError, pa.ArrowException):
            raise Damaged(
                "The compressed file ends too early, or is damaged. Upload it again, whole."
            ) from None
        buffer[: len(piece)] = piece
        self.place += len(piece)
        if self.place > SMALL and self.place > settings.IMPORT_MOST_RATIO * max(1, self.size):
            raise TooMuch(BOMB.format(ratio=settings.IMPORT_MOST_RATIO))
        refuse_too_large(self.place)
        return len(piece)


class _Lent(io.RawIOBase):
    """A file that somebody reads who would close it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self.file.read(size)


def refuse_too_large(size: int) -> None:
    """Raise `TooMuch` if an import may not read so many bytes."""
    if size > settings.IMPORT_MOST_MEGABYTES << 20:
        raise TooMuch(TOO_LARGE.format(most=settings.IMPORT_MOST_MEGABYTES))


def unpacked(file: BinaryIO, *, at_random: bool) -> BinaryIO:
    """The content of the file. `at_random`: as a file on disk, in which one can go back without reading again."""
    file.seek(0)
    how = packing(file.read(8))
    file.seek(0)
    if not how:
        return file
    content = io.BufferedReader(Unpacked(file, how), PIECE)
    if not at_random:
        return cast(BinaryIO, content)
    disk = TemporaryFile()  # noqa: SIM115  whoever reads it closes it
    while piece := content.read(PIECE):
        disk.write(piece)
    disk.seek(0)
    return cast(BinaryIO, disk)


def is_packed(content: BinaryIO) -> bool:
    """Whether it is unpacked as it is read, so that reading all of it takes a while."""
    return isinstance(getattr(content, "raw", None), Unpacked)
