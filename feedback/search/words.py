"""Text as words: the one place that says what a word is, for what is searched and for what is searched for.

A word is a run of letters, digits and marks, in lower case; an emoji or another symbol is one by itself. Scripts
written without spaces are cut into overlapping pairs of characters: 東京都 is 東京, 京都 and, as the end of
the run, 都, so that every single character is the beginning of one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from unicodedata import category

LONGEST = 500  # characters of a word: PostgreSQL takes 2046 bytes
MOST_TEXT = 200_000  # bytes of a record's words: PostgreSQL takes 1 MB with all positions
MOST_BYTES = 10  # of words, that a character can become: two pairs, and spaces
MOST_PLACES = 256  # positions of one word that PostgreSQL keeps
WEIGHTS = "ABCD"  # what tells the first fields apart; those behind the third share the last one

# Scripts without spaces: Thai, Lao, Myanmar, Khmer, kana, Han with its extensions.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
RUNS = re.compile(f"[{UNSPACED}]+|[^{UNSPACED}]+")
HAS_UNSPACED = re.compile(f"[{UNSPACED}]")


class _Letters(dict[int, str | int]):
    """What becomes of each character: itself, a space, or itself between spaces. Filled as characters are met."""

    def __missing__(self, code: int) -> str | int:
        kind = category(chr(code))
        if kind[0] in "LNM" and not 0xFE00 <= code <= 0xFE0F:  # variation selectors only dress emoji
            new: str | int = code
        else:
            new = f" {chr(code)} " if kind == "So" else " "
        self[code] = new
        return new


LETTERS = _Letters()


def words(text: str) -> list[str]:
    """The words of a text, in their order."""
    found = _runs(text)
    if not text.isascii() and HAS_UNSPACED.search(text):
        found = [part for word in found for part in _cut(word)]
    return [word if len(word) <= LONGEST else word[:LONGEST] for word in found]


def sought(text: str) -> list[str]:
    """The words that must follow each other where this text stands: a run without spaces needs its pairs alone."""
    return [
        part[:LONGEST]
        for word in _runs(text)
        for run in RUNS.findall(word)
        for part in (_pairs(run) if HAS_UNSPACED.match(run) and len(run) > 1 else [run])
    ]


def is_unspaced(sign: str) -> bool:
    """Whether a character is of a script that is written without spaces."""
    return bool(HAS_UNSPACED.match(sign))


def ends_early(word: str) -> bool:
    """Whether a sought word is a single character of a script without spaces: the beginning of a pair."""
    return len(word) == 1 and bool(HAS_UNSPACED.match(word))


def _runs(text: str) -> list[str]:
    """Letters, digits and marks that stand together. Most words are nothing else: no look at each character."""
    return [
        run
        for word in text.lower().split()
        for run in ((word,) if word.isalnum() else word.translate(LETTERS).split())
    ]


def _cut(word: str) -> Iterator[str]:
    for run in RUNS.findall(word):
        if HAS_UNSPACED.match(run):
            yield from _pairs(run)
            yield run[-1]
        else:
            yield run


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)]


def bounded(texts: Sequence[str]) -> list[list[str]]:
    """The words of each field's text, as many of all as a record may have."""
    if MOST_BYTES * sum(map(len, texts)) < MOST_TEXT:
        return [words(text) for text in texts]
    left, kept = MOST_TEXT, []
    for text in texts:
        found = words(text[:left])
        size = len(" ".join(found).encode()) + 1
        while size > left and found:
            size -= len(found.pop().encode()) + 1
        kept.append(found)
        left -= min(size, left)
    return kept


def vector(fields: Sequence[Sequence[str]], dataset: object = "") -> str:
    """A `tsvector` of the words of each field, and of the dataset's id, which no word looks like.

    Phrases do not reach from one field into the next.
    """
    places: dict[str, list[str]] = {}
    place = 0
    for number, found in enumerate(fields):
        weight = weight_of(number)
        mark = "" if number < len(WEIGHTS) - 1 else f"{number}:"
        for word in found:
            place += 1
            at = f"{place}{weight}"
            for lexeme in (word, mark + word) if mark else (word,):
                if (known := places.get(lexeme)) is None:
                    places[lexeme] = [at]
                elif len(known) < MOST_PLACES:
                    known.append(at)
        place += 1
    return " ".join([f"'#{dataset}'", *[f"'{word}':{','.join(known)}" for word, known in places.items()]])


@cache
def weight_of(number: int) -> str:
    """The weight of the n-th field."""
    return WEIGHTS[min(number, len(WEIGHTS) - 1)]
