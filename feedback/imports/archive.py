"""Several files as one: zip archives that people send, and those that we make of several uploads, uncompressed."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from django.conf import settings

from core.errors import Invalid
from feedback.imports.base import Damaged
from feedback.imports.unpacking import BOMB, PIECE, SMALL, refuse_too_large

SIGN = b"PK\x03\x04"
EMPTY = b"PK\x05\x06"
LARGEST_LISTING = 8 << 20  # bytes of the list of files in an archive, which is held in memory
HEADER = 30  # bytes of a member's own header, before its name
WORKBOOK = "xl/workbook.xml"
ENCRYPTED = 1  # a flag of a member
BROKEN = "This zip archive is cut off or damaged. Upload it again, whole."


def is_zip(head: bytes) -> bool:
    """Whether a file that begins so is a zip archive, which workbooks are, too."""
    return head.startswith((SIGN, EMPTY))


def opened(file: BinaryIO) -> zipfile.ZipFile:
    """The archive; `Invalid` if it is damaged, or made to fill memory or disk."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(EMPTY)
    if at < 0 or len(tail) < at + 22:
        raise Invalid(BROKEN)
    (listing,) = struct.unpack_from("<I", tail, at + 12)
    if listing > LARGEST_LISTING:
        raise Invalid(
            f"This archive holds more than {settings.IMPORT_MOST_FILES:,} files. Send fewer at once."
        )
    try:
        found = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Invalid(BROKEN) from None
    members = found.infolist()
    total = sum(member.file_size for member in members)
    if total > SMALL and total > settings.IMPORT_MOST_RATIO * size:
        raise Invalid(BOMB.format(ratio=settings.IMPORT_MOST_RATIO))
    refuse_too_large(total)
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise Invalid("This archive is protected by a password. Send it without one.")
    return found


def members(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """The files that somebody meant, in the order of their names; not what systems leave behind."""
    found = [
        one
        for one in archive.infolist()
        if not one.is_dir() and not any(part[:1] in {".", "_"} for part in PurePosixPath(one.filename).parts)
    ]
    if len(found) > settings.IMPORT_MOST_FILES:
        raise Invalid(
            f"This archive holds more than {settings.IMPORT_MOST_FILES:,} files. Send fewer at once."
        )
    return iter(sorted(found, key=lambda one: one.filename))


def member(archive: zipfile.ZipFile, name: str) -> BinaryIO:
    """One file of the archive. One that is not compressed is read where it lies."""
    info = archive.getinfo(name)
    file = cast(BinaryIO, archive.fp)
    if info.compress_type != zipfile.ZIP_STORED:
        return cast(BinaryIO, io.BufferedReader(_Member(archive, info), PIECE))
    file.seek(info.header_offset)
    header = file.read(HEADER)
    if len(header) < HEADER or not header.startswith(SIGN):
        raise Damaged(BROKEN)
    name_length, extra_length = struct.unpack("<HH", header[26:HEADER])
    start = info.header_offset + HEADER + name_length + extra_length
    return cast(BinaryIO, io.BufferedReader(_Window(file, start, info.file_size), PIECE))


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether it is what Excel writes."""
    return WORKBOOK in archive.NameToInfo


def bundled(files: Sequence[tuple[BinaryIO, str]]) -> tuple[BinaryIO, str]:
    """Several files, each with its name, as one, on disk; a single one stays what it is."""
    if len(files) == 1:
        return files[0]
    if len(files) > settings.IMPORT_MOST_FILES:
        raise Invalid(f"More than {settings.IMPORT_MOST_FILES:,} files. Send fewer at once.")
    whole: Any = TemporaryFile()  # noqa: SIM115  whoever keeps it closes it
    taken: set[str] = set()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for file, name in files:
            file.seek(0)
            with archive.open(zipfile.ZipInfo(_free(name, taken)), "w", force_zip64=True) as place:
                copyfileobj(file, place, PIECE)
    whole.seek(0)
    return whole, f"{files[0][1]} + {len(files) - 1}"


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number before it if another file has it, or if it would be passed over."""
    plain = name.replace("\\", "/").lstrip("./_") or "file"
    number, free = 1, plain
    while free in taken:
        number += 1
        free = f"{number} {plain}"
    taken.add(free)
    return free


class _Member(io.RawIOBase):
    """A compressed file of an archive; what is wrong with it is said in our words."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        self.archive, self.info = archive, info
        self._begin()

    def _begin(self) -> None:
        try:
            self._file = self.archive.open(self.info)
        except (zipfile.BadZipFile, NotImplementedError, OSError):
            raise Damaged(BROKEN) from None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def readinto(self, buffer: Any) -> int:
        try:
            piece = self._file.read(min(len(buffer), PIECE))
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError, zipfile.zlib.error):  # type: ignore[attr-defined]
            raise Damaged(BROKEN) from None
        buffer[: len(piece)] = piece
        return len(piece)


class _Window(io.RawIOBase):
    """A piece of a file as a file of its own."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self.file, self.start, self.size, self.place = file, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self.place = max(
            0, offset + {os.SEEK_SET: 0, os.SEEK_CUR: self.place, os.SEEK_END: self.size}[whence]
        )
        return self.place

    def readinto(self, buffer: Any) -> int:
        self.file.seek(self.start + self.place)
        piece = self.file.read(max(0, min(len(buffer), self.size - self.place)))
        buffer[: len(piece)] = piece
        self.place += len(piece)
        return len(piece)
