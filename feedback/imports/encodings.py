"""In what encoding a text file is, and texts in which each byte that does not belong there can still be seen."""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO

from charset_normalizer import from_bytes

PIECE = 1 << 20  # bytes
LOOKED_AT = 64 << 20  # bytes in which the first letter beyond ASCII is looked for
AROUND = 1 << 16  # bytes that an encoding is guessed from
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
GUESSED = (  # what spreadsheets and editors really write, where it is not Unicode
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r", "big5", "gb18030",
    "cp932", "euc_jp", "cp949", "mac_roman",
)  # fmt: skip
FIRST = 0xDC00  # a byte that does not belong there becomes this character and as many further
WRONG = re.compile("[\udc00-\udcff]")


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(FIRST + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error("assay-mark", _mark)


def encoding_of(file: BinaryIO) -> str:
    """The name of the encoding, as Python has it. UTF-8 unless the beginning says otherwise."""
    file.seek(0)
    head = file.read(PIECE)
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    if wide := _without_mark(head[:4096]):
        return wide
    read = len(head)
    while head.isascii() and read < LOOKED_AT and (piece := file.read(PIECE)):
        head, read = head[-3:] + piece, read + len(piece)
    found = re.search(rb"[\x80-\xff]", head)
    if found is None:
        return "utf-8"
    near = head[max(0, found.start() - AROUND) : found.start() + AROUND]
    return "utf-8" if _is_utf8(near) else _guess(near)


def _without_mark(head: bytes) -> str:
    """UTF-16 that does not say so: every other byte of what is mostly ASCII is zero."""
    pairs = len(head) // 2
    if pairs and head[1::2].count(0) > 0.4 * pairs and head[::2].count(0) < 0.1 * pairs:
        return "utf-16-le"
    if pairs and head[::2].count(0) > 0.4 * pairs and head[1::2].count(0) < 0.1 * pairs:
        return "utf-16-be"
    return ""


def _is_utf8(near: bytes) -> bool:
    """Whether its letters are; single bytes that are not are mistakes in a file of UTF-8, and said so."""
    text = near.decode("utf-8", "assay-mark")
    wrong = len(WRONG.findall(text))
    letters = sum(1 for sign in text if sign > "\x7f") - wrong
    return wrong <= 3 or wrong * 10 < letters if letters else wrong == 0


def _guess(near: bytes) -> str:
    found = from_bytes(near, cp_isolation=list(GUESSED)).best()
    name = found.encoding if found else "cp1252"
    return "cp1252" if name in {"mac_roman", "cp1250", "cp1254", "cp1257"} and _is_western(near) else name


def _is_western(near: bytes) -> bool:
    """Whether all letters beyond ASCII are letters of Western Europe, if read as Windows-1252: the likeliest then."""
    text = near.decode("cp1252", "assay-mark")
    return all(sign <= "\x7f" or sign in WESTERN for sign in text)


WESTERN = frozenset("äöüÄÖÜßéèêëÉÈÊàâáãåÀÂÁÃÅæÆçÇíìîïÍÎóòôõøÓÔØœŒúùûÚÛñÑ¿¡«»„“”‘’–—…€£©®°§ ´·²³½¼×")


def words(encoding: str) -> str:
    """The encoding as people know it."""
    known = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-32": "UTF-32"}
    if encoding.startswith("cp12"):
        return f"Windows-{encoding[2:]}"
    return known.get(encoding) or encoding.upper().replace("_", "-")
