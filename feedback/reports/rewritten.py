"""What somebody made of a suggested text, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

MOST = 6_000  # words and spaces compared one by one; longer texts are compared by their lines

PIECES = re.compile(r"\s+|\w+|[^\w\s]")


class Piece(NamedTuple):
    """A stretch of text. `act`: "same", "gone" (only in the suggestion) or "new" (only in the answer)."""

    act: str
    text: str


def rewritten(before: str, after: str) -> list[Piece]:
    """Both texts as one, in order; without what is new it is `before`, without what is gone it is `after`."""
    old, new = PIECES.findall(before), PIECES.findall(after)
    if max(len(old), len(new)) > MOST:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[Piece] = []
    # With its own measure against frequent words: without it, two long texts would take minutes.
    for act, from_old, to_old, from_new, to_new in SequenceMatcher(None, old, new).get_opcodes():
        if act == "equal":
            pieces.append(Piece("same", "".join(old[from_old:to_old])))
        else:
            pieces += [
                Piece("gone", "".join(old[from_old:to_old])),
                Piece("new", "".join(new[from_new:to_new])),
            ]
    return [one for one in pieces if one.text]


def count_words(pieces: Sequence[Piece], act: str) -> int:
    """How many words are in the pieces of this act."""
    return sum(len(re.findall(r"\w+", one.text)) for one in pieces if one.act == act)
