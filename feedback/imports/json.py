"""JSON: one list of objects, or one object in which such a list stands; read item by item.

The list is cut into its items by the strings and brackets in it, and each item is parsed by itself, as strictly as a
line of JSON Lines. (Event parsers such as ijson keep neither the bytes of an item nor keys that stand twice, and a
mistake in one item ends the whole file for them.)
"""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext_noop

from core.errors import Invalid
from feedback.imports import base
from feedback.imports.jsonl import BINARY, JsonLines
from feedback.imports.line_error import LineError
from feedback.imports.strict_json import read_object

PIECE = 1 << 20  # bytes
TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},]|"', re.DOTALL)
OBJECTS = re.compile(rb"\[\s*\{")
BLANK = b" \t\r\n"
UTF_16 = (BOM_UTF16_LE, BOM_UTF16_BE)
CUT = "The file ends in the middle of the list. Upload it again, whole."
NO_LIST = "There is no list of objects in this file. Write [{…}, {…}], or one object a line."


class Json(base.Kind):
    """A list of objects at the top, or as the value of one key of an object at the top."""

    name = "json"
    label = gettext_noop("JSON")
    order = 5
    suffixes = (".json",)
    longest = JsonLines.longest  # bytes in an item

    def sniffs(self, head: bytes, filename: str) -> bool:
        """A list; or an object that is not one line of many."""
        if head.startswith(UTF_16) and head.decode("utf-16", "replace").lstrip()[:1] in {"[", "{"}:
            raise Invalid("This JSON is in UTF-16. Save it as UTF-8.")
        if head.startswith(BINARY):
            return False
        text = head.removeprefix(BOM_UTF8).lstrip(BLANK)
        if text[:1] == b"[":
            return True
        if text[:1] != b"{" or filename.lower().endswith((".jsonl", ".ndjson")):
            return False
        first, _, rest = text.partition(b"\n")
        try:
            found = read_object(first.strip())
        except LineError:  # an object over several lines, or one that is longer than the head
            return re.match(rb'\{\s*"', text) is not None and re.search(rb'":\s*\[\s*\{', text) is not None
        lists = [one for one in found.values() if isinstance(one, list) and one and isinstance(one[0], dict)]
        return not rest.strip() and len(lists) == 1 and filename.lower().endswith(self.suffixes)

    def rows(self, file: BinaryIO, offset: int = 0, line: int = 0) -> Iterator[base.Row | base.BadRow]:
        """Each item of the list. Those that end before byte `offset` are only passed over."""
        file.seek(0)
        reader = _Reader(file, self.longest)
        reader.enter()
        while item := reader.item():
            line, raw = item
            end = reader.base + reader.at
            if end <= offset:
                continue
            one_line = raw.replace(b"\r", b" ").replace(b"\n", b" ")  # so that bad ones make JSON Lines
            try:
                yield base.Row(line, read_object(raw), end, one_line)
            except LineError as error:
                yield base.BadRow(line, error.column, error.reason, end, one_line)


@dataclass
class _Reader:
    """A window on the file. `base`: the byte at which it begins; `at`: where we are in it; `line`: of that place."""

    file: BinaryIO
    longest: int
    window: bytes = b""
    base: int = 0
    at: int = 0
    line: int = 1
    is_end: bool = False

    def enter(self) -> None:
        """Go to the first item of the list."""
        if self._peek() == BOM_UTF8[:1]:
            self.at += len(BOM_UTF8)
        sign = self._peek()
        if sign == b"{":
            self._find_list()
        elif sign != b"[":
            raise Invalid(NO_LIST)
        self._pass(1)

    def item(self) -> tuple[int, bytes] | None:
        """The next item with the line on which it begins; None after the last one."""
        sign = self._peek()
        if sign == b",":
            self._pass(1)
            sign = self._peek()
        if sign == b"]":
            self._end()
            return None
        if not sign:
            raise base.Damaged(CUT)
        line, size = self.line, self._length()
        raw = self.window[self.at : self.at + size]
        self._pass(size)
        return line, raw.rstrip(BLANK)

    def _end(self) -> None:
        """What follows the list must not be lost in silence."""
        self._pass(1)
        rest = self.window[self.at :] + self.file.read(PIECE)
        if re.search(rb"[\[{]", rest):
            raise base.Damaged(
                "Something follows after the end of the list, which was not read. Put all rows into one list, or "
                "write one object a line and call the file .jsonl."
            )

    def _find_list(self) -> None:
        """Go to the first list of objects in the object that the file is."""
        while not OBJECTS.search(self.window, self.at):
            if self.is_end or len(self.window) > self.longest:
                raise Invalid(NO_LIST)
            self._more()
        depth = 0
        for token in TOKEN.finditer(self.window, self.at):
            sign = token[0]
            if depth == 1 and sign == b"[" and OBJECTS.match(self.window, token.start()):
                self._pass(token.start() - self.at)
                return
            depth += (sign in b"[{") - (sign in b"]}") if len(sign) == 1 else 0
        raise Invalid(NO_LIST)

    def _length(self) -> int:
        """How long the item is that begins here: up to the comma after it, or the bracket that closes the list."""
        depth, place = 0, self.at
        while True:
            for token in TOKEN.finditer(self.window, place):
                sign, start = token[0], token.start()
                if sign == b'"':  # a string that goes on behind the window
                    place = start
                    break
                place = token.end()
                if len(sign) > 1:
                    continue
                if depth == 0 and sign in b",]}":
                    return start - self.at
                depth += (sign in b"[{") - (sign in b"]}")
            if self.is_end and depth == 0 and place > self.at:
                return place - self.at
            if self.is_end:
                raise base.Damaged(CUT)
            if len(self.window) - self.at > self.longest:
                raise base.Damaged(
                    f"The item that begins in line {self.line:,} is longer than {self.longest >> 20} MB, or has a "
                    "quotation mark or a bracket too few. From here on nothing can be read."
                )
            place -= self._shift()
            self._more()

    def _peek(self) -> bytes:
        """The next byte that is not blank; nothing at the end of the file."""
        while True:
            rest = self.window[self.at : self.at + 4096]
            blank = len(rest) - len(rest.lstrip(BLANK))
            self._pass(blank)
            if blank < len(rest):
                return self.window[self.at : self.at + 1]
            if self.at >= len(self.window):
                if self.is_end:
                    return b""
                self._shift()
                self._more()

    def _pass(self, size: int) -> None:
        self.line += self.window.count(b"\n", self.at, self.at + size)
        self.at += size

    def _shift(self) -> int:
        """Let go of what was read; by how much places move."""
        gone, self.window, self.base, self.at = self.at, self.window[self.at :], self.base + self.at, 0
        return gone

    def _more(self) -> None:
        piece = self.file.read(
            max(PIECE, len(self.window))
        )  # twice as much each time: never n² for a long item
        self.is_end = not piece
        self.window += piece
