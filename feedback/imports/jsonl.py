"""JSON Lines: UTF-8, one object a line."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext_noop

from feedback.imports import base
from feedback.imports.line_error import LineError
from feedback.imports.strict_json import read_object

CHUNK = 1 << 20  # bytes
BINARY = (
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"PAR1",
    b"\xff\xfe",
    b"\xfe\xff",
    b"ARROW1",
    b"\x28\xb5\x2f\xfd",
    b"\xd0\xcf\x11\xe0",
)


class JsonLines(base.Kind):
    """One JSON object a line, LF or CRLF; a byte order mark and blank lines are passed over."""

    name = "jsonl"
    label = gettext_noop("JSON Lines")
    order = 10
    suffixes = (".jsonl", ".ndjson", ".json")
    longest = 64 << 20  # bytes in a line; a longer one is refused without being held in memory
    kept = 1000  # bytes of a line that is too long, for the person who looks for it

    def sniffs(self, head: bytes, filename: str) -> bool:
        """By its name, unless the content is plainly something else; else by its first character."""
        if head.startswith(BINARY) or not base.is_text(head):
            return False
        return filename.lower().endswith(self.suffixes) or head.removeprefix(BOM_UTF8).lstrip()[:1] == b"{"

    def rows(self, file: BinaryIO, offset: int = 0, line: int = 0) -> Iterator[base.Row | base.BadRow]:
        """Each line that is not blank, as it comes."""
        file.seek(offset)
        first = offset == 0
        while taken := file.readline(self.longest + 1):
            line += 1
            offset += len(taken)
            if len(taken) > self.longest and not taken.endswith(b"\n"):
                offset += _skip_line(file)
                reason = f"The line is longer than {self.longest >> 20} MB. Split it into several records."
                yield base.BadRow(line, "", reason, offset, taken[: self.kept])
                continue
            raw = taken.removeprefix(BOM_UTF8) if first else taken
            raw, first = raw.rstrip(b"\r\n"), False
            if raw and not raw.isspace():
                yield _row(line, offset, raw)

    def count(self, file: BinaryIO) -> int:
        """How many lines are not blank."""
        file.seek(0)
        rows, begun, first = 0, False, True
        while chunk := file.read(CHUNK):
            parts = (chunk.removeprefix(BOM_UTF8) if first else chunk).split(b"\n")
            first = False
            for ended in parts[:-1]:
                rows += begun or (ended != b"" and not ended.isspace())
                begun = False
            begun = begun or (parts[-1] != b"" and not parts[-1].isspace())
        return rows + begun


def _row(line: int, end: int, raw: bytes) -> base.Row | base.BadRow:
    try:
        return base.Row(line, read_object(raw), end, raw)
    except LineError as error:
        return base.BadRow(line, error.column, error.reason, end, raw)


def _skip_line(file: BinaryIO) -> int:
    """Read on to the end of the line; how many bytes that was."""
    skipped = 0
    while part := file.readline(CHUNK):
        skipped += len(part)
        if part.endswith(b"\n"):
            break
    return skipped
